"""SECURITY.md check 4: ``next`` leads nowhere but to pages of the service."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from tests.accounts.flows import totp
from tests.cast import CAST, PASSWORD
from tests.clients import ForgetfulClient, sign_in

HOST = "testserver"
ELSEWHERE = (
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "\t//evil.example/",
    "https:evil.example",
    "https:///evil.example/",
    "http:\\\\evil.example/",
    f"https://{HOST}@evil.example/",
    f"https://{HOST}.evil.example/",
    f"https://evil.example/?{HOST}",
    "ftp://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2F%2Fevil.example/",
    "/%09/evil.example/",
    "https://evil.example\r\nSet-Cookie: x=y",
)


def guest() -> Client:
    return ForgetfulClient()


def member() -> Client:
    return sign_in(CAST.a.member, fresh=False)


def in_two_steps() -> Client:
    return sign_in(CAST.b.admin, mfa=True, fresh=False)


def staff() -> Client:
    return sign_in(CAST.staff.support, mfa=True)


PASSWORD_FORM = {"login": CAST.a.member.email, "password": PASSWORD}
DOORS: dict[str, tuple[Callable[[], Client], dict[str, str] | None]] = {
    "account_login": (guest, PASSWORD_FORM),
    "account_signup": (member, None),
    "account_logout": (member, {}),
    "account_reauthenticate": (member, {"password": PASSWORD}),
    "mfa_reauthenticate": (in_two_steps, {"code": ""}),
    "set_language": (member, {"language": "sv"}),
    "notice_read": (member, {}),
    "admin:login": (staff, None),
}


def browsers_host(location: str) -> str:
    """The host that a browser would go to: it drops tabs and takes backslashes for slashes."""
    cleaned = "".join(c for c in location if c not in "\t\r\n").strip().replace("\\", "/")
    parts = urlsplit(urljoin(f"http://{HOST}/", cleaned))
    return (parts.hostname or "") if parts.scheme in ("http", "https") else parts.scheme


def knock(door: str, to: str) -> Any:
    """Once, and undone: a code of an authenticator app is good for one time."""
    who, form = DOORS[door]
    address = reverse(door)
    before = transaction.savepoint()
    try:
        if form is None:
            return who().get(address, {"next": to})
        if "code" in form:
            form = {"code": totp()}
        return who().post(address, {**form, "next": to})
    finally:
        transaction.savepoint_rollback(before)


@pytest.fixture(autouse=True)
def quickly(settings_without_limits: None, quick_passwords: None) -> None:
    """A password that is checked a hundred times is hashed less well."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        mine = User.objects.filter(pk=CAST.a.member.id)
        mine.update(password=make_password(PASSWORD))


@pytest.mark.parametrize("door", sorted(DOORS))
def test_it_leads_nobody_to_another_site(door: str, figure: Callable[[str, str], None]) -> None:
    led_away = []
    for to in ELSEWHERE:
        answer = knock(door, to)
        assert answer.status_code == 302, (door, to)
        if browsers_host(answer.url) != HOST or "x=y" in str(answer.headers):
            led_away.append((to, answer.url))
    figure("check 4", f"{len(led_away)} of {len(ELSEWHERE)} redirects of {door} led elsewhere")
    assert led_away == []


@pytest.mark.parametrize("door", sorted(DOORS))
def test_it_leads_to_pages_of_the_service(door: str) -> None:
    """Else the test above would prove nothing."""
    assert knock(door, reverse("notice")).url == reverse("notice")
