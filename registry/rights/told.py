"""A request for correction as those read it who answer it."""

from dataclasses import dataclass

from django.utils import timezone

from registry.rights import asked
from registry.rights.correction import DecidedBy, stored_by_click
from registry.rights.models import CorrectionRequest
from registry.rights.requests import declared, present


@dataclass(frozen=True)
class Told:
    """``old``, ``now``, ``new``: the value when asked, now, and as it should be. ``is_quoted``: it
    was noted when asked. ``by_click``: accepting stores it. ``seen``: the fingerprint of what is
    stored now."""

    title: str
    old: str
    new: str
    is_overdue: bool
    now: str = ""
    is_gone: bool = False
    is_quoted: bool = True
    has_changed: bool = False
    by_click: bool = False
    seen: str = ""

    @classmethod
    def of(cls, request: CorrectionRequest, by: DecidedBy) -> "Told":
        row, found, stored = vars(request), declared(request), present(request)
        what = {
            "title": title(request),
            "old": asked.told("old_value", row),
            "new": asked.told("new_value", row),
            "is_overdue": not request.decided_at and request.due_on < timezone.localdate(),
        }
        if not (found and stored):
            return cls(**what, is_gone=True)
        _table, column = found
        is_quoted = stored.company == request.organisation_id
        same = column.personal.link or stored.lasting(column) == request.old_value
        return cls(
            **what,
            now=stored.told(column),
            is_quoted=is_quoted,
            has_changed=is_quoted and not same,
            by_click=stored_by_click(column, by),
            seen=stored.fingerprint(column),
        )


def title(request: CorrectionRequest) -> str:
    """What the value is called, and where it stands."""
    return asked.title(vars(request))
