"""What is read of a company's assessments."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from assessment.models import (
    Answer,
    Assessment,
    Assignment,
    Comment,
    Evidence,
    Measure,
    Mention,
    Revision,
)
from assessment.profile import flags_of
from assessment.questionnaire.model import Questionnaire
from assessment.scoring import Answer as Scored
from assessment.scoring import State
from assessment.standing import Remark, Standing
from assessment.versions import versions

MENTIONS = 20


def assessments(organisation: UUID) -> QuerySet[Assessment]:
    """The company's, the newest first, each with how many questions are settled."""
    settled = Q(answers__to_confirm=False) & ~Q(answers__state=State.LATER.value)
    return (
        Assessment.objects.filter(organisation_id=organisation)
        .annotate(settled=Count("answers", filter=settled))
        .order_by("-started_at", "pk")
    )


def questionnaire_of(assessment: Assessment) -> Questionnaire:
    return versions()[assessment.version]


def standing(assessment: Assessment) -> Standing:
    """Where it stands now. Two queries."""
    questionnaire = questionnaire_of(assessment)
    shown = set(valid_evidence(assessment).values_list("question", flat=True))
    answers, remarks = {}, {}
    rows = Answer.objects.filter(assessment=assessment).values_list(
        "question", "state", "level", "reason", "note"
    )
    for question, state, level, reason, note in rows:
        answers[question] = Scored(State(state), level, question in shown)
        if reason or note:
            remarks[question] = Remark(reason, note)
    return Standing(questionnaire, flags(questionnaire, assessment), answers, remarks)


def flags(questionnaire: Questionnaire, assessment: Assessment) -> dict[str, bool | None]:
    chosen = {key: frozenset(choices) for key, choices in assessment.profile.items()}
    return flags_of(questionnaire, chosen)


def answers(assessment: Assessment, questions: list[str]) -> dict[str, Answer]:
    """The stored answers to these questions, by question."""
    found = Answer.objects.filter(assessment=assessment, question__in=questions)
    return {answer.question: answer for answer in found}


def measures(assessment: Assessment) -> QuerySet[Measure]:
    return Measure.objects.filter(assessment=assessment).select_related("owner__user")


def valid_evidence(assessment: Assessment) -> QuerySet[Evidence]:
    """What still shows something: today, or on the day of the sign-off."""
    day = timezone.localdate(assessment.signed_at) if assessment.signed_at else timezone.localdate()
    lasting = Q(valid_until=None) | Q(valid_until__gte=day)
    return Evidence.objects.filter(lasting, assessment=assessment)


def evidence_of(assessment: Assessment, question: str) -> QuerySet[Evidence]:
    return Evidence.objects.filter(assessment=assessment, question=question).order_by("added_at")


def comments_of(assessment: Assessment, question: str) -> QuerySet[Comment]:
    """With those whom they are meant for."""
    found = Comment.objects.filter(assessment=assessment, question=question)
    return found.prefetch_related("mentions__membership__user").order_by("written_at")


def counted(assessment: Assessment) -> dict[str, tuple[int, int]]:
    """How many comments and pieces of evidence there are, by question."""
    found: dict[str, list[int]] = {}
    for place, model in enumerate((Comment, Evidence)):
        rows = model.objects.filter(assessment=assessment).values_list("question")
        for question, count in rows.annotate(count=Count("pk")).order_by():
            found.setdefault(question, [0, 0])[place] = count
    return {question: (comments, files) for question, (comments, files) in found.items()}


def revisions_of(assessment: Assessment, question: str) -> QuerySet[Revision]:
    found = Revision.objects.filter(assessment=assessment, question=question)
    return found.order_by("-revision")


def assignments(assessment: Assessment) -> dict[str, Assignment]:
    """Who is asked to answer which section."""
    found = Assignment.objects.filter(assessment=assessment).select_related("membership__user")
    return {one.section: one for one in found}


def mentions_of(membership: UUID) -> QuerySet[Mention]:
    """The comments meant for somebody, in rounds that go on, the newest first."""
    found = Mention.objects.filter(
        membership_id=membership, comment__assessment__signed_at=None
    ).select_related("comment__assessment")
    return found.order_by("-comment__written_at")[:MENTIONS]
