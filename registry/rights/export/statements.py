"""The statements with which PostgreSQL itself writes the files: no row passes through Python.

Names come from the compiled plan, values travel as named parameters (which psycopg puts in as
literals: COPY takes none).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import BooleanField, DateField

from registry.company import tenant
from registry.declarations.plan import Column, Table
from registry.declarations.vocabulary import Display, Exempt, Link, Source
from registry.rights.export.contents import Contents, Kind
from registry.rights.stored import REFERENCES, Part, selected
from registry.rights.subject import of_person

# A spreadsheet takes what begins so for a formula (OWASP, "CSV Injection"), full-width too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FIRST = ", ".join("E'" + one.encode("unicode_escape").decode() + "'" for one in FORMULA)
# How CSV says what JSON says, by kind of value.
TEXT = f"CASE WHEN left({{it}}, 1) IN ({FIRST}) THEN '''' || {{it}} ELSE {{it}} END"
BOOLEAN = "{it}::text"
PLAIN = "{it}"
OTHER = "to_json({it}) #>> '{{}}'"
FORMS = {
    ("varchar", "text"): TEXT,
    ("boolean",): BOOLEAN,
    ("bigint", "inet", "integer", "numeric", "smallint", "uuid"): PLAIN,
}
# JSON escapes control characters, so neither is in it: each row comes as it is, on a line.
JSON_LINES = r"FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01'"


@dataclass(frozen=True)
class Item:
    """A column of the files: its name, what is in it, and how CSV says it."""

    name: str
    sql: str
    form: str = PLAIN


def items(part: Part, contents: Contents) -> Iterator[Item]:
    """The row's key, whose it is, and the declared columns."""
    table, columns, _rows = part
    if table.column(table.key).spec is Exempt.KEY:
        yield Item(table.key, "one.row_key")
    if contents.kind is Kind.PERSON and table.tenant:
        yield Item("company", "companies.name", TEXT)
    if contents.kind is Kind.COMPANY and is_about_accounts(table):
        yield Item(table.subject, "one.row_subject")
    for column in columns:
        name = f'one."{column.name}"'
        if column.personal.link:
            known = memberships(contents) if is_membership(column) else contents.people
            yield Item(column.name, f"CASE WHEN {name} IN ({known}) THEN {name} END")
        elif mentions_only(table, contents) and tells_more(column):
            yield Item(column.name, f"CASE WHEN one.row_mine THEN {name} END", form_of(column))
        else:
            yield Item(column.name, name, form_of(column))


def mentions_only(table: Table, contents: Contents) -> bool:
    """Whether rows about somebody else may be among a person's own, since they mention them."""
    return contents.kind is Kind.PERSON and bool(table.subject and table.link_columns)


def tells_more(column: Column) -> bool:
    """More than when something was and of which kind: in a row about somebody else that is
    theirs, and stays out."""
    field = column.field
    return not (field and (field.choices or isinstance(field, (DateField, BooleanField))))


def is_membership(column: Column) -> bool:
    return column.personal.link is Link.MEMBERSHIP


def memberships(contents: Contents) -> str:
    return f"SELECT id FROM persons_membership WHERE user_id IN ({contents.people})"


def is_about_accounts(table: Table) -> bool:
    """Whether its rows say which account they are about, beside their own key."""
    return isinstance(table.subject, str) and table.subject != table.key


def form_of(column: Column) -> str:
    if column.personal.display is Display.EXISTENCE:
        return BOOLEAN
    kind = kind_of(column)
    if kind.endswith("[]"):
        return OTHER
    return next((form for kinds, form in FORMS.items() if kind.startswith(kinds)), OTHER)


def kind_of(column: Column) -> str:
    """PostgreSQL's type of what is exported of a column; text if nothing is known of it."""
    if column.field is None:
        return "text"
    related = column.field.related_model
    if related and related._meta.db_table in REFERENCES:
        return "text"
    return column.field.db_type(connections[tenant.alias()])


# --- statements ----------------------------------------------------------------------------------


def as_json(part: Part, contents: Contents) -> str:
    """Each row as an object on a line of its own."""
    written = f"SELECT row_to_json(it) FROM ({rows(part, contents)}) AS it"
    return f"COPY ({written}) TO STDOUT ({JSON_LINES})"


def as_csv(part: Part, contents: Contents) -> str:
    """The same values as in JSON, but that no text is taken for a formula. Texts are quoted."""
    columns = list(items(part, contents))
    written = ", ".join(
        f"{one.form.format(it=name)} AS {name}"
        for one, name in ((one, f'"{one.name}"') for one in columns)
    )
    select = f"SELECT {written} FROM ({rows(part, contents)}) AS it"
    return f"COPY ({select}) TO STDOUT (FORMAT csv, DELIMITER ';'{quoting(columns)})"


def quoting(columns: list[Item]) -> str:
    texts = ", ".join(f'"{one.name}"' for one in columns if one.form is TEXT)
    return f", FORCE_QUOTE ({texts})" if texts else ""


def rows(part: Part, contents: Contents) -> str:
    """The rows as they are exported, the newest first."""
    table, columns, condition = part
    wanted = ", ".join(f'{one.sql} AS "{one.name}"' for one in items(part, contents))
    values = (selected_for(table, column, contents) for column in columns)
    stored = [f"{table.key} AS row_key", f"{newest(table)} AS row_time", *values]
    joined = ""
    if contents.kind is Kind.PERSON and table.tenant:
        stored.append(f"{table.tenant} AS row_company")
        joined = f" LEFT JOIN ({companies(contents)}) AS companies ON companies.id = row_company"
    elif is_about_accounts(table):
        stored.append(f"{table.subject} AS row_subject")
    if mentions_only(table, contents):
        stored.append(f"({of_person(table, contents.context.person).sql}) AS row_mine")
    return (
        f"SELECT {wanted} FROM (SELECT {', '.join(stored)} FROM {table.name}"
        f" WHERE {condition.sql}) AS one{joined} ORDER BY one.row_time DESC, one.row_key DESC"
    )


def selected_for(table: Table, column: Column, contents: Contents) -> str:
    """A column; empty for a person where it holds what somebody else has said, in a row that only
    mentions them (Article 15(4))."""
    said = column.personal.source is Source.SUBJECT and table.link_columns
    if contents.kind is Kind.PERSON and said and is_about_accounts(table):
        name = f'"{column.name}"'
        return f"CASE WHEN {table.subject} = %(person)s THEN {name} END AS {name}"
    return selected(column)


def companies(contents: Contents) -> str:
    return (
        "SELECT id, name FROM company_organisation WHERE id IN (SELECT organisation_id"
        f" FROM persons_membership WHERE user_id IN ({contents.people}))"
    )


def newest(table: Table) -> str:
    """The table's first time or date, if it has one; keys are random."""
    dated = (f'"{c.name}"' for c in table.columns if isinstance(c.field, DateField))
    return next(dated, "NULL::date")


def parameters(part: Part, contents: Contents) -> dict[str, Any]:
    return part[2].params | contents.whom


def count(part: Part, contents: Contents) -> str:
    """How many rows there are: of a company's accounts as many as it has members, since to count
    the accounts takes ten times as long under their policies."""
    table, _columns, condition = part
    if contents.kind is Kind.COMPANY and table.subject == table.key:
        return f"SELECT count(*) FROM ({contents.people}) AS people"
    return f"SELECT count(*) FROM {table.name} WHERE {condition.sql}"


def names_of_files(part: Part, column: Column) -> str:
    table, _columns, condition = part
    return (
        f"SELECT DISTINCT {column.name} FROM {table.name}"
        f" WHERE {column.name} <> '' AND ({condition.sql})"
    )
