"""After a restore from a backup: what the journal says was erased is erased again.

The restored database knows nothing of the erasures since the backup was taken, or takes them for
held still. Until all of them have been done again the application serves nobody
(``dig1/restored.py``).
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import connections
from django.utils import timezone

from registry.company import tenant
from registry.company.access import set_rights
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.rights import journal, pipeline
from registry.rights.journal import Entry, Part
from registry.rights.members import is_last_admin
from registry.rights.models import ErasureRun, ErasureSubject


class NoAdmin(Exception):
    """An erasure would leave a company, named by its key, without an admin."""


def missing() -> set[UUID]:
    """The journal's erasures that this database has not begun. Raises StoreUnavailable."""
    wanted = journal.runs()
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute("SELECT sec.unknown_erasures(%s::uuid[])", [list(wanted)])
        return {run for (run,) in cursor}


def replay() -> Iterator[UUID]:
    """Do them again, in their order, each to its certificate. May be called again.

    Each in one transaction: whatever stops it, the erasure is still missing then. Raises NoAdmin
    where that can't go well.
    """
    for entry in journal.entries(missing()):
        *_parts, whole = entry.parts
        with tenant.serving(scope=Scope.ACCOUNTS):
            resume(entry)
            pipeline.advance(run=whole.run, organisation=whole.organisation)
        yield whole.run


def resume(entry: Entry) -> None:
    """The run as it was when it had been entered in the journal."""
    *parts, whole = entry.parts
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
        elif part.person:
            reinstate(part)
    now = timezone.now()
    run, _ = ErasureRun.objects.update_or_create(
        pk=part.run,
        organisation_id=part.organisation,
        defaults={
            "scope": part.scope,
            "part_of": None if part is whole else whole.run,
            "companies": companies if part is whole else [],
            "plan_hash": entry.plan_hash,
            "fingerprint": entry.fingerprint,
            "started_at": entry.ordered_at,
            "not_before": entry.ordered_at,
            "noted_at": now,
            "journalled_at": now,
        },
    )
    ErasureSubject.objects.update_or_create(
        run=run,
        organisation_id=part.organisation,
        defaults={
            "person_id": part.person,
            "membership_id": part.membership,
            "accounts": part.accounts,
        },
    )


def reinstate(part: Part) -> None:
    """Whoever administered the company when the person went may have become an admin after the
    backup. Raises NoAdmin if none of them belongs to it now."""
    if not is_last_admin(organisation=part.organisation, person=part.person):
        return
    heirs = Organisation(pk=part.organisation).memberships.filter(user_id__in=part.admins)
    people = list(heirs.values_list("user_id", flat=True))
    if not people:
        raise NoAdmin(part.organisation)
    heirs.update(role=Role.ADMIN)
    for person in people:
        set_rights(person=person, organisation=part.organisation, role=Role.ADMIN)
