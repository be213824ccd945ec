"""How a person without an account sees what is stored about them: by a link to their address.

The address is in no address of a page: it waits in the visitor's session, for 15 minutes.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.company import tenant
from registry.company.access import form_methods, public
from registry.company.paging import AFTER
from registry.rights import contacts, links
from registry.rights.export.archive import Archive
from registry.rights.export.contents import of_your_address
from registry.rights.forms import AddressForm
from registry.rights.views.export import apart, zip_file

OPENED = "opened_address"


class Opened(NamedTuple):
    """The address whose mail the visitor has shown to read, and until when that counts."""

    email: str
    until: datetime


# --- asking for a link -------------------------------------------------------------------------


@public
@form_methods
def access_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whatever the address."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not ratelimit.consume(request, action="access_link", key=email):
            return ratelimit.respond_429(request)
        try:
            links.answer(email=email)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            sent = _("A message has been sent to %(email)s.") % {"email": email}
            messages.success(request, sent)
            return redirect("access_link_sent")
    return render(request, "rights/link.html", {"form": form})


@public
@require_safe
def access_link_sent(request: HttpRequest) -> HttpResponse:
    """What the message may say."""
    return render(request, "rights/link_sent.html")


# --- opening it --------------------------------------------------------------------------------


@public
@form_methods
def access_link_open(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button, since mail scanners open links; the button uses the link up.

    Nobody who is signed in opens it: their session is the account's.
    """
    if request.method == "POST" and not request.user.is_authenticated:
        email = links.use(secret=token)
        if email is None:
            return gone(request)
        begin(request, email)
        return redirect("address_data")
    if not links.is_good(secret=token):
        return gone(request)
    return render(request, "rights/link_open.html")


def gone(request: HttpRequest) -> HttpResponse:
    """One page, whatever is wrong with the link: it tells a guesser nothing."""
    return render(request, "rights/link_gone.html", status=410)


def begin(request: HttpRequest, email: str) -> None:
    """Let the visitor see the address's data, in a new session: nobody else knows its key."""
    with tenant.accounts():
        request.session.flush()
    until = timezone.now() + links.LIFETIME
    request.session[OPENED] = [email, until.isoformat()]
    request.session.set_expiry(links.LIFETIME)


def opened(request: HttpRequest) -> Opened | None:
    if OPENED in request.session:
        email, until = request.session[OPENED]
        found = Opened(email, datetime.fromisoformat(until))
        if found.until > timezone.now():
            return found
    return None


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Those who have opened a link may, for 15 minutes, and while the address has no account."""

    @wraps(view)
    def gated(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        visit = opened(request)
        if visit is None:
            messages.info(request, _("To see the data, ask for a link to your address."))
            return redirect("access_link")
        if contacts.has_account(email=visit.email):
            del request.session[OPENED]
            return render(request, "rights/link_account.html", status=409)
        return view(request, visit, **kwargs)

    return gated


# --- what it opens -----------------------------------------------------------------------------


@public
@require_safe
@by_link
def address_data(request: HttpRequest, visit: Opened) -> HttpResponse:
    """Everything stored about the address."""
    after = key(request.GET.get(AFTER, ""))
    found = contacts.companies_of(email=visit.email, after=after)
    if after and not found.keys:  # they have gone meanwhile: the list begins anew
        return redirect("address_data")
    context = {
        "visit": visit,
        "chapters": contacts.inspect_address(email=visit.email, companies=found.keys),
        "companies": contacts.names_of(found.keys),
        "next_url": f"?{AFTER}={found.keys[-1]}" if found.more else "",
        "first_url": "?" if after else "",
    }
    return render(request, "rights/address_data.html", context)


@public
@require_POST
@by_link
def address_export(request: HttpRequest, visit: Opened, company: UUID) -> HttpResponse:
    """Download what one company stores about the address."""
    if not contacts.holds(organisation=company, email=visit.email):
        return nothing_there(request)
    archive = Archive(of_your_address(visit.email, company), get_language())
    return zip_file(apart(archive), _("my-data"))


@public
@form_methods
@by_link
def address_erase(request: HttpRequest, visit: Opened, company: UUID) -> HttpResponse:
    """Delete what one company stores about the address: its invitation is refused that way."""
    if not contacts.holds(organisation=company, email=visit.email):
        return nothing_there(request)
    [(_key, name)] = contacts.names_of([company])
    if request.method == "POST":
        contacts.erase_address(organisation=company, email=visit.email)
        done = _("What %(company)s stored about your address has been deleted.")
        messages.success(request, done % {"company": name})
        return redirect("address_data")
    counts = contacts.count_address(organisation=company, email=visit.email)
    context = {"visit": visit, "company": name, "counts": counts}
    return render(request, "rights/address_erase.html", context)


def nothing_there(request: HttpRequest) -> HttpResponse:
    """Perhaps a button was clicked twice, or the company has withdrawn the invitation."""
    messages.info(request, _("That company stores nothing about your address any more."))
    return redirect("address_data")


@public
@require_POST
def address_close(request: HttpRequest) -> HttpResponse:
    """Close the view, on a computer that others use too."""
    if request.session.pop(OPENED, None):
        messages.success(request, _("The data is no longer open in this browser."))
    return redirect("access_link")


def key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
