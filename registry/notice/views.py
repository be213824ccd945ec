from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.company.access import public
from registry.declarations.plan import plan
from registry.notice.annex import annex
from registry.notice.texts import rendered


@public
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The privacy notice, word for word, and the annex that the declarations generate."""
    language = get_language()
    context = {
        "notice": rendered("notice", language),
        "rights": rendered("rights", language),
        "annex": annex(plan()),
        "stores": plan().stores,
        "hash": plan().hash,
    }
    return render(request, "notice/notice.html", context)


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
