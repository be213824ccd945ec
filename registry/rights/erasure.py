"""Erasure (GDPR Article 17): one transaction of set-based SQL, counted, counted again, recorded.

What is here runs inside the caller's transaction, in the scope of accounts. If anything is left
behind it raises and the whole transaction rolls back: there is no half erasure. ``ordering`` says
who may begin one, ``pipeline`` takes it to its end.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connections

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.rights.models import ErasureRun, ErasureStep, ErasureSubject
from registry.rights.steps import (
    Accounts,
    Action,
    Step,
    of_account_erasure,
    of_company_erasure,
    of_person_erasure,
)

NOBODY = UUID(int=0)


class ErasureIncomplete(Exception):
    """A residual count was not zero; the transaction must roll back. Names tables only."""


def lock(organisation: UUID) -> bool:
    """Wait for whoever else changes the company's people. Whether it is there, and not locked
    for an erasure already."""
    companies = Organisation.objects.select_for_update().filter(pk=organisation)
    times = companies.values_list("erased_at", "locked_at").first()
    return times == (None, None)


# --- whom it is about --------------------------------------------------------------------------


def sole_members() -> Accounts:
    """The company's accounts that belong to no other company."""
    return Accounts("SELECT sec.sole_members()", {})


def sole_member(person: UUID) -> Accounts:
    """The person's account, if it belongs to no other company."""
    return Accounts(
        "SELECT id FROM sec.sole_members() AS sole (id) WHERE id = %(person)s", {"person": person}
    )


def subject_of(run: ErasureRun) -> ErasureSubject:
    """Whom a run is about. Without the accounts, of which there may be very many."""
    return ErasureSubject.objects.defer("accounts").get(run=run)


def note_accounts(run: ErasureRun) -> None:
    """Note the accounts that go along, before the memberships that tell them are gone."""
    sole = sole_members()
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(
            f"UPDATE rights_erasuresubject SET accounts = ARRAY({sole.sql}) WHERE run_id = %(run)s",
            sole.params | {"run": run.pk},
        )


def goes_along(person: UUID) -> bool:
    """Whether the person belongs to the context's company only, so that the account goes too."""
    sole = sole_member(person)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({sole.sql})", sole.params)
        return cursor.fetchone()[0]


def settle_accounts(run: ErasureRun, person: UUID | None) -> None:
    """An account goes with its last membership: since it was noted which do, somebody may have
    joined another company, or left one. A restored database may lack the memberships.

    Locks them first, so that no sign-in under way leaves a session behind, and nobody joins a
    company with an account that goes.
    """
    sole = sole_member(person) if person else sole_members()
    going = noted(run)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(
            "UPDATE rights_erasuresubject SET accounts = ARRAY("
            f"SELECT unnest(accounts) UNION {sole.sql}) WHERE run_id = %(run)s",
            sole.params | {"run": run.pk},
        )
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM accounts_user WHERE id = ANY(ARRAY({going.sql}))"
            " ORDER BY id FOR UPDATE) AS locked",
            going.params,
        )
        cursor.execute(
            "UPDATE rights_erasuresubject SET accounts = ARRAY("
            "SELECT unnest(accounts) EXCEPT SELECT sec.needed_elsewhere(accounts))"
            " WHERE run_id = %(run)s",
            {"run": run.pk},
        )


def noted(run: ErasureRun) -> Accounts:
    """The noted accounts that go along."""
    return Accounts(
        "SELECT unnest(accounts) FROM rights_erasuresubject WHERE run_id = %(run)s",
        {"run": run.pk},
    )


def parts_of(run: ErasureRun) -> Iterator[ErasureRun]:
    """The runs in the companies that a person's erasure of themself consists of."""
    for organisation in run.companies:
        with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
            part = ErasureRun.objects.filter(organisation_id=organisation, part_of=run.pk).first()
        if part:
            yield part


# --- what is done ------------------------------------------------------------------------------


def has_returned(run: ErasureRun) -> bool:
    """Whether a person whom this has erased from a company is invited there, or belongs to it
    again."""
    if run.scope != ErasureRun.Scope.PERSON:
        return False
    subject, company = subject_of(run), Organisation(pk=run.organisation_id)
    account = get_user_model().objects.filter(pk=subject.person_id)
    joined = company.memberships.filter(user__in=account).exclude(pk=subject.membership_id)
    return joined.exists() or company.invitations.filter(email__in=account.values("email")).exists()


def steps_of(run: ErasureRun, *, returned: bool = False) -> Iterable[Step]:
    """The steps of a run, from what it noted. ``returned``: without those about the person, who
    has come back; what hung on the membership that was erased is left."""
    if run.scope == ErasureRun.Scope.ORGANISATION:
        return of_company_erasure(plan(), run.organisation_id, noted(run))
    subject = subject_of(run)
    if run.scope == ErasureRun.Scope.ACCOUNT:
        return of_account_erasure(plan(), subject.person_id)
    person = NOBODY if returned else subject.person_id
    return of_person_erasure(plan(), run.organisation_id, person, subject.membership_id, noted(run))


def perform(run: ErasureRun, steps: Iterable[Step]) -> None:
    """Run the steps, children first, then count all of them again.

    Raises ErasureIncomplete if anything that should be gone is left.
    """
    steps, done = list(steps), []
    with connections[tenant.alias()].cursor() as cursor:
        for step in steps:
            # A context that has run out shows nothing, and of nothing nothing would be left.
            tenant.enter(tenant.current())
            until = None
            if step.statement is None:
                cursor.execute(step.count_sql, step.rows.params)
                rows = cursor.fetchone()[0]
                cursor.execute(step.until_sql, step.rows.params)
                until = cursor.fetchone()[0]
            else:
                cursor.execute(step.statement, step.rows.params)
                rows = cursor.rowcount
            if rows:
                done.append(record(run, len(done), step, rows, until))
        left = residues(steps)
    if left:
        raise ErasureIncomplete(", ".join(left))
    ErasureStep.objects.bulk_create(done)


def record(run: ErasureRun, sequence: int, step: Step, rows: int, until: object) -> ErasureStep:
    return ErasureStep(
        run=run,
        organisation_id=run.organisation_id,
        sequence=sequence,
        table_name=step.table.name,
        action=step.action,
        rows=rows,
        residual=0,
        law=step.law.value if step.law else "",
        until=until,
    )


def residues(steps: Iterable[Step]) -> list[str]:
    """The tables in which something is left of what the steps should have taken."""
    left = []
    tenant.enter(tenant.current())
    with connections[tenant.alias()].cursor() as cursor:
        for step in steps:
            if step.action is Action.RETAINED:
                continue
            cursor.execute(step.residual_sql, step.rows.params)
            if cursor.fetchone()[0]:
                left.append(step.table.name)
    return left
