"""Verification: counting once more, after the commit, what an erasure should have taken."""

import logging
from collections.abc import Iterable

from django.db import connections, transaction
from django.utils import timezone

from registry.company import tenant
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.rights.erasure import noted, residues
from registry.rights.models import ErasureRun, ErasureSubject
from registry.rights.steps import (
    Step,
    of_account_erasure,
    of_company_erasure,
    of_person_erasure,
)

logger = logging.getLogger(__name__)


def verify(run: ErasureRun) -> ErasureRun:
    """Count once more, in a transaction of its own after the commit, over the whole plan.

    Sets ``verified_at`` when nothing is left, and forgets which accounts went along. A run that
    fails stays unverified and is shown as such. May be called again.
    """
    organisation = run.organisation_id
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        if ErasureRun.objects.select_for_update().get(pk=run.pk).verified_at:
            run.refresh_from_db()
            return run
        with connections[tenant.alias()].cursor() as cursor:
            left = residues(cursor, steps_of(run))
        if left:
            logger.error("Erasure %s left rows in: %s", run.pk, ", ".join(left))
        else:
            run.verified_at = timezone.now()
            run.save(update_fields=["verified_at"])
            ErasureSubject.objects.filter(run=run).delete()
    return run


def steps_of(run: ErasureRun) -> Iterable[Step]:
    """The steps of a run that has been done, from what it noted."""
    accounts = noted(run)
    if run.scope == ErasureRun.Scope.ORGANISATION:
        return of_company_erasure(plan(), run.organisation_id, accounts)
    subject = ErasureSubject.objects.get(run=run)
    if run.scope == ErasureRun.Scope.ACCOUNT:
        return of_account_erasure(plan(), subject.user_id)
    return of_person_erasure(
        plan(), run.organisation_id, subject.user_id, subject.membership_id, accounts
    )


def verify_after_commit(run: ErasureRun) -> None:
    # Robust: the erasure has happened, whatever becomes of its verification. The page of the
    # result tries again.
    transaction.on_commit(lambda: verify(run), using=tenant.alias(), robust=True)
