"""What a company's pages read. Every function is one or two queries, under the caller's context."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.company.models import Change, Organisation, TradeName
from registry.declarations.plan import plan

MEMBERSHIP = "persons_membership"

BASICS = (
    "name",
    "visiting_street",
    "visiting_postal_code",
    "visiting_city",
    "postal_street",
    "postal_postal_code",
    "postal_city",
    "invoicing_street",
    "invoicing_postal_code",
    "invoicing_city",
    "phone",
    "email",
    "other_contact_details",
    "e_invoice_address",
    "e_invoice_operator",
)


@dataclass(frozen=True)
class Basics:
    """A company's basic data as its admin changes them: the row and its trade names."""

    organisation: Organisation
    trade_names: tuple[str, ...]

    @property
    def version(self) -> str:
        """Changes whenever somebody changes any of the values."""
        values = [str(getattr(self.organisation, column)) for column in BASICS]
        return hashlib.sha256("\x1f".join([*values, *self.trade_names]).encode()).hexdigest()


@dataclass(frozen=True)
class Figures:
    people: int
    open_invitations: int
    open_corrections: int  # those that the company's admins answer


@dataclass(frozen=True)
class Entry:
    """One line of the history. ``about`` is the person whose row it was, if it was a person's."""

    at: datetime
    who: str
    table: str
    about: str
    columns: list[str]


def my_companies(person: UUID) -> QuerySet[Organisation]:
    """The companies a person belongs to, each with the person's ``role`` there."""
    return Organisation.objects.filter(memberships__user=person, erased_at=None).annotate(
        role=F("memberships__role")
    )


def basics(organisation: UUID, *, lock: bool = False) -> Basics:
    """The basic data; with ``lock`` nobody else changes them until the transaction ends."""
    rows = Organisation.objects.select_for_update() if lock else Organisation.objects
    return Basics(
        rows.get(pk=organisation),
        tuple(
            TradeName.objects.filter(organisation_id=organisation)
            .order_by("name_key")
            .values_list("name", flat=True)
        ),
    )


def figures(organisation: Organisation) -> Figures:
    return Figures(
        people=organisation.memberships.count(),
        open_invitations=organisation.invitations.filter(expires_at__gt=timezone.now()).count(),
        open_corrections=organisation.correction_requests.filter(
            decided_by="admin", decided_at=None
        ).count(),
    )


def history(organisation: UUID) -> QuerySet[Change]:
    return Change.objects.filter(organisation_id=organisation)


def entries(changes: Iterable[Change], organisation: UUID) -> list[Entry]:
    """The changes as people read them: columns by their names, persons by their addresses."""
    changes = list(changes)
    users = get_user_model().objects
    who = dict(
        users.filter(pk__in={change.changed_by for change in changes}).values_list("pk", "email")
    )
    members = dict(
        users.filter(
            memberships__organisation=organisation,
            memberships__in={c.row_id for c in changes if c.table_name == MEMBERSHIP},
        ).values_list("memberships", "email")
    )
    return [
        Entry(
            at=change.at,
            who=author(change, who),
            table=plan().title_of(change.table_name),
            about=whose(change, members),
            columns=plan().labels_of(change.table_name, change.columns),
        )
        for change in changes
    ]


def author(change: Change, emails: dict[Any, str]) -> str:
    if change.by_staff:
        return "Dig1"
    if change.changed_by is None:
        return _("deleted person")
    return emails.get(change.changed_by) or _("a person no longer in the company")


def whose(change: Change, members: dict[Any, str]) -> str:
    """Whose membership changed; "" for the company's other rows."""
    if change.table_name != MEMBERSHIP:
        return ""
    return members.get(change.row_id) or _("deleted person")
