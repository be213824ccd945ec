"""Asking for a company's export. One at a time for each admin: a second click asks for the same."""

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from registry.rights import jobs
from registry.rights.export.expiry import discard
from registry.rights.models import Export
from registry.rights.models.export import KEPT

State = Export.State


def ask(*, organisation: UUID, person: UUID, language: str) -> None:
    """Have the company's data packed for this admin, unless it is being packed or is ready.

    Raises StoreUnavailable if an old one has to be deleted first and can't be.
    """
    asked = asked_by(organisation, person)
    for old in asked.filter(expires_at__lte=Now()):
        discard(old)
    new = Export(
        organisation_id=organisation,
        requested_by_id=person,
        language=language,
        expires_at=Now() + KEPT,
    )
    # The second of two waits here for the first, and then finds that there is one.
    Export.objects.bulk_create([new], ignore_conflicts=True)
    again = asked.filter(state=State.FAILED).update(state=State.WAITING, expires_at=Now() + KEPT)
    if again or asked.filter(pk=new.pk).exists():
        hand_over(asked.get())


def hand_over(export: Export) -> None:
    """The worker makes it, once this transaction has committed."""
    jobs.make_export.configure(lock=f"export {export.pk}").defer(
        export=str(export.pk),
        organisation=str(export.organisation_id),
        person=str(export.requested_by_id),
    )


def current(organisation: UUID, person: UUID) -> Export | None:
    """The export of this admin, if there is one."""
    return asked_by(organisation, person).filter(expires_at__gt=Now()).first()


def asked_by(organisation: UUID, person: UUID) -> QuerySet[Export]:
    return Export.objects.filter(organisation_id=organisation, requested_by_id=person)
