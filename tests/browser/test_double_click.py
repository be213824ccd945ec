"""A button clicked twice does no harm, even without JavaScript that could hold it back."""

import pytest
from aiosmtpd.smtp import Envelope
from django.urls import reverse
from playwright.sync_api import Page, expect

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.persons.models import Invitation, Membership
from registry.rights.models import ErasureRun
from tests.browser.conftest import OpenWindow
from tests.browser.steps import MAIN_BUTTON, fill, press
from tests.cast import Cast, Person

pytestmark = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture
def open_plain(open_window: OpenWindow, scripts: bool) -> OpenWindow:
    def open_one(person: Person) -> Page:
        return open_window(person, java_script_enabled=scripts)

    return open_one


def press_twice(page: Page, selector: str = MAIN_BUTTON) -> None:
    page.locator(selector).dblclick()
    # Until the answer is there, to the first or to the second.
    expect(page.locator("main .alert, main form[action*=login]").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_a_company_is_registered_once(open_plain: OpenWindow, cast: Cast) -> None:
    page = open_plain(cast.stranger)
    page.goto(reverse("company_new"))
    fill(page, name="Kaksi Testi Oy", business_id="1234567-1")
    press_twice(page)
    expect(page.locator("h1")).to_have_text("Kaksi Testi Oy")
    with tenant.serving(person=cast.stranger.id):
        assert Membership.objects.filter(user_id=cast.stranger.id).count() == 1


def test_a_colleague_is_invited_once(
    open_plain: OpenWindow, cast: Cast, smtp: list[Envelope]
) -> None:
    page = open_plain(cast.a.admin)
    page.goto(reverse("invitations", args=[cast.a.id]))
    fill(page, email="uusi@a.example")
    press_twice(page)
    expect(page.locator("main table")).to_contain_text("uusi@a.example")
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        assert Invitation.objects.filter(email="uusi@a.example").count() == 1


def test_a_companys_erasure_is_ordered_once(open_plain: OpenWindow, cast: Cast) -> None:
    page = open_plain(cast.c.admin)
    page.goto(reverse("company_erase", args=[cast.c.id]))
    fill(page, company_name=cast.c.name)
    press_twice(page, "main .btn-danger")
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        runs = ErasureRun.objects.filter(
            organisation_id=cast.c.id, scope=ErasureRun.Scope.ORGANISATION
        )
        assert [run.is_held for run in runs] == [True]
        assert Organisation.objects.get(pk=cast.c.id).locked_at


def test_it_is_called_off_once(open_plain: OpenWindow, cast: Cast) -> None:
    page = open_plain(cast.accountant)
    page.goto(reverse("company_erase", args=[cast.b.id]))
    fill(page, company_name=cast.b.name)
    press(page, "main .btn-danger")
    page.goto(reverse("company_locked", args=[cast.b.id]))
    press_twice(page)
    expect(page.locator("h1")).to_have_text(cast.b.name)
    expect(page.locator("main .alert-danger")).to_have_count(0)


def test_it_is_hastened_once(open_plain: OpenWindow, open_window: OpenWindow, cast: Cast) -> None:
    first = open_window(cast.b.admin, mfa=True)
    first.goto(reverse("company_erase", args=[cast.b.id]))
    fill(first, company_name=cast.b.name)
    press(first, "main .btn-danger")
    page = open_plain(cast.accountant)
    page.goto(reverse("erasure_hasten", args=[cast.b.id]))
    fill(page, company_name=cast.b.name)
    press_twice(page, "main .btn-danger")
    assert page.url == first.url
