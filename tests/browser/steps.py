"""What people do in a browser, found by names and addresses, so that the language is free."""

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD

MAIN_BUTTON = "main .btn-primary:visible"


def press(page: Page, selector: str = MAIN_BUTTON) -> None:
    """Press what leads to another page, and wait for that."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def follow(page: Page, name: str, *args: Any) -> None:
    """Click a link that can be seen, to the page of that name."""
    press(page, f'a[href="{reverse(name, args=args)}"]:visible')
    expect_page(page, name, *args)


def expect_page(page: Page, name: str, *args: Any) -> None:
    expect(page).to_have_url(page.url.split("/")[0] + "//" + host(page) + reverse(name, args=args))


def host(page: Page) -> str:
    return page.url.split("/")[2]


def fill(page: Page, **values: str) -> None:
    """Fill in fields of the form, by their names."""
    for name, value in values.items():
        page.locator(f'main form [name="{name}"]:visible').fill(value)


def sign_in_by_password(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto(reverse("account_login"))
    fill(page, login=email, password=password)
    press(page)


def open_menu(page: Page, which: str) -> None:
    """Open a menu of the header: "companies", "languages" or "account"."""
    page.locator(f".masthead .menu.{which} > summary").click()


def sign_out(page: Page) -> None:
    open_menu(page, "account")
    press(page, f'.masthead form[action="{reverse("account_logout")}"] button')


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()
