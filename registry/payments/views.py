from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.company.access import company_page
from registry.company.paging import page_of
from registry.company.roles import Right
from registry.payments import queries


@company_page(Right.VIEW_PAYMENTS)
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What the company has paid, and been paid back."""
    page = page_of(request, queries.payments_of(request.company.id), by="-dated_on")
    return render(request, "payments/payments.html", {"page": page})


@company_page(Right.VIEW_PAYMENTS)
@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """What Dig1 has sold to the company."""
    page = page_of(request, queries.sales_of(request.company.id), by="-dated_on")
    return render(request, "payments/sales.html", {"page": page})


@company_page(Right.VIEW_PAYMENTS)
@require_safe
def service_events(request: HttpRequest) -> HttpResponse:
    """The service that the company has had from Dig1."""
    page = page_of(request, queries.service_events_of(request.company.id), by="-happened_at")
    return render(request, "payments/service_events.html", {"page": page})
