"""Asking for a correction, answering it, and the rows of both."""

from django.urls import reverse

from registry.company import tenant
from registry.persons.models import Membership
from registry.rights.models import CorrectionRequest

Outcome = CorrectionRequest.Outcome
MINE, WITHDRAW = reverse("inspection"), "correction_withdraw"


def value_url(table, key, column):
    return reverse("correction_ask", args=[table, key, column])


def role_url(company, person):
    return value_url("persons_membership", company.membership(person), "role")


def joined_url(company, person):
    return value_url("persons_membership", company.membership(person), "joined_at")


def answer_url(company, key):
    return reverse("correction", args=[company.id, key])


def staff_url(key):
    return reverse("admin:rights_correctionrequest_answer", args=[key])


def requests_of(person, **which):
    with tenant.serving(person=person.id):
        return list(CorrectionRequest.objects.filter(person_id=person.id, **which))


def open_of(person):
    return requests_of(person, decided_at=None)


def answered(company, key):
    """The request as it is stored, in its company's context."""
    with tenant.serving(organisation=company.id):
        return CorrectionRequest.objects.get(pk=key)


def ask(client, url, new_value, reason="Kirjattu väärin."):
    return client.post(url, {"new_value": new_value, "reason": reason})


def answer(client, url, outcome, reasons=""):
    """Answer what the page shows now."""
    page = client.get(url)
    seen = page.context["form"]["seen"].value()
    return client.post(url, {"outcome": outcome, "answer": reasons, "seen": seen})


def role_of(company, person):
    with tenant.serving(organisation=company.id):
        return Membership.objects.get(pk=company.membership(person)).role


def set_overdue(key):
    """Under the context of the caller, and over their connection."""
    CorrectionRequest.objects.filter(pk=key).update(due_on="2026-01-31")
