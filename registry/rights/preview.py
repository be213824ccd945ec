"""What an erasure would do, as counts from the plan: nothing is changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import connections
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.company import tenant
from registry.company.isolation import ACCESS_LOG
from registry.declarations.plan import plan
from registry.rights.erasure import sole_member, sole_members
from registry.rights.members import in_company, memberships_of
from registry.rights.steps import (
    NO_ACCOUNTS,
    Action,
    Step,
    left_by_companies,
    of_company_erasure,
    of_person_erasure,
)

ACCOUNT = "accounts_user"
WILL_BE = {
    Action.DELETED: _("is deleted"),
    Action.SEVERED: _("the link to the person is cut"),
    Action.SCRUBBED: _("is overwritten"),
    Action.RETAINED: _("is kept by law"),
}


@dataclass(frozen=True)
class Line:
    """One step and how many rows it concerns; for retained rows, until when the last is kept."""

    step: Step
    rows: int
    until: date | None = None

    @property
    def will_be(self) -> Promise:
        return WILL_BE[self.step.action]


@dataclass(frozen=True)
class Preview:
    lines: tuple[Line, ...]
    fingerprint: str

    @property
    def going(self) -> list[Line]:
        return summed(line for line in self.lines if line.step.action is not Action.RETAINED)

    @property
    def retained(self) -> list[Line]:
        return summed(line for line in self.lines if line.step.action is Action.RETAINED)


def summed(lines: Iterable[Line]) -> list[Line]:
    """One line for each table and what becomes of it: more than one step may take its rows."""
    found: dict[tuple[str, Action], Line] = {}
    for line in lines:
        alike = (line.step.table.name, line.step.action)
        if before := found.get(alike):
            until = max(filter(None, (before.until, line.until)), default=None)
            line = replace(before, rows=before.rows + line.rows, until=until)
        found[alike] = line
    return list(found.values())


def preview_company(*, organisation: UUID) -> Preview:
    with tenant.accounts():
        steps = of_company_erasure(plan(), organisation, sole_members())
        return count(steps, whose=[organisation])


def preview_person(*, organisation: UUID, person: UUID, membership: UUID) -> Preview:
    with tenant.accounts():
        steps = of_person_erasure(plan(), organisation, person, membership, sole_member(person))
        return count(steps, whose=[organisation, person, membership])


def preview_self(*, person: UUID) -> Preview:
    """The sum of what goes in each company and with the account."""
    before = tenant.current()
    lines: list[Line] = []
    for company in memberships_of(person):
        tenant.enter(in_company(company["pk"], person))
        membership = company["memberships__pk"]
        with tenant.accounts():
            steps = of_person_erasure(plan(), company["pk"], person, membership, NO_ACCOUNTS)
            lines += count(steps, whose=[]).lines
        tenant.enter(before)
    with tenant.accounts():
        account = count(left_by_companies(plan(), person), whose=[person])
    lines += account.lines
    return Preview(tuple(lines), fingerprint(lines, [person]))


def count(steps: Iterable[Step], *, whose: Iterable[UUID]) -> Preview:
    """Count every step's rows; steps without rows are left out. ``whose``: see fingerprint."""
    lines = []
    with connections[tenant.alias()].cursor() as cursor:
        for step in steps:
            cursor.execute(step.count_sql, step.rows.params)
            rows, until = cursor.fetchone()[0], None
            if rows and step.action is Action.RETAINED:
                cursor.execute(step.until_sql, step.rows.params)
                until = cursor.fetchone()[0]
            if rows:
                lines.append(Line(step, rows, until))
    return Preview(tuple(lines), fingerprint(lines, whose))


def fingerprint(lines: Iterable[Line], whose: Iterable[UUID]) -> str:
    """Binds a confirmation to what was shown: another plan, subject or count, another value.

    Of the sign-in tables only the accounts count, since confirming by itself adds to the others;
    of the companies' tables all but the log of looks, since others look at the same time.
    """
    shown = [
        (line.step.table.name, line.step.action.value, line.rows)
        for line in lines
        if line.step.table.tenant or line.step.table.name == ACCOUNT
        if line.step.table.name != ACCESS_LOG
    ]
    said = [plan().hash, [str(one) for one in whose], shown]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
