"""One transaction a request, under the narrowest context that serves it.

``transaction`` opens it with the account tables readable, so that session and account load.
``narrow`` then leaves only the person's own rows (or, on the admin site, the staff's), before
any view runs; the gate of a company page adds that one company.
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


class narrow:  # noqa: N801  (a middleware with hooks, named like its sibling)
    """Narrow the context for the view; widen it again for the session's save."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.modified and not connections[tenant.alias()].needs_rollback:
            tenant.enter(Context(Scope.ACCOUNTS))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        if request.path.startswith(WITHOUT_DATABASE):
            return
        if request.method not in SAFE_METHODS:
            request.before_view = db_transaction.savepoint(using=tenant.alias())
        if getattr(view, "__module__", "").startswith("allauth."):
            return
        person = request.user.pk
        if tenant.alias() == "staff":
            staff = request.user.is_staff and request.user.is_active
            scope = Scope.STAFF if staff else Scope.NOTHING
        else:
            scope = Scope.CUSTOMER if person else Scope.NOTHING
        tenant.enter(Context(scope, person=person))

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What a view did before it raised (404 and 403 too) is undone; the session stays."""
        if hasattr(request, "before_view"):
            db_transaction.savepoint_rollback(request.before_view, using=tenant.alias())
