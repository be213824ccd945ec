"""Person identifiers: the second group of the notice's section 5."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from registry.company.fields import LineField
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.validators import validate_visible


class Membership(models.Model):
    """A person's place in one company: office, position and access role."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("access role"), max_length=10, choices=Role, default=Role.MEMBER)
    office = LineField(
        _("office"), max_length=120, blank=True, help_text=_("For example: Lohja, head office")
    )
    position = LineField(
        _("position"), max_length=120, blank=True, help_text=_("For example: HR manager")
    )
    joined_at = models.DateTimeField(_("joined the company"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "user"],
                name="persons_membership_once",
                violation_error_message=_("This person already belongs to the company."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="persons_membership_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


class Invitation(models.Model):
    """An invitation to one address to join one company.

    The link holds a signed token; here lies only the digest of its secret, so that reading the
    database lets nobody in. It is deleted when accepted, revoked or expired.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="invitations", db_index=False
    )
    email = models.EmailField(_("email address"), db_collation="C", validators=[validate_visible])
    role = models.CharField(_("access role"), max_length=10, choices=Role, default=Role.MEMBER)
    office = LineField(_("office"), max_length=120, blank=True)
    position = LineField(_("position"), max_length=120, blank=True)
    # One tenant's row pointing at another row of the same tenant: the composite key
    # (organisation, membership) is made by ``apply_isolation``, since Django can't declare it.
    invited_by = models.ForeignKey(
        Membership,
        models.DO_NOTHING,
        related_name="invitations",
        db_constraint=False,
        verbose_name=_("invited by"),
    )
    secret_digest = models.BinaryField(_("digest of the link's secret"), max_length=32)
    sent_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        # What is stored about an address is looked for among all companies (sql/contacts.sql).
        indexes = (models.Index(fields=["email"], name="invitation_by_email"),)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "email"],
                name="persons_invitation_once",
                violation_error_message=_("This address has been invited already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="persons_invitation_role"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="persons_invitation_email_lower_case"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
