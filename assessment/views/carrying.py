"""An assessment as a file, and a file as an assessment."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment import carrying
from assessment.forms import BringInForm
from assessment.portable import PortableFaults
from assessment.views.gate import assessment_of
from registry.company.access import company_page, form_methods
from registry.company.roles import Right

SHOWN = 50  # faults on a page


@company_page()
@require_safe
def assessment_json(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The whole of it, for programs and for another day."""
    found = assessment_of(request, assessment_id)
    answer = HttpResponse(carrying.taken_along(found), content_type="application/json")
    answer.headers["Content-Disposition"] = content_disposition_header(
        True, f"dig1-{found.pk}.json"
    )
    return answer


@company_page(Right.MANAGE_ASSESSMENTS)
@form_methods
def assessment_import(request: HttpRequest) -> HttpResponse:
    """Bring in what was taken along: all of it, or nothing and every fault."""
    form = BringInForm(request.POST or None, request.FILES or None)
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            brought = carrying.bring_in(
                form.cleaned_data["file"].read(),
                organisation=request.company.id,
                person=request.user.pk,
            )
        except PortableFaults as error:
            context |= {"faults": error.faults[:SHOWN], "count": len(error.faults)}
        else:
            messages.success(request, _("The assessment was brought in."))
            return redirect("assessment", request.company.id, brought.pk)
    return render(request, "assessment/import.html", context)
