"""Retention (GDPR Article 5(1)(e)): what has expired is deleted, of all companies at once.

On the connection "worker", whose role sees expired rows only, in the scope of retention
(``registry/company/isolation.py``). Every statement names again what has expired: neither the
policy nor the statement alone decides what is deleted. What went and why is written down, as
counts.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import connections, transaction
from django.db.models.functions import Now

from registry.company import tenant
from registry.company.isolation import FORGOTTEN
from registry.company.tenant import Scope
from registry.declarations.plan import Table, plan
from registry.rights import journal
from registry.rights.export.expiry import expire_exports
from registry.rights.models import RetentionLine, RetentionRun
from registry.rights.steps import Accounts, Step, delete, of_accounts_erasure
from registry.rights.subject import Predicate

Reason = RetentionLine.Reason
ALONE = "hashtextextended('retention', 0)"
EXPORTS, JOURNAL = "rights_export", "journal"


class UnderWay(Exception):
    """Another retention is at work, and does what this one would have done."""


@dataclass(frozen=True)
class Count:
    """What goes from one table or store, and why."""

    name: str
    reason: Reason
    rows: int


Duty = Callable[..., Iterable[Count]]  # dry_run: to count only


def expire() -> RetentionRun:
    """Delete what has expired, a duty at a time, and write down what went.

    Raises UnderWay, and whatever stops it: the run stays unfinished, what it did stays done, and
    the next one does the rest.
    """
    with alone():
        run = RetentionRun.objects.create(plan_hash=plan().hash)
        sequence = 0
        for duty in duties():
            with transaction.atomic(using=tenant.alias()):
                for one in filter(gone, duty(dry_run=False)):
                    sequence += 1
                    RetentionLine.objects.create(
                        run=run,
                        sequence=sequence,
                        table_name=one.name,
                        reason=one.reason,
                        rows=one.rows,
                    )
        RetentionRun.objects.filter(pk=run.pk).update(finished_at=Now())
        run.refresh_from_db()
    return run


def preview() -> list[Count]:
    """What a run would delete now; nothing is changed."""
    counts: list[Count] = []
    for duty in duties():
        with transaction.atomic(using=tenant.alias()):
            counts += filter(gone, duty(dry_run=True))
    return counts


def gone(one: Count) -> bool:
    return bool(one.rows)


@contextmanager
def alone() -> Iterator[None]:
    """Only one retention at a time. The lock goes with the connection, whatever happens to it."""
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({ALONE})")
        if not cursor.fetchone()[0]:
            raise UnderWay
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({ALONE})")


# --- what is to be done --------------------------------------------------------------------------


def duties() -> Iterator[Duty]:
    """Those that need no file store first, since they can be done while it is down."""
    for table in plan().tables:
        if table.expired and table.name != EXPORTS:
            yield partial(rows_of, table)
    yield accounts
    yield exports
    yield entries_of_the_journal


def rows_of(table: Table, *, dry_run: bool) -> Iterator[Count]:
    reason = Reason.LAW if table.is_retained else Reason.EXPIRED
    yield Count(table.name, reason, perform(delete(table, Predicate(table.expired)), dry_run))


def accounts(*, dry_run: bool) -> Iterator[Count]:
    """The accounts that nobody uses and that belong to no company, with all sign-in rows.

    Raises DatabaseError if somebody used one of them at the same moment: then none was deleted.
    """
    with connections[tenant.alias()].cursor() as cursor:
        # All statements speak of the same accounts, and one signed in to meanwhile is kept.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    for step in of_accounts_erasure(plan(), Accounts(FORGOTTEN, {})):
        yield Count(step.table.name, Reason.ACCOUNT, perform(step, dry_run))


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


def exports(*, dry_run: bool) -> Iterator[Count]:
    """Of each the file first, then the row. Raises StoreUnavailable."""
    yield Count(EXPORTS, Reason.EXPIRED, expire_exports(dry_run=dry_run))


def entries_of_the_journal(*, dry_run: bool) -> Iterator[Count]:
    """Of erasures that no backup can undo any more. Raises StoreUnavailable."""
    files = len(journal.expired()) if dry_run else journal.forget_expired()
    yield Count(JOURNAL, Reason.EXPIRED, files)
