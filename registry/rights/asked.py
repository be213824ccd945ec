"""Requests for correction as the person they are about reads them, with everything stored."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from registry.declarations.plan import plan
from registry.rights.correction import REQUESTS
from registry.rights.formatting import formatted
from registry.rights.subject import Predicate, linked_to, of_company, of_person

MADE, ANSWERED = "requests made", "requests answered"
MOST, MOST_ANSWERED = 100, 20
TOLD = ("old_value", "new_value", "reason", "made_at", "due_on", "outcome", "decided_at", "answer")
ASKED = f"""
    SELECT '{MADE}', (SELECT jsonb_agg(to_jsonb(one)) FROM (
        SELECT id, table_name, row_key, "column", {", ".join(TOLD)}, decided_by,
            organisation_id AS company
        FROM {REQUESTS} WHERE {{rows}}
        ORDER BY decided_at IS NOT NULL, made_at DESC, id LIMIT {MOST + 1}
    ) AS one)
"""
# What others have asked for is theirs: of an answer its time and what it was.
ANSWERS = f"""
    SELECT '{ANSWERED}', (SELECT jsonb_agg(to_jsonb(one)) FROM (
        SELECT decided_at, outcome, organisation_id AS company
        FROM {REQUESTS} WHERE {{rows}} ORDER BY decided_at DESC, id LIMIT {MOST_ANSWERED + 1}
    ) AS one)
"""

Key = tuple[str, str, str]


def selects(person: UUID, organisation: UUID | None = None) -> Iterator[Predicate]:
    """To be asked along with the rest of a page; of one company only, if one is given."""
    table = plan().table(REQUESTS)
    for select, rows in (
        (ASKED, of_person(table, person)),
        (ANSWERS, linked_to(table, person)),
    ):
        if organisation:
            rows &= of_company(table, organisation)
        yield Predicate(select.format(rows=rows.sql), rows.params)


def value_of(request: dict[str, Any]) -> Key:
    """Which value it is about."""
    return request["table_name"], request["row_key"], request["column"]


def open_requests(requests: Iterable[dict[str, Any]]) -> dict[Key, str]:
    """Which values have an open request, and its key."""
    return {value_of(one): one["id"] for one in requests if not one["decided_at"]}


def title(request: dict[str, Any]) -> str:
    """What the value is called, and where it stands."""
    value, where = (told(name, request) for name in ("column", "table_name"))
    return f"{value} ({where})"


def told(column: str, request: dict[str, Any]) -> str:
    """One column of a request; of the decision of an open one, that there is none yet."""
    if column == "outcome" and not request["outcome"]:
        return _("not answered yet")
    return formatted(plan().table(REQUESTS).column(column), request, "")
