"""A request to correct what the person may not edit (GDPR Article 16)."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.company.fields import LineField, LinesField
from registry.company.models import Organisation


class CorrectionRequest(models.Model):
    """Which stored value is wrong, what it should be, and what was decided.

    Decided by the company admin or by Dig1's staff, whoever the column's declaration names, within
    one month (Article 12(3)).
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("corrected")
        REFUSED = "refused", _("refused")

    class DecidedBy(models.TextChoices):
        ADMIN = "admin", _("the company's admin")
        STAFF = "staff", _("Dig1's staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.DO_NOTHING,
        null=True,
        related_name="correction_requests",
        verbose_name=_("company"),
    )
    person_id = models.UUIDField()
    table_name = models.CharField(_("table"), max_length=63)
    row_key = models.CharField(max_length=64)
    column = models.CharField(_("which value"), max_length=63)
    old_value = models.TextField(_("stored value"), blank=True)
    new_value = LineField(_("correct value"), max_length=500)
    reason = LinesField(_("why it is wrong"), max_length=1000, blank=True)
    language = models.CharField(max_length=2)
    made_at = models.DateTimeField(_("asked for"), db_default=Now())
    due_on = models.DateField(_("to be answered by"))
    decided_by = models.CharField(_("decided by"), max_length=5, choices=DecidedBy)
    decided_at = models.DateTimeField(_("answered"), null=True)
    decider_id = models.UUIDField(null=True)
    outcome = models.CharField(_("decision"), max_length=8, choices=Outcome, blank=True)
    answer = LinesField(_("reasons for the decision"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        default_permissions = ("view", "change")
        indexes = (
            models.Index(fields=["organisation", "-made_at", "-id"], name="correction_by_company"),
            models.Index(fields=["person_id"], name="correction_by_person"),
            models.Index(fields=["decider_id"], name="correction_by_decider"),
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(decided_at__isnull=True),
                name="correction_open_by_due",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "person_id", "table_name", "row_key", "column"],
                condition=models.Q(decided_at__isnull=True),
                nulls_distinct=False,
                name="rights_correctionrequest_open_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
