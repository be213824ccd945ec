"""Drafts of the company's own documents: a short form in, a file out, and nothing stored."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from assessment import queries
from assessment.documents import draft
from assessment.documents.as_docx import as_docx
from assessment.documents.as_html import as_html
from assessment.documents.as_pdf import as_pdf
from assessment.documents.given import Company, Flags, Given, suggested
from assessment.documents.model import Draft
from assessment.forms import DraftForm
from assessment.views.gate import assessment_of
from registry.company.access import company_page, form_methods
from registry.company.models import Organisation
from registry.company.roles import Right

FORMATS: dict[str, tuple[str, Callable[[Draft], str | bytes]]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_docx),
    "pdf": ("application/pdf", as_pdf),
    "html": ("text/html; charset=utf-8", as_html),
}


@company_page(Right.ANSWER_ASSESSMENTS)
@form_methods
def assessment_documents(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Choose a document, fill in what the register does not know, and take the draft along."""
    found = assessment_of(request, assessment_id)
    company = Organisation.objects.get(pk=request.company.id)
    form = DraftForm(request.POST or None, initial=known(company) | {"document": "notice"})
    if request.method == "POST" and form.is_valid():
        flags = queries.flags(queries.questionnaire_of(found), found)
        return as_file(form.cleaned_data, flags)
    return render(request, "assessment/documents.html", {"assessment": found, "form": form})


def known(company: Organisation) -> dict[str, str]:
    """What the register knows of the company."""
    town = f"{company.visiting_postal_code} {company.visiting_city}".strip()
    return {
        "name": company.name,
        "business_id": company.business_id,
        "address": ", ".join(filter(None, (company.visiting_street, town))),
        "email": company.email,
        "phone": str(company.phone or ""),
    }


def as_file(said: dict[str, str], flags: Flags) -> HttpResponse:
    language, document = said["language"], said["document"]
    given = Given(
        Company(*(said[name] for name in Company.__dataclass_fields__)),
        tuple(suggested(flags, language)),
        timezone.localdate(),
    )
    kind, written = FORMATS[said["format"]]
    answer = HttpResponse(written(drawn(document, given, flags, language)), content_type=kind)
    name = f"{document}-{language}.{said['format']}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def drawn(document: str, given: Given, flags: Flags, language: str) -> Draft:
    if document == "breach":
        return draft.breach_report(given, language)
    make = draft.privacy_notice if document == "notice" else draft.record_of_processing
    return make(given, flags, language)
