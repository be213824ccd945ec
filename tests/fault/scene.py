"""The scene of the crash tests: an erasure that was ordered and that no worker has begun."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import Process
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from dig1 import devdb
from dig1.devdb.databases import with_database
from dig1.folder import FolderStorage
from registry.company import blobs
from tests.cast import CAST, Cast, Company
from tests.environment import ADDRESSES
from tests.fault.doomed import Event, Fate, Place, begin, worker
from tests.fault.ending import Ending, digest, ending, kept_of_b

PATIENCE_SECONDS = 30
NEVER = Event("never")
FILES = ("exports/1.zip", "exports/2.zip", "exports/3.zip")
numbers = count(1)


@dataclass(frozen=True)
class Scene:
    """A database and a folder to be copied for every killing, and how it should end."""

    database: str
    folder: Path
    run: UUID | None
    cast: Cast
    name: str  # of what was ordered

    @contextmanager
    def copied(self) -> Iterator["Stage"]:
        number = next(numbers)
        name, folder = f"{self.database}c{number}", self.folder.with_name(f"copy{number}")
        shutil.copytree(self.folder, folder)
        devdb.create_database(ADDRESSES, name, template=self.database)
        try:
            addresses = {role: with_database(url, name) for role, url in ADDRESSES.items()}
            with connected(Place(addresses, folder), self.cast) as stage:
                yield stage
        finally:
            devdb.drop_database(ADDRESSES, name)
            shutil.rmtree(folder)


@contextmanager
def connected(place: Place, cast: Cast) -> Iterator["Stage"]:
    with psycopg.connect(place.addresses["admin"], autocommit=True) as admin:
        admin.execute("SET TimeZone = 'UTC'")
        yield Stage(place, admin, cast)


@dataclass
class Stage:
    """One copy, and the processes on it."""

    place: Place
    admin: psycopg.Connection
    cast: Cast

    def kill_worker_at(self, event: Event) -> None:
        process = begin(worker, Fate(self.place, event))
        process.join(PATIENCE_SECONDS)
        assert process.exitcode == -9, f"{event}: exit {process.exitcode}\n{self.log()}"

    def work_to_the_end(self, fate: Fate | None = None) -> None:
        """A worker that nobody kills, until nothing is left to be done."""
        self.take_over()
        process = begin(worker, fate or Fate(self.place, NEVER))
        self.wait_for_the_end(process)
        process.terminate()
        process.join(PATIENCE_SECONDS)
        assert process.exitcode == 0, f"exit {process.exitcode}\n{self.log()}"

    def wait_for_the_end(self, process: Process) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.is_over():
            assert process.is_alive(), self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def is_over(self) -> bool:
        return self.admin.execute(
            "SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND task_name ~ 'advance_erasure|tell_admin')"
        ).fetchone()[0]

    def take_over(self) -> None:
        """A minute passes: a worker's jobs are taken over when it was not heard of for half."""
        self.admin.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
        )
        self.admin.execute("DELETE FROM procrastinate_periodic_defers")

    def ordered(self, company: Company) -> int:
        """How many erasures of the company there are, under way or done."""
        return self.admin.execute(
            "SELECT count(*) FROM rights_erasurerun"
            " WHERE organisation_id = %s AND scope = 'organisation'",
            [company.id],
        ).fetchone()[0]

    def digest(self) -> str:
        """Changes with any byte of any table but the queue's."""
        return digest(self.admin)

    def ending(self) -> Ending:
        return ending(self.admin, self.place.folder)

    def kept_of_b(self) -> Any:
        return kept_of_b(self.admin, self.place.folder, self.cast)

    def events(self) -> list[Event]:
        lines = self.place.events.read_text().splitlines()
        return [Event(name, int(number)) for name, number in (one.split("\t") for one in lines)]

    def log(self) -> str:
        log = self.place.folder / "process.log"
        return log.read_text() if log.exists() else ""


# --- what the scene is made of --------------------------------------------------------------------


def add_files(company: Company, folder: Path) -> None:
    store = FolderStorage(location=folder / "blobs")
    for name in FILES:
        content = f"{company.letter} {name}".encode()
        blobs.write(blobs.of_company(company.id, name), [content], store=store)


def give_back_roles(admin: psycopg.Connection) -> None:
    """A canary is no role, and a company needs an admin."""
    admin.execute("SET session_replication_role = replica")
    for company in (CAST.a, CAST.b):
        for person, role in company.people:
            admin.execute(
                "UPDATE persons_membership SET role = %s WHERE id = %s",
                [role.value, company.membership(person)],
            )
    admin.execute("SET session_replication_role = origin")
