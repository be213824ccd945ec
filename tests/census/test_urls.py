"""SECURITY.md check 1: every route stands in the authorisation matrix, and nothing else does."""

from collections import Counter
from collections.abc import Callable

from tests.census.matrix import MATRIX
from tests.census.routes import Route, routes

TO_DO = (
    "Add a row to tests/census/matrix.py that says whose page it is and what it answers: to"
    " REGISTER, or to STAFF_MODELS for a kind of rows on the staff site."
)


def unlisted(found: list[Route]) -> list[str]:
    return [f"{route.key} ({route.pattern})" for route in found if route.key not in MATRIX]


def test_every_route_is_in_the_matrix(figure: Callable[[str, str], None]) -> None:
    found = routes()
    missing = unlisted(found)
    figure("check 1", f"{len(missing)} of {len(found)} routes unlisted")
    assert not missing, f"Not in the authorisation matrix: {missing}. {TO_DO}"


def test_every_row_of_the_matrix_is_a_route() -> None:
    gone = sorted(set(MATRIX) - {route.key for route in routes()})
    assert not gone, f"No such routes any more: {gone}. Remove their rows from the matrix."


def test_no_two_routes_share_a_name() -> None:
    """Else one row would speak for two pages."""
    twice = [key for key, number in Counter(route.key for route in routes()).items() if number > 1]
    assert not twice, f"Give each of these routes a name of its own: {twice}"


def test_the_census_reaches_the_pages_of_packages_and_of_staff() -> None:
    keys = {route.key for route in routes()}
    assert {"account_login", "mfa_index", "usersessions_list", "admin:company_change_add"} <= keys


def test_an_unlisted_route_would_be_told() -> None:
    new = Route("new_page", "uusi/", lambda request: None, frozenset())
    assert unlisted([*routes(), new]) == ["new_page (uusi/)"]
