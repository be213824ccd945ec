"""Erasing oneself: from every company one belongs to, and the account with all that is its own."""

from uuid import UUID

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Context, Scope
from registry.declarations.declare import Via
from registry.declarations.plan import plan
from registry.rights.erasure import (
    ErasureRefused,
    PreviewOutdated,
    begin,
    erase_person,
    lock,
    perform,
)
from registry.rights.models import ErasureRun, ErasureSubject
from registry.rights.preview import Line, Preview, count, fingerprint, preview_person
from registry.rights.steps import of_account_erasure


def memberships_of(person: UUID) -> list[dict]:
    """The person's companies and memberships, under the person's own context."""
    return list(
        Organisation.objects.filter(memberships__user=person)
        .order_by("pk")
        .values("pk", "name", "memberships__pk", "memberships__role")
    )


def in_company(organisation: UUID, person: UUID) -> Context:
    return Context(Scope.CUSTOMER, organisation, person)


def is_last_admin(*, organisation: UUID, person: UUID) -> bool:
    """Whether the person is the company's only admin."""
    admins = Organisation(pk=organisation).memberships.filter(role=Role.ADMIN)
    return list(admins.values_list("user_id", flat=True)[:2]) == [person]


def companies_needing_admin(*, person: UUID) -> list[str]:
    """The names of the companies whose only admin the person is: those need another first.

    Locks them, so that the answer holds until the transaction ends. Raises ErasureRefused if one
    is being erased meanwhile.
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


def preview_self(*, person: UUID) -> Preview:
    """The sum of what goes in each company and with the account."""
    before = tenant.current()
    lines: list[Line] = []
    for company in memberships_of(person):
        tenant.enter(in_company(company["pk"], person))
        preview = preview_person(
            organisation=company["pk"], person=person, membership=company["memberships__pk"]
        )
        lines += [line for line in preview.lines if line.step.table.tenant]
        tenant.enter(before)
    with tenant.accounts():
        account = count(
            (
                step
                for step in of_account_erasure(plan(), person)
                if not step.table.tenant or isinstance(step.table.subject, Via)
            ),
            whose=[person],
        )
    lines += account.lines
    return Preview(tuple(lines), fingerprint(lines, [person]))


def erase_self(*, person: UUID, fingerprint: str) -> ErasureRun:
    """Erase the person from each company in turn, then the account, all in one transaction.

    Raises PreviewOutdated if what was shown no longer fits, ErasureRefused if a company would be
    left without an admin.
    """
    before = tenant.current()
    if companies_needing_admin(person=person):
        raise ErasureRefused
    if preview_self(person=person).fingerprint != fingerprint:
        raise PreviewOutdated
    memberships = memberships_of(person)
    with tenant.accounts():
        run = begin(
            ErasureRun.Scope.ACCOUNT,
            None,
            fingerprint,
            companies=[company["pk"] for company in memberships],
        )
        ErasureSubject.objects.create(run=run, user_id=person, with_account=True)
    for company in memberships:
        tenant.enter(in_company(company["pk"], person))
        whose = {
            "organisation": company["pk"],
            "person": person,
            "membership": company["memberships__pk"],
        }
        shown = preview_person(**whose).fingerprint
        erase_person(**whose, fingerprint=shown, part_of=run)
        tenant.enter(before)
    with tenant.accounts():
        perform(run, of_account_erasure(plan(), person))
    return run


def parts_of(run: ErasureRun) -> list[ErasureRun]:
    """The runs in the companies that a person's erasure of themself consists of."""
    parts = []
    for organisation in run.companies:
        with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
            parts += ErasureRun.objects.filter(organisation_id=organisation, part_of=run.pk)
    return parts
