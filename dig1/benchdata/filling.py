"""Fill an empty database with the register of ``register.sql``, in one transaction.

PostgreSQL makes the rows itself (quicker than any COPY from here, and in constant memory). As
owner, since no role that serves requests may write without a context; the owner lifts what
binds even the owner for the length of this transaction. Indexes and foreign keys are taken away
first and made again afterwards: quicker by far, and it proves that every reference is good.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from registry.company.roles import RIGHTS_OF, Role

REGISTER = Path(__file__).with_name("register.sql").read_text()
SMALLEST = 45  # companies; fewer would leave the large ones empty
Tell = Callable[[str, int, float], None]


def fill(*, companies: int, tell: Tell) -> None:
    """Fill the database of the connection "owner"; ``tell`` hears what, how many rows, seconds.

    Raises ValueError for too few companies.
    """
    if companies < SMALLEST:
        raise ValueError(f"at least {SMALLEST} companies are needed")
    statements = register(companies)
    tables = sorted({found[1] for one in statements if (found := into(one))})
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        unbind(cursor, tables)
        restore = strip(cursor, tables)
        for statement in statements:
            began = time.monotonic()
            cursor.execute(statement)
            if found := into(statement):
                tell(found[1], cursor.rowcount, time.monotonic() - began)
        began = time.monotonic()
        for statement in restore:
            cursor.execute(statement)
        bind(cursor, tables)
        tell("indexes and foreign keys", len(restore), time.monotonic() - began)
    began = time.monotonic()
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
    tell("tables vacuumed and analysed", len(tables), time.monotonic() - began)


def register(companies: int) -> list[str]:
    rights = ", ".join(f"'{right.value}'" for right in sorted(RIGHTS_OF[Role.ADMIN]))
    text = re.sub(r"(?<!:):companies\b", str(companies), REGISTER)
    text = re.sub(r"(?<!:):rights\b", f"({rights})", text)
    return [statement for statement in text.split(";\n") if statement.strip()]


def into(statement: str) -> re.Match[str] | None:
    return re.search(r"^INSERT INTO (\w+)", statement, re.MULTILINE)


def unbind(cursor: CursorWrapper, tables: list[str]) -> None:
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def bind(cursor: CursorWrapper, tables: list[str]) -> None:
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def strip(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Take away indexes, keys and foreign keys; returns the statements that make them again."""
    cursor.execute(
        """
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
            format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint
        WHERE contype = 'f' AND (conrelid = ANY(%(tables)s::regclass[])
                OR confrelid = ANY(%(tables)s::regclass[]))
            OR contype IN ('p', 'u') AND conrelid = ANY(%(tables)s::regclass[])
        ORDER BY contype = 'f' DESC, oid
        """,
        {"tables": tables},
    )
    constraints = cursor.fetchall()
    for drop, _make in constraints:
        cursor.execute(drop)
    cursor.execute(
        "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
        " FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])",
        {"tables": tables},
    )
    indexes = cursor.fetchall()
    for drop, _make in indexes:
        cursor.execute(drop)
    return [make for _drop, make in [*indexes, *reversed(constraints)]]
