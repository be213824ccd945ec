from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from consent.cookies import COOKIES
from registry.company.access import public
from registry.notice.texts import rendered


@public
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    context = {"text": rendered("cookies", get_language()), "cookies": COOKIES}
    return render(request, "consent/cookies.html", context)
