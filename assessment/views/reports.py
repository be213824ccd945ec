"""Reports to show: PDF, workbook, calendar."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from assessment import queries
from assessment.actors import names_of
from assessment.calendar import calendar
from assessment.documents.as_pdf import as_pdf
from assessment.models import Assessment
from assessment.reporting import report
from assessment.standing import Heading, Measure, Standing
from assessment.views.gate import assessment_of
from assessment.workbook import workbook
from registry.company.access import company_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@company_page()
@require_safe
def assessment_pdf(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """A summary of one page, then all of it."""
    found = assessment_of(request, assessment_id)
    drawn = report(heading(request, found), *content(found))
    return file(as_pdf(drawn), "application/pdf", "pdf")


@company_page()
@require_safe
def assessment_xlsx(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    found = assessment_of(request, assessment_id)
    return file(workbook(heading(request, found), *content(found)), XLSX, "xlsx")


@company_page()
@require_safe
def assessment_ics(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The due dates of the action plan, for one's own calendar."""
    found = assessment_of(request, assessment_id)

    def page(measure: Measure) -> str:
        keys = [request.company.id, found.pk, measure.id]
        return request.build_absolute_uri(reverse("assessment_measure", args=keys))

    dates = calendar(planned(found), stamp=timezone.now(), url=page)
    return file(dates, "text/calendar; charset=utf-8", "ics")


def heading(request: HttpRequest, found: Assessment) -> Heading:
    return Heading(
        request.company.name,
        found.name,
        localdate(found.started_at),
        found.due_on,
        found.signed_at,
        names_of([found.signed_by_id]).get(found.signed_by_id) if found.signed_by_id else None,
        found.seal,
    )


def content(found: Assessment) -> tuple[Standing, list[Measure]]:
    return queries.standing(found), planned(found)


def planned(found: Assessment) -> list[Measure]:
    """The action plan, by due date and then by question."""
    asked = queries.questionnaire_of(found).questions
    rows = [one for one in queries.measures(found) if one.question in asked]
    rows.sort(key=lambda one: (one.due_on is None, one.due_on or found.started_at.date()))
    return [
        Measure(
            one.pk,
            asked[one.question],
            one.owner.user.email if one.owner else "",
            one.due_on,
            one.status,
            one.hours,
            one.cost,
            one.note,
        )
        for one in rows
    ]


def file(content: bytes, kind: str, suffix: str) -> HttpResponse:
    """A download; its name says when, but nobody's name."""
    answer = HttpResponse(content, content_type=kind)
    name = f"dig1-{localdate().isoformat()}.{suffix}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
