"""Requests for correction (GDPR Article 16): made, withdrawn, answered within a month.

Each verb runs inside the request's transaction. What it leaves (the answer, the corrected value,
the job that tells the person) commits together, or not at all.
"""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.company import tenant
from registry.company.access import set_rights
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.declarations.plan import TODAY, Column, Table, plan
from registry.rights import telling
from registry.rights.correction import MEMBERSHIP, DecidedBy, decides, stored_by_click
from registry.rights.erasure import lock
from registry.rights.members import is_last_admin
from registry.rights.models import CorrectionRequest
from registry.rights.queue import defer
from registry.rights.values import Stored, asked_in, find

MOST_OPEN = 20
# The same day of the next month, or its last day (Article 12(3)). Law lengthens a period that
# ends on a holiday (Regulation 1182/71, Article 3(4)); whoever answers earlier is never late.
IN_A_MONTH = RawSQL(f"({TODAY} + interval '1 month')::date", [])  # noqa: S611  (of our own)

Outcome = CorrectionRequest.Outcome


class NotPossible(Exception):
    """The request can't be made or answered; nothing was changed."""


class AlreadyAsked(NotPossible):
    """The person has an open request about this value."""


class TooManyOpen(NotPossible):
    """The person has as many open requests as anybody may have."""


class CompanyClosed(NotPossible):
    """The company is about to be erased, or it is."""


class Withdrawn(NotPossible):
    """The request is there no more: withdrawn, or erased with the person."""


class AlreadyAnswered(NotPossible):
    """Somebody else has answered, or the same person by a click before."""


# --- what there is -------------------------------------------------------------------------------


def to_admin(organisation: UUID) -> QuerySet[CorrectionRequest]:
    """The requests that a company's admins answer, each with the person's address."""
    return with_email(
        CorrectionRequest.objects.filter(organisation_id=organisation, decided_by=DecidedBy.ADMIN)
    )


def to_staff() -> QuerySet[CorrectionRequest]:
    """Those that Dig1's staff answer, and those that a company's admins have left overdue: it is
    Dig1 that owes the person an answer."""
    overdue = Q(decided_at=None, due_on__lt=timezone.localdate())
    return with_email(
        CorrectionRequest.objects.filter(Q(decided_by=DecidedBy.STAFF) | overdue)
    ).select_related("organisation")


def with_email(requests: QuerySet[CorrectionRequest]) -> QuerySet[CorrectionRequest]:
    email = get_user_model().objects.filter(pk=OuterRef("person_id")).values("email")
    return requests.annotate(email=Subquery(email))


def open_request(*, person: UUID, stored: Stored, column: Column) -> CorrectionRequest | None:
    """The person's open request about the value."""
    return CorrectionRequest.objects.filter(
        person_id=person,
        table_name=stored.table.name,
        row_key=stored.key,
        column=column.name,
        decided_at=None,
    ).first()


def declared(request: CorrectionRequest) -> tuple[Table, Column] | None:
    """What the request is about, or None if nothing of that name is stored any more."""
    try:
        table = plan().table(request.table_name)
        return table, table.column(request.column)
    except KeyError:
        return None


def present(request: CorrectionRequest) -> Stored | None:
    """The row as it is stored now, or None."""
    if declared(request) is None:
        return None
    return find(person=request.person_id, table=request.table_name, key=request.row_key)


# --- made and withdrawn --------------------------------------------------------------------------


def ask(
    *, person: UUID, stored: Stored, column: Column, new_value: str, reason: str, language: str
) -> None:
    """Ask whoever may for the correction of a value.

    A row of a company that the person does not belong to (an invitation) is quoted by its key
    only: the request goes with the account, and nothing of that company is to stay in it.

    Raises AlreadyAsked, TooManyOpen, CompanyClosed, or Withdrawn if the person's account is gone.
    """
    organisation = asked_in(stored, person)
    with of_request(organisation, person):
        if organisation and not lock(organisation):
            raise CompanyClosed
        # Of two clicks the second waits here for the first.
        if not get_user_model().objects.select_for_update(no_key=True).filter(pk=person).exists():
            raise Withdrawn
        if open_request(person=person, stored=stored, column=column):
            raise AlreadyAsked
        if CorrectionRequest.objects.filter(person_id=person, decided_at=None).count() >= MOST_OPEN:
            raise TooManyOpen
        request = CorrectionRequest.objects.create(
            organisation_id=organisation,
            person_id=person,
            table_name=stored.table.name,
            row_key=stored.key,
            column=column.name,
            old_value=stored.lasting(column) if stored.company == organisation else "",
            new_value=new_value,
            reason=reason,
            language=language,
            due_on=IN_A_MONTH,
            decided_by=decides(column),
        )
        if request.decided_by == DecidedBy.ADMIN:
            tell_admins(request)


def of_request(organisation: UUID | None, person: UUID) -> AbstractContextManager[None]:
    """The context in which a person's requests are written: their company's, or none's."""
    scope = Scope.CUSTOMER if organisation else Scope.ACCOUNTS
    return tenant.serving(scope=scope, organisation=organisation, person=person)


def withdraw(*, person: UUID, request: UUID) -> bool:
    """Take one's own request back. False if it is answered already, or not there."""
    with tenant.accounts():
        deleted, _rows = CorrectionRequest.objects.filter(
            pk=request, person_id=person, decided_at=None
        ).delete()
    return bool(deleted)


# --- answered ------------------------------------------------------------------------------------


def answer(
    *,
    request: CorrectionRequest,
    decider: UUID,
    by: DecidedBy,
    outcome: Outcome,
    reasons: str,
    seen: str,
) -> None:
    """Accept the request, which corrects the value where a click may, or refuse it with reasons.

    ``seen``: the fingerprint of the stored value that the decider was shown.

    Raises PermissionDenied for one's own request, CompanyClosed, Withdrawn, AlreadyAnswered, and
    ValidationErrors for the form that asked.
    """
    if request.person_id == decider:
        raise PermissionDenied
    if request.organisation_id and not lock(request.organisation_id):
        raise CompanyClosed
    row = CorrectionRequest.objects.select_for_update().filter(pk=request.pk).first()
    if row is None:
        raise Withdrawn
    if row.decided_at:
        raise AlreadyAnswered
    if outcome == Outcome.REFUSED and not reasons:
        raise ValidationError({"answer": _("Say why it is refused (GDPR Article 12(4)).")})
    if outcome == Outcome.ACCEPTED:
        accept(row, by, reasons, seen)
    CorrectionRequest.objects.filter(pk=row.pk).update(
        decided_by=by, decided_at=Now(), decider_id=decider, outcome=outcome, answer=reasons
    )
    defer(telling.tell_requester, **keys_of(row))


def clickable(request: CorrectionRequest, by: DecidedBy) -> tuple[Stored, Column] | None:
    """The row and column that accepting corrects; None where it can't: the value is gone, or is
    none that a click may change."""
    stored, found = present(request), declared(request)
    if stored and found and stored_by_click(found[1], by):
        return stored, found[1]
    return None


def accept(request: CorrectionRequest, by: DecidedBy, reasons: str, seen: str) -> None:
    target = clickable(request, by)
    if target is None:
        if not reasons:
            raise ValidationError({"answer": _("Say what has been done.")})
        return
    stored, column = target
    row = stored.table.model.objects.select_for_update().filter(pk=stored.key).first()
    # What is read now nobody changes until the transaction ends.
    target = clickable(request, by)
    if row is None or target is None or target[0].fingerprint(column) != seen:
        raise ValidationError(
            _("The stored value has changed since you opened the page. See what it is now.")
        )
    try:
        store(row, column, request.new_value)
    except ValidationError as error:  # of a field that is none of the form's
        raise ValidationError(error.messages) from error


def store(row: models.Model, column: Column, text: str) -> None:
    """Store the value under the rules of its column, as any change of it is."""
    field = column.field
    value = None if field.null and not text else field.to_python(text)
    if row._meta.db_table == MEMBERSHIP and column.name == "role":
        set_role(row, value)
        return
    setattr(row, field.attname, value)
    row.full_clean(exclude={other.name for other in row._meta.fields if other is not field})
    row.save(update_fields=[field.name])


def set_role(membership: Any, role: str) -> None:
    """Role and object rights together. The company's row is locked."""
    whose = {"organisation": membership.organisation_id, "person": membership.user_id}
    if role != Role.ADMIN and is_last_admin(**whose):
        raise ValidationError(
            _("A company always has an admin. Make somebody else an admin first.")
        )
    membership.role = role
    membership.save(update_fields=["role"])
    set_rights(**whose, role=role)


# --- told ----------------------------------------------------------------------------------------


def tell_admins(request: CorrectionRequest) -> None:
    """A job for each admin, so that one who can't be reached keeps nobody else from being told."""
    company = Organisation(pk=request.organisation_id)
    admins = company.memberships.filter(role=Role.ADMIN).exclude(user_id=request.person_id)
    for membership in admins.values_list("pk", flat=True):
        defer(telling.tell_of_request, **keys_of(request), membership=str(membership))


def keys_of(request: CorrectionRequest) -> dict[str, str | None]:
    """How jobs name a request."""
    company = request.organisation_id
    return {"request": str(request.pk), "organisation": str(company) if company else None}
