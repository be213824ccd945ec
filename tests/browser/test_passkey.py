"""A passkey, made and used with Chromium's virtual authenticator."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.steps import expect_page, fill, follow, press, sign_out
from tests.cast import Cast


def give_authenticator(page: Page) -> None:
    """The device's own: it knows the person by fingerprint, and is always touched at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add_passkey(page: Page) -> None:
    page.goto(reverse("mfa_add_webauthn"))
    fill(page, name="Kannettava")
    page.locator("[name=passwordless]").check()
    press(page, "#mfa_webauthn_add")


def test_a_passkey_alone_signs_its_owner_in(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.stranger)
    give_authenticator(page)
    add_passkey(page)
    sign_out(page)
    page.goto(reverse("account_login"))
    press(page, "#passkey_login")
    expect_page(page, "home")
    page.goto(reverse("inspection"))
    expect(page.locator("main")).to_contain_text(cast.stranger.email)


def test_a_passkey_is_renamed_and_removed_on_accessible_pages(
    open_window: OpenWindow, cast: Cast
) -> None:
    page = open_window(cast.stranger)
    give_authenticator(page)
    add_passkey(page)
    found = violations(page)
    page.goto(reverse("mfa_index"))
    follow(page, "mfa_list_webauthn")
    found += violations(page)
    press(page, 'main a[href$="/edit/"]')
    found += violations(page)
    fill(page, name="Puhelin")
    press(page)
    expect(page.locator("main")).to_contain_text("Puhelin")
    page.goto(reverse("mfa_reauthenticate_webauthn"))
    found += violations(page)
    page.goto(reverse("mfa_list_webauthn"))
    press(page, 'main a[href$="/remove/"]')
    found += violations(page)
    press(page, "main form:not([id]) button")
    expect(page.locator("main")).not_to_contain_text("Puhelin")
    assert found == []
