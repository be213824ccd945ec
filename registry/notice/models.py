"""Which version of the notice a person has been told of."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class NoticeShown(models.Model):
    """A new version of the notice was shown to the person, and they said that they have read it.

    A version bears the day of its approval as its name.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_index=False,
        verbose_name=_("person"),
    )
    version = models.DateField(_("version of the privacy notice"))
    shown_at = models.DateTimeField(
        _("version of the privacy notice: read"), db_default=Now(), editable=False
    )

    class Meta:
        verbose_name = _("version of the privacy notice")
        verbose_name_plural = _("versions of the privacy notice that have been read")
        constraints = (
            models.UniqueConstraint(fields=["user", "version"], name="notice_noticeshown_once"),
        )

    def __str__(self) -> str:
        return f"{self.version}"
