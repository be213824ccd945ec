"""An account is not erased while something of it is changed on the sign-in pages."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.adapter import is_kept

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class kept:  # a middleware with hooks, named like those of the register
    """Whoever is signed in, or half so, and whose account was erased meanwhile, is turned away
    before the page stores anything. An erasure that comes later waits until it has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in SAFE_METHODS or not getattr(view, "__module__", "").startswith(
            "allauth."
        ):
            return None
        account = request.user.pk or half_signed_in(request)
        if account is None or is_kept(account):
            return None
        request.session.flush()
        return redirect("account_inactive")


def half_signed_in(request: HttpRequest) -> Any:
    """The account of a sign-in that waits for its code or its second step, if there is one."""
    login = request.session.get(LOGIN_SESSION_KEY) or {}
    return url_str_to_user_pk(login["user_pk"]) if login.get("user_pk") else None
