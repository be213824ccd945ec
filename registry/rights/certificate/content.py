"""What a certificate says: opaque keys, counts, times and laws. Nothing about anybody."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from registry import __version__
from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.certificate.signing import fingerprint, sign
from registry.rights.erasure import parts_of
from registry.rights.models import ErasureRun, ErasureStep

FORMAT = "Dig1 certificate of erasure"
VERSION = 1


def certify(run: ErasureRun) -> tuple[dict[str, Any], str]:
    """The certificate of a run, with that of the parts it consists of, and its signature.

    Raises ValueError if it, or a part of it, has not been verified.
    """
    content = content_of(run)
    return content, sign(content)


def content_of(run: ErasureRun) -> dict[str, Any]:
    family = [*parts_of(run), run]
    if not all(one.verified_at for one in family):
        raise ValueError(f"erasure {run.pk} has not been verified")
    deleted_at = max(filter(None, (run.files_deleted_at, *(one.deleted_at for one in family))))
    expiry = timezone.localdate(deleted_at) + timedelta(days=settings.BACKUP_DAYS)
    return {
        "format": FORMAT,
        "version": VERSION,
        "run": str(run.pk),
        "scope": run.scope,
        "ordered_at": written(run.started_at),
        "not_before": written(run.not_before),
        "erasures": [erasure(one) for one in family],
        "files": run.files,
        "backups_expire_on": expiry.isoformat(),
        "declarations": run.plan_hash,
        "software": __version__,
        "key": fingerprint(),
        "certified_at": written(timezone.now()),
    }


def erasure(run: ErasureRun) -> dict[str, Any]:
    """What was done in one company, or to an account."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        steps = list(run.steps.order_by("sequence"))
    retained = [step for step in steps if step.action == ErasureStep.Action.RETAINED]
    return {
        "run": str(run.pk),
        "scope": run.scope,
        "organisation": str(run.organisation_id) if run.organisation_id else None,
        "deleted_at": written(run.deleted_at),
        "verified_at": written(run.verified_at),
        "tables": [
            {"table": step.table_name, "action": step.action, "rows": step.rows}
            for step in steps
            if step not in retained
        ],
        "retained": [
            {
                "table": step.table_name,
                "rows": step.rows,
                "law": step.law,
                "until": step.until.isoformat(),
            }
            for step in retained
        ],
    }


def written(time: datetime) -> str:
    """A time as certificates have it, in UTC to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
