"""What is read of a company's assessments."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from assessment.models import Answer, Assessment, Measure
from assessment.profile import flags_of
from assessment.questionnaire.model import Questionnaire
from assessment.scoring import Answer as Scored
from assessment.scoring import State
from assessment.standing import Remark, Standing
from assessment.versions import versions

FIELDS = ("question", "state", "level", "reason", "note", "revision", "to_confirm")


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
    """Where it stands now. One query."""
    questionnaire = questionnaire_of(assessment)
    answers, remarks = {}, {}
    rows = Answer.objects.filter(assessment=assessment).values_list(
        "question", "state", "level", "reason", "note"
    )
    for question, state, level, reason, note in rows:
        answers[question] = Scored(State(state), level)
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
