"""A sign-in holds for twelve hours, whatever is done meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from registry.company import tenant
from registry.company.tenant import Scope
from tests.accounts.flows import is_signed_in, log_in, log_in_by_code, totp

LIFETIME = timedelta(hours=12)
A_MINUTE = timedelta(seconds=60)


def by_password(client, cast, mailoutbox):
    log_in(client, cast.stranger.email)


def by_code(client, cast, mailoutbox):
    log_in_by_code(client, cast.stranger.email, mailoutbox)


def by_two_steps(client, cast, mailoutbox):
    log_in(client, cast.b.admin.email)
    client.post(reverse("mfa_authenticate"), {"code": totp()})


@pytest.mark.parametrize("sign_in", [by_password, by_code, by_two_steps])
def test_it_ends_twelve_hours_after_the_sign_in(cast, client, mailoutbox, time_machine, sign_in):
    start = datetime.now(UTC)
    time_machine.move_to(start, tick=False)
    sign_in(client, cast, mailoutbox)
    assert is_signed_in(client)
    time_machine.move_to(start + LIFETIME / 2, tick=False)
    use(client)
    time_machine.move_to(start + LIFETIME - A_MINUTE, tick=False)
    use(client)
    assert is_signed_in(client)
    time_machine.move_to(start + LIFETIME + A_MINUTE, tick=False)
    assert not is_signed_in(client)


def use(client):
    """Changes the session, so that it is stored anew."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        session = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
        session["used"] = str(datetime.now(UTC))
        session.save()


def test_the_cookie_tells_the_browser_the_same(cast, client):
    log_in(client, cast.stranger.email)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert LIFETIME - A_MINUTE <= timedelta(seconds=cookie["max-age"]) <= LIFETIME
