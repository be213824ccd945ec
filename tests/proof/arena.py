"""Where attacks are tried: a database with the cast, an attacker in company A, and the means to
tell whether they saw or touched anything that is not A's.

The attacker may run any SQL as dig1_web, over a session that serves a request of A's admin.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from registry.company import tenant
from registry.company.tenant import Context, Scope
from registry.declarations.declare import Via
from registry.declarations.plan import Table, plan
from tests.cast import CAST

ATTACKER = Context(Scope.CUSTOMER, CAST.a.id, CAST.a.admin.id)
VICTIM = Context(Scope.CUSTOMER, CAST.b.id, CAST.b.admin.id)
WITH_PEOPLE = tuple(table for table in plan().tables if table.tenant or table.subject)
SHORTEST_MARKER = 6  # "Lohja" betrays nobody
VOCABULARY = re.compile("[a-z_]+")  # nor does "organisation"


@dataclass
class Session:
    """One session of a serving role, and everything that came back over it."""

    connection: psycopg.Connection
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection.add_notice_handler(
            lambda notice: self.seen.append(f"{notice.message_primary} {notice.message_detail}")
        )

    def set(self, context: str | None) -> None:
        if context is not None:
            self.connection.execute("SELECT set_config('dig1.context', %s, true)", [context])

    def sign(self, context: Context, **kwargs: Any) -> str:
        return tenant.sign(context, pid=self.connection.info.backend_pid, **kwargs)

    def enter(self, context: Context) -> None:
        self.set(self.sign(context))

    def run(self, statement: str) -> bool:
        """Run one statement and note what it shows: rows, notices or an error. False: refused."""
        try:
            if statement.startswith("COPY"):
                with self.connection.cursor().copy(statement) as copy:
                    self.seen.extend(bytes(data).decode() for data in copy)
            else:
                cursor = self.connection.execute(statement)
                if cursor.description:
                    self.seen.extend(text(row) for row in cursor.fetchall())
        except psycopg.Error as error:
            diagnosis = error.diag
            self.seen.append(
                f"{error.sqlstate} {error} {diagnosis.message_detail} {diagnosis.message_hint}"
            )
            return False
        return True


def text(value: Any) -> str:
    """A value as an attacker could read it, whatever it is wrapped in."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return " ".join(text(item) for item in value.values())
    if isinstance(value, list | tuple):
        return " ".join(text(item) for item in value)
    return str(value)


@contextmanager
def session(url: str, **options: Any) -> Iterator[Session]:
    with psycopg.connect(url, **options) as connection:
        yield Session(connection)
        connection.rollback()


# --- what the attacker must not see ----------------------------------------------------------


def markers(staff_url: str) -> set[str]:
    """Values that stand in rows of others and in none of those the attacker may read."""
    with session(staff_url) as staff:
        staff.enter(Context(Scope.STAFF))
        foreign, own = set(), set()
        for table in WITH_PEOPLE:
            rows = staff.connection.execute(f"SELECT * FROM {table.name}")
            names = [column.name for column in rows.description]
            for row in rows:
                values = dict(zip(names, row, strict=True))
                (own if is_attackers(table, values) else foreign).update(words(row))
    own |= {str(person.id) for person, _ in CAST.a.people}
    own |= {person.email for person, _ in CAST.a.people}
    return foreign - own


def is_attackers(table: Table, row: dict[str, Any]) -> bool:
    if table.tenant:
        return row[table.tenant] == CAST.a.id
    if table.name == "accounts_user":  # colleagues see each other's accounts
        return row["id"] in {person.id for person, _ in CAST.a.people}
    if table.address:
        return row[table.address] == CAST.a.admin.email
    if isinstance(table.subject, Via):
        return False
    return row[table.subject] == CAST.a.admin.id


def words(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            yield from words(value.values())
        elif isinstance(value, list | tuple):
            yield from words(value)
        elif isinstance(value, str | UUID | bytes | memoryview):
            word = text(value)
            if len(word) >= SHORTEST_MARKER and not VOCABULARY.fullmatch(word):
                yield word


# --- what the attacker must not touch --------------------------------------------------------


def state_of_others(session: Session) -> list[tuple]:
    """Every row that is not A's or the attacker's, as the attacker's transaction now has it."""
    session.connection.execute("SET LOCAL row_security = on")
    rows = []
    for company in (CAST.b, CAST.c, CAST.d):
        session.enter(Context(Scope.CUSTOMER, company.id))
        rows += session.connection.execute(OF_COMPANY).fetchall()
    session.enter(Context(Scope.ACCOUNTS))
    return rows + session.connection.execute(OF_OTHER_PEOPLE).fetchall()


def rows_of(table: Table) -> str:
    return f"SELECT '{table.name}' AS name, t::text AS line FROM {table.name} AS t"


def rows_of_others(table: Table) -> str:
    if isinstance(table.subject, Via):
        return rows_of(table)
    return f"{rows_of(table)} WHERE {table.subject} <> '{CAST.a.admin.id}'"


IN_ORDER = " ORDER BY name, line"
OF_COMPANY = " UNION ALL ".join(map(rows_of, plan().of_tenant)) + IN_ORDER
OF_OTHER_PEOPLE = " UNION ALL ".join(map(rows_of_others, plan().of_account)) + IN_ORDER
