"""The databases of measuring registers: beside the developer's own, never in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from psycopg import sql

from dig1 import devdb
from dig1 import settings as environment

MARK = "complete"


def name(organisations: int) -> str:
    return f"dig1_bench_{organisations}"


@contextmanager
def made(database: str) -> Iterator[None]:
    """A new database of that name, one of that name before is dropped; connected for the block.

    It is marked at the end: one that a killed command left half filled is known by that.
    """
    addresses = devdb.create_database(environment.addresses, database)
    with connected(database):
        yield
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    with devdb.databases.connect(addresses["owner"]) as connection:
        connection.execute(statement.format(sql.Identifier(database), sql.Literal(MARK)))


@contextmanager
def connected(database: str) -> Iterator[None]:
    """All connections of this process go to the database, for the block."""
    before = {alias: connections.settings[alias]["NAME"] for alias in connections}
    switch(dict.fromkeys(before, database))
    try:
        yield
    finally:
        switch(before)


def switch(names: dict[str, str]) -> None:
    for alias, database in names.items():
        connections[alias].close()
        connections.settings[alias]["NAME"] = database


def is_complete(database: str) -> bool:
    with devdb.databases.connect(environment.addresses["owner"]) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [database],
        ).fetchone()
    return row == (MARK,)
