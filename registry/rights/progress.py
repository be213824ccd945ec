"""How far an erasure is, for those who follow it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.rights.models import ErasureRun

STAGES = (
    ("started_at", _("Ordered; from here on the data is locked")),
    ("noted_at", _("Noted what goes")),
    ("journalled_at", _("Entered in the journal, so that no backup brings it back")),
    ("deleted_at", _("Deleted from the database")),
    ("files_deleted_at", _("Files deleted")),
    ("verified_at", _("Counted again: nothing was left")),
    ("certified_at", _("Certificate signed")),
)


@dataclass(frozen=True)
class Stage:
    name: Promise
    at: datetime | None
    is_next: bool


def stages(run: ErasureRun) -> list[Stage]:
    """The steps in their order; of those to come the first is the one under way."""
    times = [getattr(run, field) for field, _name in STAGES]
    coming = None if run.is_over else next((n for n, at in enumerate(times) if at is None), None)
    return [
        Stage(name, at, number == coming)
        for number, ((_field, name), at) in enumerate(zip(STAGES, times, strict=True))
    ]


def waits(run: ErasureRun) -> bool:
    """Whether the time to call it off is not over yet."""
    return run.is_held and run.not_before > timezone.now()


def heading(run: ErasureRun) -> Promise:
    if run.called_off_at:
        return _("The deletion was called off")
    if run.refused_at:
        return _("The deletion could not be done")
    if run.certified_at:
        return _("Result of the deletion")
    return _("Deletion ordered") if waits(run) else _("Deletion under way")
