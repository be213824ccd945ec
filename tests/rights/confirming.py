"""Confirming an erasure as a browser does, and what there is afterwards."""

from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Membership


def company_url(company):
    return reverse("company_erase", args=[company.id])


def person_url(company, person):
    return reverse("person_erase", args=[company.id, company.membership(person)])


def fingerprint_of(page):
    return page.context["form"]["fingerprint"].value()


def confirm(client, url, **typed):
    """Confirm what the preview shows now."""
    return client.post(url, {"fingerprint": fingerprint_of(client.get(url)), **typed})


def account_exists(person):
    with tenant.serving(scope=Scope.ACCOUNTS):
        return User.objects.filter(pk=person.id).exists()


def is_member(company, person):
    with tenant.serving(organisation=company.id):
        return Membership.objects.filter(user_id=person.id).exists()
