"""A company's export, made by a job.

The row names its file before the file's first byte is written, and goes after it: so whatever
dies in between, no file is left that no row knows.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from registry.company import blobs, tenant
from registry.company.access_log import Page, log_access_to_all
from registry.company.roles import Role
from registry.rights.export.archive import Archive
from registry.rights.export.contents import of_our_company
from registry.rights.export.expiry import discard, remove_files
from registry.rights.models import Export
from registry.rights.models.export import KEPT, named

logger = logging.getLogger(__name__)

State = Export.State
SIGN_OF_LIFE_SECONDS = 1.0
# What others are to see while the snapshot is open needs a connection of its own.
BESIDE = "default"


class Stopped(Exception):
    """Nobody may have the export any more: it was deleted, its company is locked or erased, or
    whoever asked for it is no longer an admin."""


def make(*, export: UUID, organisation: UUID, person: UUID) -> None:
    """Write the file of an export that was asked for, whatever an attempt before has left.

    Does nothing if it is made. Raises what stops it (StoreUnavailable, or a database's error):
    then the export has failed, and may be made again. One job at a time: they have a lock.
    """
    with tenant.serving(organisation=organisation, person=person):
        row = Export.objects.filter(pk=export).first()
    if row is None:
        remove_files(Export(pk=export, organisation_id=organisation))
    elif row.state != State.READY:
        try:
            write(row)
        except Stopped:
            logger.info("Export %s was stopped", row.pk)
            with tenant.serving(organisation=organisation, person=person):
                discard(row)


def write(row: Export) -> None:
    note(row, state=State.RUNNING, file=named(row, ""), rows_done=0)
    contents = of_our_company(row.organisation_id, asked_by=row.requested_by_id)
    archive = Archive(contents, row.language)
    try:
        remove_files(row)
        with closing(told(row, archive)) as chunks:
            blobs.write(named(row, ""), chunks)
        finish(row, archive)
    except Stopped:
        raise
    except Exception:
        note(row, state=State.FAILED)
        raise


def told(row: Export, archive: Archive) -> Iterator[bytes]:
    """The archive's pieces; now and then how far it is, and whether it is wanted still."""
    said = time.monotonic()
    with closing(iter(archive)) as chunks:
        for chunk in chunks:
            row.size += len(chunk)
            if time.monotonic() - said > SIGN_OF_LIFE_SECONDS:
                with tenant.using(BESIDE):
                    note(row, rows_done=archive.rows_done, rows_total=archive.rows_total)
                said = time.monotonic()
            yield chunk


def finish(row: Export, archive: Archive) -> None:
    """Ready: from now on everybody whose data is in it can read that it was taken."""
    with tenant.serving(organisation=row.organisation_id, person=row.requested_by_id):
        note(
            row,
            state=State.READY,
            size=row.size,
            rows_done=archive.rows_done,
            rows_total=archive.rows_total,
            files_missing=len(archive.missing),
        )
        log_access_to_all(page=Page.EXPORT)


def note(row: Export, **values: object) -> None:
    """Change the row, and put its end off. Raises Stopped if nobody may have it any more."""
    with tenant.serving(organisation=row.organisation_id, person=row.requested_by_id):
        if not wanted(row).update(expires_at=Now() + KEPT, **values):
            raise Stopped


def wanted(row: Export) -> QuerySet[Export]:
    """The row, if whoever asked may still have it."""
    return Export.objects.filter(
        pk=row.pk,
        organisation__locked_at=None,
        organisation__erased_at=None,
        organisation__memberships__user=row.requested_by_id,
        organisation__memberships__role=Role.ADMIN,
    )
