"""kill -9 of the worker between and inside all steps of an erasure (security check 46)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fault import orders
from tests.fault.doomed import Fate

pytestmark = pytest.mark.fault
CHAINS = 6


@pytest.fixture(scope="module", params=[orders.company, orders.oneself], ids=lambda o: o.__name__)
def scene(request, set_scene):
    return set_scene(request.param)


def test_an_erasure_whose_worker_is_killed_anywhere_comes_to_the_same_end(scene, figure):
    """Killed at every event of an undisturbed run (at most of them), and begun again each time.

    A chain of killings is one erasure: it is killed at every sixth event, and nothing between two
    killings but whole steps is ever to be seen.
    """
    with scene.copied() as undisturbed:
        before = undisturbed.kept_of_b()
        undisturbed.work_to_the_end(Fate(undisturbed.place))
        events = [
            event for event in undisturbed.events() if scene.name == "company" or coarse(event)
        ]
        end = undisturbed.ending()
        assert undisturbed.kept_of_b() == before
        assert end.journal.keys() == {f"{scene.run}.json", f"{scene.run}.ended"}
        assert end.queued == []

    def chain(start):
        with scene.copied() as stage:
            done = 0
            for number in range(start, len(events), CHAINS):
                kill(stage, events[number], within=events[done : number + 1])
                done = number + 1
            stage.work_to_the_end()
            assert stage.ending() == end
            assert stage.kept_of_b() == before

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(chain, range(CHAINS))) == [None] * CHAINS
    figure(
        f"check 46 ({scene.name})",
        f"{len(events)} kills of the worker in {CHAINS} erasures: all came to the same end,"
        " 0 half, 0 foreign rows",
    )


def coarse(event):
    """For the other kinds of erasure: between the steps, at files, and at some statements."""
    return event.number % 10 == 0 or not event.name.endswith("statement")


def kill(stage, event, within):
    """Kill the next worker at an event. What was not committed has left no trace."""
    before = stage.digest()
    stage.take_over()
    stage.kill_worker_at(event)
    if not any(one.name.endswith(": committed") for one in within):
        assert stage.digest() == before, f"half a step after {event}"
