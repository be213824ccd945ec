"""Ordering an erasure: confirmed by a person, refused if it may not be, and then handed over.

Each verb runs inside the request's transaction and context. What it leaves (the run, the lock,
the job that goes on with it) commits together, or not at all.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.utils import timezone
from django.utils.translation import get_language

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Context, Scope
from registry.declarations.plan import plan
from registry.rights import jobs, telling
from registry.rights.erasure import goes_along, lock, sole_members
from registry.rights.members import companies_needing_admin, memberships_of
from registry.rights.models import ErasureRun, ErasureSubject
from registry.rights.pipeline import now
from registry.rights.preview import preview_company, preview_person, preview_self
from registry.rights.queue import defer, keys_of
from registry.rights.steps import Accounts
from registry.rights.subject import of_accounts

SESSIONS = ("django_session", "usersessions_usersession")


class ErasureRefused(Exception):
    """The erasure may not be done (any more); nothing was changed."""


class PreviewOutdated(ErasureRefused):
    """What is stored changed after the preview was shown: it has to be shown again."""


# --- ordering ----------------------------------------------------------------------------------


def order_company_erasure(
    *, organisation: UUID, orderer: UUID | None, fingerprint: str
) -> ErasureRun:
    """Lock the company and end the sessions of those whose account goes along. The erasure
    follows when the time to call it off is over (ERASURE_HOLD_MINUTES); all admins are told.

    ``orderer``: None for Dig1 itself.

    Raises ErasureRefused if the company is erased or locked already, PreviewOutdated if the
    fingerprint of the preview no longer fits.
    """
    if not lock(organisation):
        raise ErasureRefused
    if preview_company(organisation=organisation).fingerprint != fingerprint:
        raise PreviewOutdated
    with tenant.accounts():
        run = begin(
            ErasureRun.Scope.ORGANISATION,
            organisation,
            fingerprint,
            held_for=timedelta(minutes=settings.ERASURE_HOLD_MINUTES),
        )
        note(run, orderer_id=orderer)
        Organisation.objects.filter(pk=organisation).update(locked_at=timezone.now())
        end_sessions(sole_members())
    tell_admins(run, "ordered")
    hand_over(run)
    return run


def order_person_erasure(
    *, organisation: UUID, person: UUID, membership: UUID, orderer: UUID, fingerprint: str
) -> ErasureRun:
    """Erase a person from one company; the account too if it belongs to no other.

    Raises PreviewOutdated as above, ErasureRefused if the company is gone. That a company keeps
    an admin is the caller's to check; the database refuses to commit otherwise.
    """
    if not lock(organisation):
        raise ErasureRefused
    lock_account(person)
    preview = preview_person(organisation=organisation, person=person, membership=membership)
    if preview.fingerprint != fingerprint:
        raise PreviewOutdated
    with tenant.accounts():
        run = begin(ErasureRun.Scope.PERSON, organisation, fingerprint)
        going = goes_along(person)
        note(
            run,
            person_id=person,
            membership_id=membership,
            orderer_id=orderer,
            accounts=[person] if going else [],
            closes_account=going and close_account(person),
        )
    hand_over(run)
    return run


def order_own_erasure(*, person: UUID, fingerprint: str) -> ErasureRun:
    """Erase the person from each company, and then the account.

    Raises PreviewOutdated if what was shown no longer fits, ErasureRefused if a company would be
    left without an admin.
    """
    before = tenant.current()
    if companies_needing_admin(person=person):
        raise ErasureRefused
    lock_account(person)
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
        note(
            run,
            person_id=person,
            orderer_id=person,
            accounts=[person],
            closes_account=close_account(person),
        )
    for company in memberships:
        tenant.enter(Context(Scope.ACCOUNTS, company["pk"], person))
        part = begin(ErasureRun.Scope.PERSON, company["pk"], fingerprint, part_of=run.pk)
        note(part, person_id=person, membership_id=company["memberships__pk"])
        tenant.enter(before)
    hand_over(run)
    return run


def ordered_before(*, organisation: UUID | None, fingerprint: str) -> ErasureRun | None:
    """The run that this confirmation has caused already: a button clicked twice."""
    with tenant.accounts():
        return (
            ErasureRun.objects.filter(
                organisation_id=organisation,
                fingerprint=fingerprint,
                called_off_at=None,
                refused_at=None,
            )
            .order_by("-started_at")
            .first()
        )


# --- while it is held --------------------------------------------------------------------------


def held(organisation: UUID) -> ErasureRun | None:
    """The company's erasure that can still be called off, locked against the worker."""
    with tenant.accounts():
        run = (
            ErasureRun.objects.select_for_update()
            .filter(
                organisation_id=organisation,
                scope=ErasureRun.Scope.ORGANISATION,
                called_off_at=None,
                refused_at=None,
                noted_at=None,
            )
            .first()
        )
    return run


def call_off(*, organisation: UUID) -> None:
    """Unlock the company: nothing has been deleted. Doing it twice does no harm.

    Raises ErasureRefused if it is too late.
    """
    run = held(organisation)
    if run is None:
        if latest(organisation).called_off_at:
            return
        raise ErasureRefused
    with tenant.accounts():
        run.called_off_at = now()
        run.save(update_fields=["called_off_at"])
        ErasureSubject.objects.filter(run=run).delete()
        Organisation.objects.filter(pk=organisation).update(locked_at=None)
    tell_admins(run, "called_off")


def latest(organisation: UUID) -> ErasureRun:
    """The company's last erasure. Raises ErasureRefused if there was none."""
    with tenant.accounts():
        runs = ErasureRun.objects.filter(
            organisation_id=organisation, scope=ErasureRun.Scope.ORGANISATION
        )
        run = runs.order_by("-started_at").first()
    if run is None:
        raise ErasureRefused
    return run


def hasten(*, organisation: UUID, person: UUID) -> ErasureRun:
    """A second admin confirms, so nothing has to wait: four eyes have seen it.

    Raises ErasureRefused if it is too late, or if the person is the one who ordered it.
    """
    run = held(organisation)
    if run is None or is_orderer(run, person):
        raise ErasureRefused
    with tenant.accounts():
        run.not_before = now()
        run.save(update_fields=["not_before"])
    hand_over(run)
    return run


def is_orderer(run: ErasureRun, person: UUID) -> bool:
    with tenant.accounts():
        return ErasureSubject.objects.filter(run=run, orderer_id=person).exists()


# --- what they share ---------------------------------------------------------------------------


def begin(
    scope: ErasureRun.Scope,
    organisation: UUID | None,
    fingerprint: str,
    *,
    held_for: timedelta = timedelta(),
    **more: Any,
) -> ErasureRun:
    """A run from now on, by the clock that will also say when its time has come."""
    started = now()
    return ErasureRun.objects.create(
        scope=scope,
        organisation_id=organisation,
        plan_hash=plan().hash,
        fingerprint=fingerprint,
        language=get_language(),
        started_at=started,
        not_before=started + held_for,
        **more,
    )


def note(run: ErasureRun, **whom: Any) -> None:
    ErasureSubject.objects.create(run=run, organisation_id=run.organisation_id, **whom)


def lock_account(person: UUID) -> None:
    """Wait for whoever joins a company with it: where it belongs to decides whether it goes."""
    with tenant.accounts():
        account = get_user_model().objects.select_for_update(no_key=True)
        account.filter(pk=person).values_list("pk").first()


def close_account(person: UUID) -> bool:
    """Nobody signs in to an account that is about to go, or joins a company with it. Whether it
    was open."""
    open_ones = get_user_model().objects.filter(pk=person, is_active=True)
    was_open = bool(open_ones.update(is_active=False))
    end_sessions(Accounts("SELECT %(person)s::uuid", {"person": person}))
    return was_open


def end_sessions(accounts: Accounts) -> None:
    with connections[tenant.alias()].cursor() as cursor:
        for name in SESSIONS:
            rows = of_accounts(plan().table(name), accounts.sql, accounts.params)
            cursor.execute(f"DELETE FROM {name} WHERE {rows.sql}", rows.params)


def hand_over(run: ErasureRun) -> None:
    """The worker goes on with it, once this transaction has committed and the time has come.

    Without a lock of the queue: there, a job that waits for its time would hold back the one of a
    second admin's confirmation. Two jobs of one run wait for each other at its row.
    """
    defer(jobs.advance_erasure, schedule_at=later(run.not_before), **keys_of(run))


def later(time: datetime) -> datetime | None:
    return time if time > now() else None


def tell_admins(run: ErasureRun, what: str) -> None:
    """A job for each admin, so that one who can't be reached keeps nobody else from being told."""
    company = Organisation(pk=run.organisation_id)
    admins = company.memberships.filter(role=Role.ADMIN).values_list("pk", flat=True)
    said = {**keys_of(run), "what": what, "language": get_language()}
    for membership in admins:
        defer(telling.tell_admin, **said, membership=str(membership))


def ends_session_of(run: ErasureRun, person: UUID) -> bool:
    """Whether the order has ended this person's sessions, since the account goes along."""
    if run.scope == ErasureRun.Scope.ORGANISATION:
        return goes_along(person)
    return ErasureSubject.objects.filter(run=run, accounts__contains=[person]).exists()
