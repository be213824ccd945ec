"""Erasure by the company admin, by a member, by oneself; and the page on which it is followed."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.signing import BadSignature
from django.db.models import Max, Min, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.company import tenant
from registry.company.access import (
    company_page,
    form_methods,
    public,
    recheck,
    second_step_missing_for,
    signed_in,
)
from registry.company.roles import Right
from registry.company.tenant import Context, Scope
from registry.declarations.plan import plan
from registry.rights import ordering
from registry.rights.capability import opened, token_of
from registry.rights.erasure import lock, parts_of
from registry.rights.forms import ConfirmCompanyErasure, ConfirmErasure
from registry.rights.members import companies_needing_admin, is_last_admin
from registry.rights.models import ErasureRun, ErasureStep
from registry.rights.preview import Preview, preview_company, preview_person, preview_self
from registry.rights.progress import heading, stages, waits
from registry.rights.views.inspection import member_or_404


@company_page(Right.ERASE_PERSONAL_DATA)
@form_methods
@reauthentication_required
def company_erase(request: HttpRequest) -> HttpResponse:
    """Preview, and on confirmation order, the erasure of everything of the company."""
    company = request.company
    form = ConfirmCompanyErasure(request.POST or None, name=company.name)
    if request.method == "POST" and form.is_valid():
        shown = form.cleaned_data["fingerprint"]
        try:
            lock(company.id)
            recheck(request, Right.ERASE_PERSONAL_DATA)
            run = ordering.order_company_erasure(
                organisation=company.id, orderer=request.user.pk, fingerprint=shown
            )
        except ordering.ErasureRefused:
            if run := ordering.ordered_before(organisation=company.id, fingerprint=shown):
                return to_result(run)
            form.add_error(None, outdated())
        else:
            return ordered(request, run)
    preview = preview_company(organisation=company.id)
    minutes = settings.ERASURE_HOLD_MINUTES
    hold = {"hold_minutes": minutes, "hold_hours": 0 if minutes % 60 else minutes // 60}
    return confirmation(request, "rights/company_erase.html", form, preview, **hold)


@company_page(Right.ERASE_PERSONAL_DATA)
@form_methods
@reauthentication_required
def person_erase(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Preview, and on confirmation order, the erasure of one of the company's people."""
    right = Right.ERASE_PERSONAL_DATA
    return erase_member(request, "rights/person_erase.html", membership_id, right)


@company_page()
@form_methods
@reauthentication_required
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the company: what it stores about me goes."""
    return erase_member(request, "rights/leave.html", request.company.membership_id, None)


def erase_member(
    request: HttpRequest, template: str, membership: UUID, right: Right | None
) -> HttpResponse:
    company = request.company
    form = ConfirmErasure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shown = form.cleaned_data["fingerprint"]
        lock(company.id)
        if run := ordering.ordered_before(organisation=company.id, fingerprint=shown):
            return to_result(run)
        recheck(request, right)
    member = member_or_404(request, membership)
    if is_last_admin(organisation=company.id, person=member["user_id"]):
        return render(request, "rights/last_admin.html", {"names": [company.name]}, status=409)
    whose = {
        "organisation": company.id,
        "person": member["user_id"],
        "membership": member["id"],
    }
    if request.method == "POST" and form.is_valid():
        try:
            run = ordering.order_person_erasure(**whose, orderer=request.user.pk, fingerprint=shown)
        except ordering.ErasureRefused:
            form.add_error(None, outdated())
        else:
            return ordered(request, run)
    return confirmation(request, template, form, preview_person(**whose), member=member)


@signed_in
@form_methods
@reauthentication_required
def erase_me(request: HttpRequest) -> HttpResponse:
    """Erase myself from every company, and my account."""
    person = request.user.pk
    if request.user.is_staff:
        return render(request, "rights/staff_account.html", status=409)
    if step := second_step_missing_for(request):
        return step
    form = ConfirmErasure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shown = form.cleaned_data["fingerprint"]
        try:
            if names := companies_needing_admin(person=person):
                return render(request, "rights/last_admin.html", {"names": names}, status=409)
            run = ordering.order_own_erasure(person=person, fingerprint=shown)
        except ordering.ErasureRefused:
            if run := ordering.ordered_before(organisation=None, fingerprint=shown):
                return to_result(run)
            form.add_error(None, outdated())
        else:
            return ordered(request, run)
    if names := companies_needing_admin(person=person):
        return render(request, "rights/last_admin.html", {"names": names}, status=409)
    return confirmation(request, "rights/erase_me.html", form, preview_self(person=person))


def outdated() -> str:
    return _("The data has changed since the preview. Check the new figures and confirm again.")


def confirmation(
    request: HttpRequest, template: str, form: forms.Form, preview: Preview, **extra: Any
) -> HttpResponse:
    """The preview, with a form that confirms these figures (and, again, what was typed)."""
    if form.is_bound:
        form.data = form.data.copy()
        form.data["fingerprint"] = preview.fingerprint
    else:
        form.initial["fingerprint"] = preview.fingerprint
    shown = {"form": form, "preview": preview, "backup_days": settings.BACKUP_DAYS}
    return render(request, template, shown | extra)


def ordered(request: HttpRequest, run: ErasureRun) -> HttpResponse:
    """To the page on which it is followed; whoever's account goes along is signed out."""
    with tenant.accounts():
        gone = ordering.ends_session_of(run, request.user.pk)
        if gone:
            logout(request)
    if gone:
        tenant.enter(Context())
    return to_result(run)


def to_result(run: ErasureRun) -> HttpResponse:
    return redirect("erasure", token=token_of(run))


# --- while the company is locked -----------------------------------------------------------------


@company_page(while_locked=True)
@require_safe
def company_locked(request: HttpRequest) -> HttpResponse:
    """Why the company's pages are closed, until when the erasure can be called off, and by whom."""
    company = request.company
    if not company.locked:
        return redirect("company", company.id)
    with tenant.accounts():
        run = ErasureRun.objects.filter(
            organisation_id=company.id,
            scope=ErasureRun.Scope.ORGANISATION,
            called_off_at=None,
        ).latest("started_at")
    may = company.may(Right.ERASE_PERSONAL_DATA) and run.is_held
    context = {
        "run": run,
        "token": token_of(run),
        "may_call_off": may,
        "may_hasten": may and not ordering.is_orderer(run, request.user.pk),
    }
    return render(request, "rights/company_locked.html", context)


@company_page(Right.ERASE_PERSONAL_DATA, while_locked=True)
@require_POST
def erasure_call_off(request: HttpRequest) -> HttpResponse:
    try:
        ordering.call_off(organisation=request.company.id)
    except ordering.ErasureRefused:
        messages.error(request, _("It is too late: the deletion has begun."))
    else:
        messages.success(request, _("The deletion was called off. Nothing was deleted."))
    return redirect("company", request.company.id)


@company_page(Right.ERASE_PERSONAL_DATA, while_locked=True)
@form_methods
@reauthentication_required
def erasure_hasten(request: HttpRequest) -> HttpResponse:
    """A second admin confirms that nothing has to wait."""
    company = request.company
    form = ConfirmCompanyErasure(request.POST or None, name=company.name)
    form.fields.pop("fingerprint")
    if request.method == "POST" and form.is_valid():
        try:
            run = ordering.hasten(organisation=company.id, person=request.user.pk)
        except ordering.ErasureRefused:
            messages.error(
                request,
                _("It is too late to hasten it, or you ordered the deletion yourself."),
            )
            return redirect("company_locked", company.id)
        return ordered(request, run)
    return render(request, "rights/erasure_hasten.html", {"form": form})


# --- the page on which it is followed ------------------------------------------------------------


@public
@require_safe
def erasure(request: HttpRequest, token: str) -> HttpResponse:
    """How an erasure goes, what it did, and its certificate: reached by its signed address."""
    run = followed(token)
    results = [result(part) for part in (*parts_of(run), run)]
    context = {
        "run": run,
        "heading": heading(run),
        "waits": waits(run),
        "token": token,
        "stages": stages(run),
        "results": results,
    }
    return render(request, "rights/erasure.html", context)


def followed(token: str) -> ErasureRun:
    """The run of an address. Raises Http404 if we have not made it."""
    try:
        run, organisation = opened(token)
    except BadSignature as error:
        raise Http404 from error
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        return get_object_or_404(ErasureRun, pk=run)


def result(run: ErasureRun) -> dict[str, Any]:
    """A run and what it did to each table: more than one step may take a table's rows."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        done = list(
            run.steps.values("table_name", "action")
            .annotate(
                first=Min("sequence"),
                count=Sum("rows"),
                left=Sum("residual"),
                kept_until=Max("until"),
            )
            .order_by("first")
        )
    for line in done:
        line["title"] = plan().title_of(line["table_name"])
        line["what"] = ErasureStep.Action(line["action"]).label
        line["is_kept"] = line["action"] == ErasureStep.Action.RETAINED
    return {"run": run, "lines": done}
