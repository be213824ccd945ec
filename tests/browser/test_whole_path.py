"""The register from the first visit to the last: two people, their company, and its erasure."""

from datetime import timedelta

import time_machine
from aiosmtpd.smtp import Envelope
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from tests.browser import totp
from tests.browser.conftest import OpenWindow
from tests.browser.letters import code_to, invitation_to
from tests.browser.steps import (
    expect_page,
    fill,
    follow,
    heading,
    open_menu,
    press,
    sign_in_by_password,
)
from tests.browser.worker import work
from tests.cast import PASSWORD

ADMIN = "perustaja@polku.example"
COLLEAGUE = "tyokaveri@polku.example"
COMPANY = "Polku Testi Oy"
PHONE = "+358401234567"


def test_a_company_signs_up_uses_its_rights_and_erases_itself(
    open_window: OpenWindow, smtp: list[Envelope], settings: Settings
) -> None:
    admin, colleague = open_window(), open_window()
    sign_up(admin, smtp)
    company = register(admin)
    enable_totp(admin, smtp)
    invite(admin, company)
    join(colleague, company, smtp)
    correct_own_data(colleague)
    membership = look_at_colleague(admin, company)
    edit_basics(admin, company)
    look_at_history(admin, company)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        come_to_erase(admin, company)
    settings.ERASURE_HOLD_MINUTES = 0
    erase(admin, company)
    nothing_is_left(admin, colleague, company, membership)


def sign_up(page: Page, letters: list[Envelope]) -> None:
    page.goto(reverse("home"))
    assert page.locator("html").get_attribute("lang") == "fi"
    follow(page, "account_signup")
    fill(page, email=ADMIN, password1=PASSWORD)
    press(page)
    expect_page(page, "account_email_verification_sent")
    fill(page, code=code_to(ADMIN, letters))
    press(page)
    expect_page(page, "home")


def register(page: Page) -> str:
    """The identifier of the new company."""
    follow(page, "company_new")
    fill(page, name=COMPANY, business_id="1234567-2", office="Lohja", position="Toimitusjohtaja")
    press(page)
    assert page.locator("#id_business_id").get_attribute("aria-invalid") == "true"
    fill(page, business_id="1234567-1")
    press(page)
    assert heading(page) == COMPANY
    return page.url.rstrip("/").rsplit("/", 1)[1]


def enable_totp(page: Page, letters: list[Envelope]) -> None:
    before = len(letters)
    open_menu(page, "account")
    follow(page, "mfa_index")
    press(page, f'main a[href="{reverse("mfa_activate_totp")}"]')
    confirm(page)
    secret = page.locator("#authenticator_secret").input_value()
    fill(page, code=totp.code(secret))
    press(page)
    # The recovery codes are shown at once, before they are needed.
    expect_page(page, "mfa_view_recovery_codes")
    assert page.locator(".codes li").count() == 10
    # Whoever didn't do it themselves would learn of it.
    assert {letter.rcpt_tos[0] for letter in letters[before:]} == {ADMIN}


def confirm(page: Page) -> None:
    """What needs a fresh confirmation asks for the password, then goes on."""
    assert page.url.partition("?")[0].endswith(reverse("account_reauthenticate"))
    fill(page, password=PASSWORD)
    press(page)


def invite(page: Page, company: str) -> None:
    page.goto(reverse("home"))
    expect_page(page, "company", company)
    follow(page, "invitations", company)
    fill(page, email=COLLEAGUE, office="Turku")
    press(page)
    expect(page.locator("main .alert-success")).to_be_visible()
    expect(page.locator("main table")).to_contain_text(COLLEAGUE)


def join(page: Page, company: str, letters: list[Envelope]) -> None:
    page.goto(invitation_to(COLLEAGUE, letters))
    assert COMPANY in heading(page)
    press(page)
    fill(page, email=COLLEAGUE, password1=PASSWORD)
    press(page)
    fill(page, code=code_to(COLLEAGUE, letters))
    press(page)
    press(page)
    expect_page(page, "company", company)
    assert heading(page) == COMPANY


def correct_own_data(page: Page) -> None:
    open_menu(page, "account")
    follow(page, "inspection")
    main = page.locator("main")
    expect(main).to_contain_text(COLLEAGUE)
    expect(main).to_contain_text("Turku")
    for column, value in (("phone", PHONE), ("office", "Helsinki")):
        press(page, f'a.datum-edit[href$="/{column}/"]')
        fill(page, **{column: value})
        press(page)
        expect_page(page, "inspection")
        expect(main).to_contain_text(value)


def look_at_colleague(page: Page, company: str) -> str:
    """The identifier of the colleague's membership."""
    page.goto(reverse("company", args=[company]))
    follow(page, "people", company)
    row = page.locator("main tbody tr", has_text=COLLEAGUE)
    expect(row).to_contain_text("Helsinki")
    with page.expect_navigation():
        row.locator("a").first.click()
    assert heading(page) == COLLEAGUE
    expect(page.locator("main")).to_contain_text(PHONE)
    return page.url.rstrip("/").rsplit("/", 1)[1]


def edit_basics(page: Page, company: str) -> None:
    page.goto(reverse("company", args=[company]))
    follow(page, "company_edit", company)
    fill(page, visiting_street="Polkutie 7", visiting_postal_code="08100", visiting_city="Lohja")
    press(page)
    expect_page(page, "company", company)
    follow(page, "company_data", company)
    expect(page.locator("main")).to_contain_text("Polkutie 7")


def look_at_history(page: Page, company: str) -> None:
    follow(page, "company_history", company)
    rows = page.locator("main tbody")
    expect(rows).to_contain_text(ADMIN)
    expect(rows).to_contain_text(COLLEAGUE)
    # Who changed which column when, but no value.
    expect(rows).not_to_contain_text("Polkutie 7")
    expect(rows).not_to_contain_text(PHONE)


def come_to_erase(page: Page, company: str) -> None:
    follow(page, "company_data", company)
    press(page, f'a[href="{reverse("company_erase", args=[company])}"]:visible')
    confirm(page)
    expect_page(page, "company_erase", company)


def erase(page: Page, company: str) -> None:
    assert page.locator("main table tbody tr").count() > 3
    fill(page, company_name="Polku Test Oy")
    press(page, "main .btn-danger")
    assert page.locator("#id_company_name").get_attribute("aria-invalid") == "true"
    fill(page, company_name=COMPANY)
    press(page, "main .btn-danger")
    expect(page.locator("main .alert-info")).to_be_visible()
    work()


def nothing_is_left(admin: Page, colleague: Page, company: str, membership: str) -> None:
    expect(admin.locator("main .alert-success")).to_be_visible()
    result = admin.url
    for page in (admin, colleague):
        page.goto(reverse("inspection"))
        assert page.url.partition("?")[0].endswith(reverse("account_login"))
    sign_in_by_password(colleague, COLLEAGUE)
    expect_page(colleague, "account_login")
    expect(colleague.locator("main [role=alert]")).to_be_visible()
    # The result can be read afterwards, and names nobody.
    colleague.goto(result)
    text = colleague.content()
    assert not [told for told in (COMPANY, ADMIN, COLLEAGUE, membership) if told in text]
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert not User.objects.filter(email__in=[ADMIN, COLLEAGUE]).exists()
