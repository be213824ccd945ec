from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import dateformat
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from registry.company.access import company_page, form_methods
from registry.company.access_log import Page, log_page
from registry.company.paging import AFTER
from registry.company.roles import Right, Role
from registry.persons import actions, queries
from registry.persons.forms import HandOverForm, PeopleFilter, PersonForm
from registry.persons.models import Membership
from registry.persons.views.invitations import lock_people


@company_page(Right.VIEW_PERSONAL_DATA)
@form_methods
def people(request: HttpRequest) -> HttpResponse:
    """The company's people. Searching is a POST, to keep emails out of addresses and logs."""
    asked = request.POST or request.GET
    form = PeopleFilter(request.POST or None)
    sought: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    page = queries.people(organisation=request.company.id, after=asked.get(AFTER, ""), **sought)
    context = {
        "form": form,
        "page": page,
        "rows": readable(page.rows),
        "sought": sought,
        "next_url": page.next_url,
        "first_url": page.first_url,
    }
    log_page(request, page=Page.PEOPLE, persons=[person for *_row, person in page.rows])
    return render(request, "persons/people.html", context)


def readable(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Roles and dates as people read them: what depends on the language is fetched once."""
    roles = {role.value: str(role.label) for role in Role}
    form = get_format("SHORT_DATE_FORMAT")
    for *row, role, joined, _person in rows:
        yield *row, roles[role], written(joined, form)


@lru_cache(maxsize=20_000)  # the days of a lifetime
def written(day: date, form: str) -> str:
    return dateformat.format(day, form)


@company_page(Right.MANAGE_PEOPLE)
@form_methods
@reauthentication_required(allow_get=True)
def person_edit(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Office, position and role of one of the company's people."""
    company = request.company
    if request.method == "POST":
        lock_people(request)
    person = get_object_or_404(
        Membership.objects.filter(organisation_id=company.id).select_related("user"),
        pk=membership_id,
    )
    now = {"office": person.office, "position": person.position, "role": person.role}
    form = PersonForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        change: dict[str, Any] = form.cleaned_data
        try:
            actions.change_membership(organisation=company.id, membership=membership_id, **change)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            if membership_id == company.membership_id and change["role"] != Role.ADMIN:
                return redirect("company", company.id)
            return redirect("person", company.id, membership_id)
    log_page(request, page=Page.PERSON, persons=[person.user_id])
    return render(request, "persons/person_edit.html", {"form": form, "person": person})


@company_page(Right.MANAGE_PEOPLE)
@form_methods
@reauthentication_required(allow_get=True)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Make somebody else an admin and choose what to be oneself afterwards."""
    company = request.company
    form = HandOverForm(request.POST or None, initial={"own_role": Role.MEMBER})
    if request.method == "POST" and form.is_valid():
        lock_people(request)
        try:
            actions.hand_over(
                organisation=company.id, giver=company.membership_id, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The company has a new admin."))
            return redirect("company", company.id)
    return render(request, "persons/hand_over.html", {"form": form})
