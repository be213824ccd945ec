"""The journal of erasures: kept outside the database, written before anything is destroyed.

After a restore from a backup it tells what has to be erased again. One file for each erasure, by
day; opaque keys only, which lead to nobody once the erasure is done. Nothing in it is changed: an
erasure that came to its end, or turned out impossible, gets a second file. Store it where files
can't be altered (README.md).
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.utils import timezone

from registry.company import blobs

FOLDER = "erasures"
ENTRY, WITHDRAWN, ENDED = ".json", ".withdrawn", ".ended"
MARGIN = timedelta(days=7)  # a backup is deleted later than planned, never earlier


@dataclass(frozen=True)
class Part:
    """What is erased in one company (or, without one, of an account)."""

    run: UUID
    scope: str
    organisation: UUID | None
    person: UUID | None
    membership: UUID | None
    accounts: list[UUID]  # those that go along
    admins: list[UUID]  # of a company that stays: those it is left with


@dataclass(frozen=True)
class Entry:
    ordered_at: datetime
    noted_at: datetime
    plan_hash: str
    fingerprint: str
    parts: list[Part]  # the run itself is the last

    @property
    def run(self) -> UUID:
        return self.parts[-1].run


def store() -> blobs.Store:
    return storages["journal"]


def enter(entry: Entry) -> None:
    """Write an erasure down. Writing it again does no harm. Raises StoreUnavailable."""
    # Not by asdict(), which copies each of what may be a hundred thousand keys.
    said = vars(entry) | {"parts": [vars(part) for part in entry.parts]}
    text = json.dumps(said, default=str, separators=(",", ":"))
    add(entry.run, ENTRY, text)


def withdraw(run: UUID) -> None:
    """Note that the erasure was refused after all: nothing was deleted."""
    add(run, WITHDRAWN, "")


def end(run: UUID) -> None:
    """Note that the erasure was done. Doing it again does no harm."""
    add(run, ENDED, "")


def add(run: UUID, kind: str, text: str) -> None:
    name = f"{FOLDER}/{timezone.localdate().isoformat()}/{run}{kind}"
    with suppress(FileExistsError):  # written before something else stopped it
        blobs.write(name, [text.encode()], store=store())


@dataclass(frozen=True)
class Kept:
    """The erasures of which something is written still."""

    entered: set[UUID]
    withdrawn: set[UUID]
    ended: set[UUID]

    @property
    def standing(self) -> set[UUID]:
        """Those that no restore may undo."""
        return self.entered - self.withdrawn


def kept() -> Kept:
    found: dict[str, set[UUID]] = {ENTRY: set(), WITHDRAWN: set(), ENDED: set()}
    for name in names():
        found[PurePosixPath(name).suffix].add(run_of(name))
    return Kept(found[ENTRY], found[WITHDRAWN], found[ENDED])


def run_of(name: str) -> UUID:
    return UUID(name.rpartition("/")[2].partition(".")[0])


def names() -> Iterator[str]:
    yield from blobs.below(store(), FOLDER)


def entries(wanted: set[UUID]) -> list[Entry]:
    """What is written of these erasures, in the order in which they were done."""
    found = {}
    for name in names():
        run = run_of(name)
        if name.endswith(ENTRY) and run in wanted:
            found[run] = read(name)
    return sorted(found.values(), key=lambda entry: entry.noted_at)


def read(name: str) -> Entry:
    said: dict[str, Any] = json.loads(b"".join(blobs.stream(name, store=store())))
    return Entry(
        datetime.fromisoformat(said["ordered_at"]),
        datetime.fromisoformat(said["noted_at"]),
        said["plan_hash"],
        said["fingerprint"],
        [part(one) for one in said["parts"]],
    )


def part(said: dict[str, Any]) -> Part:
    keys = {
        name: said[name] and UUID(said[name])
        for name in ("run", "organisation", "person", "membership")
    }
    several = {name: [UUID(one) for one in said[name]] for name in ("accounts", "admins")}
    return Part(scope=said["scope"], **several, **keys)


def expired() -> list[str]:
    """The files of erasures that no backup can undo any more."""
    oldest = timezone.localdate() - timedelta(days=settings.BACKUP_DAYS) - MARGIN
    return [name for name in names() if date.fromisoformat(name.split("/")[1]) < oldest]


def forget_expired() -> int:
    """Delete them; how many there were."""
    found = expired()
    for name in found:
        blobs.delete(name, store=store())
    return len(found)
