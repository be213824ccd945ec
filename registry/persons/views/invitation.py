"""The page behind an invitation's link. Whoever holds the link may look; one person may join."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.adapter import RETURN_PATH
from registry.company import tenant
from registry.company.access import form_methods, public
from registry.persons import inviting, queries, tokens
from registry.persons.messages import information_html
from registry.persons.tokens import Claims


@public
@form_methods
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; on POST the invited person joins the company."""
    claims = tokens.read(token)
    if claims is None:
        return invalid(request)
    if request.method == "POST" and request.user.is_authenticated:
        return join(request, claims)
    person = request.user.pk
    with tenant.serving(organisation=claims.organisation, person=person):
        found = queries.open_invitation(claims)
        invited = found and queries.owns_address(person=person, email=found.email)
    if found is None:
        return invalid(request)
    if not request.user.is_authenticated:
        request.session[RETURN_PATH] = request.path
    context = {
        "invitation": found,
        "invited": invited,
        "masked": masked(found.email),
        "information": information_html(),
    }
    return render(request, "persons/invitation.html", context)


def join(request: HttpRequest, claims: Claims) -> HttpResponse:
    person = request.user.pk
    request.session.pop(RETURN_PATH, None)
    try:
        inviting.accept(claims=claims, person=person)
    except inviting.LinkInvalid:
        # The button was clicked twice: the first click has used the link.
        if not queries.is_member(person=person, organisation=claims.organisation):
            return invalid(request)
    else:
        messages.success(request, _("Welcome! You have joined the company."))
    return redirect("company", claims.organisation)


def invalid(request: HttpRequest) -> HttpResponse:
    """One page, whatever is wrong with the link: it tells a guesser nothing."""
    return render(request, "410.html", status=410)


def masked(email: str) -> str:
    """Enough of an address for its owner to know it by."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain[:1]}…{domain[domain.rfind('.') :]}"
