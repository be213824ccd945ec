"""One transaction a request, under the narrowest context that serves it.

``transaction`` opens it with the account tables readable, so that session and account load.
``narrow`` then leaves only the person's own rows (or, on the admin site, the staff's), before
any view runs; the gate of a company page adds that one company. ``widen`` stands between the
session and all that may still change it, and opens the account tables again for its save.
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
# Neither touches the database on its own: health.py opens its own connection.
WITHOUT_DATABASE = ("/terveys/", settings.STATIC_URL)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def transaction(get_response: GetResponse) -> GetResponse:
    """Everything of a request commits together, or nothing does."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_DATABASE):
            return get_response(request)
        staff = request.path.startswith(STAFF_PREFIX) and "staff" in connections
        with (
            tenant.using("staff" if staff else "default"),
            db_transaction.atomic(using=tenant.alias()),
        ):
            tenant.enter(Context(Scope.ACCOUNTS))
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


class narrow:  # a middleware with hooks, named like its siblings
    """Narrow the context for the view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        if request.path.startswith(WITHOUT_DATABASE):
            return
        person = request.user.pk
        if getattr(view, "__module__", "").startswith("allauth."):
            # The person's companies are in the header, and in a view that is resumed once they
            # have confirmed who they are.
            scope = Scope.ACCOUNTS
        elif tenant.alias() == "staff":
            staff = request.user.is_staff and request.user.is_active
            scope = Scope.STAFF if staff else Scope.NOTHING
        else:
            scope = Scope.CUSTOMER if person else Scope.NOTHING
        tenant.enter(Context(scope, person=person))
        if request.method not in SAFE_METHODS:
            # Only now: going back to a savepoint brings back the context that it was made under.
            request.before_view = db_transaction.savepoint(using=tenant.alias())
            request.context_before_view = tenant.current()

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What a view did before it raised (404 and 403 too) is undone; the session stays."""
        if hasattr(request, "before_view"):
            db_transaction.savepoint_rollback(request.before_view, using=tenant.alias())
            tenant.entered(request.context_before_view)
