"""What the nightly retention did: counts and reasons, nothing about anybody."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RetentionRun(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)
    plan_hash = models.CharField(_("hash of the declarations"), max_length=64)

    class Meta:
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        default_permissions = ("view",)
        indexes = (models.Index(fields=["-started_at", "-id"], name="retention_run_by_time"),)

    def __str__(self) -> str:
        return str(self.id)


class RetentionLine(models.Model):
    """What went from one table (or store), and why."""

    class Reason(models.TextChoices):
        EXPIRED = "expired", _("kept long enough")
        ACCOUNT = "account", _("the account was no longer used")
        LAW = "law", _("the law's time was up")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RetentionRun, models.CASCADE, related_name="lines")
    sequence = models.PositiveSmallIntegerField()
    table_name = models.CharField(_("table"), max_length=63)
    reason = models.CharField(_("why"), max_length=7, choices=Reason)
    rows = models.PositiveBigIntegerField(_("rows"))

    class Meta:
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(fields=["run", "sequence"], name="rights_retentionline_order"),
        )

    def __str__(self) -> str:
        return f"{self.table_name} {self.reason} {self.rows}"
