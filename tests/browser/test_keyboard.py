"""A keyboard alone suffices, and one always sees where it is."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.pages import PERSONAS, addresses
from tests.browser.steps import expect_page
from tests.browser.worker import work
from tests.cast import PASSWORD, Cast

REACH = "(selector) => document.activeElement.matches(selector)"
# Where the focus is without being shown by an outline.
UNSHOWN = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  const style = getComputedStyle(one);
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const seen = one.getBoundingClientRect();
  return outline && seen.width && seen.height ? "" : one.outerHTML.slice(0, 120);
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there: nothing on the way may hold it."""
    for _attempt in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(REACH, selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_by_keyboard(page: Page, which: str) -> None:
    tab_to(page, f".masthead .menu.{which} > summary")
    page.keyboard.press("Enter")
    expect(page.locator(f".masthead .menu.{which} .menu-panel")).to_be_visible()


def test_signing_in_switching_and_leaving_need_no_pointer(
    open_window: OpenWindow, cast: Cast
) -> None:
    page = open_window()
    page.goto(reverse("account_login"))
    tab_to(page, "[name=login]")
    page.keyboard.type(cast.accountant.email)
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    enter(page)
    expect_page(page, "companies")
    for company in (cast.b, cast.a):
        open_by_keyboard(page, "companies")
        tab_to(page, f'.masthead a[href="{reverse("company", args=[company.id])}"]')
        enter(page)
        expect_page(page, "company", company.id)
    open_by_keyboard(page, "languages")
    tab_to(page, ".masthead .languages button[lang=en]")
    enter(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    tab_to(page, f'a[href="{reverse("leave", args=[cast.a.id])}"]')
    enter(page)
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    enter(page)
    tab_to(page, "main .btn-danger")
    enter(page)
    work()
    expect(page.locator("main .alert-success")).to_be_visible()
    page.goto(reverse("home"))
    expect_page(page, "company", cast.b.id)


def test_escape_closes_a_menu_and_the_focus_stays_at_it(
    open_window: OpenWindow, cast: Cast
) -> None:
    page = open_window(cast.a.member)
    page.goto(reverse("inspection"))
    open_by_keyboard(page, "account")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".menu.account .menu-panel")).not_to_be_visible()
    assert page.evaluate(REACH, ".menu.account > summary")


def test_the_first_stop_skips_to_the_content(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.admin)
    page.goto(reverse("people", args=[cast.a.id]))
    page.keyboard.press("Tab")
    assert page.evaluate(REACH, ".skip-link")
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate(REACH, "#content")
    page.keyboard.press("Tab")
    assert page.evaluate(REACH, "#content *")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_focus_is_seen_at_every_stop(
    color_scheme: str, open_window: OpenWindow, cast: Cast
) -> None:
    page = open_window(cast.b.admin, mfa=True, color_scheme=color_scheme)
    urls = dict(addresses(PERSONAS["admin-with-totp"]))
    unseen = {}
    for name in ("account_login", "company_edit", "people", "invitations", "inspection"):
        page.goto(urls[name])
        stops = set()
        for _attempt in range(60):
            page.keyboard.press("Tab")
            if unshown := page.evaluate(UNSHOWN):
                unseen[unshown] = name
            stops.add(page.evaluate("document.activeElement.outerHTML"))
        assert len(stops) > 10 or name == "account_login"
    assert unseen == {}
