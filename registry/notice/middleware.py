"""What a session has to know of the notice is found out once, when somebody signs in."""

from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest, HttpResponse

from registry.notice.models import NoticeShown
from registry.notice.telling import KEY, known_version

GetResponse = Callable[[HttpRequest], HttpResponse]


def remember(get_response: GetResponse) -> GetResponse:
    """Notes in the session which version its person knows.

    Only when the session is being saved anyway, as at every sign-in; its table is open then.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = request.session
        if session.modified and KEY not in session and can_ask() and request.user.is_authenticated:
            session[KEY] = known_version(request.user)
        return response

    return middleware


def can_ask() -> bool:
    """Not in a transaction that an error has ended."""
    return not connections[NoticeShown.objects.db].needs_rollback
