"""The error pages: what happened, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.company.middleware import narrow_for_error


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes for another company's page as for one that never existed."""
    return page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without database or context: they may be what failed."""
    return render(None, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, "403_csrf.html", 403)


def page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    narrow_for_error(request)
    return render(request, template, status=status)
