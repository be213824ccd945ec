"""Self-inspection (GDPR Article 15): everything stored, grouped as the notice groups it.

One query whatever is stored: each declared table answers with its rows as JSON. What is shown,
why it is stored and who may correct it come from the plan alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.company.isolation import ACCESS_LOG
from registry.declarations.plan import Column, Table, plan
from registry.declarations.vocabulary import Display, Editor, Section
from registry.rights import asked
from registry.rights.asked import ANSWERED, MADE, MOST_ANSWERED, TOLD, Key
from registry.rights.correction import REQUESTS, DecidedBy, ask_url, edit_url, is_requestable
from registry.rights.formatting import formatted
from registry.rights.looks import AT, BY, MOST, MOST_OWN, Line, Looks, looks_at, looks_by
from registry.rights.models import CorrectionRequest
from registry.rights.stored import Part, fetch
from registry.rights.subject import about, of_company

# Told in words of their own, after everything else.
TOLD_APART = (ACCESS_LOG, REQUESTS)


@dataclass(frozen=True)
class Why:
    """What the notice says about one column, as text in one language."""

    name: str
    purposes: str
    basis: str
    source: str
    retention: str
    recipients: str

    @property
    def short(self) -> str:
        return f"{self.basis}; {self.retention}"


@dataclass(frozen=True)
class Datum:
    """One stored value, or for a secret whether it exists.

    ``edit_url``: where the reader corrects it; else ``ask_url``: where they ask for that, for this
    value or for any of the row (``row_url``); ``asked``: the key of their open request.
    """

    value: Any
    exists: bool
    secret: bool
    editor: Editor
    edit_url: str
    why: Why
    ask_url: str = ""
    row_url: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Group:
    """Rows of one table in one section of the notice, in one company if they belong to one."""

    title: str
    company: str | None
    columns: tuple[Why, ...]
    records: list[list[Datum]]
    people: list[str]  # whom each record is about, where the page is about several
    more: bool
    persons: frozenset[UUID] = frozenset()  # the same, by key

    @property
    def single(self) -> list[Datum] | None:
        return self.records[0] if len(self.records) == 1 and not self.people else None

    @property
    def rows(self) -> list[tuple[str, list[Datum]]]:
        """The records, each with whom it is about ("" where the page is about one person)."""
        return list(zip(self.people or [""] * len(self.records), self.records, strict=True))

    @property
    def lines(self) -> list[tuple[str, list[Datum], str]]:
        """The same, each with where the reader asks for the correction of it, or ""."""
        return [
            (person, record, next((one.row_url for one in record if one.row_url), ""))
            for person, record in self.rows
        ]

    @property
    def can_ask(self) -> bool:
        """Whether there is such a place for any of the records."""
        return any(datum.row_url for record in self.records for datum in record)


@dataclass(frozen=True)
class Asked(Group):
    """One request for correction. ``by_admin``: an admin of the company answers it."""

    id: str = ""
    is_open: bool = False
    refused: bool = False
    by_admin: bool = False


@dataclass(frozen=True)
class Chapter:
    """A section of the notice, or what is told apart from the rest of one, under its own title."""

    section: Section
    groups: list[Group]
    title: str = ""
    lead: str = ""
    name: str = ""

    @property
    def heading(self) -> str:
        return self.title or str(self.section.label)

    @property
    def id(self) -> str:
        return self.name or self.section.value


@dataclass(frozen=True)
class Page:
    """What distinguishes the pages.

    ``linked``: how to call the person that a link points at. ``most``: rows of one table; about a
    person that is far beyond what anybody has. ``with_people``: rows say whom they are about.
    ``staff``: how to call a link's person that works for Dig1, if different. ``own``: they are the
    reader's data. ``open``: about which values they have open requests.
    """

    linked: str
    most: int = 2000
    with_people: bool = False
    staff: str = ""
    own: bool = False
    open: Mapping[Key, str] = field(default_factory=dict)


def inspect_person(*, person: UUID) -> list[Chapter]:
    """Everything stored about a person, as they themselves see it. Under their own context."""
    return with_looks(
        [
            (table, table.personal_columns, predicate)
            for table in plan().tables
            if (predicate := about(table, person))
        ],
        Page(linked=_("you"), own=True),
        Looks(person),
        (
            _("Who has looked at your data"),
            _(
                "Each time that an admin of your company or Dig1's customer service has opened a"
                " page with data about you is noted here, and kept for two years. Your own visits"
                " are not."
            ),
            _("When you have looked at other people's data"),
        ),
    )


def inspect_member(*, organisation: UUID, person: UUID) -> list[Chapter]:
    """What a company admin sees of one of their people, within their own company.

    The sign-in tables of the account are the person's own business; the address and phone that
    the account has are shown.
    """
    return with_looks(
        [
            (
                table,
                columns,
                predicate & of_company(table, organisation) if table.tenant else predicate,
            )
            for table in plan().tables
            if (predicate := about(table, person)) and (columns := seen_by_admin(table))
        ],
        Page(linked=_("this person")),
        Looks(person, organisation),
        (
            _("Who has looked at this person's data"),
            _(
                "Each time that an admin of your company or Dig1's customer service has opened a"
                " page with your company's data about this person is noted here, and kept for two"
                " years."
            ),
            _("When this person has looked at other people's data"),
        ),
    )


def inspect_company(*, organisation: UUID) -> list[Chapter]:
    """Everything stored about a company, as its admin sees it; of long lists the newest rows.

    Rows that are about a person say whom.
    """
    return chapters(
        (
            (table, columns, of_company(table, organisation))
            for table in plan().of_tenant
            if (columns := seen_by_admin(table))
        ),
        Page(
            linked=_("a person of the company"),
            most=50,
            with_people=True,
            staff=_("Dig1's customer service"),
        ),
    )


def seen_by_admin(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.personal_columns if column.personal.seen_by_admin)


def persons_shown(chapters: Iterable[Chapter]) -> set[UUID]:
    """The people whose rows stand on the page."""
    return {key for chapter in chapters for group in chapter.groups for key in group.persons}


def with_looks(
    parts: list[Part], page: Page, looks: Looks, words: tuple[str, str, str]
) -> list[Chapter]:
    """The parts, and apart from the rest the requests for correction and who looked, told in
    sentences.

    ``words``: the title of the chapter of looks, what it is, the title of looks by the person.
    """
    rest = [part for part in parts if part[0].name not in TOLD_APART]
    also = [*looks.selects(), *asked.selects(looks.person, looks.organisation)]
    stored = fetch(rest, most=page.most + 1, with_people=False, also=also)
    if page.own:
        page = replace(page, open=asked.open_requests(stored.get(MADE, [])))
    return [
        *arranged(rest, stored, page),
        *of_requests(stored, page),
        of_looks(stored, page, *words),
    ]


def of_looks(stored: dict[str, list[dict]], page: Page, title: str, lead: str, own: str) -> Chapter:
    """Who looked at the person's data, and when the person looked at that of others."""
    at, by = stored.get(AT, []), stored.get(BY, [])
    groups = []
    if at:
        columns = ("at", "actor_id", "page")
        groups.append(sentences(ACCESS_LOG, "", columns, at, looks_at(at), page, most=MOST))
    else:
        lead += " " + _("So far nobody has looked.")
    if by:
        lines = looks_by(by)
        groups.append(sentences(ACCESS_LOG, own, ("at", "page"), by, lines, page, most=MOST_OWN))
    return Chapter(Section.LOG, groups, title, lead, name="looks")


def of_requests(stored: dict[str, list[dict]], page: Page) -> Iterator[Chapter]:
    """The person's requests for correction, if any, and when they answered those of others."""
    made, answered = stored.get(MADE, []), stored.get(ANSWERED, [])
    if page.own:
        title, own = _("Your requests for correction"), _("Requests that you have answered")
    else:
        title, own = _("Requests for correction"), _("Requests that this person has answered")
    whys = tuple(why(REQUESTS, column, get_language()) for column in TOLD)
    groups: list[Group] = [request_group(one, whys) for one in made[: asked.MOST]]
    if answered:
        columns = ("decided_at", "outcome")
        lines = [tuple(asked.told(c, one) for c in columns) for one in answered[:MOST_ANSWERED]]
        groups.append(sentences(REQUESTS, own, columns, answered, lines, page, most=MOST_ANSWERED))
    if groups:
        yield Chapter(Section.LOG, groups, title, name="requests")


def request_group(request: dict[str, Any], whys: tuple[Why, ...]) -> Asked:
    texts = [asked.told(column, request) for column in TOLD]
    data = [
        Datum(text, bool(text), False, Editor.NOBODY, "", reason)
        for text, reason in zip(texts, whys, strict=True)
    ]
    return Asked(
        asked.title(request),
        request["company"],
        whys,
        [data],
        people=[],
        more=False,
        id=request["id"],
        is_open=not request["decided_at"],
        refused=request["outcome"] == CorrectionRequest.Outcome.REFUSED,
        by_admin=request["decided_by"] == DecidedBy.ADMIN,
    )


def sentences(
    table: str,
    title: str,
    columns: tuple[str, ...],
    rows: list[dict],
    lines: list[Line],
    page: Page,
    *,
    most: int,
) -> Group:
    """Rows told as lines, and why their columns are stored. ``most``: how many are shown."""
    whys = tuple(why(table, column, get_language()) for column in columns)
    records = [
        [
            Datum(text, bool(text), False, Editor.NOBODY, "", reason, row_url, row_url)
            for text, reason in zip(line, whys, strict=True)
        ]
        for row, line in zip(rows, lines, strict=False)
        for row_url in [row_page(table, row, page)]
    ]
    return Group(title, None, whys, records, people=[], more=len(rows) > most)


def row_page(table: str, row: dict, page: Page) -> str:
    """Where the reader asks for the correction of any value of the row, or ""."""
    return ask_url(plan().table(table), row) if page.own and table != REQUESTS else ""


def chapters(parts: Iterable[Part], page: Page) -> list[Chapter]:
    """Fetch the parts and group them by section of the notice."""
    parts = list(parts)
    return arranged(parts, fetch(parts, most=page.most + 1, with_people=page.with_people), page)


def arranged(parts: list[Part], stored: dict[str, list[dict]], page: Page) -> list[Chapter]:
    """What was fetched, grouped by section of the notice."""
    grouped: dict[Section, list[Group]] = {section: [] for section in Section}
    for table, columns, _predicate in parts:
        for section, group in groups(table, columns, stored.get(table.name, []), page):
            grouped[section].append(group)
    return [Chapter(section, found) for section, found in grouped.items() if found]


def groups(
    table: Table, columns: tuple[Column, ...], rows: list[dict], page: Page
) -> Iterator[tuple[Section, Group]]:
    """The rows of one table, apart by section of the notice and by company."""
    if not rows:
        return
    language = get_language()
    by_company: dict[str | None, list[dict]] = {}
    for row in rows[: page.most]:
        by_company.setdefault(row.get("company"), []).append(row)
    for section in Section:
        shown = [c for c in columns if c.personal.category.section is section]
        if not shown:
            continue
        whys = tuple(why(table.name, column.name, language) for column in shown)
        asks = [page.own and is_requestable(table, column) for column in shown]
        for company, of_company_rows in by_company.items():
            yield (
                section,
                Group(
                    title=str(table.title),
                    company=company,
                    columns=whys,
                    records=[
                        [
                            datum(table, column, reason, row, page, asks=may_ask)
                            for column, reason, may_ask in zip(shown, whys, asks, strict=True)
                        ]
                        for row in of_company_rows
                    ],
                    people=[row["person"] for row in of_company_rows if "person" in row],
                    more=len(rows) > page.most,
                    persons=frozenset(
                        UUID(row["person_key"]) for row in of_company_rows if "person" in row
                    ),
                ),
            )


def datum(table: Table, column: Column, reason: Why, row: dict, page: Page, *, asks: bool) -> Datum:
    """``asks``: the reader asks for the correction of the value, unless they may edit it."""
    raw = row[column.name]
    linked = page.staff if page.staff and row.get("by_staff") else page.linked
    secret = column.personal.display is Display.EXISTENCE
    edit = edit_url(table, column, row)
    asks = asks and not edit
    return Datum(
        value=None if secret else formatted(column, row, linked),
        exists=bool(raw),
        secret=secret,
        editor=column.personal.editor,
        edit_url=edit,
        why=reason,
        ask_url=ask_url(table, row, column) if asks else "",
        row_url=ask_url(table, row) if asks else "",
        asked=page.open.get((table.name, str(row["key"]), column.name), "") if asks else "",
    )


@lru_cache(maxsize=2048)
def why(table: str, column: str, language: str) -> Why:
    """The column's declaration as text. ``language`` is the active one; it keys the cache."""
    found = plan().table(table).column(column)
    spec = found.personal
    return Why(
        name=str(found.label),
        purposes="; ".join(map(str, spec.purposes)),
        basis=str(spec.basis),
        source=str(spec.source),
        retention=str(spec.retention),
        recipients="; ".join(map(str, spec.recipients)),
    )
