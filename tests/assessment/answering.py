"""What the tests of stored assessments share: addresses, and answers to everything."""

from contextlib import contextmanager

from django.urls import reverse
from django.utils import timezone

from assessment import actions, queries
from assessment.actions import Given
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
from assessment.scoring import State
from registry.company import tenant
from tests.cast import QUESTION

SECTION = "governance"


def page(name, company, *more):
    return reverse(name, args=[company.id, company.row("assessment"), *more])


def form(choice, *, question=QUESTION, revision=1, note="", reason=""):
    """What the page sends of one question."""
    values = {"choice": choice, "revision": revision, "note": note, "reason": reason}
    return {f"{question}-{name}": value for name, value in values.items()}


@contextmanager
def inside(company):
    with tenant.serving(organisation=company.id, person=company.admin.id):
        yield Assessment.objects.get(pk=company.row("assessment"))


def stored(company, question=QUESTION):
    with inside(company) as assessment:
        return Answer.objects.get(assessment=assessment, question=question)


def answer_everything(company, level=3):
    with inside(company) as assessment:
        actions.set_profile(assessment, {"profile.headcount": ["under_10"]})
        assessment.refresh_from_db()
        held = {one.question: one.revision for one in Answer.objects.filter(assessment=assessment)}
        for question in queries.standing(assessment).visible:
            actions.save_answer(
                assessment,
                question=question,
                given=Given(State.ANSWERED, level, revision=held.get(question, 0)),
                person=company.admin.id,
            )


def signed_off(company, level=3):
    """The company's round, with everything answered and signed off by the admin."""
    answer_everything(company, level)
    with inside(company) as assessment:
        return actions.sign_off(assessment, person=company.admin.id, at=timezone.now())


def forget_the_assessment_of(company):
    with inside(company):
        for model in (
            Mention,
            Comment,
            Assignment,
            Evidence,
            Measure,
            Revision,
            Answer,
            Assessment,
        ):
            model.objects.all().delete()
