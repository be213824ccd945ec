"""A link to one's data for people without an account, mailed to the registered address."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AccessLink(models.Model):
    """Good once and for 15 minutes. Only the digest of its secret is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"))
    secret_digest = models.BinaryField(_("secret of the link"), max_length=32, unique=True)
    sent_at = models.DateTimeField(_("sent"), db_default=Now())
    expires_at = models.DateTimeField(_("good until"))

    class Meta:
        verbose_name = _("link to one's own data")
        verbose_name_plural = _("links to one's own data")
        default_permissions = ()
        indexes = (
            models.Index(fields=["email"], name="access_link_by_email"),
            models.Index(fields=["expires_at"], name="access_link_by_end"),
        )

    def __str__(self) -> str:
        return str(self.id)
