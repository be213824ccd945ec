"""After signing out nothing personal is left in the browser."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import sign_out
from tests.cast import Cast


def test_the_back_button_shows_no_personal_page(open_window: OpenWindow, cast: Cast) -> None:
    page = open_window(cast.a.admin)
    person = reverse("person", args=[cast.a.id, cast.a.membership(cast.a.reader)])
    for url in (person, reverse("inspection")):
        page.goto(url)
    expect(page.locator("main")).to_contain_text(cast.a.admin.email)
    sign_out(page)
    for _page in ("my data", "the colleague's"):
        page.go_back()
        expect(page.locator("main form[action*=login]")).to_be_visible()
        assert not [who for who in (cast.a.admin, cast.a.reader) if who.email in page.content()]
