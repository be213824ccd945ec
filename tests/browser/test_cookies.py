"""What the service keeps in browsers: exactly what its page of cookies says.

Requests to others, and breaches of the content security policy, fail every test here.
"""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import resolve, reverse
from playwright.sync_api import Page, Response

from consent.cookies import COOKIES
from tests.browser.conftest import OpenWindow
from tests.browser.pages import NOT_DERIVED, PERSONAS
from tests.browser.steps import press, sign_in_by_password

DECLARED = {cookie.name for cookie in COOKIES}
LINKS = """() => [...document.querySelectorAll("a[href]")].map((link) => link.href)
  .filter((href) => new URL(href).origin === location.origin)"""


def note_cookies(page: Page, names: set[str]) -> None:
    """Add the names of all cookies that an answer to the page sets."""

    def answered(response: Response) -> None:
        if not response.url.startswith("data:"):
            names.update(
                header["value"].partition("=")[0]
                for header in response.headers_array()
                if header["name"].lower() == "set-cookie"
            )

    page.on("response", answered)


def crawl(page: Page, start: str) -> dict[str, int]:
    """Follow the links, to one page of each kind: the kinds, with the status of the answers."""
    waiting, met = [start], {}
    while waiting:
        path = waiting.pop()
        kind = resolve(path).view_name
        if kind in met or NOT_DERIVED.get(kind) == "a file":
            continue
        met[kind] = page.goto(path).status
        waiting += sorted(urlsplit(link).path for link in page.evaluate(LINKS))
    return met


@pytest.mark.parametrize("name", ["anonymous", "admin", "member", "staff-administrator"])
def test_no_page_sets_a_cookie_that_is_not_declared(name: str, open_window: OpenWindow) -> None:
    persona = PERSONAS[name]
    page = open_window(persona.person, mfa=persona.mfa)
    names: set[str] = set()
    note_cookies(page, names)
    met = crawl(page, reverse("admin:index" if persona.staff else "home"))
    assert len(met) >= 9
    # 409: the only admin can't leave. Every other link leads somewhere.
    assert {kind: status for kind, status in met.items() if status not in (200, 409)} == {}
    assert names | in_jar(page) <= DECLARED


def test_signing_in_and_choosing_a_language_set_the_declared_cookies(
    open_window: OpenWindow,
) -> None:
    page = open_window()
    sign_in_by_password(page, PERSONAS["admin"].person.email)
    page.locator(".masthead .languages > summary").click()
    press(page, ".masthead .languages button[lang=sv]")
    assert page.locator("html").get_attribute("lang") == "sv"
    assert in_jar(page) == DECLARED
    session = next(c for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    assert session["httpOnly"]
    assert session["sameSite"] == "Lax"
    assert page.evaluate("document.cookie + Object.keys(localStorage)") == ""


def in_jar(page: Page) -> set[str]:
    return {cookie["name"] for cookie in page.context.cookies()}
