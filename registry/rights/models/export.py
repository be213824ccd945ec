"""A company's data, packed to be taken along: kept for one hour."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.company.blobs import of_company
from registry.company.models import Organisation

KEPT = timedelta(hours=1)


def named(export: "Export", filename: str) -> str:
    """Where the ZIP is kept: below the company's prefix, so that its erasure finds it."""
    return f"{export.folder}/dig1.zip"


class Export(models.Model):
    """Made by a job, downloaded by who asked for it, gone an hour after it was ready.

    The row names its file before the first byte of it is written, and goes after it: so there is
    no file that no row knows. While the job lives it puts ``expires_at`` off.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="exports")
    requested_by_id = models.UUIDField()
    requested_at = models.DateTimeField(_("asked for"), db_default=Now())
    language = models.CharField(max_length=2)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    rows_total = models.PositiveBigIntegerField(_("rows in all"), default=0)
    rows_done = models.PositiveBigIntegerField(_("rows packed"), default=0)
    files_missing = models.PositiveIntegerField(_("files that were missing"), default=0)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    file = models.FileField(_("file"), upload_to=named, blank=True, max_length=200)
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("download of the company's data")
        verbose_name_plural = _("downloads of the company's data")
        default_permissions = ()
        indexes = (
            models.Index(fields=["requested_by_id"], name="export_by_person"),
            models.Index(fields=["expires_at"], name="export_by_end"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "requested_by_id"], name="rights_export_one_each"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def folder(self) -> str:
        """Whatever is in it, half-written files too, is this export's."""
        return of_company(self.organisation_id, "exports", str(self.pk))

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def progress(self) -> int:
        """Per cent of the rows that have been packed."""
        return min(100, 100 * self.rows_done // self.rows_total) if self.rows_total else 0
