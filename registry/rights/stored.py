"""What is stored of some tables, as JSON, in one query whatever their number."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connections, models

from registry.company import tenant
from registry.declarations.plan import Column, Table, plan
from registry.declarations.vocabulary import Display
from registry.rights.subject import Predicate

# Columns that point at these tables are shown by a name from there.
REFERENCES = {"auth_permission": "codename", "auth_group": "name"}

# The companies that the context shows, each once: its policies are dearer than a look-up. They
# are named by key, or the policy alone would have to find them among all companies there are.
COMPANIES = """
    SELECT 'companies', (SELECT jsonb_agg(to_jsonb(one)) FROM (
        SELECT id, name FROM company_organisation WHERE id = ANY (
            ARRAY(SELECT organisation_id FROM persons_membership
                  WHERE user_id = (SELECT sec.person()))
            || (SELECT sec.organisation())
        )) AS one)
"""

Part = tuple[Table, tuple[Column, ...], Predicate]


def fetch(
    parts: list[Part], *, most: int, with_people: bool, also: Iterable[Predicate] = ()
) -> dict[str, list[dict]]:
    """Rows of all tables in one round trip: table name -> the newest rows, at most ``most``.

    Rows of a company name it. ``also``: further selects of a name and its rows.
    """
    params: dict[str, Any] = {}
    selects = [COMPANIES]
    for table, columns, predicate in parts:
        params |= predicate.params
        names = tuple(column.name for column in columns)
        selects.append(select(table.name, names, predicate.sql, most, with_people))
    for one in also:
        params |= one.params
        selects.append(one.sql)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), params)
        stored = {name: json.loads(rows) for name, rows in cursor.fetchall() if rows}
    names = {company["id"]: company["name"] for company in stored.pop("companies", ())}
    for rows in stored.values():
        for row in rows:
            row["company"] = names.get(row.get("company"))
    return stored


@lru_cache(maxsize=512)
def select(
    name: str, columns: tuple[str, ...], condition: str, most: int, with_people: bool
) -> str:
    """Composed once: it is the same for everybody, and the values travel as parameters."""
    table = plan().table(name)
    wanted = ", ".join(chain(keys(table, with_people), map(selected, map(table.column, columns))))
    return (
        f"SELECT '{name}', (SELECT jsonb_agg(to_jsonb(one)) FROM"
        f" (SELECT {wanted} FROM {name} WHERE {condition}"
        f" ORDER BY {newest_first(table)} LIMIT {most}) AS one)"
    )


def newest_first(table: Table) -> str:
    """By the table's first time or date, if it has one; keys are random."""
    dated = (c.name for c in table.columns if isinstance(c.field, models.DateField))
    return f'"{next(dated, table.key)}" DESC, {table.key}'


def keys(table: Table, with_people: bool) -> Iterator[str]:
    if with_people and isinstance(table.subject, str):
        yield (
            "(SELECT email FROM accounts_user person"
            f' WHERE person.id = {table.name}.{table.subject}) AS "person"'
        )
        yield f'{table.subject} AS "person_key"'
    yield f'{table.key} AS "key"'
    if table.tenant:
        yield f'{table.tenant} AS "company"'


def selected(column: Column) -> str:
    """A column as the page needs it: secrets as existence, references by their name."""
    name = f'"{column.name}"'
    if column.personal.display is Display.EXISTENCE:
        return f"{name} IS NOT NULL AND {name}::text NOT IN ('', '{{}}') AS {name}"
    related = column.field.related_model._meta.db_table if column.field.related_model else None
    if related in REFERENCES:
        return (
            f"(SELECT {REFERENCES[related]} FROM {related} WHERE {related}.id = {name}) AS {name}"
        )
    return name
