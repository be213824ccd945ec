"""Who has looked at whose data, and when: ids only, in the transaction of the look itself.

Who looks is the person of the context. What is noted lasts two years and is shown to the person
it is about (GDPR Article 15, CJEU C-579/21), without the name of whoever looked.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpRequest

from registry.company import tenant
from registry.company.models import AccessEvent
from registry.declarations.declare import Via
from registry.declarations.plan import Table, plan
from registry.declarations.vocabulary import Link

Page = AccessEvent.Page
OF_COMPANY = "SELECT sec.log_access(%(page)s, %(companies)s::uuid[], %(persons)s::uuid[])"
OF_ALL = """
    SELECT sec.log_access(%(page)s, array_agg(organisation_id), array_agg(user_id))
    FROM persons_membership WHERE organisation_id = %(company)s
"""
OF_ROWS = """
    SELECT sec.log_access(%(page)s, array_agg(company), array_agg(person))
    FROM ({shown}) AS shown (company, person)
"""


def log_access(*, page: Page, persons: Collection[UUID]) -> None:
    """Note that these people of the context's company were shown. One statement.

    To be called last, when nothing can go wrong any more but what rolls everything back. Those
    who do not belong to the company (any more) are left out.
    """
    if persons:
        company = tenant.current().organisation
        run(OF_COMPANY, page, persons=[*persons], companies=[company] * len(persons))


def log_access_to_all(*, page: Page) -> None:
    """The same of everybody who belongs to the context's company: its data left as a whole."""
    run(OF_ALL, page, company=tenant.current().organisation)


def log_access_to_rows(*, page: Page, rows: Mapping[str, Collection[Any]]) -> None:
    """Note that rows were shown to Dig1's staff, given by their keys under the tables' names: of
    each, the persons whom the table's declaration says it is about or mentions. One statement.
    """
    selects = [select for name in rows for select in persons_of(plan().table(name))]
    if selects:
        keys = {name: [*shown] for name, shown in rows.items()}
        run(OF_ROWS.format(shown=" UNION ".join(selects)), page, **keys)


def log_page(request: HttpRequest, *, page: Page, persons: Collection[UUID]) -> None:
    """``log_access`` for a view: who asks for the head of a page only is shown nothing."""
    if request.method != "HEAD":
        log_access(page=page, persons=persons)


def persons_of(table: Table) -> Iterator[str]:
    """Selects of (company, person) from the rows of a table whose keys are in the parameter that
    is named like the table."""
    company = f"it.{table.tenant}" if table.tenant else "NULL::uuid"
    rows = f"FROM {table.name} AS it"
    these = f"WHERE it.{table.key} = ANY (%({table.name})s)"
    match table.subject:
        case Via(column, over, key, subject):
            whose = f"JOIN {over} AS whose ON whose.{key} = it.{column}"
            yield f"SELECT {company}, whose.{subject} {rows} {whose} {these}"
        case str(column):
            yield f"SELECT {company}, it.{column} {rows} {these}"
    for column in table.link_columns:
        if column.personal.link is Link.ACCOUNT:
            yield f"SELECT {company}, it.{column.name} {rows} {these}"
        else:
            whose = f"JOIN persons_membership AS whose ON whose.id = it.{column.name}"
            yield f"SELECT {company}, whose.user_id {rows} {whose} {these}"


def run(statement: str, page: Page, **parameters: Any) -> None:
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(statement, {"page": page.value, **parameters})
