from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from registry.company import tenant
from registry.company.access import public, signed_in
from registry.notice.approved import Version, find, latest, versions
from registry.notice.telling import KEY, note_shown
from registry.notice.texts import rendered


@public
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The notice in force: word for word, with the annex that the declarations generate."""
    return render(request, "notice/notice.html", {"version": latest()})


@public
@require_safe
def all_versions(request: HttpRequest) -> HttpResponse:
    return render(request, "notice/versions.html", {"versions": versions()[::-1]})


@public
@require_safe
def version(request: HttpRequest, version: str) -> HttpResponse:
    """One version as it was."""
    return render(request, "notice/version.html", {"version": existing(version)})


@public
@require_safe
def file(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """The bytes that a version's SHA-256 is of."""
    found = existing(version)
    if language not in found.documents:
        raise Http404
    name = f"dig1-{found.name}.{language}.html"
    response = HttpResponse(found.content(language), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def existing(name: str) -> Version:
    found = find(name)
    if found is None:
        raise Http404
    return found


@signed_in
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """The person has read what changed, up to the version that the page told of."""
    told = find(request.POST.get("version", ""))
    if told:
        with tenant.accounts():
            note_shown(person=request.user.pk, version=told)
        request.session[KEY] = max(told.name, request.session.get(KEY, ""))
    return redirect(safe_path(request, request.POST.get("next", "")))


def safe_path(request: HttpRequest, path: str) -> str:
    """Where to return to, if it is a page of the service; else home."""
    here = url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return path if here else "home"


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return text_page(request, "accessibility")


@public
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return text_page(request, "contact")


def text_page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"notice/{name}.html", {"text": rendered(name, get_language())})
