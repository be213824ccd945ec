"""Chromium, and windows in it that complain by themselves.

Whatever a test does, it fails if a page it saw wrote an error to the console, broke the content
security policy, missed a file, or asked anything of anybody but the service.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests.cast import Person
from tests.clients import sign_in

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1280, "height": 800}
# Without transitions no colour is seen half way.
USUAL = {"locale": "fi-FI", "viewport": DESKTOP, "reduced_motion": "reduce"}
# Chromium says this of an answer above 399, which is right for an error page's own address.
ANSWERED = "Failed to load resource"

OpenWindow = Callable[..., Page]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file.

    Not for the session: while it is open, this thread has an event loop, where Django refuses
    to query unless it is told otherwise. Other tests are to notice if they do that.
    """
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "Chromium is missing: infra/setup.sh chromium"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_window(live: str, chromium: Browser) -> Iterator[OpenWindow]:
    """``open_window(cast.a.admin, mfa=True)``: a page of a browser of the person's own.

    Without a person nobody is signed in. ``expected``: parts of complaints that the test itself
    brings about. Options are those of playwright's ``new_context``.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    ours: list[str] = []

    def open_one(
        person: Person | None = None,
        *,
        mfa: bool = False,
        expected: tuple[str, ...] = (),
        **options: Any,
    ) -> Page:
        ours.extend(expected)
        context = chromium.new_context(**USUAL | {"base_url": live} | options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        watch(context, live, complaints)
        if person:
            session = sign_in(person, mfa=mfa).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live}]
            )
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert [said for said in complaints if not any(part in said for part in ours)] == []


def watch(context: BrowserContext, site: str, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ANSWERED):
            complaints.append(f"{message.page and message.page.url}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "blob:")):
            complaints.append(f"a request to {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            complaints.append(f"{response.url} answered {response.status}")

    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", asked)
    context.on("response", answered)
