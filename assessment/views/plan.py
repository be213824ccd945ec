"""The action plan: what is done about the gaps, by whom and until when."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessment import actions, labels, queries
from assessment.forms import MeasureForm
from assessment.models import Assessment, Measure
from assessment.views.gate import assessment_of
from registry.company.access import company_page, form_methods
from registry.company.roles import Right

VIEWS = ("table", "board")
UNDONE = (Measure.Status.OPEN, Measure.Status.DOING)


@company_page()
@require_safe
def assessment_plan(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """All actions, as a table or as a board by status."""
    found = assessment_of(request, assessment_id)
    standing = queries.standing(found)
    planned = {one.question: one for one in queries.measures(found)}
    asked = standing.questionnaire.questions
    rows = sorted(
        ((asked[key], measure) for key, measure in planned.items() if key in asked),
        key=lambda pair: (pair[1].status not in UNDONE, pair[1].due_on or timezone.localdate().max),
    )
    gaps = [gap for gap in standing.result.gaps if gap.question.key not in planned]
    view = request.GET.get("nakyma")
    context = {
        "assessment": found,
        "rows": rows,
        "board": [
            (label, [row for row in rows if row[1].status == status])
            for status, label in labels.STATUSES.items()
        ],
        "view": view if view in VIEWS else VIEWS[0],
        "gaps": gaps,
        "today": timezone.localdate(),
        "undone": UNDONE,
    }
    return render(request, "assessment/plan.html", context)


@company_page(Right.ANSWER_ASSESSMENTS)
@require_POST
def assessment_plan_gaps(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Put every gap that is not in the plan into it."""
    found = assessment_of(request, assessment_id)
    gaps = queries.standing(found).result.gaps
    added = actions.plan_gaps(found, [gap.question.key for gap in gaps])
    messages.success(
        request,
        ngettext(
            "%(count)s action was added to the plan.",
            "%(count)s actions were added to the plan.",
            added,
        )
        % {"count": added},
    )
    return redirect("assessment_plan", request.company.id, found.pk)


@company_page(Right.ANSWER_ASSESSMENTS)
@form_methods
def assessment_measure(request: HttpRequest, assessment_id: UUID, measure_id: UUID) -> HttpResponse:
    """One action: who, until when, how far."""
    found = assessment_of(request, assessment_id)
    measure = get_object_or_404(
        Measure.objects.filter(organisation_id=request.company.id, assessment=found),
        pk=measure_id,
    )
    question = queries.questionnaire_of(found).questions.get(measure.question)
    was = measure.status
    form = MeasureForm(request.POST or None, instance=measure, organisation=request.company.id)
    if request.method == "POST" and form.is_valid():
        form.save()
        if measure.status == Measure.Status.DONE != was and not found.is_signed:
            messages.success(request, _("Saved. Is the answer to the question another now, too?"))
            section = section_key(found, measure.question)
            if section:
                return redirect("assessment_section", request.company.id, found.pk, section)
        messages.success(request, _("Saved."))
        return redirect("assessment_plan", request.company.id, found.pk)
    context = {"assessment": found, "measure": measure, "question": question, "form": form}
    return render(request, "assessment/measure.html", context)


def section_key(found: Assessment, question: str) -> str | None:
    for section, questions in queries.standing(found).sections:
        if any(one.key == question for one in questions):
            return section.key
    return None
