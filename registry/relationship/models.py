"""The customer relationship: the third group of the notice's section 5."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.company.models import Organisation


class Relationship(models.Model):
    """When a company's customer relationship began and, once it has, ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.OneToOneField(
        Organisation, models.DO_NOTHING, related_name="relationship"
    )
    started_on = models.DateField(_("customer relationship started"))
    ended_on = models.DateField(_("customer relationship ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer relationship")
        verbose_name_plural = _("customer relationships")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
                name="relationship_ends_after_start",
                violation_error_message=_("The end can't be before the start."),
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation_id)
