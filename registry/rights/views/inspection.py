from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.company import tenant
from registry.company.access import (
    company_page,
    form_methods,
    second_step_missing_for,
    signed_in,
)
from registry.company.access_log import Page, log_page
from registry.company.models import Organisation
from registry.company.roles import Right
from registry.rights.correction import correct, correction_form, own_row
from registry.rights.erasure import lock
from registry.rights.inspection import (
    inspect_company,
    inspect_member,
    inspect_person,
    persons_shown,
)


@signed_in
@require_safe
def inspection(request: HttpRequest) -> HttpResponse:
    """Everything stored about me."""
    return page(request)


@signed_in
@form_methods
def inspection_edit(request: HttpRequest, table: str, key: UUID, column: str) -> HttpResponse:
    """The same page, with one of my values open for correction."""
    row = own_row(person=request.user.pk, table=table, key=key, column=column)
    company = tenant.current().organisation
    if company and (step := second_step_missing_for(request, company)):
        return step
    form = correction_form(row, column, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if company and not lock(company):
            return redirect("company_locked", company)
        correct(form=form, column=column)
        messages.success(request, _("Saved."))
        return redirect("inspection")
    return page(request, form=form, editing=request.path)


def page(request: HttpRequest, **extra: Any) -> HttpResponse:
    chapters = inspect_person(person=request.user.pk)
    return render(request, "rights/inspection.html", {"chapters": chapters, **extra})


@company_page(Right.VIEW_PERSONAL_DATA)
@require_safe
def person(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """What the company stores about one of its people."""
    member = member_or_404(request, membership_id)
    chapters = inspect_member(organisation=request.company.id, person=member["user_id"])
    log_page(request, page=Page.PERSON, persons=[member["user_id"]])
    return render(request, "rights/person.html", {"chapters": chapters, "member": member})


@company_page(Right.VIEW_PERSONAL_DATA)
@require_safe
def company_data(request: HttpRequest) -> HttpResponse:
    """Everything stored about the company."""
    chapters = inspect_company(organisation=request.company.id)
    log_page(request, page=Page.COMPANY_DATA, persons=persons_shown(chapters))
    return render(request, "rights/company_data.html", {"chapters": chapters})


def member_or_404(request: HttpRequest, membership_id: UUID) -> dict[str, Any]:
    """One of the company's people: membership, account and address."""
    organisation = get_object_or_404(Organisation, pk=request.company.id)
    return get_object_or_404(
        organisation.memberships.values("id", "user_id", "user__email", "role"), pk=membership_id
    )
