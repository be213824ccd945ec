"""An assessment in Chromium: from its start to the signed-off PDF, and what can go wrong."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from assessment.models import Answer, Assessment
from tests.assessment.answering import answer_everything, inside
from tests.assessment.answering import page as address
from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.steps import MAIN_BUTTON, fill, follow, press
from tests.cast import QUESTION, Cast

FIRST, SECOND = "governance.responsible_person", "governance.policy"


def choose(page: Page, question: str, choice: str) -> None:
    page.locator(f'[id="{question}"] input[type=radio][value="{choice}"]').check()


def status(page: Page, question: str):
    return page.locator(f'[id="{question}"] .answer-status')


def level(cast: Cast, question: str = QUESTION) -> int | None:
    with inside(cast.a) as assessment:
        return Answer.objects.get(assessment=assessment, question=question).level


def test_from_the_start_to_the_signed_report(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.admin, bypass_csp=True)
    page.goto(reverse("assessment_new", args=[cast.a.id]))
    fill(page, name="Tietosuoja 2027")
    press(page)
    page.locator('[name="profile.headcount"][value="under_10"]').check()
    for question, choice in (
        ("profile.staff", "neither"),
        ("profile.roles", "controller"),
        ("profile.marketing", "none"),
    ):
        page.locator(f'[name="{question}"][value="{choice}"]').check()
    press(page)
    press(page)  # the first section
    seen = 0
    while "/osat/" in page.url:
        for question in page.locator("fieldset.question").all():
            question.locator('input[type=radio][value="3"]').check()
            seen += 1
        press(page)
    expect(page.locator(".figures")).to_contain_text("100")
    with page.expect_download() as download:
        page.locator('a[href$="raportti.pdf"]').click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.goto(page.url.replace("/tulokset/", "/hyvaksynta/"))
    press(page)
    expect(page.locator(".alert-info")).to_contain_text(cast.a.admin.email)
    assert violations(page) == []
    with inside(cast.a):
        signed = Assessment.objects.get(name="Tietosuoja 2027")
        assert signed.is_signed and signed.answers.count() == seen
    follow(page, "assessment_round", cast.a.id, signed.pk)


def test_two_on_one_page_lose_nothing(open_window: OpenWindow, cast: Cast) -> None:
    mine = open_window(cast.a.admin, bypass_csp=True, expected=("answered 409", "htmx:"))
    theirs = open_window(cast.a.member)
    for page in (mine, theirs):
        page.goto(address("assessment_section", cast.a, "governance"))
    choose(theirs, FIRST, "4")
    expect(status(theirs, FIRST).locator(".saved")).to_be_visible()
    choose(mine, FIRST, "0")
    expect(status(mine, FIRST).locator(".alert-warning")).to_contain_text(cast.a.member.email)
    assert level(cast) == 4
    assert violations(mine) == []
    status(mine, FIRST).locator("button").click()
    mine.wait_for_load_state()
    assert level(cast) == 0


def test_a_lost_connection_loses_no_answer(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.member, expected=("htmx:",))
    page.goto(address("assessment_section", cast.a, "governance"))
    page.context.set_offline(True)
    choose(page, SECOND, "2")
    expect(status(page, SECOND).locator(".unsaved")).to_be_visible()
    page.context.set_offline(False)
    expect(status(page, SECOND).locator(".saved")).to_be_visible(timeout=15_000)
    assert level(cast, SECOND) == 2


def test_the_keyboard_is_enough(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.member)
    page.goto(address("assessment_section", cast.a, "governance"))
    page.locator(f'[id="{SECOND}"] input[type=radio]').first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(status(page, SECOND).locator('[name$="-revision"]')).to_have_value("2")
    assert level(cast, SECOND) == 2


def test_without_scripts_the_button_saves(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.member, java_script_enabled=False)
    page.goto(address("assessment_section", cast.a, "governance"))
    choose(page, FIRST, "3")
    choose(page, SECOND, "1")
    press(page, MAIN_BUTTON)
    assert (level(cast), level(cast, SECOND)) == (3, 1)


def test_results_fit_a_phone(open_window: OpenWindow, cast: Cast) -> None:
    answer_everything(cast.a, level=2)
    page = open_window(cast.a.reader, viewport={"width": 390, "height": 844}, bypass_csp=True)
    page.goto(address("assessment_results", cast.a))
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    assert violations(page) == []
