"""A company's erasure as its people see it: ordered, called off, ordered again, done."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.smtp import Envelope
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.capability import token_of
from registry.rights.certificate.verify import genuine
from registry.rights.models import ErasureRun
from tests.browser.axe import OF_COLOUR, OF_SIZE, violations
from tests.browser.conftest import DESKTOP, OpenWindow
from tests.browser.steps import expect_page, fill, follow, press, sign_in_by_password
from tests.browser.worker import work
from tests.cast import CAST, PASSWORD, Cast

COMPANY = CAST.b
LOCKED = reverse("company_locked", args=[COMPANY.id])
HASTEN = reverse("erasure_hasten", args=[COMPANY.id])
PHONE = {"width": 390, "height": 844}
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
CONTROLS = """() => [...document.querySelectorAll(
  "main :is(a[href], button, input:not([type=hidden]))")].map((one) => one.outerHTML)"""
PERSONAL = (COMPANY.name, *(person.email for person, _role in COMPANY.people))


@pytest.fixture(autouse=True)
def an_hour_to_call_it_off(settings: Settings) -> None:
    settings.ERASURE_HOLD_MINUTES = 60


def order(page: Page) -> str:
    """Order it as the page says: the address of the page on which it is followed."""
    page.goto(reverse("company_erase", args=[COMPANY.id]))
    fill(page, company_name=COMPANY.name)
    press(page, "main .btn-danger")
    expect(page.locator("main .stage-next")).to_have_count(1)
    return page.url


def assert_looks_right(page: Page) -> None:
    """To everybody: by keyboard, wide and narrow, light and dark."""
    assert_reached_by_keyboard(page)
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert not page.evaluate(SCROLLS)
    assert violations(page, *OF_SIZE) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, *OF_COLOUR) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)


def assert_reached_by_keyboard(page: Page) -> None:
    missing = set(page.evaluate(CONTROLS))
    assert missing
    page.locator(".skip-link").focus()
    for _attempt in range(40):
        page.keyboard.press("Tab")
        missing.discard(page.evaluate("document.activeElement.outerHTML"))
        if not missing:
            return
    raise AssertionError(f"Tab never reaches {missing}")


# --- called off ----------------------------------------------------------------------------------


def test_it_is_called_off_and_everything_is_back(
    open_window: OpenWindow, cast: Cast, smtp: list[Envelope]
) -> None:
    orderer = open_window(cast.b.admin, mfa=True, bypass_csp=True)
    second = open_window(cast.accountant, bypass_csp=True)
    member = open_window(cast.b.member)
    order(orderer)
    expect(orderer.locator(".masthead .menu.account")).to_have_count(0)
    assert_looks_right(orderer)

    # Who belongs to no other company was signed out; for those who sign in, it is closed.
    member.goto(reverse("company", args=[COMPANY.id]))
    sign_in_by_password(member, cast.b.member.email)
    assert member.url.endswith(LOCKED)
    expect(member.locator("main form, main .danger-zone")).to_have_count(0)
    second.goto(reverse("people", args=[COMPANY.id]))
    assert second.url.endswith(LOCKED)
    assert_looks_right(second)
    press(second)
    expect_page(second, "company", COMPANY.id)
    expect(second.locator("main .alert-success")).to_be_visible()

    orderer.reload()
    expect(orderer.locator("main .stages")).to_have_count(0)
    assert violations(orderer) == []
    work()
    follow(second, "people", COMPANY.id)
    expect(second.locator("main tbody")).to_contain_text(cast.b.reader.email)
    member.goto(reverse("company", args=[COMPANY.id]))
    expect_page(member, "company", COMPANY.id)
    # All admins are told of either.
    told = sorted(letter.rcpt_tos[0] for letter in smtp)
    assert told == sorted(2 * [cast.b.admin.email, cast.accountant.email])


def test_whoever_ordered_it_signs_in_and_calls_it_off(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.accountant)
    order(page)
    page.goto(reverse("company", args=[COMPANY.id]))
    assert page.url.endswith(LOCKED)
    # Four eyes have to see it before it is hastened.
    expect(page.locator("main .danger-zone")).to_have_count(0)
    press(page)
    expect_page(page, "company", COMPANY.id)


# --- done ----------------------------------------------------------------------------------------


def test_a_second_admin_hastens_it_and_the_page_of_progress_refreshes_by_itself(
    open_window: OpenWindow, cast: Cast, smtp: list[Envelope], tmp_path: Path
) -> None:
    page = open_window(cast.b.admin, mfa=True, bypass_csp=True)
    followed = order(page)
    second = open_window(cast.accountant, bypass_csp=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        second.goto(LOCKED)
        press(second, f'a[href="{HASTEN}"]')
        expect(second.locator("main [name=password]")).to_be_visible()
        fill(second, password=PASSWORD)
        press(second)
    assert second.url.endswith(HASTEN)
    fill(second, company_name="Bjork Testi")
    press(second, "main .btn-danger")
    assert second.locator("#id_company_name").get_attribute("aria-invalid") == "true"
    assert_looks_right(second)
    fill(second, company_name=COMPANY.name)
    press(second, "main .btn-danger")
    assert second.url == followed
    assert_looks_right(second)

    # Nothing is loaded anew from here on, and the focus stays where the reader has put it.
    second.evaluate("window.loadedOnce = true")
    second.locator(".colophon a").first.focus()
    under_way = second.title()
    said = second.locator("body > [role=status]")
    expect(said).to_be_empty()
    work()
    expect(second.locator("main .alert-success")).to_be_visible()
    assert second.evaluate("window.loadedOnce")
    assert second.evaluate("document.activeElement.matches('.colophon a')")
    assert second.title() != under_way
    assert second.title().startswith(second.locator("h1").inner_text())
    expect(said).to_have_text(second.locator("main [data-says]").inner_text())
    expect(second.locator("main [data-refresh]")).to_have_count(0)
    assert_looks_right(second)

    page.goto(followed)
    certificate_is_downloaded(page, tmp_path)
    nothing_personal_is_left(page, cast)


def certificate_is_downloaded(page: Page, folder: Path) -> None:
    """By anybody who has the address: nobody is signed in."""
    expect(page.locator(".masthead .menu.account")).to_have_count(0)
    section = page.locator("section[aria-labelledby=certificate]")
    expect(section).to_be_visible()
    files = {}
    for name in ("certificate_pdf", "certificate_json"):
        with page.expect_download() as download:
            section.locator(f'a[href="{address(page, name)}"]').click()
        files[name] = folder / download.value.suggested_filename
        download.value.save_as(files[name])
    pdf = files["certificate_pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert 10_000 < len(pdf) < 1_000_000
    content = genuine(files["certificate_json"].read_bytes())
    expect(page.locator("main dl")).to_contain_text(content["run"])


def address(page: Page, name: str) -> str:
    return reverse(name, args=[page.url.rstrip("/").rsplit("/", 1)[1]])


def nothing_personal_is_left(page: Page, cast: Cast) -> None:
    """Neither on the way back nor for those who sign in."""
    for _step in range(3):
        page.go_back()
        assert not [what for what in PERSONAL if what in page.content()]
    sign_in_by_password(page, cast.b.member.email)
    expect(page.locator("main [role=alert]")).to_be_visible()


def test_without_scripts_a_link_shows_how_far_it_is(
    open_window: OpenWindow, cast: Cast, settings: Settings
) -> None:
    settings.ERASURE_HOLD_MINUTES = 0
    page = open_window(cast.c.admin, java_script_enabled=False)
    page.goto(reverse("company_erase", args=[cast.c.id]))
    fill(page, company_name=cast.c.name)
    press(page, "main .btn-danger")
    followed = page.url
    press(page, "main a.btn")
    assert page.url == followed
    expect(page.locator("main .alert-info")).to_be_visible()
    work()
    press(page, "main a.btn")
    assert page.url == followed
    expect(page.locator("main .alert-success")).to_be_visible()
    expect(page.locator("main .stage-done")).to_have_count(7)


def test_what_has_the_focus_keeps_it_while_the_rest_is_renewed(
    open_window: OpenWindow, cast: Cast
) -> None:
    page = open_window(cast.b.admin, mfa=True)
    page.clock.install()
    order(page)
    link = page.locator("main a.btn-secondary")
    link.focus()
    page.evaluate("document.activeElement.dataset.mine = 'same'")
    page.evaluate("document.querySelector('main .stage').dataset.mine = 'old'")
    page.clock.run_for(10_000)
    expect(page.locator("main .stage[data-mine]")).to_have_count(0)
    expect(link).to_be_focused()
    assert link.get_attribute("data-mine") == "same"

    second = open_window(cast.accountant)
    second.goto(HASTEN)
    fill(second, company_name=COMPANY.name)
    press(second, "main .btn-danger")
    page.clock.run_for(10_000)
    expect(page.locator("main .alert-info")).to_be_visible()
    expect(link).to_be_focused()
    work()
    page.clock.run_for(2_000)
    expect(page.locator("main .alert-success")).to_be_visible()
    expect(page.locator("main a[href='']")).to_have_count(0)


def test_one_that_could_not_be_done_says_why(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.member, bypass_csp=True)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        run = ErasureRun.objects.get(pk=cast.a.row("erasurerun"))
        run.refused_at, run.certified_at, run.certificate = run.started_at, None, None
        run.steps.all().delete()
        run.save()
    page.goto(reverse("erasure", args=[token_of(run)]))
    expect(page.locator("main .alert-warning")).to_be_visible()
    expect(page.locator("main :is(.stages, table)")).to_have_count(0)
    assert violations(page) == []


# --- what is said before -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "can't be called off"),
        (1, "for one minute"),
        (90, "for 90 minutes"),
        (60, "for one hour"),
        (1440, "for 24 hours"),
    ],
)
def test_the_preview_says_how_long_it_can_be_called_off(
    open_window: OpenWindow, cast: Cast, settings: Settings, minutes: int, said: str
) -> None:
    settings.ERASURE_HOLD_MINUTES, settings.BACKUP_DAYS = minutes, 35
    page = open_window(cast.c.admin, locale="en-GB")
    page.goto(reverse("company_erase", args=[cast.c.id]))
    expect(page.locator("main .danger-zone")).to_contain_text(said)
    expect(page.locator("main")).to_contain_text("at most 35 days more")
    follow(page, "company_export", cast.c.id)
