"""SECURITY.md check 2: every route x method x persona x object, against the one matrix."""

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.urls import resolve

from tests.census.matrix import METHODS, REGISTER, SIGN_IN
from tests.census.personas import PERSONAS, Persona
from tests.census.routes import Route, routes
from tests.census.rules import Target, expected
from tests.proof.targets import Scene, set_the_scene, targets
from tests.proof.visiting import Visitor

# The gate and the methods stand before the object, so not every method is tried on what is gone.
FEW_METHODS = ("GET", "POST")
SHOWN = 60


@pytest.fixture
def scene() -> Scene:
    return set_the_scene()


@pytest.fixture
def visitors(settings_without_limits: None, quiet: None) -> list[Visitor]:
    return [Visitor(persona) for persona in PERSONAS]


def part_of(route: Route) -> str:
    if route.key in REGISTER:
        return "the register"
    return "sign-in" if route.key in SIGN_IN else "the staff site"


def questions(route: Route, who: Persona, scene: Scene) -> Iterator[tuple[Target, str]]:
    at_own_place = part_of(route) != "the staff site" or (who.group and who.mfa)
    for number, target in enumerate(targets(route.key, route.parameters, who, scene)):
        if number and not at_own_place:
            return  # outsiders stand before the gate of the staff site, whatever they ask for
        everything = at_own_place and target.about in ("own", "foreign", "foreign child")
        for method in METHODS if everything else FEW_METHODS:
            yield target, method


def outcome(response: HttpResponse) -> int | str:
    """The status, or the name of the page that a redirect leads to."""
    if response.status_code in (301, 302):
        return resolve(response.url.split("?")[0]).view_name
    return response.status_code


@pytest.mark.parametrize("part", ["the register", "sign-in", "the staff site"])
def test_every_answer_is_the_one_in_the_matrix(
    part: str, scene: Scene, visitors: list[Visitor], figure: Callable[[str, str], None]
) -> None:
    asked, off = 0, []
    for route in routes():
        if part_of(route) != part:
            continue
        for visitor in visitors:
            for target, method in questions(route, visitor.persona, scene):
                asked += 1
                got = outcome(visitor.ask(method, target.path))
                wanted = expected(route.key, visitor.persona, method, target)
                if got != wanted:
                    off.append(
                        f"{route.key}, {target.about}: {method} by {visitor.persona}:"
                        f" {got} instead of {wanted}"
                    )
    figure("check 2", f"{asked} requests to pages of {part}, {len(off)} off the matrix")
    assert not off, "\n".join([f"{len(off)} answers off the matrix:", *off[:SHOWN]])
