"""After a restore from a backup: what the journal says was erased is erased again.

The restored database knows nothing of the erasures since the backup was taken. Until all of them
have been done again the application serves nobody (``dig1/restored.py``).
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import connections
from django.utils import timezone

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.rights import journal, pipeline
from registry.rights.journal import Entry, Part
from registry.rights.models import ErasureRun, ErasureSubject


def missing() -> set[UUID]:
    """The journal's erasures that this database has never heard of. Raises StoreUnavailable."""
    wanted = journal.runs()
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute("SELECT sec.unknown_erasures(%s::uuid[])", [list(wanted)])
        return {run for (run,) in cursor}


def replay() -> Iterator[UUID]:
    """Do them again, in their order, each to its certificate. May be called again."""
    for entry in journal.entries(missing()):
        resume(entry)
        run = entry.parts[-1]
        pipeline.advance(run=run.run, organisation=run.organisation)
        yield run.run


def resume(entry: Entry) -> None:
    """The run as it was when it had been entered in the journal, in one transaction."""
    *parts, whole = entry.parts
    with tenant.serving(scope=Scope.ACCOUNTS):
        for part in entry.parts:
            with tenant.serving(scope=Scope.ACCOUNTS, organisation=part.organisation):
                restore(entry, part, whole, [one.organisation for one in parts])


def restore(entry: Entry, part: Part, whole: Part, companies: list[UUID | None]) -> None:
    if part.organisation:
        # A company younger than the backup: there is nothing of it, but that it was erased.
        if not Organisation.objects.filter(pk=part.organisation).exists():
            Organisation.objects.create(
                pk=part.organisation, name="", business_id="", erased_at=timezone.now()
            )
        if part.scope == ErasureRun.Scope.ORGANISATION:
            Organisation.objects.filter(pk=part.organisation, locked_at=None).update(
                locked_at=timezone.now()
            )
    run = ErasureRun.objects.create(
        pk=part.run,
        scope=part.scope,
        organisation_id=part.organisation,
        part_of=None if part is whole else whole.run,
        companies=companies if part is whole else [],
        plan_hash=entry.plan_hash,
        fingerprint=entry.fingerprint,
        started_at=entry.ordered_at,
        not_before=entry.ordered_at,
        noted_at=timezone.now(),
        journalled_at=timezone.now(),
    )
    ErasureSubject.objects.create(
        run=run,
        organisation_id=part.organisation,
        person_id=part.person,
        membership_id=part.membership,
        accounts=part.accounts,
    )
