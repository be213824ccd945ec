"""A whole assessment taken along as JSON, and brought in again as a new round."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connections

from assessment import portable, queries
from assessment.actions import REMEMBER
from assessment.actors import actor_of
from assessment.models import Answer, Assessment, Measure
from assessment.portable import Fault, Portable, PortableAnswer, PortableFaults, PortableMeasure
from assessment.scoring import State
from assessment.versions import versions
from registry.company import tenant

TEXTS = ("reason", "note")


def taken_along(assessment: Assessment) -> str:
    """The assessment as JSON, without anybody's name."""
    stored = Answer.objects.filter(assessment=assessment).order_by("question")
    answers = {
        one.question: PortableAnswer(State(one.state), one.level, one.reason, one.note)
        for one in stored
    }
    measures = tuple(
        PortableMeasure(one.question, one.status, one.due_on, one.hours, one.cost, one.note)
        for one in queries.measures(assessment).order_by("question")
    )
    profile = {key: tuple(chosen) for key, chosen in assessment.profile.items()}
    return portable.dump(
        Portable(assessment.name, assessment.version, assessment.due_on, profile, answers, measures)
    )


def bring_in(text: bytes, *, organisation: UUID, person: UUID) -> Assessment:
    """A new round from what was taken along. Raises PortableFaults; then nothing was stored."""
    said = portable.parse(text, versions())
    actor = actor_of(organisation=organisation, person=person)
    brought = Assessment(
        organisation_id=organisation,
        name=said.name,
        version=said.version,
        due_on=said.due_on,
        profile={key: list(chosen) for key, chosen in said.profile.items()},
        started_by_id=actor,
    )
    answers = [
        Answer(
            organisation_id=organisation,
            assessment=brought,
            question=question,
            state=one.state.value,
            level=one.level,
            reason=one.reason if one.state is State.INAPPLICABLE else "",
            note=one.note,
            actor_id=actor,
        )
        for question, one in said.answers.items()
    ]
    measures = [
        Measure(
            organisation_id=organisation,
            assessment=brought,
            question=one.question,
            status=one.status,
            due_on=one.due_on,
            hours=one.hours,
            cost=one.cost,
            note=one.note,
        )
        for one in said.measures
    ]
    refuse_what_columns_refuse(brought, answers, measures)
    brought.save(force_insert=True)
    Answer.objects.bulk_create(answers)
    Measure.objects.bulk_create(measures)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(
            REMEMBER,
            {
                "organisation": organisation,
                "assessment": brought.pk,
                "questions": [one.question for one in answers],
            },
        )
    return brought


def refuse_what_columns_refuse(
    brought: Assessment, answers: list[Answer], measures: list[Measure]
) -> None:
    """Free text holds no identity codes, whichever way it comes. Raises PortableFaults."""
    faults = list(faults_of(brought, "", ("name",)))
    for answer in answers:
        faults += faults_of(answer, f"answers.{answer.question}.", TEXTS)
    for number, measure in enumerate(measures, start=1):
        faults += faults_of(measure, f"measures.{number}.", ("note",))
    if faults:
        raise PortableFaults(faults)


def faults_of(row: Assessment | Answer | Measure, place: str, columns: tuple[str, ...]):
    for column in columns:
        field = row._meta.get_field(column)
        try:
            setattr(row, column, field.clean(getattr(row, column), row))
        except ValidationError as error:
            yield from (Fault(place + column, message) for message in error.messages)
