"""A person without an account asks what is stored about their address, and refuses it."""

import pytest
from aiosmtpd.smtp import Envelope
from django.urls import reverse
from playwright.sync_api import Page, expect

from registry.company import tenant
from registry.persons.models import Invitation
from tests.browser.axe import OF_COLOUR, OF_SIZE, violations
from tests.browser.conftest import DESKTOP, OpenWindow
from tests.browser.letters import data_link_to
from tests.browser.steps import MAIN_BUTTON, expect_page, fill, press
from tests.browser.test_accessibility import PHONE, SCROLLS
from tests.cast import Cast


def examine(page: Page) -> list[str]:
    """What is wrong with the page at hand, wide and narrow, light and dark."""
    found = violations(page)
    page.set_viewport_size(PHONE)
    found += ["scrolls sideways"] * page.evaluate(SCROLLS) + violations(page, *OF_SIZE)
    page.emulate_media(color_scheme="dark")
    found += violations(page, *OF_COLOUR)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    return found


def ask(page: Page, email: str) -> None:
    page.goto(reverse("account_login"))
    press(page, f'main a[href="{reverse("access_link")}"]')
    fill(page, email=email)
    press(page)
    expect_page(page, "access_link_sent")


def test_it_is_asked_for_seen_and_deleted(
    open_window: OpenWindow, cast: Cast, smtp: list[Envelope]
) -> None:
    page = open_window(bypass_csp=True)
    ask(page, cast.a.invited.upper())
    expect(page.locator("main")).to_contain_text(cast.a.invited)
    found = examine(page)
    link = data_link_to(cast.a.invited, smtp)
    page.goto(link)
    found += examine(page)
    press(page)
    expect_page(page, "address_data")
    expect(page.locator("main")).to_contain_text(cast.a.name)
    expect(page.locator("main")).to_contain_text(cast.a.invited)
    found += examine(page)
    press(page, f'a[href="{reverse("address_erase", args=[cast.a.id])}"]')
    expect(page.locator("h1")).to_contain_text(cast.a.name)
    found += examine(page)
    press(page, "main .btn-danger")
    expect_page(page, "address_data")
    expect(page.locator("main .alert-success")).to_contain_text(cast.a.name)
    expect(page.locator("main section")).to_have_count(0)
    found += examine(page)
    with tenant.serving(organisation=cast.a.id):
        assert not Invitation.objects.exists()
    assert page.goto(link).status == 410
    found += examine(page)
    page.goto(reverse("address_data"))
    press(page, f'form[action="{reverse("address_close")}"] button')
    expect_page(page, "access_link")
    page.go_back()
    expect_page(page, "access_link")
    assert found == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_refusal_clicked_twice_does_no_harm(
    open_window: OpenWindow, cast: Cast, smtp: list[Envelope], scripts: bool
) -> None:
    page = open_window(java_script_enabled=scripts)
    ask(page, cast.a.invited)
    page.goto(data_link_to(cast.a.invited, smtp))
    press(page)
    page.goto(reverse("address_erase", args=[cast.a.id]))
    page.locator("main .btn-danger").dblclick()
    expect(page.locator("main .alert").first).to_be_visible()
    expect_page(page, "address_data")
    with tenant.serving(organisation=cast.a.id):
        assert not Invitation.objects.exists()


def test_the_button_clicked_twice_opens_the_data(
    open_window: OpenWindow, cast: Cast, smtp: list[Envelope]
) -> None:
    """The second click comes while the first is on its way, and would find the link used up."""
    page = open_window()
    ask(page, cast.a.invited)
    page.goto(data_link_to(cast.a.invited, smtp))
    twice = "button => { button.click(); setTimeout(() => button.click(), 20); }"
    page.locator(MAIN_BUTTON).evaluate(twice)
    expect_page(page, "address_data")
    expect(page.locator("main")).to_contain_text(cast.a.name)
