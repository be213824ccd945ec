"""SECURITY.md check 2: every route x method x persona x object, against the one matrix."""

from collections.abc import Callable, Iterator

import pytest

from tests.census.matrix import METHODS, REGISTER, SIGN_IN
from tests.census.personas import PERSONAS, Persona
from tests.census.routes import Route, routes
from tests.census.rules import Target, expected
from tests.proof.targets import Scene, targets
from tests.proof.visiting import Visits, outcome

# Everybody tries every method on their own: customers on the customers' pages, staff on their site.
# On what is another's, or gone, two must do: nobody comes so far that the method matters.
FEW_METHODS = ("GET", "POST")
SHOWN = 60


def part_of(route: Route) -> str:
    if route.key in REGISTER:
        return "the register"
    return "sign-in" if route.key in SIGN_IN else "the staff site"


def questions(route: Route, who: Persona, scene: Scene) -> Iterator[tuple[Target, str]]:
    outside = part_of(route) == "the staff site" and not (who.group and who.mfa)
    for number, target in enumerate(targets(route.key, route.parameters, who, scene)):
        if number and outside:
            return  # outsiders stand before the gate of the staff site, whatever they ask for
        at_home = not outside and (part_of(route) == "the staff site") == bool(who.group)
        for method in METHODS if at_home and target.about == "own" else FEW_METHODS:
            yield target, method


@pytest.mark.parametrize("part", ["the register", "sign-in", "the staff site"])
def test_every_answer_is_the_one_in_the_matrix(
    part: str, scene: Scene, visits: Visits, figure: Callable[[str, str], None]
) -> None:
    asked, off = 0, []
    for route in (route for route in routes() if part_of(route) == part):
        for who in PERSONAS:
            for target, method in questions(route, who, scene):
                asked += 1
                got = outcome(visits.ask(who, method, target.path))
                wanted = expected(route.key, who, method, target)
                if got != wanted:
                    off.append(
                        f"{route.key}, {target.about}: {method} by {who}: {got}, not {wanted}"
                    )
    figure("check 2", f"{asked} requests to pages of {part}, {len(off)} off the matrix")
    assert not off, "\n".join([f"{len(off)} answers off the matrix:", *off[:SHOWN]])
