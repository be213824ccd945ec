"""One question by itself: its evidence, what colleagues say of it, and what it was before."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessment import files, queries, talking
from assessment.actions import SignedOff
from assessment.actors import names_of
from assessment.forms import CommentForm, EvidenceForm
from assessment.models import Assessment, Evidence
from assessment.questionnaire.model import Question
from assessment.views.gate import assessment_of
from assessment.views.rounds import signed_off
from registry.company import blobs
from registry.company.access import company_page, form_methods
from registry.company.blobs import StoreUnavailable
from registry.company.roles import Right


def question_of(request: HttpRequest, assessment_id: UUID, key: str) -> tuple[Assessment, Question]:
    """Raises Http404 for what is not asked."""
    found = assessment_of(request, assessment_id)
    question = queries.questionnaire_of(found).questions.get(key)
    if question is None:
        raise Http404
    return found, question


@company_page(Right.ANSWER_ASSESSMENTS)
@form_methods
def assessment_question(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Add evidence, or say something about the question."""
    found, asked = question_of(request, assessment_id, question)
    here = ("assessment_question", request.company.id, found.pk, question)
    adding = request.method == "POST" and "add" in request.POST
    saying = request.method == "POST" and not adding
    comment = CommentForm(request.POST if saying else None, organisation=request.company.id)
    evidence = EvidenceForm(*((request.POST, request.FILES) if adding else ()))
    if saying and comment.is_valid():
        said = comment.cleaned_data
        talking.comment(
            found,
            question=question,
            text=said["text"],
            meant_for=[one.pk for one in said["meant_for"]],
            person=request.user.pk,
        )
        messages.success(request, _("Your comment was added."))
        return redirect(*here)
    if adding and evidence.is_valid():
        try:
            files.add_evidence(
                found, question=question, person=request.user.pk, **evidence.cleaned_data
            )
        except ValidationError as error:
            evidence.add_error("file", error)
        except StoreUnavailable:
            evidence.add_error(
                "file",
                _("The file store does not answer just now, and nothing was kept. Try again."),
            )
        except SignedOff:
            return signed_off(request, found)
        else:
            messages.success(request, _("The file was added."))
            return redirect(*here)
    return render(request, "assessment/question_page.html", shown(found, asked, comment, evidence))


def shown(
    found: Assessment, question: Question, comment: CommentForm, evidence: EvidenceForm
) -> dict[str, Any]:
    kept = list(queries.evidence_of(found, question.key))
    said = list(queries.comments_of(found, question.key))
    was = list(queries.revisions_of(found, question.key))
    return {
        "assessment": found,
        "question": question,
        "section": next(
            one for one in queries.questionnaire_of(found).sections if question in one.questions
        ),
        "evidence": kept,
        "comments": said,
        "revisions": was,
        "names": names_of([one.actor_id for one in (*kept, *said, *was)]),
        "comment_form": comment,
        "evidence_form": evidence,
    }


def own_evidence(request: HttpRequest, assessment_id: UUID, evidence_id: UUID) -> Evidence:
    """Raises Http404 for any but the company's own."""
    own = Evidence.objects.filter(organisation_id=request.company.id, assessment_id=assessment_id)
    return get_object_or_404(own.select_related("assessment"), pk=evidence_id)


@company_page()
@require_safe
def assessment_evidence(
    request: HttpRequest, assessment_id: UUID, evidence_id: UUID
) -> HttpResponse | StreamingHttpResponse:
    """The file, as a download: whatever is in it, no browser shows it under our address."""
    evidence = own_evidence(request, assessment_id, evidence_id)
    try:
        chunks = blobs.stream(evidence.file.name)
    except FileNotFoundError as error:
        raise Http404 from error
    except StoreUnavailable:
        messages.error(
            request, _("The file store does not answer just now. Try again in a moment.")
        )
        return redirect("assessment", request.company.id, assessment_id)
    headers = {
        "Content-Disposition": content_disposition_header(True, evidence.name),
        "Content-Length": str(evidence.size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(chunks, content_type=evidence.kind, headers=headers)


@company_page(Right.ANSWER_ASSESSMENTS)
@require_POST
def assessment_evidence_delete(
    request: HttpRequest, assessment_id: UUID, evidence_id: UUID
) -> HttpResponse:
    evidence = own_evidence(request, assessment_id, evidence_id)
    try:
        files.delete_evidence(evidence)
    except SignedOff:
        return signed_off(request, evidence.assessment)
    except StoreUnavailable:
        messages.error(
            request, _("The file store does not answer just now. Try again in a moment.")
        )
    else:
        messages.success(request, _("The file was deleted."))
    return redirect("assessment_question", request.company.id, assessment_id, evidence.question)
