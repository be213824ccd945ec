"""What people do with an assessment. All under the context of its company."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connections
from django.utils.translation import gettext as _

from assessment import queries
from assessment.actors import actor_of
from assessment.models import Answer, Assessment, Measure
from assessment.questionnaire.model import Questionnaire
from assessment.scoring import State
from assessment.sealing import seal_of
from assessment.versions import current
from registry.company import tenant

# Written if nobody has answered since the page was drawn: the revision says so.
SAVE = """
    INSERT INTO assessment_answer AS held (id, organisation_id, assessment_id, question, state,
        level, reason, note, actor_id, revision, to_confirm)
    VALUES (gen_random_uuid(), %(organisation)s, %(assessment)s, %(question)s, %(state)s,
        %(level)s, %(reason)s, %(note)s, %(actor)s, 1, false)
    ON CONFLICT (organisation_id, assessment_id, question) DO UPDATE SET
        state = EXCLUDED.state, level = EXCLUDED.level, reason = EXCLUDED.reason,
        note = EXCLUDED.note, actor_id = EXCLUDED.actor_id, answered_at = now(),
        revision = held.revision + 1, to_confirm = false
    WHERE held.revision = %(revision)s
    RETURNING revision
"""
REMEMBER = """
    INSERT INTO assessment_revision (id, organisation_id, assessment_id, question, state, level,
        reason, note, actor_id, answered_at, revision)
    SELECT gen_random_uuid(), organisation_id, assessment_id, question, state, level, reason, note,
        actor_id, answered_at, revision
    FROM assessment_answer
    WHERE organisation_id = %(organisation)s AND assessment_id = %(assessment)s
      AND question = ANY(%(questions)s)
"""
CARRY_OVER = """
    INSERT INTO assessment_answer (id, organisation_id, assessment_id, question, state, level,
        reason, note, actor_id, answered_at, revision, to_confirm)
    SELECT gen_random_uuid(), organisation_id, %(assessment)s, question, state, level, reason, note,
        actor_id, answered_at, 1, true
    FROM assessment_answer
    WHERE organisation_id = %(organisation)s AND assessment_id = %(baseline)s
      AND question = ANY(%(questions)s)
"""


class Conflict(Exception):
    """Somebody else has answered since the page was drawn; nothing was written."""


class SignedOff(Exception):
    """Nothing changes any more: a later change needs a new round."""


@dataclass(frozen=True)
class Given:
    """An answer to be stored. ``revision``: the one that the page showed, 0 where there was none.

    ``level``: of an answered question. ``reason``: why a question does not concern the company.
    """

    state: State
    level: int | None = None
    reason: str = ""
    note: str = ""
    revision: int = 0


def start(*, organisation: UUID, person: UUID, name: str, due_on: date | None) -> Assessment:
    """Begin a first round, with the newest version of the questionnaire."""
    return Assessment.objects.create(
        organisation_id=organisation,
        name=name,
        version=current().version,
        due_on=due_on,
        started_by_id=actor_of(organisation=organisation, person=person),
    )


def set_profile(assessment: Assessment, profile: Mapping[str, Sequence[str]]) -> None:
    """Store what the company says of itself. Raises SignedOff."""
    keep_open(assessment)
    Assessment.objects.filter(pk=assessment.pk).update(profile=profile)


def keep_open(assessment: Assessment) -> None:
    """Let nobody sign off until the transaction ends. Raises SignedOff."""
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(
            "SELECT FROM assessment_assessment WHERE id = %s AND signed_at IS NULL FOR SHARE",
            [assessment.pk],
        )
        if not cursor.rowcount:
            raise SignedOff


def save_answer(assessment: Assessment, *, question: str, given: Given, person: UUID) -> int:
    """Store an answer, and that it was given; the new revision.

    Raises Conflict if the answer is another by now than the one that ``given`` followed, and
    SignedOff.
    """
    keep_open(assessment)
    params = {
        "organisation": assessment.organisation_id,
        "assessment": assessment.pk,
        "question": question,
        "state": given.state.value,
        "level": given.level,
        "reason": given.reason,
        "note": given.note,
        "actor": actor_of(organisation=assessment.organisation_id, person=person),
        "revision": given.revision,
    }
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(SAVE, params)
        written = cursor.fetchone()
        # Of an answer that was deleted meanwhile the page knows a revision, too.
        if written is None or written[0] != given.revision + 1:
            raise Conflict
        cursor.execute(REMEMBER, params | {"questions": [question]})
    return written[0]


def sign_off(assessment: Assessment, *, person: UUID, at: datetime) -> Assessment:
    """Sign off and seal: from here on nothing changes.

    What is signed is read under the lock, so that it is what lies there, whatever the page showed.
    Raises ValidationError while something is open, and SignedOff.
    """
    open_ones = Assessment.objects.select_for_update(no_key=True).filter(signed_at=None)
    locked = open_ones.filter(pk=assessment.pk).first()
    if locked is None:
        raise SignedOff
    standing = queries.standing(locked)
    if not standing.visible:
        raise ValidationError(_("There is nothing to sign off yet."))
    if standing.result.whole.is_provisional:
        raise ValidationError(_("Some questions are still open. Answer them first."))
    unconfirmed = Answer.objects.filter(assessment=locked, to_confirm=True)
    if unconfirmed.filter(question__in=standing.visible).exists():
        raise ValidationError(
            _("Some answers come from the round before and have not been confirmed yet.")
        )
    signer = actor_of(organisation=locked.organisation_id, person=person)
    content = standing.questionnaire.sha256
    locked.signed_at, locked.signed_by_id = at, signer
    locked.seal = seal_of(locked, content=content, signed_by=signer, signed_at=at)
    locked.save(update_fields=["signed_at", "signed_by", "seal"])
    return locked


def start_round(
    baseline: Assessment, *, person: UUID, name: str, due_on: date | None
) -> Assessment:
    """Begin the next round from the answers of one that is signed off; each is to be confirmed."""
    questionnaire = current()
    following = Assessment.objects.create(
        organisation_id=baseline.organisation_id,
        name=name,
        version=questionnaire.version,
        due_on=due_on,
        profile=still_asked(questionnaire, baseline.profile),
        started_by_id=actor_of(organisation=baseline.organisation_id, person=person),
        baseline=baseline,
    )
    params = {
        "organisation": baseline.organisation_id,
        "assessment": following.pk,
        "baseline": baseline.pk,
        "questions": list(questionnaire.questions),
    }
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(CARRY_OVER, params)
        cursor.execute(REMEMBER, params)
    return following


def still_asked(
    questionnaire: Questionnaire, profile: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Of a profile, what the version still knows."""
    known = {one.key: {choice.key for choice in one.choices} for one in questionnaire.profile}
    kept = {
        key: [choice for choice in chosen if choice in known[key]]
        for key, chosen in profile.items()
        if key in known
    }
    return {key: chosen for key, chosen in kept.items() if chosen}


def plan_gaps(assessment: Assessment, questions: Iterable[str]) -> int:
    """Put gaps into the action plan; how many were not in it."""
    before = Measure.objects.filter(assessment=assessment).count()
    Measure.objects.bulk_create(
        (
            Measure(
                organisation_id=assessment.organisation_id, assessment=assessment, question=question
            )
            for question in questions
        ),
        ignore_conflicts=True,
    )
    return Measure.objects.filter(assessment=assessment).count() - before
