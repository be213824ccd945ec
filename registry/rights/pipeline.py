"""An erasure from its order to its certificate, step by step, resumable from anywhere.

Each step is one transaction that ends with its time in the run. A step that left no time is done
again from the start, so every step may be: what is deleted already is deleted by no row, a file
that is gone counts as deleted, the journal keeps what it has. Two workers on one run wait for
each other at its row.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connections, models, transaction

from registry.company import blobs, tenant
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.rights import journal, telling
from registry.rights.certificate import certify as certificate_of
from registry.rights.erasure import (
    has_returned,
    lock,
    note_accounts,
    parts_of,
    perform,
    residues,
    settle_accounts,
    steps_of,
    subject_of,
)
from registry.rights.journal import Entry, Part
from registry.rights.members import is_last_admin
from registry.rights.models import ErasureFile, ErasureRun, ErasureSubject
from registry.rights.queue import defer, keys_of
from registry.rights.subject import of_person

logger = logging.getLogger(__name__)
LAST_ADMIN = "persons_membership_last_admin"


class Refused(Exception):
    """The company would be left without an admin: the person has to hand over first."""


class NotYet(Exception):
    """It can still be called off."""


class NotVerified(Exception):
    """Something was found, after the erasure, that it should have taken. Names tables only."""


def advance(*, run: UUID, organisation: UUID | None) -> None:
    """Take a run to its end, unless somebody has called it off.

    Raises NotYet before its time, and whatever stops it (a database or store that is down,
    NotVerified); call it again. ErasureRun.DoesNotExist where no such run can be seen.
    """
    try:
        take_steps(run=run, organisation=organisation)
    except Refused:
        refuse(run, organisation)


def take_steps(*, run: UUID, organisation: UUID | None) -> None:
    """The same for an erasure that was done before, and that nothing may end as refused.

    Raises Refused where a company would be left without an admin.
    """
    for done, step in STEPS:
        with at_work(run, organisation) as row:
            if row.refused_at:
                raise Refused
            if row.is_over:
                return
            if row.not_before > now():
                raise NotYet
            if getattr(row, done) is None:
                step(row)
                finish(row, done)


@contextmanager
def at_work(run: UUID, organisation: UUID | None) -> Iterator[ErasureRun]:
    """A transaction with the run's row, which nobody else works on meanwhile."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        yield ErasureRun.objects.select_for_update().get(pk=run)


def finish(row: ErasureRun, done: str) -> None:
    """Note that the step is done; for the parts of an account's erasure too."""
    tenant.enter(tenant.current())  # the step may have taken longer than a context lasts
    if done != "files":
        setattr(row, done, now())
    row.save()
    for part in parts_of(row):
        with as_of(part):
            ErasureRun.objects.filter(pk=part.pk).update(
                **{field: getattr(row, field) for field in TIMES}
            )


def now() -> datetime:
    """The database's clock decides what is due."""
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def family(row: ErasureRun) -> Iterator[ErasureRun]:
    """The run, after the parts it consists of."""
    yield from parts_of(row)
    yield row


@contextmanager
def as_of(row: ErasureRun) -> Iterator[None]:
    """The context of one part: its company, and for an account's erasure the person, whose rows
    lie in any company."""
    person = subject_of(row).person_id if row.scope == ErasureRun.Scope.ACCOUNT else None
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=row.organisation_id, person=person):
        yield


# --- the steps -----------------------------------------------------------------------------------


def note(row: ErasureRun) -> None:
    """Note whom it is about and which files go, while that can still be told.

    Raises Refused if a company would be left without an admin.
    """
    if row.scope == ErasureRun.Scope.ORGANISATION:
        note_accounts(row)
        return
    for part in family(row):
        with as_of(part):
            person = subject_of(part).person_id
            if part.organisation_id:
                lock(part.organisation_id)
                if is_last_admin(organisation=part.organisation_id, person=person):
                    raise Refused
            note_files(part, person)


def note_files(part: ErasureRun, person: UUID) -> None:
    """The files that rows about the person name."""
    with connections[tenant.alias()].cursor() as cursor:
        for table in plan().tables:
            for column in table.columns:
                if table.subject and isinstance(column.field, models.FileField):
                    mine = of_person(table, person)
                    here = f"{table.tenant} = %(organisation)s AND " if table.tenant else ""
                    cursor.execute(
                        "INSERT INTO rights_erasurefile (run_id, organisation_id, name)"
                        f" SELECT %(run)s, %(organisation)s, {column.name} FROM {table.name}"
                        f" WHERE {here}{column.name} <> '' AND ({mine.sql})",
                        mine.params | {"run": part.pk, "organisation": part.organisation_id},
                    )


def enter_in_journal(row: ErasureRun) -> None:
    """Written ahead of the deletion, and outside the database."""
    parts = []
    for part in family(row):
        with as_of(part):
            parts.append(written(part))
    journal.enter(Entry(row.started_at, row.noted_at, row.plan_hash, row.fingerprint, parts))


def written(part: ErasureRun) -> Part:
    subject = ErasureSubject.objects.get(run=part)
    return Part(
        part.pk,
        part.scope,
        part.organisation_id,
        subject.person_id,
        subject.membership_id,
        subject.accounts,
        admins_beside(part, subject.person_id),
    )


def admins_beside(part: ErasureRun, person: UUID | None) -> list[UUID]:
    """Who administers the company when the person has gone."""
    if not part.organisation_id or part.scope == ErasureRun.Scope.ORGANISATION:
        return []
    admins = Organisation(pk=part.organisation_id).memberships.filter(role=Role.ADMIN)
    return list(admins.exclude(user=person).order_by("pk").values_list("user_id", flat=True))


def delete(row: ErasureRun) -> None:
    """All that is declared, in one transaction; what is left behind rolls it back.

    Raises ErasureIncomplete, or Refused if a company would be left without an admin.
    """
    for part in family(row):
        with as_of(part):
            if part.organisation_id:
                # Whoever changes the company's people is waited for, locked or not.
                Organisation.objects.select_for_update().filter(pk=part.organisation_id).first()
            if not part.part_of:
                settle_accounts(part, subject_of(part).person_id)
            perform(part, steps_of(part))
    try:
        with transaction.atomic(using=tenant.alias()):
            run_deferred_checks()
    except IntegrityError as error:
        if constraint_of(error) == LAST_ADMIN:
            raise Refused from error
        raise


def run_deferred_checks() -> None:
    """Now, and not only at the commit, where it would be too late to tell why."""
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def constraint_of(error: IntegrityError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def list_files(row: ErasureRun) -> None:
    """The files of a whole company are those below its prefix, whatever rows said."""
    if row.scope == ErasureRun.Scope.ORGANISATION:
        ErasureFile.objects.bulk_create(
            (
                ErasureFile(run=row, organisation_id=row.organisation_id, name=name)
                for name in blobs.names(row.organisation_id)
            ),
            batch_size=1000,
        )
    row.files = 0
    for part in family(row):
        with as_of(part):
            row.files += ErasureFile.objects.filter(run=part).count()


def delete_files(row: ErasureRun) -> None:
    """Raises StoreUnavailable while the store is down: the database part stays done."""
    for part in family(row):
        with as_of(part):
            for name in ErasureFile.objects.filter(run=part).values_list("name", flat=True):
                blobs.delete(name)
            tenant.enter(tenant.current())  # there may have been very many
            ErasureFile.objects.filter(run=part).delete()
    if row.scope == ErasureRun.Scope.ORGANISATION:
        # What a job was writing when the company was deleted has come after the list.
        row.files += blobs.delete_all(row.organisation_id)


def verify(row: ErasureRun) -> None:
    """Count once more, after the commit, over the whole plan and the store. Raises NotVerified.

    Of somebody who has been invited or has joined again meanwhile, what hung on the old membership
    is counted: what is about them now is new, and was not meant.
    """
    left = []
    for part in family(row):
        with as_of(part):
            left += residues(steps_of(part, returned=has_returned(part)))
    if row.scope == ErasureRun.Scope.ORGANISATION and any(blobs.names(row.organisation_id)):
        left.append("files")
    if left:
        raise NotVerified(", ".join(left))


def certify(row: ErasureRun) -> None:
    """Sign what was done, and forget whom it was about."""
    for part in family(row):
        with as_of(part):
            part.certificate, part.signature = certificate_of(part)
            part.save(update_fields=["certificate", "signature"])
            if part.pk == row.pk:
                row.certificate, row.signature = part.certificate, part.signature
            ErasureSubject.objects.filter(run=part).delete()
    journal.end(row.pk)


STEPS: tuple[tuple[str, Callable[[ErasureRun], None]], ...] = (
    ("noted_at", note),
    ("journalled_at", enter_in_journal),
    ("deleted_at", delete),
    ("files", list_files),
    ("files_deleted_at", delete_files),
    ("verified_at", verify),
    ("certified_at", certify),
)
TIMES = (*(done for done, _step in STEPS if done != "files"), "refused_at")


# --- what can't be done --------------------------------------------------------------------------


def refuse(run: UUID, organisation: UUID | None) -> None:
    """The run ends here, nothing was deleted; the account opens again. Who ordered it is told, and
    whose account it is.

    The journal follows when that is certain. If it can't be written, call ``advance`` again.
    """
    with at_work(run, organisation) as row:
        if not row.refused_at:
            for part in family(row):
                with as_of(part):
                    subject = ErasureSubject.objects.get(run=part)
                    if subject.closes_account:
                        accounts = get_user_model().objects.filter(pk=subject.person_id)
                        accounts.update(is_active=True)
                    ErasureSubject.objects.filter(run=part).delete()
                    ErasureFile.objects.filter(run=part).delete()
                    concerned = {subject.orderer_id}
                    if subject.closes_account:
                        concerned.add(subject.person_id)
                    for person in concerned - {None}:
                        defer(telling.tell_refused, **keys_of(row), person=str(person))
            finish(row, "refused_at")
            logger.warning("Erasure %s was refused: a company would have no admin", run)
    if row.journalled_at:
        journal.withdraw(row.pk)
