"""What is read about a company's people and invitations."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from registry.company.paging import SIZE, beyond, last_shown
from registry.company.roles import Role
from registry.persons.models import Invitation, Membership
from registry.persons.tokens import Claims

PEOPLE = (
    "id",
    "user__email",
    # As stored: parsing fifty numbers to space them out would take longer than the whole page.
    Cast("user__phone", CharField()),
    "office",
    "position",
    "role",
    "joined_at",
)


@dataclass(frozen=True)
class People:
    """Rows of the columns PEOPLE; ``next`` is the key after which more begin, if there are more.

    ``is_first`` is whether the list begins here.
    """

    rows: list[tuple[Any, ...]]
    next: UUID | None
    is_first: bool


def people(*, organisation: UUID, search: str = "", role: str = "", after: str = "") -> People:
    """A page of the company's people by email. Tuples, not objects: nothing is read but shown."""
    rows = Membership.objects.filter(organisation_id=organisation)
    if search:
        rows = rows.filter(
            Q(user__email__icontains=search)
            | Q(office__icontains=search)
            | Q(position__icontains=search)
        )
    if role:
        rows = rows.filter(role=role)
    last = last_shown(rows, "user__email", after)
    if last:
        rows = rows.filter(beyond("user__email", "gt", *last))
    found = list(rows.order_by("user__email", "pk").values_list(*PEOPLE)[: SIZE + 1])
    more = len(found) > SIZE
    return People(found[:SIZE], found[SIZE - 1][0] if more else None, last is None)


def invitations(organisation: UUID) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organisation_id=organisation)


def open_invitation(claims: Claims, *, lock: bool = False) -> Invitation | None:
    """The invitation that a link stands for, if it holds and its sender is still an admin.

    Under the context of the company named in the link. ``lock`` keeps both the invitation and
    the sender's role as they are until the transaction ends.
    """
    rows = Invitation.objects.filter(
        pk=claims.invitation,
        organisation_id=claims.organisation,
        expires_at__gt=timezone.now(),
        organisation__erased_at=None,
        invited_by__role=Role.ADMIN,
    )
    if lock:
        rows = rows.select_related("invited_by").select_for_update(of=("self", "invited_by"))
    else:
        rows = rows.select_related("organisation")
    invitation = rows.first()
    if invitation and constant_time_compare(bytes(invitation.secret_digest), claims.digest):
        return invitation
    return None


def owns_address(*, person: UUID | None, email: str) -> bool:
    """Whether the person has proven to read the mail of exactly this address."""
    return EmailAddress.objects.filter(user_id=person, email=email, verified=True).exists()


def is_member(*, person: UUID, organisation: UUID) -> bool:
    return Membership.objects.filter(organisation_id=organisation, user_id=person).exists()
