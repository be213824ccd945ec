"""Looks at personal data as people read them: who looked at theirs, when they looked at others'.

Whoever looked is not named: for the company one of its admins did, for Dig1 its customer service.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.company.isolation import ACCESS_LOG
from registry.declarations.plan import plan
from registry.rights.formatting import formatted
from registry.rights.subject import Predicate, linked_to, of_company, of_person

AT, BY = "looks at", "looks by"
MOST = 100
MOST_OWN, RECENT = 20, 1000  # pages, and the rows they are gathered from: one for each person
LOOKS_AT = f"""
    SELECT '{AT}', (SELECT jsonb_agg(to_jsonb(one)) FROM (
        SELECT id AS key, at, by_staff, page, organisation_id AS company FROM {ACCESS_LOG}
        WHERE {{rows}} ORDER BY at DESC, id DESC LIMIT {MOST + 1}
    ) AS one)
"""
LOOKS_BY = f"""
    SELECT '{BY}', (SELECT jsonb_agg(to_jsonb(one)) FROM (
        SELECT min(id) AS key, at, page, company, count(*) AS people FROM (
            SELECT id, at, page, organisation_id AS company FROM {ACCESS_LOG}
            WHERE {{rows}} ORDER BY at DESC, id DESC LIMIT {RECENT}
        ) AS recent
        GROUP BY at, page, company ORDER BY at DESC LIMIT {MOST_OWN + 1}
    ) AS one)
"""

Line = tuple[str, ...]


@dataclass(frozen=True)
class Looks:
    """Looks at one person's data and by them; ``organisation``: only those of this company."""

    person: UUID
    organisation: UUID | None = None

    def selects(self) -> Iterator[Predicate]:
        """To be asked along with the rest of the page."""
        table = plan().table(ACCESS_LOG)
        for select, rows in (
            (LOOKS_AT, of_person(table, self.person)),
            (LOOKS_BY, linked_to(table, self.person)),
        ):
            if self.organisation:
                rows &= of_company(table, self.organisation)
            yield Predicate(select.format(rows=rows.sql), rows.params)


def looks_at(rows: list[dict[str, Any]]) -> list[Line]:
    """When, who, on which page."""
    return [(told("at", row), who(row), told("page", row)) for row in rows[:MOST]]


def looks_by(rows: list[dict[str, Any]]) -> list[Line]:
    """When, on which page, at how many people of which company."""
    return [(told("at", row), what(row)) for row in rows[:MOST_OWN]]


def told(column: str, row: dict[str, Any]) -> str:
    return formatted(plan().table(ACCESS_LOG).column(column), row, "")


def who(row: dict[str, Any]) -> str:
    if row["by_staff"]:
        return _("Dig1's customer service")
    if row["company"]:
        return _("admin of %(company)s") % {"company": row["company"]}
    return _("an admin of the company")


def what(row: dict[str, Any]) -> str:
    number = row["people"]
    people = ngettext("%(number)d person", "%(number)d people", number) % {"number": number}
    return ", ".join(filter(None, (told("page", row), people, row["company"])))
