from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.company.access import company_page, form_methods, recheck
from registry.company.paging import page_of
from registry.company.roles import Right, Role
from registry.persons import actions, inviting, queries
from registry.persons.forms import InvitationForm
from registry.persons.models import Invitation


def invites_admin(request: HttpRequest) -> bool:
    """An admin may erase everything, so a stolen session must not invite one."""
    return request.POST.get("role") == Role.ADMIN


@company_page(Right.MANAGE_PEOPLE)
@form_methods
@reauthentication_required(enabled=invites_admin)
def invitations(request: HttpRequest) -> HttpResponse:
    """The company's open invitations, and a form for the next."""
    form = InvitationForm(request.POST or None, initial={"role": Role.MEMBER})
    if request.method == "POST" and form.is_valid():
        if too_many(request, form.cleaned_data["email"]):
            return ratelimit.respond_429(request)
        lock_people(request)
        try:
            inviting.invite(**company_and_sender(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The invitation has been sent."))
            return redirect(request.path)
    context = {
        "form": form,
        "page": page_of(request, queries.invitations(request.company.id), by="email"),
        "now": timezone.now(),
    }
    return render(request, "persons/invitations.html", context)


@company_page(Right.MANAGE_PEOPLE)
@require_POST
def invitation_again(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send one of the company's invitations again."""
    lock_people(request)
    invitation = invitation_or_404(request, invitation_id)
    if too_many(request, invitation.email):
        return ratelimit.respond_429(request)
    try:
        inviting.invite_again(**company_and_sender(request), invitation=invitation.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The invitation has been sent."))
    return redirect("invitations", request.company.id)


@company_page(Right.MANAGE_PEOPLE)
@require_POST
def invitation_revoke(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Withdraw one of the company's invitations: its link is dead at once."""
    lock_people(request)
    invitation = invitation_or_404(request, invitation_id)
    inviting.revoke(organisation=request.company.id, invitation=invitation.pk)
    messages.success(request, _("The invitation has been withdrawn."))
    return redirect("invitations", request.company.id)


def lock_people(request: HttpRequest) -> None:
    """One change at a time of who is in the company, by somebody who still may make it.

    Raises PermissionDenied or Http404 when the person has lost that right after the gate.
    """
    actions.lock(request.company.id)
    recheck(request, Right.MANAGE_PEOPLE)


def company_and_sender(request: HttpRequest) -> dict[str, UUID]:
    return {"organisation": request.company.id, "invited_by": request.company.membership_id}


def too_many(request: HttpRequest, email: str) -> bool:
    """Nobody floods the world, or one mailbox, with our mail (limits: ACCOUNT_RATE_LIMITS)."""
    company = str(request.company.id)
    return not (
        ratelimit.consume(request, action="invite", key=company)
        and ratelimit.consume(request, action="invite_address", key=f"{company} {email}")
    )


def invitation_or_404(request: HttpRequest, invitation_id: UUID) -> Invitation:
    mine = Invitation.objects.filter(organisation_id=request.company.id)
    return get_object_or_404(mine, pk=invitation_id)
