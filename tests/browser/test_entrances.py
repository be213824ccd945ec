"""Signing in otherwise than by password alone, on pages that the URLconf alone doesn't show."""

from aiosmtpd.smtp import Envelope
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import totp
from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.letters import code_to
from tests.browser.steps import expect_page, fill, follow, press, sign_in_by_password
from tests.cast import TOTP_SECRET, Cast

NEW_PASSWORD = "Syyslintu-vaikenee-9"


def test_a_mailed_code_signs_in(open_window: OpenWindow, cast: Cast, smtp: list[Envelope]) -> None:
    page = open_window()
    page.goto(reverse("account_login"))
    press(page, f'main a[href^="{reverse("account_request_login_code")}"]')
    fill(page, email=cast.a.member.email)
    press(page)
    expect_page(page, "account_confirm_login_code")
    assert violations(page) == []
    fill(page, code=code_to(cast.a.member.email, smtp))
    press(page)
    expect_page(page, "company", cast.a.id)


def test_a_forgotten_password_is_replaced(
    open_window: OpenWindow, cast: Cast, smtp: list[Envelope]
) -> None:
    page = open_window()
    page.goto(reverse("account_login"))
    follow(page, "account_reset_password")
    fill(page, email=cast.a.member.email)
    press(page, "main form button[type=submit]")
    expect_page(page, "account_confirm_password_reset_code")
    found = violations(page)
    fill(page, code=code_to(cast.a.member.email, smtp))
    press(page)
    expect_page(page, "account_complete_password_reset")
    found += violations(page)
    fill(page, password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    press(page, "main form button[type=submit]")
    follow(page, "account_login")
    sign_in_by_password(page, cast.a.member.email, NEW_PASSWORD)
    expect_page(page, "company", cast.a.id)
    assert found == []


def test_the_second_step_follows_the_password(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window()
    sign_in_by_password(page, cast.b.admin.email)
    expect_page(page, "mfa_authenticate")
    assert violations(page) == []
    page.goto(reverse("company", args=[cast.b.id]))
    expect(page.locator("main")).not_to_contain_text(cast.b.name)
    page.goto(reverse("mfa_authenticate"))
    fill(page, code=totp.code(TOTP_SECRET))
    press(page)
    expect_page(page, "company", cast.b.id)
