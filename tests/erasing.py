"""Erasures from their order to their end, for tests that don't care how they were ordered."""

from django.test import override_settings

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights import ordering, pipeline
from registry.rights.models import ErasureRun
from registry.rights.preview import preview_company, preview_person


def order_company(company, by=None, *, minutes) -> ErasureRun:
    """Ordered by an admin, to be called off for some minutes."""
    by = by or company.admin
    with (
        override_settings(ERASURE_HOLD_MINUTES=minutes),
        tenant.serving(organisation=company.id, person=by.id),
    ):
        return ordering.order_company_erasure(
            organisation=company.id,
            orderer=by.id,
            fingerprint=preview_company(organisation=company.id).fingerprint,
        )


def erase_company(company, by) -> ErasureRun:
    """Ordered by an admin, and not held."""
    return finished(order_company(company, by, minutes=0))


def erase_person(company, person, by) -> ErasureRun:
    whose = {
        "organisation": company.id,
        "person": person.id,
        "membership": company.membership(person),
    }
    with tenant.serving(organisation=company.id, person=by.id):
        run = ordering.order_person_erasure(
            **whose, orderer=by.id, fingerprint=preview_person(**whose).fingerprint
        )
    return finished(run)


def finished(run: ErasureRun) -> ErasureRun:
    """The run, carried out now."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        ErasureRun.objects.filter(pk=run.pk).update(not_before=run.started_at)
    pipeline.advance(run=run.pk, organisation=run.organisation_id)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        return ErasureRun.objects.get(pk=run.pk)
