"""What is done with invitations: sent, sent again, revoked, accepted."""

import logging
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.company import tenant
from registry.persons import messages, queries, tokens
from registry.persons.actions import add_member, lock, lock_account
from registry.persons.models import Invitation, Membership
from registry.persons.tokens import Claims

logger = logging.getLogger(__name__)


class LinkInvalid(Exception):
    """The link is forged, expired, used or revoked, or it is not this person's."""


def invite(
    *, organisation: UUID, invited_by: UUID, email: str, role: str, office: str, position: str
) -> None:
    """Invite an address to the company, by mail; an expired invitation of it is replaced.

    ``invited_by`` is the sender's membership.
    """
    with transaction.atomic(using=tenant.alias()):
        lock(organisation)
        if Membership.objects.filter(organisation_id=organisation, user__email=email).exists():
            raise ValidationError({"email": _("This person already belongs to the company.")})
        before = Invitation.objects.filter(organisation_id=organisation, email=email)
        if before.filter(expires_at__gt=timezone.now()).exists():
            raise ValidationError(
                {"email": _("This address has been invited already. You can send it again below.")}
            )
        before.delete()
        invitation = Invitation(
            organisation_id=organisation, email=email, role=role, office=office, position=position
        )
        send(invitation, invited_by)


def invite_again(*, organisation: UUID, invited_by: UUID, invitation: UUID) -> None:
    """A new link with a new lifetime; the link before is dead from now on.

    Raises Http404 when the invitation is no more.
    """
    with transaction.atomic(using=tenant.alias()):
        lock(organisation)
        # Expired ones are deleted by night, without a lock of the company.
        rows = Invitation.objects.select_for_update().filter(organisation_id=organisation)
        send(get_object_or_404(rows, pk=invitation), invited_by)


def send(invitation: Invitation, invited_by: UUID) -> None:
    """Save and mail the invitation: both or, if the mail server takes no mail, neither."""
    secret, now = tokens.new_secret(), timezone.now()
    invitation.invited_by_id = invited_by
    invitation.secret_digest = tokens.digest(secret)
    invitation.sent_at, invitation.expires_at = now, now + tokens.LIFETIME
    invitation.save()
    token = tokens.make(
        organisation=invitation.organisation_id, invitation=invitation.pk, secret=secret
    )
    try:
        messages.send_invitation(invitation, token)
    except OSError as error:  # all of smtplib's errors are
        logger.warning("invitation %s not sent: %s", invitation.pk, type(error).__name__)
        raise ValidationError(
            _("The message could not be sent, and nothing was saved. Try again in a moment.")
        ) from error


def revoke(*, organisation: UUID, invitation: UUID) -> None:
    Invitation.objects.filter(organisation_id=organisation, pk=invitation).delete()


def accept(*, claims: Claims, person: UUID) -> None:
    """The person joins the company, once. Raises LinkInvalid, or joins nothing."""
    with tenant.serving(organisation=claims.organisation, person=person):
        lock(claims.organisation)
        lock_account(person)
        invitation = queries.open_invitation(claims, lock=True)
        if invitation is None or not queries.owns_address(person=person, email=invitation.email):
            raise LinkInvalid
        given: dict[str, Any] = {
            name: getattr(invitation, name) for name in ("role", "office", "position")
        }
        add_member(organisation=claims.organisation, person=person, **given)
        invitation.delete()
