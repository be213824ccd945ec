"""What is done to people's places in a company. The caller holds the company's context.

A role never changes but under a lock of the company, so that of two admins who demote each
other at once one is refused. ValidationErrors are meant for the form that asked.
"""

from uuid import UUID, uuid4

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from registry.company import tenant
from registry.company.access import set_rights
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.persons.models import Membership


class AlreadyRegistered(Exception):
    """The person is an admin of a company with this Business ID: ``organisation``."""

    def __init__(self, organisation: UUID) -> None:
        super().__init__(str(organisation))
        self.organisation = organisation


def register_company(
    *, person: UUID, name: str, business_id: str, office: str, position: str
) -> Organisation:
    """A new company with the person as its admin, whoever else uses its Business ID.

    Raises AlreadyRegistered when the person has registered it before (a button clicked twice),
    Http404 when their account has been erased meanwhile.
    """
    with transaction.atomic(using=tenant.alias()):
        # The second click waits here for the first, and then sees its company.
        lock_account(person)
        own = Membership.objects.filter(
            user_id=person,
            role=Role.ADMIN,
            organisation__business_id=business_id,
            organisation__erased_at=None,
        ).first()
        if own:
            raise AlreadyRegistered(own.organisation_id)
        new = uuid4()
        with tenant.serving(organisation=new, person=person):
            company = Organisation.objects.create(id=new, name=name, business_id=business_id)
            add_member(
                organisation=new, person=person, role=Role.ADMIN, office=office, position=position
            )
            # Persons and relationship are siblings that don't import each other, but a
            # relationship begins with its first person: hence the model by name.
            apps.get_model("relationship", "Relationship").objects.create(
                organisation=company, started_on=timezone.localdate()
            )
        return company


def add_member(
    *, organisation: UUID, person: UUID, role: str, office: str, position: str
) -> Membership:
    """The person's place in the company, with the rights of the role; the one there is stays."""
    membership, added = Membership.objects.get_or_create(
        organisation_id=organisation,
        user_id=person,
        defaults={"role": role, "office": office, "position": position},
    )
    if added:
        set_rights(person=person, organisation=organisation, role=role)
    return membership


def change_membership(
    *, organisation: UUID, membership: UUID, role: str, office: str, position: str
) -> None:
    """Office, position and role of one of the company's people."""
    with transaction.atomic(using=tenant.alias()):
        lock(organisation)
        row = Membership.objects.get(organisation_id=organisation, pk=membership)
        row.office, row.position = office, position
        row.save(update_fields=["office", "position"])
        if role != row.role:
            set_role(row, role)


def hand_over(*, organisation: UUID, giver: UUID, email: str, own_role: str) -> None:
    """The person with this address becomes an admin; the giver, also a membership, ``own_role``."""
    with transaction.atomic(using=tenant.alias()):
        lock(organisation)
        people = Membership.objects.filter(organisation_id=organisation)
        own = people.get(pk=giver)
        if own.role != Role.ADMIN:
            raise PermissionDenied
        receiver = people.filter(user__email=email).exclude(pk=giver).first()
        if receiver is None:
            raise ValidationError(
                {"email": _("None of the company's other people has this address.")}
            )
        set_role(receiver, Role.ADMIN)
        if own_role != own.role:
            set_role(own, own_role)


def set_role(membership: Membership, role: str) -> None:
    """Role and object rights together. The company's row is locked."""
    if membership.role == Role.ADMIN and not (
        Membership.objects.filter(organisation_id=membership.organisation_id, role=Role.ADMIN)
        .exclude(pk=membership.pk)
        .exists()
    ):
        raise ValidationError(
            {"role": _("A company always has an admin. Make somebody else an admin first.")}
        )
    membership.role = role
    membership.save(update_fields=["role"])
    set_rights(person=membership.user_id, organisation=membership.organisation_id, role=role)


def lock_account(person: UUID) -> None:
    """One joining, or erasure, of an account at a time. Raises Http404 if it is gone or closed,
    since it is about to go."""
    accounts = User.objects.select_for_update(no_key=True)
    get_object_or_404(accounts.values_list("pk"), pk=person, is_active=True)


def lock(organisation: UUID) -> None:
    """One change of roles or invitations in a company at a time."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation)
