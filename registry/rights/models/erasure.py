"""The record of erasures: opaque identifiers, counts and times, no personal data."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.company.models import Organisation


class ErasureRun(models.Model):
    """One erasure: of a company, of a person in a company, or of an account.

    Each step of it leaves a time here, and is done again from the start if it left none: so a
    run goes on after whatever stopped it. Done only when certified. The page that shows it is
    reached by a signed address, since the account that asked may be gone. Runs of accounts
    without a company have no organisation.
    """

    class Scope(models.TextChoices):
        ORGANISATION = "organisation", _("whole company")
        PERSON = "person", _("one person")
        ACCOUNT = "account", _("account")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, related_name="erasure_runs"
    )
    # Of somebody who erases themself everywhere: the account's run names the companies, and the
    # runs in those name it, so that one short address leads to all.
    part_of = models.UUIDField(null=True)
    companies = ArrayField(models.UUIDField(), default=list)
    plan_hash = models.CharField(_("hash of the declarations"), max_length=64)
    fingerprint = models.CharField(_("fingerprint of the preview"), max_length=64)
    language = models.CharField(max_length=2, default="fi")  # in which it was ordered
    started_at = models.DateTimeField(_("ordered"), db_default=Now())
    not_before = models.DateTimeField(_("can be called off until"), db_default=Now())
    called_off_at = models.DateTimeField(_("called off"), null=True)
    refused_at = models.DateTimeField(_("could not be done"), null=True)
    noted_at = models.DateTimeField(_("noted whom and what it takes"), null=True)
    journalled_at = models.DateTimeField(_("entered in the journal"), null=True)
    deleted_at = models.DateTimeField(_("deleted from the database"), null=True)
    files_deleted_at = models.DateTimeField(_("files deleted"), null=True)
    files = models.PositiveIntegerField(_("files"), null=True)
    verified_at = models.DateTimeField(_("verified"), null=True)
    certified_at = models.DateTimeField(_("certified"), null=True)
    certificate = models.JSONField(_("certificate"), null=True)
    signature = models.CharField(_("signature of the certificate"), max_length=88, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = (models.Index(fields=["-started_at", "-id"], name="erasure_run_by_time"),)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_held(self) -> bool:
        """Whether it can still be called off."""
        return not (self.noted_at or self.called_off_at or self.refused_at)

    @property
    def is_over(self) -> bool:
        return bool(self.certified_at or self.called_off_at or self.refused_at)


class ErasureStep(models.Model):
    """What one statement of a run did to one table."""

    class Action(models.TextChoices):
        DELETED = "deleted", _("deleted")
        SEVERED = "severed", _("link cut")
        SCRUBBED = "scrubbed", _("overwritten")
        RETAINED = "retained", _("kept by law")

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, null=True, related_name="+")
    run = models.ForeignKey(
        ErasureRun,
        models.DO_NOTHING,
        related_name="steps",
        db_constraint=False,
        db_index=False,
    )
    sequence = models.PositiveSmallIntegerField()
    table_name = models.CharField(_("table"), max_length=63)
    action = models.CharField(_("what was done"), max_length=10, choices=Action)
    rows = models.PositiveIntegerField(_("rows"))
    residual = models.PositiveIntegerField(_("rows left behind"))
    law = models.CharField(_("law"), max_length=40, blank=True)
    until = models.DateField(_("kept until"), null=True)

    class Meta:
        default_permissions = ("view",)
        constraints = (
            # Without the organisation, a duplicate would tell of another company's erasure.
            models.UniqueConstraint(
                fields=["run", "organisation", "sequence"],
                nulls_distinct=False,
                name="rights_erasurestep_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.table_name} {self.action} {self.rows}"


class ErasureSubject(models.Model):
    """Whom a running erasure is about and who ordered it, by opaque keys; emptied at its end."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, null=True, related_name="+")
    run = models.ForeignKey(
        ErasureRun, models.DO_NOTHING, related_name="subjects", db_constraint=False, db_index=False
    )
    person_id = models.UUIDField(null=True)  # null: a whole company
    membership_id = models.UUIDField(null=True)
    orderer_id = models.UUIDField(null=True)  # null: Dig1 itself
    # Those that go along. One array: of the largest companies it has a hundred thousand keys.
    accounts = ArrayField(models.UUIDField(), default=list)
    # Whether the order has closed the person's account: then a refusal opens it again.
    closes_account = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["run", "organisation"],
                nulls_distinct=False,
                name="rights_erasuresubject_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.run_id)


class ErasureFile(models.Model):
    """A file that a running erasure has yet to take from the blob store, by its opaque name."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, null=True, related_name="+")
    run = models.ForeignKey(
        ErasureRun, models.DO_NOTHING, related_name="pending_files", db_constraint=False
    )
    name = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.run_id)
