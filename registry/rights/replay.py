"""After a restore from a backup: what the journal says was erased is erased again.

The restored database knows nothing of the erasures since the backup was taken, or takes them for
held still. Until all of them have been done again the application serves nobody
(``dig1/restored.py``).
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.utils import timezone

from registry.company import tenant
from registry.company.access import set_rights
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.rights import journal, ordering, pipeline
from registry.rights.journal import Entry, Part
from registry.rights.members import is_last_admin
from registry.rights.models import ErasureRun, ErasureSubject
from registry.rights.preview import preview_company


class NoAdmin(Exception):
    """An erasure would leave companies, named by their keys, without an admin."""


class ForeignJournal(Exception):
    """The journal holds none of this database's latest erasures: it is empty, or another one's."""


def missing() -> set[UUID]:
    """The journal's erasures that this database has not begun, or has back.

    Raises StoreUnavailable, or ForeignJournal.
    """
    kept = journal.kept()
    since = timezone.now() - timedelta(days=settings.BACKUP_DAYS)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute("SELECT sec.is_foreign_journal(%s::uuid[], %s)", [list(kept.entered), since])
        if cursor.fetchone()[0]:
            raise ForeignJournal
        cursor.execute(
            "SELECT sec.undone_erasures(%s::uuid[], %s::uuid[])",
            [list(kept.standing), list(kept.ended)],
        )
        return {run for (run,) in cursor}


def replay(*, heirs: Collection[UUID] = ()) -> Iterator[UUID]:
    """Do them again, in their order, each to its certificate. May be called again.

    Each in one transaction: whatever stops it, the erasure is still missing then.

    ``heirs``: memberships that become admin where an erasure would leave their company without
    one. Raises NoAdmin, when all else is done, for companies that have no heir.
    """
    waiting = journal.entries(missing())
    while waiting:
        stuck: dict[UUID | None, None] = {}
        left = []
        for entry in waiting:
            try:
                again(entry, heirs)
            except NoAdmin as error:  # unless a later erasure takes the company too
                stuck |= dict.fromkeys(error.args)
                left.append(entry)
            else:
                yield entry.run
        if left == waiting:
            raise NoAdmin(*stuck)
        waiting = left


def again(entry: Entry, heirs: Collection[UUID]) -> None:
    *_parts, whole = entry.parts
    with tenant.serving(scope=Scope.ACCOUNTS):
        resume(entry, heirs)
        pipeline.take_steps(run=whole.run, organisation=whole.organisation)


def erase_company(organisation: UUID) -> UUID:
    """Erase a company of which nobody is left who could administer it, by the operator's word."""
    with tenant.serving(organisation=organisation):
        run = ordering.order_company_erasure(
            organisation=organisation,
            orderer=None,
            fingerprint=preview_company(organisation=organisation).fingerprint,
        )
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        ErasureRun.objects.filter(pk=run.pk).update(not_before=run.started_at)
    pipeline.take_steps(run=run.pk, organisation=organisation)
    return run.pk


def resume(entry: Entry, heirs: Collection[UUID]) -> None:
    """The run as it was when it had been entered in the journal."""
    *parts, whole = entry.parts
    for part in entry.parts:
        with tenant.serving(scope=Scope.ACCOUNTS, organisation=part.organisation):
            if part.organisation and part.scope == ErasureRun.Scope.PERSON:
                reinstate(part, heirs)
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
            "called_off_at": None,
            "refused_at": None,
            "noted_at": timezone.now(),
            "journalled_at": entry.noted_at,  # no later than the file, which is not kept for ever
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


def reinstate(part: Part, named: Collection[UUID]) -> None:
    """Whoever administered the company when the person went may have become an admin after the
    backup; if none of them belongs to it now, those whom the operator has named become one. Raises
    NoAdmin if they don't belong to it either."""
    if not is_last_admin(organisation=part.organisation, person=part.person):
        return
    members = Organisation(pk=part.organisation).memberships.exclude(user_id=part.person)
    for heirs in (members.filter(user_id__in=part.admins), members.filter(pk__in=named)):
        if people := list(heirs.values_list("user_id", flat=True)):
            break
    else:
        raise NoAdmin(part.organisation)
    members.filter(user_id__in=people).update(role=Role.ADMIN)
    for person in people:
        set_rights(person=person, organisation=part.organisation, role=Role.ADMIN)
