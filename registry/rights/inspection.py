"""Self-inspection (GDPR Article 15): everything stored, grouped as the notice groups it.

One query whatever is stored: each declared table answers with its rows as JSON. What is shown,
why it is stored and who may correct it come from the plan alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.declarations.plan import Column, Table, plan
from registry.declarations.vocabulary import Display, Editor, Section
from registry.rights.correction import edit_url
from registry.rights.formatting import formatted
from registry.rights.stored import Part, fetch
from registry.rights.subject import about, of_company


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
    """One stored value, or for a secret whether it exists."""

    value: Any
    exists: bool
    secret: bool
    editor: Editor
    edit_url: str
    why: Why


@dataclass(frozen=True)
class Group:
    """Rows of one table in one section of the notice, in one company if they belong to one."""

    title: str
    company: str | None
    columns: tuple[Why, ...]
    records: list[list[Datum]]
    people: list[str]  # whom each record is about, where the page is about several
    more: bool

    @property
    def single(self) -> list[Datum] | None:
        return self.records[0] if len(self.records) == 1 and not self.people else None

    @property
    def rows(self) -> list[tuple[str, list[Datum]]]:
        """The records, each with whom it is about ("" where the page is about one person)."""
        return list(zip(self.people or [""] * len(self.records), self.records, strict=True))


@dataclass(frozen=True)
class Chapter:
    section: Section
    groups: list[Group]


@dataclass(frozen=True)
class Page:
    """What distinguishes the three pages.

    ``linked``: how to call the person that a link points at. ``most``: rows of one table; about a
    person that is far beyond what anybody has. ``with_people``: rows say whom they are about.
    """

    linked: str
    most: int = 2000
    with_people: bool = False


def inspect_person(*, person: UUID) -> list[Chapter]:
    """Everything stored about a person, as they themselves see it. Under their own context."""
    return chapters(
        (
            (table, table.personal_columns, predicate)
            for table in plan().tables
            if (predicate := about(table, person))
        ),
        Page(linked=_("you")),
    )


def inspect_member(*, organisation: UUID, person: UUID) -> list[Chapter]:
    """What a company admin sees of one of their people, within their own company.

    The sign-in tables of the account are the person's own business; the address and phone that
    the account has are shown.
    """
    return chapters(
        (
            (
                table,
                columns,
                predicate & of_company(table, organisation) if table.tenant else predicate,
            )
            for table in plan().tables
            if (predicate := about(table, person)) and (columns := seen_by_admin(table))
        ),
        Page(linked=_("this person")),
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
        Page(linked=_("a person of the company"), most=50, with_people=True),
    )


def seen_by_admin(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.personal_columns if column.personal.seen_by_admin)


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
        for company, of_company_rows in by_company.items():
            yield (
                section,
                Group(
                    title=str(table.title),
                    company=company,
                    columns=whys,
                    records=[
                        [
                            datum(table, c, w, row, page.linked)
                            for c, w in zip(shown, whys, strict=True)
                        ]
                        for row in of_company_rows
                    ],
                    people=[row["person"] for row in of_company_rows if "person" in row],
                    more=len(rows) > page.most,
                ),
            )


def datum(table: Table, column: Column, reason: Why, row: dict, linked: str) -> Datum:
    raw = row[column.name]
    secret = column.personal.display is Display.EXISTENCE
    return Datum(
        value=None if secret else formatted(column, row, linked),
        exists=bool(raw),
        secret=secret,
        editor=column.personal.editor,
        edit_url=edit_url(table, column, row["key"]),
        why=reason,
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
