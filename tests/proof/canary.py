"""Canaries: a unique value in every column of two companies, and a search of the whole database.

It fills what the database has, not what is declared, so a column that a declaration forgot is
filled too, and found when it should be gone.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import psycopg
from psycopg import sql

from dig1 import devdb
from registry.declarations.declare import Via
from registry.declarations.plan import Table, plan
from tests.cast import Cast
from tests.environment import ADDRESSES

TOKEN = re.compile(r"[\w.:@-]+")
NOT_FILLED = {"uuid", "_uuid", "bool"}  # keys are searched for as they are; a bool says nothing


@dataclass
class Aviary:
    """The canaries of one owner: token -> (table, column)."""

    letter: str
    year: int
    base: int
    placed: dict[str, tuple[str, str]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def value(self, kind: str) -> tuple[object, str]:
        """A unique value of a PostgreSQL type, and the token it is found by."""
        number = next(self.numbers)
        word = f"zq{self.letter}{number:04d}"
        day = datetime(self.year, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
        match kind:
            case "business_id":
                return f"{self.base + number:07}-0", f"{self.base + number:07}-0"
            case "text" | "varchar":
                return word, word
            case "_varchar" | "_text":
                return [word], word
            case "json" | "jsonb":
                return psycopg.types.json.Jsonb({"canary": word}), word
            case "bytea":
                return word.encode(), f"x{word.encode().hex()}"
            case "date":
                return day.date(), day.strftime("%Y-%m-%d")
            case "timestamptz":
                return day, day.strftime("%Y-%m-%d")
            case "inet":
                host = f"10.{self.base // 10000}.{number // 250}.{number % 250 + 1}"
                return host, host
            case "int2" | "int4" | "int8":
                return self.base + number, str(self.base + number)
            case "numeric":
                return self.base + number, f"{self.base + number}.00"
        raise AssertionError(f"tests/proof/canary.py has no canary for columns of type {kind}")


@contextmanager
def all_powerful(name: str) -> Iterator[psycopg.Connection]:
    """A superuser's connection: it fills and searches, and never serves."""
    address = devdb.databases.with_database(ADDRESSES["admin"], name)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def release(connection: psycopg.Connection, cast: Cast) -> tuple[Aviary, Aviary]:
    """Put canaries into every row of companies A and B, and of the people of one alone.

    Whoever belongs to both counts as B's: their account must survive the erasure of A.
    """
    a, b = Aviary("a", 1500, 11000), Aviary("b", 1700, 21000)
    add_account_rows(connection, cast)
    connection.execute("SET session_replication_role = replica")
    for table in plan().tables:
        if table.tenant or table.subject:
            for aviary, condition in ((a, owned_by_a(table, cast)), (b, owned_by_b(table, cast))):
                rows = connection.execute(
                    f"SELECT ctid::text FROM {table.name} WHERE {condition} ORDER BY {table.key}"
                ).fetchall()
                assert rows or aviary is b or table.outlives, (
                    f"no row of company A in {table.name}: add one to tests/cast.py,"
                    " or to add_account_rows in tests/proof/canary.py"
                )
    for table in plan().tables:
        if table.tenant or table.subject:
            fill(connection, table, a, owned_by_a(table, cast))
            fill(connection, table, b, owned_by_b(table, cast))
    for company in (cast.a, cast.b):  # a link follows its account, whose address is another now
        connection.execute(
            "UPDATE rights_accesslink SET email = (SELECT email FROM accounts_user WHERE id = %s)"
            " WHERE id = %s",
            [company.admin.id, company.row("accesslink")],
        )
    connection.execute("SET session_replication_role = origin")
    return a, b


def fill(connection: psycopg.Connection, table: Table, aviary: Aviary, condition: str) -> None:
    keys = connection.execute(
        f"SELECT {table.key} FROM {table.name} WHERE {condition} ORDER BY {table.key}"
    ).fetchall()
    for (key,) in keys:
        for column, kind in columns_to_fill(connection, table.name):
            value, token = aviary.value(kind)
            try:
                connection.execute(
                    sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(
                        *map(sql.Identifier, (table.name, column, table.key))
                    ),
                    [value, key],
                )
            except (psycopg.errors.CheckViolation, psycopg.errors.StringDataRightTruncation):
                continue  # one of a closed list of choices: the same for everybody
            aviary.placed[token] = (table.name, column)


def columns_to_fill(connection: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    """The columns that hold values: no keys of any kind, no generated ones."""
    return connection.execute(
        """
        SELECT a.attname, CASE WHEN a.attname ~ 'business_id$' THEN 'business_id' ELSE t.typname END
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attgenerated = '' AND t.typname <> ALL (%s)
          AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid
                          AND c.contype IN ('p', 'f') AND a.attnum = ANY (c.conkey))
          AND NOT (%s = 'usersessions_usersession' AND a.attname = 'session_key')
          AND NOT (%s = 'rights_accesslink' AND a.attname = 'email')
          AND NOT (%s = 'company_organisation' AND a.attname IN ('erased_at', 'locked_at'))
        ORDER BY a.attnum
        """,
        [table, list(NOT_FILLED), table, table, table],
    ).fetchall()


def people_of(cast: Cast, letter: str) -> list[str]:
    a = {str(person.id) for person, _ in cast.a.people} - {str(cast.accountant.id)}
    b = {str(person.id) for person, _ in cast.b.people}
    return sorted(a if letter == "a" else b)


def owned_by(table: Table, organisation: object, people: list[str]) -> str:
    of_company = f"{table.tenant} = '{organisation}'"
    if table.tenant and not (table.subject and table.column(table.tenant).field.null):
        return of_company
    accounts = ", ".join(f"'{person}'" for person in people)
    match table.subject:
        case Via(column, over, key, subject):
            mine = f"{column} IN (SELECT {key} FROM {over} WHERE {subject} IN ({accounts}))"
        case column:
            mine = f"{column} IN ({accounts})"
    return f"{of_company} OR {table.tenant} IS NULL AND {mine}" if table.tenant else mine


def owned_by_a(table: Table, cast: Cast) -> str:
    return owned_by(table, cast.a.id, people_of(cast, "a"))


def owned_by_b(table: Table, cast: Cast) -> str:
    return owned_by(table, cast.b.id, people_of(cast, "b"))


def add_account_rows(connection: psycopg.Connection, cast: Cast) -> None:
    """A row in each table of the sign-in packages, for an admin of A and one of B."""
    for letter, person in (("a", cast.a.admin), ("b", cast.b.admin)):
        session = f"canarysession{letter}"
        parameters = {"user": person.id, "session": session, "letter": letter}
        for statement in (
            "INSERT INTO account_emailconfirmation (created, key, email_address_id)"
            " SELECT now(), 'key-' || %(letter)s, id FROM account_emailaddress"
            " WHERE user_id = %(user)s",
            "INSERT INTO mfa_authenticator (type, data, user_id, created_at)"
            " VALUES ('recovery_codes', '{}', %(user)s, now())",
            "INSERT INTO django_session VALUES (%(session)s, 'data', now() + interval '1 day')",
            "INSERT INTO usersessions_usersession"
            " (created_at, ip, last_seen_at, session_key, user_agent, data, user_id)"
            " VALUES (now(), '127.0.0.1', now(), %(session)s, 'agent', '{}', %(user)s)",
            "INSERT INTO django_admin_log"
            " (action_time, object_repr, action_flag, change_message, user_id)"
            " VALUES (now(), '', 1, '', %(user)s)",
            "INSERT INTO notice_noticeshown (user_id, version) VALUES (%(user)s, current_date)",
            # A request about the account, which is no company's.
            'INSERT INTO rights_correctionrequest (id, person_id, table_name, row_key, "column",'
            " old_value, new_value, reason, language, due_on, decided_by, outcome, answer)"
            " VALUES (gen_random_uuid(), %(user)s, 'accounts_user', %(user)s, 'date_joined',"
            " '', 'new', '', 'fi', current_date, 'staff', '', '')",
            "INSERT INTO accounts_user_groups (user_id, group_id)"
            " SELECT %(user)s, min(id) FROM auth_group",
            "INSERT INTO accounts_user_user_permissions (user_id, permission_id)"
            " SELECT %(user)s, min(id) FROM auth_permission",
        ):
            connection.execute(statement, parameters)
    for organisation in (cast.a.id, cast.b.id):
        connection.execute(
            "INSERT INTO company_organisationgroupobjectpermission"
            " (organisation_id, group_id, permission_id)"
            " SELECT %s, (SELECT min(id) FROM auth_group), min(id) FROM auth_permission",
            [organisation],
        )


def tokens(connection: psycopg.Connection) -> dict[str, set[str]]:
    """Every word that stands anywhere in the database, by table."""
    tables = connection.execute(
        """
        SELECT format('%I.%I', n.nspname, c.relname), c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        """
    ).fetchall()
    found: dict[str, set[str]] = {}
    for qualified, name in tables:
        words = found.setdefault(name, set())
        for (row,) in connection.execute(f"SELECT one::text FROM {qualified} AS one"):
            words.update(TOKEN.findall(row))
    return found


def rows_of_b(
    connection: psycopg.Connection, cast: Cast, tables: Iterable[Table] | None = None
) -> dict[str, list[str]]:
    """Every byte of company B and its people, table by table (of all that are declared)."""
    return {
        table.name: [
            row
            for (row,) in connection.execute(
                f"SELECT one::text FROM {table.name} AS one WHERE {owned_by_b(table, cast)}"
                " ORDER BY 1"
            )
        ]
        for table in tables or plan().tables
        if table.tenant or table.subject
    }


def left_of(aviary: Aviary, found: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Where canaries still sing: (table, column) they were put into."""
    everything = set().union(*found.values())
    return {place for token, place in aviary.placed.items() if token in everything}


def tables_naming(organisation: object, found: dict[str, set[str]]) -> set[str]:
    """The tables in which the organisation's key still stands."""
    return {name for name, words in found.items() if str(organisation) in words}
