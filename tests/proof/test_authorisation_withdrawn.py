"""SECURITY.md check 5: a right that is gone is gone at the next request of the same session."""

from collections.abc import Callable, Iterator

import pytest

from tests.census.matrix import EVERYBODY, LOGIN, REGISTER, STAFF, Outcome, Row, Staff
from tests.census.routes import routes
from tests.census.rules import Target, expected
from tests.proof.targets import Scene, targets, write_the_files
from tests.proof.visiting import Visits, outcome
from tests.proof.withdrawals import FROM_CUSTOMERS, FROM_STAFF, Withdrawal

Round = tuple[Withdrawal, str, str, Target]


def bites(lost: Withdrawal, row: Row | Staff) -> bool:
    """Whether the page asks for what is lost."""
    if isinstance(row, Staff):
        return lost.what != "group" or row.groups != EVERYBODY
    if lost.company is None:
        return row.audience != "public"
    return row.audience.startswith("company") and (not lost.rights or row.right in lost.rights)


def rounds(
    withdrawals: tuple[Withdrawal, ...], site: dict[str, Row | Staff], scene: Scene
) -> Iterator[Round]:
    """Each withdrawal with each page that it shuts: what was lost, the route, and how to ask."""
    for lost in withdrawals:
        for route in routes():
            row = site.get(route.key)
            if row and bites(lost, row):
                method = "POST" if row.get is None else "GET"
                for at in targets(route.key, route.parameters, lost.who, scene):
                    if was_open(lost, expected(route.key, lost.who, method, at), at):
                        yield lost, route.key, method, at


def was_open(lost: Withdrawal, answer: Outcome, at: Target) -> bool:
    there = lost.company is None or at.company == lost.company.letter
    return there and at.about == "own" and answer not in (403, 404)


@pytest.mark.parametrize(
    ("pages", "withdrawals"),
    [(REGISTER, FROM_CUSTOMERS), (STAFF, FROM_STAFF)],
    ids=["customers", "staff"],
)
def test_the_next_request_is_refused(
    pages: dict[str, Row | Staff],
    withdrawals: tuple[Withdrawal, ...],
    scene: Scene,
    visits: Visits,
    figure: Callable[[str, str], None],
) -> None:
    """What a withdrawal did is undone together with the request after it."""
    done, wrong = 0, []
    for lost, key, method, at in rounds(withdrawals, pages, scene):
        done += 1
        write_the_files()
        before = outcome(visits.ask(lost.who, method, at.path))
        lost.take()
        after = outcome(visits.ask(lost.who, method, at.path))
        then = lost.then or getattr(pages[key], "guest", LOGIN)
        if (before, after) != (expected(key, lost.who, method, at), then):
            wrong.append(f"{lost.what}: {key}: {before} before, {after} after, not {then}")
    whose = "customers" if pages is REGISTER else "staff"
    refused = done - len(wrong)
    figure("check 5", f"{refused} of {done} next requests refused after rights of {whose} went")
    assert not wrong, "\n".join(wrong)
    assert {lost.what for lost in withdrawals} == {
        lost.what for lost, *_ in rounds(withdrawals, pages, scene)
    }
