"""Retention (GDPR Article 5(1)(e)): what has expired is deleted, of all companies at once.

On the connection "worker", whose role sees expired rows only, in the scope of retention
(``registry/company/isolation.py``). Every statement names again what has expired: neither the
policy nor the statement alone decides what is deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections, transaction

from registry.company import tenant
from registry.company.isolation import FORGOTTEN
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.rights.steps import Accounts, Step, delete, of_accounts_erasure
from registry.rights.subject import Predicate


@dataclass(frozen=True)
class Count:
    """Rows of one table; ``of_account``: they go since their account does, expired or not."""

    table: str
    rows: int
    of_account: bool


def expire(*, dry_run: bool = False) -> Iterator[Count]:
    """Delete what has expired, or count it only; a table at a time, then forgotten accounts.

    Raises DatabaseError if somebody used one of these accounts at the same moment: then none of
    the accounts was deleted, and the next night is soon enough.
    """
    for table in plan().tables:
        if table.expired:
            rows = perform(delete(table, Predicate(table.expired)), dry_run)
            yield Count(table.name, rows, of_account=False)
    yield from forget(dry_run)


def forget(dry_run: bool) -> list[Count]:
    """The accounts that nobody uses and that belong to no company, with all sign-in rows."""
    with transaction.atomic(using=tenant.alias()):
        with connections[tenant.alias()].cursor() as cursor:
            # All statements speak of the same accounts, and one signed in to meanwhile is kept.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return [
            Count(step.table.name, perform(step, dry_run), of_account=True)
            for step in of_accounts_erasure(plan(), Accounts(FORGOTTEN, {}))
        ]


def perform(step: Step, dry_run: bool) -> int:
    """Delete or count, under a context of its own, since one lasts five minutes only."""
    with (
        tenant.serving(scope=Scope.RETENTION),
        connections[tenant.alias()].cursor() as cursor,
    ):
        if dry_run:
            cursor.execute(step.count_sql, step.rows.params)
            return cursor.fetchone()[0]
        cursor.execute(step.statement, step.rows.params)
        return cursor.rowcount
