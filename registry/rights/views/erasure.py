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
from registry.company.access import company_page, form_methods, public, signed_in
from registry.company.models import Organisation
from registry.company.roles import Right, Role
from registry.company.tenant import Context, Scope
from registry.rights import erasure as engine
from registry.rights.formatting import title_of
from registry.rights.forms import ConfirmCompanyErasure, ConfirmErasure
from registry.rights.models import ErasureRun
from registry.rights.preview import Preview, preview_company, preview_person
from registry.rights.self_erasure import companies_needing_admin, erase_self, preview_self
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
        try:
            run = engine.erase_company(
                organisation=company.id, fingerprint=form.cleaned_data["fingerprint"]
            )
        except engine.PreviewOutdated:
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
    member = member_or_404(request, membership_id)
    return erase_member(request, "rights/person_erase.html", member)


@company_page()
@form_methods
@reauthentication_required
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the company: what it stores about me goes."""
    member = member_or_404(request, request.company.membership_id)
    return erase_member(request, "rights/leave.html", member)


def erase_member(request: HttpRequest, template: str, member: dict[str, Any]) -> HttpResponse:
    company = request.company
    if member["role"] == Role.ADMIN and is_last_admin(company.id):
        return render(request, "rights/last_admin.html", {"names": [company.name]}, status=409)
    whose = {
        "organisation": company.id,
        "person": member["user_id"],
        "membership": member["id"],
    }
    form = ConfirmErasure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = engine.erase_person(**whose, fingerprint=form.cleaned_data["fingerprint"])
        except engine.PreviewOutdated:
            form.add_error(None, outdated())
        else:
            return finished(request, run)
    return confirmation(request, template, form, preview_person(**whose), member=member)


def is_last_admin(organisation: UUID) -> bool:
    """Whether the company has one admin only. Locks the company, so the answer stays true."""
    engine.lock(organisation)
    admins = Organisation.objects.filter(pk=organisation, memberships__role=Role.ADMIN)
    return admins.count() == 1


@signed_in
@form_methods
@reauthentication_required
def erase_me(request: HttpRequest) -> HttpResponse:
    """Erase myself from every company, and my account."""
    person = request.user.pk
    if names := companies_needing_admin(person=person):
        return render(request, "rights/last_admin.html", {"names": names}, status=409)
    form = ConfirmErasure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            runs = erase_self(person=person, fingerprint=form.cleaned_data["fingerprint"])
        except engine.PreviewOutdated:
            form.add_error(None, outdated())
        else:
            return finished(request, *runs)
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


def finished(request: HttpRequest, *runs: ErasureRun) -> HttpResponse:
    """To the page of the result; whoever erased their own account is signed out."""
    for run in runs:
        verify_after_commit(run)
    with tenant.accounts():
        gone = engine.takes_along(runs, request.user.pk)
        if gone:
            logout(request)
    if gone:
        tenant.enter(Context())
    token = signer.sign_object([[str(run.pk), str(run.organisation_id or "")] for run in runs])
    return redirect("erasure", token=token)


@public
@require_safe
def erasure(request: HttpRequest, token: str) -> HttpResponse:
    """What an erasure did: reached by its signed address, since the account may be gone."""
    try:
        named = signer.unsign_object(token, max_age=RESULT_DAYS * 86400)
    except signing.SignatureExpired:
        return render(request, "410.html", status=410)
    except signing.BadSignature:
        return render(request, "404.html", status=404)
    results = [
        result(UUID(run), UUID(organisation) if organisation else None)
        for run, organisation in named
    ]
    return render(request, "rights/erasure.html", {"results": results})


def result(run_id: UUID, organisation: UUID | None) -> dict[str, Any]:
    """A run, verified if it has not been, and its steps with the tables' names for people."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        run = get_object_or_404(ErasureRun, pk=run_id)
        steps = list(run.steps.order_by("sequence"))
    if run.verified_at is None:
        run = verify(run)
    return {
        "run": run,
        "steps": [(step, title_of(step.table_name)) for step in steps],
    }
