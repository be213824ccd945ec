"""A new version of the privacy notice is told, read and done with, without scripts too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from registry.notice.approved import Version
from tests.browser.axe import OF_COLOUR, OF_SIZE, violations
from tests.browser.conftest import OpenWindow
from tests.browser.steps import press, sign_in_by_password
from tests.cast import CAST
from tests.noticing import CHANGES, LONG_AGO, approve_next, join, versions_in

NEWS = "section[aria-labelledby=notice-news]"
PHONE = {"width": 390, "height": 844}
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def news(live: str, tmp_path: Path) -> Iterator[Version]:
    """Told to a member of A, whose account is from before it."""
    with versions_in(tmp_path / "versions"):
        join(CAST.a.member, LONG_AGO)
        yield approve_next()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_it_is_read_and_done_with(news: Version, open_window: OpenWindow, scripts: bool) -> None:
    page = open_window(java_script_enabled=scripts)
    sign_in_by_password(page, CAST.a.member.email)
    expect(page.locator(NEWS)).to_contain_text(CHANGES["fi"])
    press(page, f'{NEWS} a[href="{reverse("notice_version", args=[news.name])}"]')
    expect(page.locator("h1")).to_have_text("TIETOSUOJASELOSTE")
    page.goto(reverse("company", args=[CAST.a.id]))
    press(page, f"{NEWS} button")
    expect(page).to_have_url(page.url.split("/y")[0] + reverse("company", args=[CAST.a.id]))
    expect(page.locator(NEWS)).to_have_count(0)
    page.goto(reverse("companies"))
    expect(page.locator(NEWS)).to_have_count(0)


def test_it_can_be_read_by_everybody(news: Version, open_window: OpenWindow) -> None:
    page = open_window(bypass_csp=True)
    sign_in_by_password(page, CAST.a.member.email)
    expect(page.locator(NEWS)).to_be_visible()
    assert violations(page) == []
    assert_narrow_and_dark(page)


def assert_narrow_and_dark(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert not page.evaluate(SCROLLS)
    assert violations(page, *OF_SIZE) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, *OF_COLOUR) == []
