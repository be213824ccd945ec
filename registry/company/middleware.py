"""One transaction a request, under the narrowest context that serves it.

``transaction`` opens it with the account tables readable, so that session and account load.
``narrow`` then leaves only the person's own rows (or, on the admin site, the staff's), before
any view runs, or an error page is drawn where none does; the gate of a company page adds that
one company. ``widen`` stands between the session and all that may still change it, and opens
the account tables again for its save.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.db import transaction as db_transaction
from django.http import HttpRequest, HttpResponse

from registry.company import tenant
from registry.company.tenant import Context, Scope

GetResponse = Callable[[HttpRequest], HttpResponse]

STAFF_PREFIX = f"/{settings.STAFF_PATH}"
# Answers without a database too: health.py opens its own connection.
HEALTH_CHECK = "/terveys/"
UNNARROWED = Context(Scope.ACCOUNTS)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def transaction(get_response: GetResponse) -> GetResponse:
    """Everything of a request commits together, or nothing does."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == HEALTH_CHECK:
            # Whoever asks is nobody: a session that can't be read here would be taken for ended.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            return get_response(request)
        staff = request.path.startswith(STAFF_PREFIX) and "staff" in connections
        with (
            tenant.using("staff" if staff else "default"),
            db_transaction.atomic(using=tenant.alias()),
        ):
            tenant.enter(UNNARROWED)
            try:
                response = get_response(request)
                if response.status_code >= 500:
                    db_transaction.set_rollback(True, using=tenant.alias())
                return response
            finally:
                tenant.forget()

    return middleware


def widen(get_response: GetResponse) -> GetResponse:
    """A changed session can be saved: its table is open to sign-in only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.modified and not connections[tenant.alias()].needs_rollback:
            tenant.enter(Context(Scope.ACCOUNTS))
        return response

    return middleware


def enter_own(request: HttpRequest) -> None:
    """Leave the person's own rows; on the admin site, the staff's."""
    user = getattr(request, "user", None)  # an error may come before there is one
    person = user and user.pk
    if tenant.alias() == "staff":
        staff = person and user.is_staff and user.is_active
        scope = Scope.STAFF if staff else Scope.NOTHING
    else:
        scope = Scope.CUSTOMER if person else Scope.NOTHING
    tenant.enter(Context(scope, person=person))


def narrow_for_error(request: HttpRequest) -> None:
    """For the page of an error that came before any view, and so before ``narrow``."""
    if tenant.current() == UNNARROWED:
        enter_own(request)


class narrow:  # a middleware with hooks, named like its siblings
    """Narrow the context for the view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        if request.path == HEALTH_CHECK:
            return
        if getattr(view, "__module__", "").startswith("allauth."):
            # The person's companies are in the header, and in a view that is resumed once they
            # have confirmed who they are.
            tenant.enter(Context(Scope.ACCOUNTS, person=request.user.pk))
        else:
            enter_own(request)
        if request.method not in SAFE_METHODS:
            # Only now: going back to a savepoint brings back the context that it was made under.
            request.before_view = db_transaction.savepoint(using=tenant.alias())
            request.context_before_view = tenant.current()

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What a view did before it raised (404 and 403 too) is undone; the session stays."""
        if hasattr(request, "before_view"):
            db_transaction.savepoint_rollback(request.before_view, using=tenant.alias())
            tenant.entered(request.context_before_view)
