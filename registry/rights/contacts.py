"""What is stored about an email address without an account: shown, and deleted on its owner's word.

Rows of companies are read and deleted under each company's own context. Which companies those are,
PostgreSQL tells of exactly one address at a time (company/sql/contacts.sql).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connections
from django.utils.translation import gettext as _

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Context, Scope
from registry.declarations.plan import Table, plan
from registry.rights.inspection import Chapter, Page, arranged
from registry.rights.steps import Step, delete
from registry.rights.stored import Part, fetch
from registry.rights.subject import of_address, of_company

COMPANIES = "SELECT sec.companies_of_address(%s, %s, %s)"
HOLDS = "SELECT %s IN (SELECT sec.companies_of_address(%s, NULL, NULL))"
PAGE_SIZE = 20  # companies; each takes queries of its own


@dataclass(frozen=True)
class Companies:
    """A page of the companies that store something about an address, by key."""

    keys: list[UUID]
    more: bool


def has_account(*, email: str) -> bool:
    """Whether an account has the address, be it as one that is still to be verified."""
    accounts = get_user_model().objects
    known = accounts.filter(email=email).union(accounts.filter(emailaddress__email=email))
    with tenant.serving(scope=Scope.ACCOUNTS):
        return known.exists()


def is_stored(*, email: str) -> bool:
    """Whether anything is stored about the address, and be it a link that shows what is."""
    if ask(COMPANIES, email, None, 1):
        return True
    own = [part for part in parts_about(email) if not part[0].tenant]
    with tenant.serving(scope=Scope.ACCOUNTS):
        return any(fetch(own, most=1, with_people=False).values())


def companies_of(*, email: str, after: UUID | None = None, most: int = PAGE_SIZE) -> Companies:
    """The companies that store something about the address, beginning after a key."""
    keys = ask(COMPANIES, email, after, most + 1)
    return Companies(keys[:most], len(keys) > most)


def holds(*, organisation: UUID, email: str) -> bool:
    """Whether the company stores something about the address."""
    return ask(HOLDS, organisation, email) == [True]


def ask(query: str, *params: Any) -> list[Any]:
    """The one column that a question across companies answers."""
    with (
        tenant.serving(scope=Scope.ACCOUNTS),
        connections[tenant.alias()].cursor() as cursor,
    ):
        cursor.execute(query, params)
        return [value for (value,) in cursor]


# --- shown -------------------------------------------------------------------------------------


def inspect_address(*, email: str, companies: list[UUID]) -> list[Chapter]:
    """What Dig1 itself and these companies store about the address (GDPR Article 15)."""
    page, parts = Page(linked=_("you")), parts_about(email)
    stored: dict[str, list[dict]] = defaultdict(list)
    with tenant.serving(scope=Scope.ACCOUNTS):
        for organisation in (None, *companies):
            if organisation:
                tenant.enter(Context(Scope.CUSTOMER, organisation))
            here = [part for part in parts if bool(part[0].tenant) == bool(organisation)]
            for table, rows in fetch(here, most=page.most + 1, with_people=False).items():
                stored[table] += rows
    return arranged(parts, stored, page)


def parts_about(email: str) -> list[Part]:
    return [
        (table, table.personal_columns, about)
        for table in plan().tables
        if (about := of_address(table, email))
    ]


def names_of(companies: list[UUID]) -> list[tuple[UUID, str]]:
    """The companies with their names, in the order of these."""
    names = []
    with tenant.serving():
        for organisation in companies:
            tenant.enter(Context(Scope.CUSTOMER, organisation))
            names += Organisation.objects.filter(pk=organisation).values_list("pk", "name")
    return sorted(names, key=lambda pair: pair[1].casefold())


# --- deleted -----------------------------------------------------------------------------------


def count_address(*, organisation: UUID, email: str) -> list[tuple[Table, int]]:
    """What the company stores about the address: the tables that have rows, and how many."""
    counts = []
    with (
        tenant.serving(organisation=organisation),
        connections[tenant.alias()].cursor() as cursor,
    ):
        for step in steps(organisation, email):
            cursor.execute(step.count_sql, step.rows.params)
            counts.append((step.table, cursor.fetchone()[0]))
    return [(table, rows) for table, rows in counts if rows]


def erase_address(*, organisation: UUID, email: str) -> None:
    """Delete what the company stores about the address, invitations too (GDPR Article 17)."""
    with (
        tenant.serving(organisation=organisation),
        connections[tenant.alias()].cursor() as cursor,
    ):
        for step in steps(organisation, email):
            cursor.execute(step.statement, step.rows.params)


def steps(organisation: UUID, email: str) -> Iterator[Step]:
    for table in plan().of_tenant:
        if not table.is_retained and (about := of_address(table, email)):
            yield delete(table, of_company(table, organisation) & about)
