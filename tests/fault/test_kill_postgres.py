"""kill -9 of PostgreSQL, the postmaster and all its processes, during an erasure (check 48).

A server of the test's own, which writes to the disk as in production.
"""

import os
import shutil
import signal
import time
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from dig1 import devdb
from dig1.devdb.databases import with_database
from tests.devdb.conftest import new_folder
from tests.environment import ADDRESSES
from tests.fault import orders
from tests.fault.backup import dumped, restore
from tests.fault.doomed import Event, Fate, Place, begin, worker
from tests.fault.scene import PATIENCE_SECONDS, connected

pytestmark = pytest.mark.fault


def kill_postgres(data: Path) -> None:
    """All of its processes at once, as a power cut."""
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    for pid in [postmaster, *children_of(postmaster)]:
        with suppress(ProcessLookupError):  # it has seen that the postmaster is gone
            os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{postmaster}").exists():
        time.sleep(0.005)


def wait_until_killed(data: Path) -> None:
    postmaster = Path("/proc") / (data / "postmaster.pid").read_text().splitlines()[0]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while postmaster.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def children_of(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in children.split()]


def power_cut(data: Path) -> None:
    """PostgreSQL, and the process in which this happens."""
    kill_postgres(data)
    os.kill(os.getpid(), signal.SIGKILL)


class Server:
    """A durable server with a copy of a scene on it."""

    def __init__(self, folder, scene):
        self.folder, self.scene, self.numbers = folder, scene, count(1)
        addresses = devdb.ensure(folder.path, durable=True)
        made = devdb.create_database(addresses, "original")
        with dumped(with_database(ADDRESSES["admin"], scene.database)) as dump:
            restore(dump, made["admin"])

    @contextmanager
    def stage(self):
        """A copy of the scene. Every connection to it may be lost; ``connected`` makes a new."""
        name = f"copy{next(self.numbers)}"
        addresses = devdb.create_database(self.start(), name, template="original")
        files = self.scene.folder.with_name(f"durable {name}")
        shutil.copytree(self.scene.folder, files)
        yield Place({role: with_database(url, name) for role, url in addresses.items()}, files)
        devdb.drop_database(self.start(), name)

    def start(self):
        return devdb.ensure(self.folder.path, durable=True)

    def connected(self, place):
        return connected(place, self.scene.cast)


@pytest.fixture(scope="module")
def server(set_scene):
    folder = new_folder()
    yield Server(folder, set_scene(orders.company))
    folder.remove()


@pytest.fixture(scope="module")
def undisturbed(server):
    """What happens in a run that nobody disturbs, how it ends, and what is kept of B."""
    with server.stage() as place, server.connected(place) as stage:
        stage.work_to_the_end(Fate(place))
        return stage.events(), stage.ending(), stage.kept_of_b()


def chosen(event):
    """A power cut takes two seconds: before and after each commit, and some inside."""
    if event.name.endswith("statement"):
        return event.name.startswith("delete:") and event.number % 24 == 0
    return event.name.endswith((": done", ": committed", "file deleted")) and event.number == 1


def test_a_power_cut_anywhere_leaves_nothing_half(server, undisturbed, figure):
    events, end, kept = undisturbed
    events = [event for event in events if chosen(event)]
    longest = 0.0
    with server.stage() as place:
        for event in events:
            with server.connected(place) as stage:
                stage.take_over()
            process = begin(worker, Fate(place, event, partial(power_cut, server.folder.data)))
            process.join(PATIENCE_SECONDS)
            assert process.exitcode == -9, (place.folder / "process.log").read_text()
            started = time.monotonic()
            server.start()
            longest = max(longest, time.monotonic() - started)
        with server.connected(place) as stage:
            stage.work_to_the_end()
            assert stage.ending() == end
            assert stage.kept_of_b() == kept
    figure(
        "check 48",
        f"{len(events)} power cuts in an erasure: the same end, 0 half, 0 foreign rows,"
        f" PostgreSQL serves again after at most {longest:.1f} s",
    )


@pytest.mark.parametrize(
    "event",
    [
        Event("delete: statement", 20),
        Event("delete: committed"),
        Event("delete_files: file deleted", 2),
    ],
    ids=str,
)
def test_a_worker_whose_postgres_was_killed_goes_on_by_itself(server, undisturbed, event):
    _events, end, kept = undisturbed
    with server.stage() as place:
        process = begin(worker, Fate(place, event, partial(kill_postgres, server.folder.data)))
        wait_until_killed(server.folder.data)
        server.start()
        with server.connected(place) as stage:
            stage.take_over()
            stage.wait_for_the_end(process)
            process.terminate()
            process.join(PATIENCE_SECONDS)
            assert process.exitcode == 0
            assert stage.ending() == end
            assert stage.kept_of_b() == kept
