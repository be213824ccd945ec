"""A certificate in words for people, in the active language."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from registry.declarations.plan import plan
from registry.declarations.vocabulary import Law
from registry.rights.models import ErasureRun, ErasureStep

LAWS = {law.value: law.label for law in Law}


@dataclass(frozen=True)
class Done:
    title: str
    action: str
    rows: int


@dataclass(frozen=True)
class Kept:
    title: str
    law: str
    until: date
    rows: int


@dataclass(frozen=True)
class Erasure:
    """In one company, or of an account."""

    scope: str
    organisation: str | None
    deleted_at: datetime
    verified_at: datetime
    done: list[Done]
    kept: list[Kept]


@dataclass(frozen=True)
class Certificate:
    run: str
    scope: str
    ordered_at: datetime
    certified_at: datetime
    erasures: list[Erasure]
    files: int
    backups_expire_on: date
    declarations: str
    software: str
    key: str

    @property
    def kept(self) -> list[Kept]:
        return [line for erasure in self.erasures for line in erasure.kept]


def described(content: dict[str, Any]) -> Certificate:
    """What a content says that this service has signed (or is about to show from its own row)."""
    return Certificate(
        content["run"],
        scope_of(content),
        time(content["ordered_at"]),
        time(content["certified_at"]),
        [erasure(one) for one in content["erasures"]],
        content["files"],
        date.fromisoformat(content["backups_expire_on"]),
        content["declarations"],
        content["software"],
        content["key"],
    )


def erasure(said: dict[str, Any]) -> Erasure:
    return Erasure(
        scope_of(said),
        said["organisation"],
        time(said["deleted_at"]),
        time(said["verified_at"]),
        done(said["tables"]),
        [
            Kept(
                plan().title_of(line["table"]),
                str(LAWS.get(line["law"], line["law"])),
                date.fromisoformat(line["until"]),
                line["rows"],
            )
            for line in said["retained"]
        ],
    )


def done(lines: list[dict[str, Any]]) -> list[Done]:
    """What was done to each table: more than one step may have taken rows of one."""
    rows: Counter[tuple[str, str]] = Counter()
    for line in lines:
        rows[line["table"], line["action"]] += line["rows"]
    return [
        Done(plan().title_of(table), str(ErasureStep.Action(action).label), count)
        for (table, action), count in rows.items()
    ]


def scope_of(said: dict[str, Any]) -> str:
    return str(ErasureRun.Scope(said["scope"]).label)


def time(text: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(text))
