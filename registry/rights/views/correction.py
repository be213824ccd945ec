"""Requests for correction: made and withdrawn by the person, answered by the company's admin."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.company.access import (
    company_page,
    form_methods,
    recheck,
    second_step_missing_for,
    signed_in,
)
from registry.company.access_log import Page, log_page
from registry.company.paging import page_of
from registry.company.roles import Right, Role
from registry.rights import requests
from registry.rights.correction import ADMIN_PAGES, DecidedBy, ask_url, decides, requestable
from registry.rights.erasure import lock
from registry.rights.forms import AnswerForm, AskForm
from registry.rights.told import Told, title
from registry.rights.values import asked_in, find

ANSWERED_SHOWN = 20

# --- by the person -------------------------------------------------------------------------------


@signed_in
@require_safe
def correction_row(request: HttpRequest, table: str, key: str) -> HttpResponse:
    """Which value of one of my rows is wrong?"""
    stored = find(person=request.user.pk, table=table, key=key)
    values = [
        (column.label, stored.told(column), ask_url(stored.table, stored.row, column))
        for column in (requestable(stored.table) if stored else ())
    ]
    if not values:
        return nothing(request)
    context = {"title": stored.table.title, "values": values}
    return render(request, "rights/correction_row.html", context)


@signed_in
@form_methods
def correction_ask(request: HttpRequest, table: str, key: str, column: str) -> HttpResponse:
    """Ask for the correction of one of my values; an admin is led to where they change it."""
    person = request.user.pk
    stored = find(person=person, table=table, key=key)
    found = (
        next((c for c in requestable(stored.table) if c.name == column), None) if stored else None
    )
    if stored is None or found is None:
        return nothing(request)
    company = asked_in(stored, person)
    if company and (step := second_step_missing_for(request, company)):
        return step
    if stored.row.get("role") == Role.ADMIN and decides(found) is DecidedBy.ADMIN:
        return redirect(ADMIN_PAGES[table, column], company, key)
    asked = requests.open_request(person=person, stored=stored, column=found)
    form = AskForm(request.POST or None, stored=stored, column=found)
    if request.method == "POST" and not asked and form.is_valid():
        if not ratelimit.consume(request, action="correction", key=str(person)):
            return ratelimit.respond_429(request)
        try:
            requests.ask(
                person=person,
                stored=stored,
                column=found,
                **form.cleaned_data,
                language=get_language(),
            )
        except requests.TooManyOpen:
            form.add_error(None, too_many())
        except requests.CompanyClosed:
            form.add_error(None, _("The company's data is about to be deleted. Nothing was sent."))
        except requests.AlreadyAsked:
            asked = requests.open_request(person=person, stored=stored, column=found)
        else:
            sent = _("Your request has been sent. You get an answer within a month.")
            messages.success(request, sent)
            return redirect("inspection")
    context = {
        "form": form,
        "title": stored.table.title,
        "column": found.label,
        "value": stored.told(found),
        "decides": decides(found).label,
        "asked": asked,
    }
    return render(request, "rights/correction_ask.html", context)


def nothing(request: HttpRequest) -> HttpResponse:
    return render(request, "rights/correction_nothing.html", status=404)


def too_many() -> str:
    return ngettext(
        "You have %(number)d open request, which is as many as there may be. Wait for an answer,"
        " or withdraw one.",
        "You have %(number)d open requests, which is as many as there may be. Wait for an answer,"
        " or withdraw one.",
        requests.MOST_OPEN,
    ) % {"number": requests.MOST_OPEN}


@signed_in
@require_POST
def correction_withdraw(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take back a request of mine. A second click finds none, as does a made-up address."""
    if requests.withdraw(person=request.user.pk, request=request_id):
        messages.success(request, _("The request has been withdrawn."))
    else:
        messages.info(request, _("There is no such open request: it is answered or withdrawn."))
    return redirect("inspection")


# --- by an admin of the company ------------------------------------------------------------------


@company_page(Right.MANAGE_PEOPLE)
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What the company's people ask to be corrected, the one due first at the top."""
    ours = requests.to_admin(request.company.id)
    page = page_of(request, ours.filter(decided_at=None), by="due_on")
    answered = list(ours.exclude(decided_at=None).order_by("-decided_at", "pk")[:ANSWERED_SHOWN])
    context = {
        "page": page,
        "open": [(one, title(one)) for one in page.rows],
        "answered": [(one, title(one)) for one in answered],
        "today": timezone.localdate(),
    }
    shown = {one.person_id for one in (*page.rows, *answered)}
    log_page(request, page=Page.CORRECTION, persons=shown)
    return render(request, "rights/corrections.html", context)


@company_page(Right.MANAGE_PEOPLE)
@form_methods
@reauthentication_required(allow_get=True)
def correction(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request, and the answer to it."""
    one = requests.to_admin(request.company.id).filter(pk=request_id).first()
    if one is None:
        return render(request, "rights/correction_gone.html", status=404)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lock(request.company.id)
        recheck(request, Right.MANAGE_PEOPLE)
        try:
            requests.answer(
                request=one, decider=request.user.pk, by=DecidedBy.ADMIN, **form.given()
            )
        except ValidationError as error:
            form.add_error(None, error)
        except requests.CompanyClosed:
            return redirect("company_locked", request.company.id)
        except requests.Withdrawn:
            return render(request, "rights/correction_gone.html", status=404)
        except requests.AlreadyAnswered:
            messages.info(request, _("The request has been answered already."))
            return redirect(request.path)
        else:
            messages.success(request, _("The answer is saved, and the person is told by mail."))
            return redirect("corrections", request.company.id)
    told = Told.of(one, DecidedBy.ADMIN)
    context = {"one": one, "told": told, "form": form.on(told), "own": own(request, one)}
    log_page(request, page=Page.CORRECTION, persons=[one.person_id])
    return render(request, "rights/correction.html", context)


def own(request: HttpRequest, one: Any) -> bool:
    """Whether it is the admin's own, who was none yet when they asked."""
    return one.person_id == request.user.pk
