"""The pictures of the README: `make screenshots` draws the demo company's pages anew."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from accounts.models import User
from dig1.demo import COMPANIES, make_demo
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.browser.conftest import OpenWindow
from tests.browser.steps import fill, press
from tests.browser.worker import work
from tests.cast import PASSWORD, Person

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
TALL = {"viewport": {"width": 1280, "height": 1200}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def admin(live: str) -> Person:
    make_demo(PASSWORD)
    with tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.get(email=COMPANIES[0].people[0][0])
    return Person(user.pk, user.email)


def test_draw(open_window: OpenWindow, admin: Person, settings: Settings) -> None:
    with tenant.serving(person=admin.id):
        company = Membership.objects.get(user_id=admin.id).organisation_id
    FOLDER.mkdir(exist_ok=True)
    for name, person, how, *args in (
        ("home", None, {}),
        ("company", admin, {}, company),
        ("people", admin, {}, company),
        ("inspection", admin, TALL),
        ("company_erase", admin, TALL, company),
        ("company_history", admin, PHONE, company),
    ):
        page = open_window(person, **how)
        page.goto(reverse(name, args=args))
        page.screenshot(path=FOLDER / f"{name}.png")
    settings.ERASURE_HOLD_MINUTES = 0
    page = open_window(admin, viewport={"width": 1280, "height": 1300})
    page.goto(reverse("company_erase", args=[company]))
    fill(page, company_name=COMPANIES[0].name)
    press(page, "main .btn-danger")
    work()
    expect(page.locator("main .alert-success")).to_be_visible()
    page.screenshot(path=FOLDER / "erasure.png")
