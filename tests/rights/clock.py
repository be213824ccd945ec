"""The database's clock, set: what expires is decided there, and so tested there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from psycopg import sql

from registry.company.isolation import apply
from registry.declarations.plan import plan
from tests.databases import ALIASES
from tests.proof.canary import all_powerful

SetClock = Callable[[str], None]


@contextmanager
def set_clock(database: str) -> Iterator[SetClock]:
    """``clock("2032-12-31 23:59+02")``: what ``now()`` says in a test's own database.

    A function of that name stands before PostgreSQL's own, for the statements and, since they are
    generated again, for the policies. Contexts, triggers and defaults keep the true time.
    """
    with all_powerful(database) as admin:
        admin.execute("CREATE SCHEMA clock")
        admin.execute("GRANT USAGE ON SCHEMA clock TO PUBLIC")

        def clock(time: str) -> None:
            admin.execute(
                sql.SQL(
                    "CREATE OR REPLACE FUNCTION clock.now() RETURNS timestamptz"
                    " LANGUAGE sql STABLE AS $$ SELECT {}::timestamptz $$"
                ).format(sql.Literal(time))
            )
            for alias in ALIASES:
                connections[alias].close()

        clock("2026-11-24 12:00+02")
        admin.execute(
            sql.SQL("ALTER DATABASE {} SET search_path = clock, pg_catalog, public").format(
                sql.Identifier(database)
            )
        )
        apply(plan())
        yield clock
