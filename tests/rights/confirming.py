"""Confirming an erasure as a browser does, and what there is afterwards."""

from django.urls import resolve, reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Membership
from registry.rights import pipeline
from registry.rights.capability import opened
from registry.rights.models import ErasureRun


def company_url(company):
    return reverse("company_erase", args=[company.id])


def person_url(company, person):
    return reverse("person_erase", args=[company.id, company.membership(person)])


def fingerprint_of(page):
    return page.context["form"]["fingerprint"].value()


def order(client, url, **typed):
    """Confirm what the preview shows now."""
    return client.post(url, {"fingerprint": fingerprint_of(client.get(url)), **typed})


def confirm(client, url, **typed):
    """Confirm, and let the erasure be done (in a test's transaction there is no worker)."""
    answer = order(client, url, **typed)
    if answer.status_code == 302:
        carry_out(answer)
    return answer


def carry_out(answer):
    """Do what was ordered, without the time to call it off."""
    run, organisation = ordered(answer)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        begun = ErasureRun.objects.get(pk=run).started_at
        ErasureRun.objects.filter(pk=run).update(not_before=begun)
    pipeline.advance(run=run, organisation=organisation)


def ordered(answer):
    """The run, and its company, that the answer leads to."""
    return opened(resolve(answer.url).kwargs["token"])


def account_exists(person):
    with tenant.serving(scope=Scope.ACCOUNTS):
        return User.objects.filter(pk=person.id).exists()


def is_member(company, person):
    with tenant.serving(organisation=company.id):
        return Membership.objects.filter(user_id=person.id).exists()
