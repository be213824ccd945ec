"""Erasure (GDPR Article 17): one transaction of set-based SQL, counted, counted again, recorded.

Each verb runs inside the caller's transaction and context. If anything is left behind it raises
and the whole transaction rolls back: there is no half erasure.
"""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connections

from registry.company import tenant
from registry.company.models import Organisation
from registry.declarations.plan import plan
from registry.rights.models import ErasureRun, ErasureStep, ErasureSubject
from registry.rights.preview import (
    preview_company,
    preview_person,
    sole_member,
    sole_members,
)
from registry.rights.steps import (
    Accounts,
    Action,
    Step,
    of_company_erasure,
    of_person_erasure,
)

logger = logging.getLogger(__name__)


class ErasureRefused(Exception):
    """The erasure may not be done (any more); nothing was changed."""


class PreviewOutdated(ErasureRefused):
    """What is stored changed after the preview was shown: it has to be shown again."""


class ErasureIncomplete(Exception):
    """A residual count was not zero; the transaction must roll back. Names tables only."""


def erase_company(*, organisation: UUID, fingerprint: str) -> ErasureRun:
    """Erase a company and the accounts that belong to no other.

    Raises ErasureRefused if it is erased already, PreviewOutdated if the fingerprint of the
    preview no longer fits.
    """
    lock(organisation)
    if preview_company(organisation=organisation).fingerprint != fingerprint:
        raise PreviewOutdated
    run = begin(ErasureRun.Scope.ORGANISATION, organisation, fingerprint)
    with tenant.accounts():
        note_accounts(run, sole_members())
        perform(run, of_company_erasure(plan(), organisation, noted(run)))
    return run


def erase_person(
    *,
    organisation: UUID,
    person: UUID,
    membership: UUID,
    fingerprint: str,
    part_of: ErasureRun | None = None,
) -> ErasureRun:
    """Erase a person from one company; the account too if it belongs to no other.

    ``part_of``: the run that takes the account afterwards (see ``self_erasure``), so this one
    leaves it.
    Raises PreviewOutdated as above. That a company keeps an admin is the caller's to check; the
    database refuses to commit otherwise.
    """
    lock(organisation)
    preview = preview_person(organisation=organisation, person=person, membership=membership)
    if preview.fingerprint != fingerprint:
        raise PreviewOutdated
    run = begin(
        ErasureRun.Scope.PERSON, organisation, fingerprint, part_of=part_of.pk if part_of else None
    )
    with tenant.accounts():
        note_person(run, person, membership, with_account=part_of is None)
        perform(run, of_person_erasure(plan(), organisation, person, membership, noted(run)))
    return run


def lock(organisation: UUID) -> None:
    """Wait for whoever else changes the company's people. Raises ErasureRefused if it is gone."""
    company = Organisation.objects.filter(pk=organisation, erased_at=None)
    if not company.select_for_update().values_list("pk"):
        raise ErasureRefused


def begin(
    scope: ErasureRun.Scope, organisation: UUID | None, fingerprint: str, **more: Any
) -> ErasureRun:
    return ErasureRun.objects.create(
        scope=scope,
        organisation_id=organisation,
        plan_hash=plan().hash,
        fingerprint=fingerprint,
        **more,
    )


def done_before(*, organisation: UUID | None, fingerprint: str) -> ErasureRun | None:
    """The run that this confirmation has caused already: a button clicked twice."""
    with tenant.accounts():
        return ErasureRun.objects.filter(
            organisation_id=organisation, fingerprint=fingerprint
        ).first()


def note_accounts(run: ErasureRun, accounts: Accounts) -> None:
    """Note the accounts that go along, before the memberships that tell them are gone."""
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_erasuresubject (run_id, organisation_id, user_id, with_account)"
            f" SELECT %(run)s, %(organisation)s, id, true FROM ({accounts.sql}) AS going (id)",
            accounts.params | {"run": run.pk, "organisation": run.organisation_id},
        )


def note_person(run: ErasureRun, person: UUID, membership: UUID, *, with_account: bool) -> None:
    """Note the one person, and whether the account goes along."""
    sole = sole_member(person)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_erasuresubject"
            " (run_id, organisation_id, user_id, membership_id, with_account)"
            f" SELECT %(run)s, %(organisation)s, %(person)s, %(membership)s,"
            f" %(with_account)s AND EXISTS ({sole.sql})",
            sole.params
            | {
                "run": run.pk,
                "organisation": run.organisation_id,
                "membership": membership,
                "with_account": with_account,
            },
        )


def takes_along(run: ErasureRun, person: UUID) -> bool:
    """Whether the run, not verified yet, erased the person's account."""
    return ErasureSubject.objects.filter(run=run, user_id=person, with_account=True).exists()


def noted(run: ErasureRun) -> Accounts:
    """The noted accounts that go along."""
    return Accounts(
        "SELECT user_id FROM rights_erasuresubject WHERE run_id = %(run)s AND with_account",
        {"run": run.pk},
    )


def perform(run: ErasureRun, steps: Iterable[Step]) -> None:
    """Run the steps, children first, then count all of them again.

    Raises ErasureIncomplete if anything that should be gone is left.
    """
    steps, done = list(steps), []
    with connections[tenant.alias()].cursor() as cursor:
        for step in steps:
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
        # A context that has run out shows nothing, and of nothing nothing would be left.
        tenant.enter(tenant.current())
        left = residues(cursor, steps)
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


def residues(cursor, steps: Iterable[Step]) -> list[str]:
    """The tables in which something is left of what the steps should have taken."""
    left = []
    for step in steps:
        if step.action is Action.RETAINED:
            continue
        cursor.execute(step.residual_sql, step.rows.params)
        if cursor.fetchone()[0]:
            left.append(step.table.name)
    return left
