"""An erasure as steps, compiled from the plan: what is counted, done and counted again.

Preview, deletion, residual count and verification are the same step objects, so that none of
them can forget a table that another knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from registry.declarations.declare import Via
from registry.declarations.plan import Plan, Table
from registry.declarations.vocabulary import Category, Erase, Law, Link
from registry.rights.models import ErasureStep
from registry.rights.subject import Predicate, of_accounts, of_company, of_no_company, of_person

Action = ErasureStep.Action
MEMBERSHIP = "persons_membership"


@dataclass(frozen=True)
class Accounts:
    """The accounts that go along: a sub-select of ids, before the run or from its snapshot."""

    sql: str
    params: dict[str, Any]


NO_ACCOUNTS = Accounts("SELECT NULL::uuid WHERE false", {})


@dataclass(frozen=True)
class Step:
    table: Table
    action: Action
    rows: Predicate
    statement: str | None  # None: nothing is done, the rows are retained
    residual: str | None = None  # what is left to do among ``rows``; None: all of them
    law: Law | None = None

    @property
    def count_sql(self) -> str:
        return f"SELECT count(*) FROM {self.table.name} WHERE {self.rows.sql}"

    @property
    def until_sql(self) -> str:
        return f"SELECT max({self.table.until}) FROM {self.table.name} WHERE {self.rows.sql}"

    @property
    def residual_sql(self) -> str:
        return self.count_sql + (f" AND ({self.residual})" if self.residual else "")

    @property
    def categories(self) -> tuple[Category, ...]:
        found = {column.personal.category for column in self.table.personal_columns}
        return tuple(category for category in Category if category in found)


def of_company_erasure(plan: Plan, organisation: UUID, accounts: Accounts) -> Iterator[Step]:
    """A whole company, and the accounts that belong to no other."""
    for table in plan.of_tenant:
        if table.is_retained:
            law = table.erased_by(Erase.RETAIN)[0].personal.law
            yield Step(table, Action.RETAINED, of_company(table, organisation), None, law=law)
        elif table.is_tombstone:
            yield scrub(table, of_company(table, organisation))
        elif not table.outlives:
            yield delete(table, of_company(table, organisation))
    yield from of_accounts_erasure(plan, accounts)


def of_person_erasure(
    plan: Plan, organisation: UUID, person: UUID, membership: UUID, accounts: Accounts
) -> Iterator[Step]:
    """One person in one company, and the account if it belongs to no other company."""
    for table in plan.of_tenant:
        here = of_company(table, organisation)
        for column in table.link_columns:
            target = person if column.personal.link is Link.ACCOUNT else membership
            yield sever(table, column.name, here, target)
        for field in dependents(table):
            mine = Predicate(f"{field.column} = %(membership)s", {"membership": membership})
            yield delete(table, here & mine)
        if table.subject:
            yield delete(table, here & of_person(table, person))
    yield from of_accounts_erasure(plan, accounts)


def of_accounts_erasure(plan: Plan, accounts: Accounts) -> Iterator[Step]:
    """What goes with accounts: the sign-in tables, and the rows about them of no company."""
    for table in plan.tables:
        if table.subject:
            about = of_accounts(table, accounts.sql, accounts.params)
            if rows := of_no_company(table, about):
                yield delete(table, rows)


def of_account_erasure(plan: Plan, person: UUID) -> Iterator[Step]:
    """An account without a company, and what other companies hold of it alone."""
    for table in plan.tables:
        if table.subject:
            yield delete(table, of_person(table, person))


def left_by_companies(plan: Plan, person: UUID) -> Iterator[Step]:
    """What ``of_account_erasure`` takes that no company's erasure of the person has taken."""
    for table in plan.tables:
        if table.subject:
            about = of_person(table, person)
            invited = isinstance(table.subject, Via)  # where they belong to no company yet
            if rows := about if invited else of_no_company(table, about):
                yield delete(table, rows)


def dependents(table: Table) -> Iterator[models.ForeignKey]:
    """References to a membership that a row can't do without: the row goes with the member."""
    for field in table.model._meta.concrete_fields:
        related = field.related_model._meta.db_table if field.related_model else ""
        if related == MEMBERSHIP and not field.null:
            yield field


def delete(table: Table, rows: Predicate) -> Step:
    return Step(table, Action.DELETED, rows, f"DELETE FROM {table.name} WHERE {rows.sql}")


def sever(table: Table, column: str, here: Predicate, target: UUID) -> Step:
    rows = here & Predicate(f"{column} = %(target)s", {"target": target})
    statement = f"UPDATE {table.name} SET {column} = NULL WHERE {rows.sql}"
    return Step(table, Action.SEVERED, rows, statement)


def scrub(table: Table, rows: Predicate) -> Step:
    """Overwrite the declared columns; columns that the database generates follow by themselves."""
    scrubbed = [c.name for c in table.erased_by(Erase.SCRUB) if not c.field.generated]
    nulled = [c.name for c in table.erased_by(Erase.NULL)]
    changes = [f"{name} = ''" for name in scrubbed] + [f"{name} = NULL" for name in nulled]
    left = [f"{name} <> ''" for name in scrubbed] + [f"{name} IS NOT NULL" for name in nulled]
    return Step(
        table,
        Action.SCRUBBED,
        rows,
        f"UPDATE {table.name} SET {', '.join(changes)}, erased_at = now() WHERE {rows.sql}",
        residual=" OR ".join(left),
    )
