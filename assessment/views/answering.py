"""One section a page. Each change saves itself; without scripts, a button saves the section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from assessment import actions, queries
from assessment.actors import names_of
from assessment.forms import AnswerForm
from assessment.guard import personal_data_in
from assessment.models import Answer, Assessment
from assessment.questionnaire.model import Question, Section
from assessment.standing import Standing
from assessment.views.gate import assessment_of
from assessment.views.rounds import signed_off
from registry.company.access import company_page, form_methods
from registry.company.roles import Right


@dataclass
class Row:
    """A question on the page. ``theirs``: what somebody else has answered meanwhile."""

    question: Question
    form: AnswerForm
    theirs: Answer | None = None
    theirs_by: str | None = None
    saved: bool = False
    warnings: list[Any] = field(default_factory=list)
    counted: tuple[int, int] = (0, 0)  # comments, pieces of evidence

    @cached_property
    def revision(self) -> int:
        """The revision that the next save follows: of what the page shows now."""
        shown = self.theirs or self.form.stored
        return shown.revision if shown else 0

    @property
    def is_faulty(self) -> bool:
        return bool(self.theirs or (self.form.is_bound and self.form.errors))


@company_page(Right.ANSWER_ASSESSMENTS)
@form_methods
def assessment_section(request: HttpRequest, assessment_id: UUID, section: str) -> HttpResponse:
    """The questions of a section that concern the company."""
    found = assessment_of(request, assessment_id)
    standing = queries.standing(found)
    place, (current, questions) = section_of(standing, section)
    data = request.POST if request.method == "POST" else None
    if data is not None and found.is_signed:
        return signed_off(request, found)
    stored = queries.answers(found, [question.key for question in questions])
    listed = [row_of(question, stored.get(question.key), data) for question in questions]
    if data is not None:
        try:
            saved = [save(request, found, row) for row in listed]
        except actions.SignedOff:
            return signed_off(request, found)
        if all(saved):
            return redirect(*following(request, found, standing, place))
        standing = queries.standing(found)
    counted = queries.counted(found)
    for row in listed:
        row.counted = counted.get(row.question.key, row.counted)
    context = {
        "assessment": found,
        "section": current,
        "rows": listed,
        "standing": standing,
        "score": standing.result.sections[current.key],
        "faulty": [row for row in listed if row.is_faulty],
        "to_confirm": any(row.form.stored and row.form.stored.to_confirm for row in listed),
        **neighbours(standing, place),
    }
    return render(request, "assessment/section.html", context)


@company_page(Right.ANSWER_ASSESSMENTS)
@require_POST
def assessment_answer(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Save one answer; the answer is what the page says beside the question."""
    found = assessment_of(request, assessment_id)
    standing = queries.standing(found)
    asked = standing.questionnaire.questions.get(question)
    if asked is None or question not in standing.visible:
        raise Http404
    row = row_of(asked, queries.answers(found, [question]).get(question), request.POST)
    if not row.form.is_valid() or not row.form.cleaned_data.get("choice"):
        return status(request, found, row, standing, code=422)
    try:
        saved = save(request, found, row, even_unchanged=True)
    except actions.SignedOff:
        return render(request, "assessment/signed_meanwhile.html", status=409)
    return status(request, found, row, queries.standing(found), code=200 if saved else 409)


def status(
    request: HttpRequest, found: Assessment, row: Row, standing: Standing, *, code: int
) -> HttpResponse:
    context = {
        "assessment": found,
        "row": row,
        "standing": standing,
        "score": standing.result.sections[section_with(standing, row.question).key],
        "swapped": True,
        "now": timezone.now(),
    }
    return render(request, "assessment/answer_status.html", context, status=code)


def section_with(standing: Standing, question: Question) -> Section:
    return next(section for section, questions in standing.sections if question in questions)


def section_of(standing: Standing, key: str) -> tuple[int, tuple[Section, tuple[Question, ...]]]:
    """A section by its key, and its place among those that concern the company."""
    for place, pair in enumerate(standing.sections):
        if pair[0].key == key:
            return place, pair
    raise Http404


def neighbours(standing: Standing, place: int) -> dict[str, Section | None]:
    sections = [section for section, _questions in standing.sections]
    return {
        "before": sections[place - 1] if place else None,
        "after": sections[place + 1] if place + 1 < len(sections) else None,
    }


def following(
    request: HttpRequest, found: Assessment, standing: Standing, place: int
) -> tuple[Any, ...]:
    """Where saving a section leads: to the next one, or to the results."""
    after = neighbours(standing, place)["after"]
    if after:
        return ("assessment_section", request.company.id, found.pk, after.key)
    return ("assessment_results", request.company.id, found.pk)


def row_of(question: Question, stored: Answer | None, data: Mapping[str, Any] | None) -> Row:
    row = Row(question, AnswerForm(data, question=question, stored=stored))
    if row.form.is_bound and row.form.is_valid():
        said = row.form.cleaned_data
        row.warnings = personal_data_in(said.get("note", ""), said.get("reason", ""))
    return row


def save(
    request: HttpRequest, found: Assessment, row: Row, *, even_unchanged: bool = False
) -> bool:
    """Store what was answered, if anything was; whether the question is in order now."""
    if not row.form.is_valid():
        return False
    if not row.form.is_new and not even_unchanged:
        return True
    try:
        actions.save_answer(
            found, question=row.question.key, given=row.form.given(), person=request.user.pk
        )
    except actions.Conflict:
        now = queries.answers(found, [row.question.key]).get(row.question.key)
        if now is None or not row.form.says_what(now):
            row.theirs = now
            row.theirs_by = names_of([now.actor_id]).get(now.actor_id) if now else None
            return False
    row.saved = True
    row.form.stored = queries.answers(found, [row.question.key])[row.question.key]
    return True
