"""Erasure by the company admin, by a member, and the page that shows what was done."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

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
from registry.rights import erasure as engine
from registry.rights.forms import ConfirmCompanyErasure, ConfirmErasure
from registry.rights.models import ErasureRun
from registry.rights.preview import Preview, preview_company, preview_person
from registry.rights.self_erasure import (
    companies_needing_admin,
    erase_self,
    is_last_admin,
    parts_of,
    preview_self,
)
from registry.rights.verification import verify, verify_after_commit
from registry.rights.views.inspection import member_or_404

RESULT_DAYS = 30
signer = signing.TimestampSigner(salt="registry.rights.erasure")


@company_page(Right.ERASE_PERSONAL_DATA)
@form_methods
@reauthentication_required
def company_erase(request: HttpRequest) -> HttpResponse:
    """Preview, and on confirmation erase, everything of the company."""
    company = request.company
    form = ConfirmCompanyErasure(request.POST or None, name=company.name)
    if request.method == "POST" and form.is_valid():
        shown = form.cleaned_data["fingerprint"]
        try:
            engine.lock(company.id)
            recheck(request, Right.ERASE_PERSONAL_DATA)
            run = engine.erase_company(organisation=company.id, fingerprint=shown)
        except engine.ErasureRefused:
            if run := engine.done_before(organisation=company.id, fingerprint=shown):
                return to_result(run)
            form.add_error(None, outdated())
        else:
            return finished(request, run)
    preview = preview_company(organisation=company.id)
    return confirmation(request, "rights/company_erase.html", form, preview)


@company_page(Right.ERASE_PERSONAL_DATA)
@form_methods
@reauthentication_required
def person_erase(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Preview, and on confirmation erase, one of the company's people."""
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
        engine.lock(company.id)
        if run := engine.done_before(organisation=company.id, fingerprint=shown):
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
            run = engine.erase_person(**whose, fingerprint=shown)
        except engine.PreviewOutdated:
            form.add_error(None, outdated())
        else:
            return finished(request, run)
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
            run = erase_self(person=person, fingerprint=shown)
        except engine.ErasureRefused:
            if run := engine.done_before(organisation=None, fingerprint=shown):
                return to_result(run)
            form.add_error(None, outdated())
        else:
            return finished(request, run)
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
    return render(request, template, {"form": form, "preview": preview, **extra})


def finished(request: HttpRequest, run: ErasureRun) -> HttpResponse:
    """To the page of the result; whoever erased their own account is signed out."""
    for part in (*parts_of(run), run):
        verify_after_commit(part)
    with tenant.accounts():
        gone = engine.takes_along(run, request.user.pk)
        if gone:
            logout(request)
    if gone:
        tenant.enter(Context())
    return to_result(run)


def to_result(run: ErasureRun) -> HttpResponse:
    token = signer.sign_object([str(run.pk), str(run.organisation_id or "")])
    return redirect("erasure", token=token)


@public
@require_safe
def erasure(request: HttpRequest, token: str) -> HttpResponse:
    """What an erasure did: reached by its signed address, since the account may be gone."""
    try:
        run_id, organisation = signer.unsign_object(token, max_age=RESULT_DAYS * 86400)
    except signing.SignatureExpired:
        return render(request, "410.html", status=410)
    except signing.BadSignature:
        return render(request, "404.html", status=404)
    organisation = UUID(organisation) if organisation else None
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        run = get_object_or_404(ErasureRun, pk=run_id)
    results = [result(part) for part in (*parts_of(run), run)]
    return render(request, "rights/erasure.html", {"results": results})


def result(run: ErasureRun) -> dict[str, Any]:
    """A run, verified if it has not been, and its steps with the tables' names for people."""
    if run.verified_at is None:
        run = verify(run)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        steps = list(run.steps.order_by("sequence"))
    return {"run": run, "steps": [(step, plan().title_of(step.table_name)) for step in steps]}
