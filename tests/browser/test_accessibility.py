"""Every page, as everybody who can open it sees it: wide and narrow, light and dark.

The pages are derived from the URLconf (pages.py); those amid a sign-in are in test_entrances.py.
"""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, Route

from tests.browser.axe import OF_COLOUR, OF_SIZE, violations
from tests.browser.conftest import DESKTOP, OpenWindow
from tests.browser.pages import PERSONAS, addresses, is_none, named_urls
from tests.cast import Cast

PHONE = {"width": 390, "height": 844}
# A page that somebody has seen looks the same to others, but for text and for how many rows there
# are: only elements of a kind, in a kind, that were not there count.
SKELETON = """() => {
  const kind = (one) => one && [one.tagName, one.type, one.className.baseVal ?? one.className,
    one.getAttribute("role"), one.hasAttribute("open")].join();
  const all = [...document.querySelectorAll("html, head > link, body *")];
  return [...new Set(all.map((one) => `${kind(one.parentElement)} > ${kind(one)}`))].join(" ");
}"""
SHELL = """() => ({
  language: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  title: document.title,
})"""
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def group(name: str) -> pytest.MarkDecorator:
    """One process examines what customers see, so that it need not do so twice."""
    return pytest.mark.xdist_group("staff" if PERSONAS[name].staff else "customers")


@pytest.fixture(scope="module")
def skeletons() -> set[str]:
    """What has been examined by one of the tests."""
    return set()


def is_page(page: Page, url: str) -> bool:
    answer = page.context.request.get(url, max_redirects=0)
    return answer.ok and answer.headers.get("content-type", "").startswith("text/html")


def examine(page: Page, skeletons: set[str]) -> list[str]:
    """What is wrong with the page at hand."""
    shell = page.evaluate(SHELL)
    faults = []
    if shell["language"] != "fi":
        faults.append(f"in {shell['language']!r}")
    if shell["headings"] != 1:
        faults.append(f"{shell['headings']} headings of the first level")
    skeleton = page.evaluate(SKELETON)
    if skeleton in skeletons:
        return faults
    skeletons.add(skeleton)
    faults += violations(page)
    page.set_viewport_size(PHONE)
    if page.evaluate(SCROLLS):
        faults.append(f"scrolls sideways at {PHONE['width']} pixels")
    faults += violations(page, *OF_SIZE)
    page.emulate_media(color_scheme="dark")
    faults += violations(page, *OF_COLOUR)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    return faults


@pytest.mark.parametrize("name", [pytest.param(name, marks=group(name)) for name in PERSONAS])
def test_every_page_is_accessible_to(
    name: str, open_window: OpenWindow, skeletons: set[str]
) -> None:
    persona = PERSONAS[name]
    page = open_window(persona.person, mfa=persona.mfa, bypass_csp=True)
    titles: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    for url_name, url in addresses(persona):
        if is_page(page, url):
            page.goto(url)
            faults[url_name] = examine(page, skeletons)
            if (twin := titles.setdefault(page.title(), url_name)) != url_name:
                faults[url_name].append(f"has the title of {twin}: {page.title()}")
    assert len(titles) >= 10
    assert_none(faults)


def test_error_pages_are_accessible(
    open_window: OpenWindow, cast: Cast, skeletons: set[str]
) -> None:
    faults = {}
    for status, person, url in (
        (409, cast.c.admin, reverse("leave", args=[cast.c.id])),
        (403, cast.a.member, reverse("people", args=[cast.a.id])),
        (404, cast.a.member, reverse("people", args=[cast.b.id])),
        (410, None, reverse("invitation", args=["forged"])),
    ):
        page = open_window(person, bypass_csp=True)
        assert page.goto(url).status == status
        faults[str(status)] = examine(page, skeletons)
    for template in ("400.html", "403_csrf.html", "429.html", "500.html"):
        with override("fi"):  # whatever the test before has left
            serve(page, render_to_string(template))
        faults[template] = examine(page, skeletons)
    assert_none(faults)


def assert_none(faults: dict[str, list[str]]) -> None:
    lines = [f"{name}: {fault}" for name, found in faults.items() for fault in found]
    assert not lines, "\n".join(lines)


def serve(page: Page, html: str) -> None:
    """Show what the service says when it fails, without a fault to make it fail."""

    def fulfil(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route("**/fault/", fulfil)
    page.goto("/fault/")
    page.unroute("**/fault/")


def test_every_address_is_somebodys_page_or_known_to_be_none(open_window: OpenWindow) -> None:
    left = {name for name, _pattern in named_urls() if not is_none(name)}
    for persona in PERSONAS.values():
        page = open_window(persona.person, mfa=persona.mfa)
        left -= {name for name, url in addresses(persona) if name in left and is_page(page, url)}
    assert not left, f"{sorted(left)}: teach PERSONAS or NOT_DERIVED of tests/browser/pages.py"
