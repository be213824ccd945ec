"""A company's own assessments: its answers, who gave them, and the plan that came of them.

Answers belong to the company, authorship to the person. Rows name an ``Actor`` and never an
account, so that a person's erasure cuts one link, and what was signed off stays as it was.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assessment import labels
from assessment.questionnaire.model import LEVELS
from registry.company.blobs import of_company
from registry.company.fields import LineField, LinesField
from registry.company.models import Organisation
from registry.persons.models import Membership

SHA256 = "^[0-9a-f]{64}$"
# Rows of one company may point at each other only: ``apply_isolation`` makes the composite keys
# of what is marked so here.
SAME_COMPANY = {"on_delete": models.DO_NOTHING, "db_constraint": False}


def key() -> models.UUIDField:
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def of_one_company() -> models.ForeignKey:
    """The company that a row belongs to; each table has an index that begins with it."""
    return models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+", db_index=False)


class Actor(models.Model):
    """Somebody who has taken part; whoever has been erased since stays as an opaque key."""

    id = key()
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="actors", db_index=False
    )
    person_id = models.UUIDField(null=True)
    since = models.DateTimeField(_("took part for the first time"), db_default=Now())

    class Meta:
        verbose_name = _("participant in assessments")
        verbose_name_plural = _("participants in assessments")
        default_permissions = ()
        indexes = (models.Index(fields=["person_id"], name="actor_by_person"),)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "person_id"], name="assessment_actor_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Assessment(models.Model):
    """One round. Once it is signed off, nothing in it changes: what comes later is a new round.

    ``profile``: the choices by profile question. ``seal``: the SHA-256 of all that was signed.
    """

    id = key()
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="assessments")
    name = LineField(_("name"), max_length=120)
    version = models.CharField(_("version of the questionnaire"), max_length=10)
    due_on = models.DateField(_("to be ready by"), null=True, blank=True)
    profile = models.JSONField(_("profile of the company"), default=dict)
    started_at = models.DateTimeField(_("started"), db_default=Now(), editable=False)
    started_by = models.ForeignKey(Actor, related_name="+", **SAME_COMPANY)
    baseline = models.ForeignKey("self", related_name="later", null=True, **SAME_COMPANY)
    signed_at = models.DateTimeField(_("signed off"), null=True)
    signed_by = models.ForeignKey(Actor, related_name="+", null=True, **SAME_COMPANY)
    seal = models.CharField(_("seal"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by=None, seal="")
                | models.Q(signed_at__isnull=False, signed_by__isnull=False, seal__regex=SHA256),
                name="assessment_signed_wholly",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class State(models.TextChoices):
    """Of an answer; the words are those of the pages (labels.STATES)."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    LATER = "later"
    INAPPLICABLE = "inapplicable"


class Given(models.Model):
    """What was answered to a question, and by whom. ``revision`` counts how often."""

    organisation = of_one_company()
    assessment = models.ForeignKey(
        Assessment, related_name="%(class)ss", db_index=False, **SAME_COMPANY
    )
    question = models.CharField(_("question"), max_length=80)
    state = models.CharField(_("answer"), max_length=12, choices=State)
    level = models.PositiveSmallIntegerField(_("level"), null=True)
    reason = LinesField(_("why it does not concern"), max_length=500, blank=True)
    note = LinesField(_("note"), max_length=2000, blank=True)
    actor = models.ForeignKey(Actor, related_name="+", **SAME_COMPANY)
    answered_at = models.DateTimeField(_("answered"), db_default=Now())
    revision = models.PositiveIntegerField(_("revision"), default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.question} {self.revision}"


def is_sound() -> models.CheckConstraint:
    """Exactly an answered question has a level."""
    return models.CheckConstraint(
        condition=models.Q(state=State.ANSWERED, level__in=[*LEVELS])
        | models.Q(~models.Q(state=State.ANSWERED), level=None),
        name="assessment_%(class)s_sound",
    )


class Answer(Given):
    """The answer that holds. ``to_confirm``: taken over from the round before, and not seen yet."""

    id = key()
    to_confirm = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "assessment", "question"], name="assessment_answer_once"
            ),
            is_sound(),
        )


class Revision(Given):
    """What an answer has been, each time it was given. Nothing is ever changed here."""

    id = key()

    class Meta:
        verbose_name = _("earlier answer")
        verbose_name_plural = _("earlier answers")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "assessment", "question", "revision"],
                name="assessment_revision_once",
            ),
            is_sound(),
        )


class Measure(models.Model):
    """A line of the action plan: what is done about one gap, by whom and until when.

    The words of it are those of the questionnaire.
    """

    class Status(models.TextChoices):
        OPEN = "open", labels.STATUSES["open"]
        DOING = "doing", labels.STATUSES["doing"]
        DONE = "done", labels.STATUSES["done"]
        ACCEPTED = "accepted", labels.STATUSES["accepted"]
        DROPPED = "dropped", labels.STATUSES["dropped"]

    id = key()
    organisation = of_one_company()
    assessment = models.ForeignKey(
        Assessment, related_name="measures", db_index=False, **SAME_COMPANY
    )
    question = models.CharField(_("question"), max_length=80)
    owner = models.ForeignKey(
        Membership,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("in charge"),
        **SAME_COMPANY,
    )
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    hours = models.PositiveSmallIntegerField(
        _("own work, hours"), null=True, blank=True, validators=[MaxValueValidator(10_000)]
    )
    cost = models.PositiveIntegerField(
        _("cost estimate, euros"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10_000_000)],
    )
    note = LinesField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "assessment", "question"], name="assessment_measure_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "doing", "done", "accepted", "dropped"]),
                name="assessment_measure_status",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Comment(models.Model):
    """What colleagues say to each other about a question."""

    id = key()
    organisation = of_one_company()
    assessment = models.ForeignKey(Assessment, related_name="comments", **SAME_COMPANY)
    question = models.CharField(_("question"), max_length=80)
    text = LinesField(_("comment"), max_length=2000)
    actor = models.ForeignKey(Actor, related_name="+", **SAME_COMPANY)
    written_at = models.DateTimeField(_("written"), db_default=Now())

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["organisation", "assessment", "question"], name="comment_by_question"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Mention(models.Model):
    """A colleague whom a comment is meant for: a row, and no name in the text, so that it goes
    with the person."""

    id = key()
    organisation = of_one_company()
    comment = models.ForeignKey(Comment, related_name="mentions", db_index=False, **SAME_COMPANY)
    membership = models.ForeignKey(
        Membership, related_name="+", verbose_name=_("meant for"), **SAME_COMPANY
    )
    at = models.DateTimeField(_("written"), db_default=Now())

    class Meta:
        verbose_name = _("mention in a comment")
        verbose_name_plural = _("mentions in comments")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "comment", "membership"], name="assessment_mention_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Assignment(models.Model):
    """A section that a colleague is asked to answer, and until when."""

    id = key()
    organisation = of_one_company()
    assessment = models.ForeignKey(
        Assessment, related_name="assignments", db_index=False, **SAME_COMPANY
    )
    section = models.CharField(_("section"), max_length=80)
    membership = models.ForeignKey(
        Membership, related_name="+", verbose_name=_("answered by"), **SAME_COMPANY
    )
    due_on = models.DateField(_("to be ready by"), null=True, blank=True)

    class Meta:
        verbose_name = _("section to be answered")
        verbose_name_plural = _("sections to be answered")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "assessment", "section"], name="assessment_assignment_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


def placed(evidence: "Evidence", filename: str) -> str:
    """Where the file is kept: what its owner called it is no part of that."""
    return of_company(evidence.organisation_id, "evidence", str(evidence.pk))


class Evidence(models.Model):
    """A file that shows an answer. ``valid_until``: after that day it shows nothing any more."""

    id = key()
    organisation = of_one_company()
    assessment = models.ForeignKey(
        Assessment, related_name="evidence", db_index=False, **SAME_COMPANY
    )
    question = models.CharField(_("question"), max_length=80)
    name = LineField(_("file name"), max_length=200)
    kind = models.CharField(_("file type"), max_length=80)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(_("file"), upload_to=placed, max_length=200)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    actor = models.ForeignKey(Actor, related_name="+", **SAME_COMPANY)
    added_at = models.DateTimeField(_("added"), db_default=Now())

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("pieces of evidence")
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["organisation", "assessment", "question"], name="evidence_by_question"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
