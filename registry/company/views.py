from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.company import actions, queries
from registry.company.access import companies_of, company_page, form_methods, public, signed_in
from registry.company.forms import BasicsForm, SecurityForm
from registry.company.models import Organisation
from registry.company.paging import page_of
from registry.company.roles import Right, Role


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form has sent, even if that is nothing: one unticked box sends nothing."""
    return request.POST if request.method == "POST" else None


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service is; for those who are signed in the way to their company."""
    if not request.user.is_authenticated:
        return render(request, "company/home.html")
    request.companies = companies_of(request.user.pk)
    match request.companies:
        case []:
            return render(request, "company/home_without_company.html")
        case [company]:
            return redirect("company", company.id)
    return redirect("companies")


@signed_in
@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    """All my companies: an accountant may have hundreds."""
    page = page_of(request, queries.my_companies(request.user.pk), by="name_key")
    rows = [(organisation, Role(organisation.role).label) for organisation in page.rows]
    return render(request, "company/companies.html", {"page": page, "rows": rows})


@company_page()
@require_safe
def company(request: HttpRequest) -> HttpResponse:
    """The overview that every member sees."""
    organisation = get_object_or_404(Organisation, pk=request.company.id)
    context = {
        "organisation": organisation,
        "role": Role(request.company.role).label,
        "rights": [right.label for right in Right if request.company.may(right)],
        "figures": queries.figures(organisation) if request.company.is_admin else None,
    }
    return render(request, "company/company.html", context)


@company_page(Right.CHANGE_BASICS)
@form_methods
def company_edit(request: HttpRequest) -> HttpResponse:
    """Changes the basic data; a save on top of somebody else's shows both versions first."""
    saved = queries.basics(request.company.id)
    form = BasicsForm(sent(request), saved=saved)
    conflict: list[tuple[str, str, str]] = []
    if form.is_valid():
        try:
            actions.change_basics(organisation=request.company.id, **form.typed())
        except actions.ChangedMeanwhile:
            saved = queries.basics(request.company.id)
            conflict = list(form.differences(saved))
            form = form.on_top_of(saved)
        except ValidationError as error:
            form.add_error(None, error)
        if form.is_valid() and not conflict:
            messages.success(request, _("The company's basic data are saved."))
            return redirect("company", request.company.id)
    context = {"form": form, "conflict": conflict, "business_id": saved.organisation.business_id}
    return render(request, "company/company_edit.html", context)


@company_page(Right.MANAGE_PEOPLE)
@form_methods
@reauthentication_required(allow_get=True)
def company_security(request: HttpRequest) -> HttpResponse:
    """Whether the company's people must sign in by two steps."""
    organisation = get_object_or_404(Organisation, pk=request.company.id)
    form = SecurityForm(sent(request), instance=organisation)
    if form.is_valid():
        required = form.cleaned_data["mfa_required"]
        actions.require_mfa(organisation=request.company.id, required=required)
        messages.success(request, _("The company's security settings are saved."))
        return redirect("company_security", request.company.id)
    context = {"form": form, "has_mfa": is_mfa_enabled(request.user)}
    return render(request, "company/company_security.html", context)


@company_page(Right.VIEW_PERSONAL_DATA)
@require_safe
def company_history(request: HttpRequest) -> HttpResponse:
    """Who changed which columns when; never the values."""
    page = page_of(request, queries.history(request.company.id), by="-at")
    entries = queries.entries(page.rows, request.company.id)
    return render(request, "company/company_history.html", {"page": page, "entries": entries})
