"""Databases of the tests: one template with the tables and the cast, cloned for every use.

The template stays for the next session, as long as no source that shapes it has changed.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from dig1 import devdb
from tests import cast
from tests.environment import ADDRESSES, DATA_DIR, RUN

REPOSITORY = Path(__file__).parents[1]
ALIASES = ("default", "staff", "worker", "owner")
PREFIX = "dig1_test_"
KEPT_TEMPLATES = 8
# What shapes no table, policy or row of the cast.
WITHOUT_INFLUENCE = {
    "admin.py",
    "errors.py",
    "forms.py",
    "messages.py",
    "middleware.py",
    "queries.py",
    "urls.py",
    "views.py",
    "wsgi.py",
}
numbers = count(1)


@cache
def template() -> str:
    """The name of the template of these sources; made first if there is none."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    with open(DATA_DIR / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove_left_overs()
        name = f"{PREFIX}template_{fingerprint()}"
        if not is_complete(name):
            build(name)
        return name


@contextmanager
def clone(name: str) -> Iterator[None]:
    """All connections of this process go to a new copy of the template, for the block."""
    devdb.create_database(ADDRESSES, name, template=template())
    try:
        with connected_to(name):
            yield
    finally:
        devdb.drop_database(ADDRESSES, name)


def new_name(worker: str) -> str:
    return f"{PREFIX}{RUN}_{worker}_{next(numbers)}"


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    before = {alias: connections.settings[alias]["NAME"] for alias in ALIASES}
    switch(dict.fromkeys(ALIASES, name))
    try:
        yield
    finally:
        switch(before)


def switch(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections.settings[alias]["NAME"] = name


def build(name: str) -> None:
    devdb.create_database(ADDRESSES, name)
    with connected_to(name):
        call_command("prepare", verbosity=0)
        cast.enter_the_stage()
    mark = sql.SQL("COMMENT ON DATABASE {} IS {}")
    with owner(name) as connection:
        connection.execute(mark.format(sql.Identifier(name), sql.Literal("complete")))


def is_complete(name: str) -> bool:
    with owner(devdb.databases.DATABASE) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
    return row == ("complete",)


def remove_left_overs() -> None:
    """Databases of killed sessions, and templates that newer ones have followed."""
    with owner(devdb.databases.DATABASE) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [PREFIX]
        ).fetchall()
    templates = [name for (name,) in names if name.startswith(f"{PREFIX}template_")]
    of_sessions = [name for (name,) in names if name not in templates]
    dead = [name for name in of_sessions if not runs(name.removeprefix(PREFIX).split("_")[0])]
    for name in dead + templates[:-KEPT_TEMPLATES]:
        devdb.drop_database(ADDRESSES, name)


def runs(session: str) -> bool:
    try:
        os.kill(int(session), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def owner(name: str) -> psycopg.Connection:
    return devdb.databases.connect(devdb.databases.with_database(ADDRESSES["owner"], name))


def fingerprint() -> str:
    """Changes with the sources, with the key of the context and with the day (of the cast)."""
    digest = hashlib.sha256(date.today().isoformat().encode())
    digest.update((DATA_DIR / "context_key.txt").read_bytes())
    for source in sorted(sources()):
        digest.update(source.relative_to(REPOSITORY).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def sources() -> Iterator[Path]:
    yield Path(cast.__file__)
    yield REPOSITORY / "requirements.txt"
    for app in ("accounts", "assessment", "consent", "dig1", "infra", "registry"):
        for pattern in ("*.py", "*.sql"):
            yield from (
                file
                for file in (REPOSITORY / app).rglob(pattern)
                if file.name not in WITHOUT_INFLUENCE
            )
