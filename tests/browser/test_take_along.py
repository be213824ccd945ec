"""What people take along: their own data, and a company's."""

import json
from pathlib import Path
from zipfile import ZipFile

from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.steps import MAIN_BUTTON, follow, press
from tests.browser.worker import work
from tests.cast import Cast

SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def unpacked(page: Page, selector: str, folder: Path) -> Path:
    """Press what downloads a ZIP file: the folder that holds what was in it."""
    with page.expect_download() as download:
        page.locator(selector).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def open_offline(chromium: Browser, folder: Path) -> Page:
    """The page of a download, as somebody reads it years later: without the service."""
    context = chromium.new_context(locale="fi-FI", offline=True, bypass_csp=True)
    complaints = []
    context.on("request", lambda asked: complaints.append(asked.url))
    context.on("console", lambda message: complaints.append(message.text))
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    assert [what for what in complaints if not what.startswith(folder.as_uri())] == []
    return page


def test_my_data_is_a_page_that_opens_anywhere(
    open_window: OpenWindow, chromium: Browser, cast: Cast, tmp_path: Path
) -> None:
    page = open_window(cast.a.member, bypass_csp=True)
    page.goto(reverse("inspection"))
    follow(page, "export_me")
    assert violations(page) == []
    copy = open_offline(chromium, unpacked(page, MAIN_BUTTON, tmp_path))
    expect(copy.locator("html")).to_have_attribute("lang", "fi")
    expect(copy.locator("body")).to_contain_text(cast.a.member.email)
    expect(copy.locator("body")).to_contain_text(cast.a.name)
    expect(copy.locator("body")).not_to_contain_text(cast.a.reader.email)
    assert violations(copy) == []
    copy.set_viewport_size({"width": 390, "height": 844})
    assert not copy.evaluate(SCROLLS)
    copy.context.close()
    assert json.loads((tmp_path / "manifest.json").read_text())


def test_the_companys_data_is_made_while_one_watches(
    open_window: OpenWindow, chromium: Browser, cast: Cast, tmp_path: Path
) -> None:
    page = open_window(cast.b.admin, mfa=True, bypass_csp=True)
    page.goto(reverse("company_data", args=[cast.b.id]))
    follow(page, "company_export", cast.b.id)
    # The cast has one already, whose file is nowhere.
    press(page, "main .btn-outline-danger")
    press(page)
    expect(page.locator("main .alert-info")).to_be_visible()
    assert violations(page) == []
    page.evaluate("window.loadedOnce = true")
    work()
    expect(page.locator("main .alert-success[data-says]")).to_be_visible()
    assert page.evaluate("window.loadedOnce")
    assert violations(page) == []
    copy = open_offline(chromium, unpacked(page, MAIN_BUTTON, tmp_path))
    for person, _role in cast.b.people:
        expect(copy.locator("body")).to_contain_text(person.email)
    assert violations(copy) == []
    copy.context.close()
    press(page, "main .btn-outline-danger")
    expect(page.locator("main form:not([action]) .btn-primary")).to_be_visible()
