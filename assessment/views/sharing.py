"""Who answers which section."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assessment import queries, talking
from assessment.actions import SignedOff
from assessment.forms import AssignmentForm, people_of
from assessment.views.gate import assessment_of
from assessment.views.rounds import signed_off
from registry.company.access import company_page, form_methods
from registry.company.roles import Right


@company_page(Right.MANAGE_ASSESSMENTS)
@form_methods
def assessment_share(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Give sections to colleagues, each with a day."""
    found = assessment_of(request, assessment_id)
    if found.is_signed:
        return signed_off(request, found)
    people = people_of(request.company.id)
    given = queries.assignments(found)
    rows = []
    for section, _questions in queries.standing(found).sections:
        now = given.get(section.key)
        initial = {"membership": now.membership_id, "due_on": now.due_on} if now else {}
        form = AssignmentForm(
            request.POST or None, prefix=section.key, initial=initial, people=people
        )
        rows.append((section, form))
    if request.method == "POST" and all(form.is_valid() for _section, form in rows):
        try:
            for section, form in rows:
                said = form.cleaned_data
                to = said["membership"]
                talking.assign(
                    found,
                    section=section.key,
                    membership=to.pk if to else None,
                    due_on=said["due_on"],
                )
        except SignedOff:
            return signed_off(request, found)
        messages.success(request, _("Saved."))
        return redirect("assessment", request.company.id, found.pk)
    return render(request, "assessment/share.html", {"assessment": found, "rows": rows})
