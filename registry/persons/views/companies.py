from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from registry.company.access import form_methods, signed_in
from registry.persons import actions
from registry.persons.forms import CompanyForm


@signed_in
@form_methods
def company_new(request: HttpRequest) -> HttpResponse:
    """Register a company; its first admin is the one who does."""
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            company = actions.register_company(person=request.user.pk, **form.cleaned_data)
        except actions.AlreadyRegistered as already:
            messages.info(request, _("You have registered this company already. Here it is."))
            return redirect("company", already.organisation)
        messages.success(request, _("The company has been registered."))
        return redirect("company", company.id)
    return render(request, "persons/company_new.html", {"form": form})
