"""A person's memberships, company by company, under the person's own context."""

from uuid import UUID

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Context, Scope
from registry.rights.erasure import lock


def memberships_of(person: UUID) -> list[dict]:
    """The person's companies and memberships."""
    return list(
        Organisation.objects.filter(memberships__user=person)
        .order_by("pk")
        .values("pk", "name", "locked_at", "memberships__pk", "memberships__role")
    )


def in_company(organisation: UUID, person: UUID) -> Context:
    return Context(Scope.CUSTOMER, organisation, person)


def is_last_admin(*, organisation: UUID, person: UUID) -> bool:
    """Whether the person is the company's only admin."""
    admins = Organisation(pk=organisation).memberships.filter(role=Role.ADMIN)
    return list(admins.values_list("user_id", flat=True)[:2]) == [person]


def companies_needing_admin(*, person: UUID) -> list[str]:
    """The names of the companies whose only admin the person is: those need another first.

    Locks them, so that the answer holds until the transaction ends.
    """
    before = tenant.current()
    alone = []
    for company in memberships_of(person):
        if company["memberships__role"] == Role.ADMIN:
            tenant.enter(in_company(company["pk"], person))
            lock(company["pk"])
            if is_last_admin(organisation=company["pk"], person=person):
                alone.append(company["name"])
            tenant.enter(before)
    return alone
