"""Assessments of a company: begin one, see where it stands, sign it off, begin the next."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment import actions, labels, queries, sealing
from assessment.actors import names_of
from assessment.forms import ProfileForm, StartForm
from assessment.models import Assessment
from assessment.questionnaire.model import Question, Section
from assessment.scoring import Score
from assessment.standing import Standing
from assessment.views.gate import assessment_of
from registry.company.access import company_page, form_methods
from registry.company.roles import Right


@company_page()
@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """All rounds; without any, where to begin."""
    found = list(queries.assessments(request.company.id))
    context = {
        "assessments": found,
        "under_way": any(not one.is_signed for one in found),
        "mentions": queries.mentions_of(request.company.membership_id) if found else [],
    }
    return render(request, "assessment/assessments.html", context)


@company_page(Right.MANAGE_ASSESSMENTS)
@form_methods
def assessment_new(request: HttpRequest) -> HttpResponse:
    """Begin a first round."""
    form = StartForm(request.POST or None, initial={"name": suggested_name()})
    if request.method == "POST" and form.is_valid():
        person, company = request.user.pk, request.company.id
        begun = actions.start(organisation=company, person=person, **form.cleaned_data)
        return redirect("assessment_profile", company, begun.pk)
    return render(request, "assessment/start.html", {"form": form})


def suggested_name() -> str:
    return _("Data protection %(year)s") % {"year": timezone.localdate().year}


@company_page()
@require_safe
def assessment(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Where a round stands: its sections, and what to do next."""
    found = assessment_of(request, assessment_id)
    standing = queries.standing(found)
    given = queries.assignments(found)
    mine = [key for key, one in given.items() if one.membership_id == request.company.membership_id]
    # One's own sections first; within both parts in their order.
    listed = sorted(rows(standing), key=lambda row: row[0].key not in mine)
    context = {
        "assessment": found,
        "standing": standing,
        "rows": [(section, score, given.get(section.key)) for section, score in listed],
        "mine": mine,
        "next": next((section for section, score in listed if score.is_provisional), None),
        "today": timezone.localdate(),
    }
    if found.is_signed:
        names = names_of([found.signed_by_id])
        context["signed_by"] = names.get(found.signed_by_id)
        content = queries.questionnaire_of(found).sha256
        context["seal_holds"] = sealing.holds(found, content=content)
    return render(request, "assessment/assessment.html", context)


def rows(standing: Standing) -> list[tuple[Section, Score]]:
    return [(one, standing.result.sections[one.key]) for one, _questions in standing.sections]


@company_page(Right.ANSWER_ASSESSMENTS)
@form_methods
def assessment_profile(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Two minutes about the company, which leave out what does not concern it."""
    found = assessment_of(request, assessment_id)
    if found.is_signed:
        return signed_off(request, found)
    questionnaire = queries.questionnaire_of(found)
    many = {one.key: one.many for one in questionnaire.profile}
    initial = {
        key: chosen if many[key] else chosen[0]
        for key, chosen in found.profile.items()
        if key in many and chosen
    }
    form = ProfileForm(request.POST or None, questionnaire=questionnaire, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_profile(found, form.profile())
        except actions.SignedOff:
            return signed_off(request, found)
        return redirect("assessment", request.company.id, found.pk)
    context = {"assessment": found, "form": form}
    return render(request, "assessment/profile.html", context)


def signed_off(request: HttpRequest, found: Assessment) -> HttpResponse:
    messages.info(
        request,
        _("The assessment is signed off, and nothing in it changes. Start a new round for that."),
    )
    return redirect("assessment", request.company.id, found.pk)


@company_page(Right.MANAGE_ASSESSMENTS)
@form_methods
def assessment_sign(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Look it over once more, and sign it off."""
    found = assessment_of(request, assessment_id)
    if found.is_signed:
        return signed_off(request, found)
    standing = queries.standing(found)
    errors: list[str] = []
    if request.method == "POST":
        try:
            actions.sign_off(found, person=request.user.pk, at=timezone.now())
        except ValidationError as error:
            errors = error.messages
        except actions.SignedOff:
            return signed_off(request, found)
        else:
            messages.success(request, _("Signed off. The answers are locked from now on."))
            return redirect("assessment", request.company.id, found.pk)
    context = {
        "assessment": found,
        "standing": standing,
        "result": standing.result,
        "verdict": labels.VERDICTS.get(standing.result.verdict),
        "errors": errors,
        "open": [(section, score) for section, score in rows(standing) if score.is_provisional],
        "inapplicable": reasons(standing),
    }
    return render(request, "assessment/sign.html", context)


def reasons(standing: Standing) -> list[tuple[Question, str]]:
    """What is said not to concern the company, and why."""
    return [
        (question, standing.remarks[question.key].reason)
        for _section, questions in standing.sections
        for question in questions
        if question.key in standing.remarks and standing.remarks[question.key].reason
    ]


@company_page(Right.MANAGE_ASSESSMENTS)
@form_methods
def assessment_round(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Begin the next round from the answers of this one."""
    found = assessment_of(request, assessment_id)
    if not found.is_signed:
        messages.info(request, _("Sign this round off first; then the next one can begin."))
        return redirect("assessment", request.company.id, found.pk)
    form = StartForm(request.POST or None, initial={"name": suggested_name()})
    if request.method == "POST" and form.is_valid():
        begun = actions.start_round(found, person=request.user.pk, **form.cleaned_data)
        return redirect("assessment_profile", request.company.id, begun.pk)
    return render(request, "assessment/start.html", {"form": form, "baseline": found})
