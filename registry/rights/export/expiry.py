"""The end of an export: the file first, then the row."""

from django.core.files.storage import default_storage
from django.db.models.functions import Now

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.models import Export


def discard(export: Export) -> None:
    """Delete an export now. Raises StoreUnavailable, and then it is all there still."""
    remove_files(export)
    Export.objects.filter(pk=export.pk).delete()


def remove_files(export: Export) -> None:
    """Delete what was written of it, finished or not."""
    for name in default_storage.names(export.folder, unfinished=True):
        default_storage.discard(name)


def expire_exports(*, dry_run: bool = False) -> int:
    """Delete those whose time is over, of all companies; how many. On the worker's connection.

    Nothing else deletes them by date, since their files would be left. Raises StoreUnavailable:
    the rest is done the next time.
    """
    with tenant.serving(scope=Scope.RETENTION):
        expired = list(Export.objects.filter(expires_at__lt=Now()))
    if dry_run:
        return len(expired)
    deleted = 0
    for export in expired:
        remove_files(export)
        with tenant.serving(scope=Scope.RETENTION):
            deleted += Export.objects.filter(pk=export.pk, expires_at__lt=Now()).delete()[0]
    return deleted
