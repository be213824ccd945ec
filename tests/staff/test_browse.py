"""The staff site in a browser: nothing of it breaks under the strict content security policy."""

import os
import shutil

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture
def page(cast, sign_in, live):
    """A superuser's page; ``page.complaints`` collects what the console says."""
    client = sign_in(cast.staff.superuser, mfa=True)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=QUIET
        )
        context = browser.new_context(base_url=live, locale="fi-FI")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        browser.close()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("DIG1_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/staff-{name}.png", full_page=True)


def choose(page: Page, field: str, search: str) -> None:
    """Fill a field from the list that its magnifying glass opens, twice: the last choice holds."""
    for _ in range(2):
        with page.expect_popup() as opened:
            page.click(f"#lookup_id_{field}")
        popup = opened.value
        popup.fill("#searchbar", search)
        popup.press("#searchbar", "Enter")
        popup.wait_for_url("**q=*")
        popup.click("#result_list tbody a")
        page.wait_for_function(f"document.querySelector('#id_{field}').value")


@pytest.mark.browser
def test_pages_work_without_a_word_in_the_console(cast, page):
    page.goto(reverse("admin:index"))
    picture(page, "index")

    page.goto(reverse("admin:company_organisation_changelist"))
    page.fill("#searchbar", "björk")
    page.press("#searchbar", "Enter")
    page.wait_for_url("**q=*")
    assert page.locator("#result_list tbody tr").count() == 1
    picture(page, "companies")
    page.click("#result_list tbody a")
    picture(page, "company")
    page.goto(reverse("admin:accounts_user_change", args=[cast.staff.support.id]))
    picture(page, "person")

    page.goto(reverse("admin:payments_sale_add"))
    choose(page, "organisation", "björk")
    assert page.input_value("#id_organisation") == str(cast.b.id)
    assert page.inner_text(".field-organisation strong") == cast.b.name
    picture(page, "sale")

    page.goto(reverse("admin:payments_serviceevent_add"))
    choose(page, "membership", cast.b.member.email)
    assert page.input_value("#id_membership") == str(cast.b.membership(cast.b.member))
    picture(page, "service-event")
    assert page.complaints == []
