"""The statements with which PostgreSQL itself writes the files: no row passes through Python.

Names come from the compiled plan, values travel as named parameters (which psycopg puts in as
literals: COPY takes none).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, models

from registry.company import tenant
from registry.declarations.plan import Column, Table
from registry.declarations.vocabulary import Display, Exempt, Link
from registry.rights.export.contents import Contents, Kind
from registry.rights.stored import REFERENCES, Part, selected

# A spreadsheet takes what begins so for a formula (OWASP, "CSV Injection"), full-width too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# One line a row: JSON escapes control characters, so none of these is in it.
JSON_LINES = r"FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01'"
MEMBERSHIPS = "SELECT id FROM persons_membership WHERE user_id IN (SELECT id FROM people)"
COMPANIES = """
    companies AS (
        SELECT id, name FROM company_organisation WHERE id IN (
            SELECT organisation_id FROM persons_membership
            WHERE user_id IN (SELECT id FROM people)
        )
    )
"""


@dataclass(frozen=True)
class Item:
    """A column of the files. ``is_text``: people typed it; ``plain``: CSV takes it as it is."""

    name: str
    sql: str
    is_text: bool = False
    plain: bool = True


def items(part: Part, kind: Kind) -> Iterator[Item]:
    """The row's key, whose it is, and the declared columns."""
    table, columns, _rows = part
    if table.column(table.key).spec is Exempt.KEY:
        yield Item(table.key, "one.row_key")
    if kind is Kind.PERSON and table.tenant:
        yield Item("company", "companies.name", is_text=True)
    if kind is Kind.COMPANY and about_accounts(table):
        yield Item("person", "people.email", is_text=True)
    yield from map(item, columns)


def item(column: Column) -> Item:
    name = f'one."{column.name}"'
    if column.personal.link:
        known = "SELECT id FROM people" if column.personal.link is Link.ACCOUNT else MEMBERSHIPS
        return Item(column.name, f"CASE WHEN {name} IN ({known}) THEN {name} END")
    kind = kind_of(column)
    is_text = kind is None or (kind.startswith(("varchar", "text")) and not kind.endswith("]"))
    plain = is_text or kind.startswith(("numeric", "int", "bigint", "smallint", "uuid", "inet"))
    return Item(column.name, name, is_text, plain)


def kind_of(column: Column) -> str | None:
    """PostgreSQL's type of what is exported of a column; None if nothing is known of it."""
    if column.personal.display is Display.EXISTENCE:
        return "boolean"
    if column.field is None:
        return None
    related = column.field.related_model
    if related and related._meta.db_table in REFERENCES:
        return "text"
    return column.field.db_type(connections[tenant.alias()])


def about_accounts(table: Table) -> bool:
    """Whether rows name an account that they are about; accounts themselves need no such name."""
    return isinstance(table.subject, str) and table.subject != table.key


# --- statements ----------------------------------------------------------------------------------


def rows(part: Part, contents: Contents) -> str:
    """The rows as they are exported, the newest first."""
    table, columns, condition = part
    wanted = ", ".join(f'{one.sql} AS "{one.name}"' for one in items(part, contents.kind))
    keys = [f"{table.key} AS row_key", f"{newest(table)} AS row_time"]
    known = [f"people AS (SELECT id, email FROM accounts_user WHERE {contents.people.sql})"]
    joined = ""
    if contents.kind is Kind.PERSON and table.tenant:
        keys.append(f"{table.tenant} AS row_company")
        known.append(COMPANIES)
        joined = "LEFT JOIN companies ON companies.id = one.row_company"
    if contents.kind is Kind.COMPANY and about_accounts(table):
        keys.append(f"{table.subject} AS row_person")
        joined = "LEFT JOIN people ON people.id = one.row_person"
    stored = ", ".join([*keys, *map(selected, columns)])
    return (
        f"WITH {', '.join(known)} SELECT {wanted}"
        f" FROM (SELECT {stored} FROM {table.name} WHERE {condition.sql}) AS one {joined}"
        " ORDER BY one.row_time DESC, one.row_key"
    )


def newest(table: Table) -> str:
    """The table's first time or date, if it has one; keys are random."""
    dated = (f'"{c.name}"' for c in table.columns if isinstance(c.field, models.DateField))
    return next(dated, "NULL::date")


def parameters(part: Part, contents: Contents) -> dict[str, Any]:
    return part[2].params | contents.people.params


def as_json(part: Part, contents: Contents) -> str:
    """Each row as an object on a line of its own."""
    written = f"SELECT row_to_json(it) FROM ({rows(part, contents)}) AS it"
    return f"COPY ({written}) TO STDOUT ({JSON_LINES})"


def as_csv(part: Part, contents: Contents) -> str:
    """The same values as in JSON, but that no text is taken for a formula."""
    columns = list(items(part, contents.kind))
    quoted = ", ".join(f'"{one.name}"' for one in columns if one.is_text)
    options = "FORMAT csv, DELIMITER ';'" + (f", FORCE_QUOTE ({quoted})" if quoted else "")
    written = ", ".join(f'{in_csv(one)} AS "{one.name}"' for one in columns)
    return f"COPY (SELECT {written} FROM ({rows(part, contents)}) AS it) TO STDOUT ({options})"


def in_csv(one: Item) -> str:
    name = f'it."{one.name}"'
    if one.is_text:
        first = ", ".join(map(literal, FORMULA))
        return f"CASE WHEN left({name}, 1) IN ({first}) THEN '''' || {name} ELSE {name} END"
    return name if one.plain else f"to_json({name}) #>> '{{}}'"


def literal(character: str) -> str:
    return "E'" + character.encode("unicode_escape").decode() + "'"


def count(part: Part) -> str:
    table, _columns, condition = part
    return f"SELECT count(*) FROM {table.name} WHERE {condition.sql}"


def names_of_files(part: Part, column: Column) -> str:
    table, _columns, condition = part
    return (
        f"SELECT DISTINCT {column.name} FROM {table.name}"
        f" WHERE {column.name} <> '' AND ({condition.sql})"
    )
