"""Looks at personal data as people read them: who looked at theirs, when they looked at others'.

Whoever looked is not named: for the company one of its admins did, for Dig1 its customer service.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.company.isolation import ACCESS_LOG
from registry.company.models import AccessEvent
from registry.declarations.plan import plan
from registry.rights.subject import Predicate, linked_to, of_company, of_person

AT, BY = "looks at", "looks by"
MOST = 50
MOST_OWN, RECENT = 10, 500  # pages, and the rows they are gathered from: one for each person
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
    return [(at, who(row), page) for row, at, page in told(rows[:MOST])]


def looks_by(rows: list[dict[str, Any]]) -> list[Line]:
    """When, on which page, at how many people of which company."""
    return [(at, ", ".join((page, *whom(row)))) for row, at, page in told(rows[:MOST_OWN])]


def told(rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each with its time and page as people read them: what depends on the language is fetched
    once for all."""
    form = get_format("SHORT_DATETIME_FORMAT")
    pages = {page.value: str(page.label) for page in AccessEvent.Page}
    for row in rows:
        at = timezone.localtime(datetime.fromisoformat(row["at"]))
        yield row, dateformat.format(at, form), pages.get(row["page"], row["page"])


def who(row: dict[str, Any]) -> str:
    if row["by_staff"]:
        return _("Dig1's customer service")
    if row["company"]:
        return _("admin of %(company)s") % {"company": row["company"]}
    return _("an admin of the company")


def whom(row: dict[str, Any]) -> Iterator[str]:
    number = row["people"]
    yield ngettext("%(number)d person", "%(number)d people", number) % {"number": number}
    if row["company"]:
        yield row["company"]
