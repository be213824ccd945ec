"""What the documents have in common: places to fill in, facts of the company, rows of tables."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from typing import Any

from assessment.documents.given import Activity, Company, Flags, Given, Lines
from assessment.documents.letters import clean
from assessment.documents.model import Block, Cell, Draft, Heading, Paragraph, Table
from assessment.documents.texts import texts


@dataclass(frozen=True)
class Writer:
    given: Given
    flags: Flags
    language: str

    @cached_property
    def words(self) -> dict[str, Any]:
        return texts(self.language)

    @cached_property
    def company(self) -> dict[str, str]:
        """The facts by name, with places to fill in for those that are missing."""
        empty = self.words["empty"]
        named = zip(fields(Company), astuple(self.given.company), strict=True)
        return {one.name: clean(value) or empty[one.name] for one, value in named}

    def draft(self, part: dict[str, Any], blocks: Iterable[Block]) -> Draft:
        """The document, headed by what is still to be done to it."""
        return Draft(
            language=self.language,
            title=part["title"],
            company=self.company["name"],
            mark=self.words["mark"],
            page=self.words["page"],
            blocks=(Paragraph(part["note"]), *self.drawn(), *blocks),
            drawn_on=self.given.drawn_on,
        )

    def drawn(self) -> list[Block]:
        day = self.given.drawn_on
        if day is None:
            return []
        date = self.words["date"].format(date=day)
        return [Paragraph(self.words["drawn"].format(date=date))]

    def facts(self, *names: str, more: Iterable[tuple[str, str]] = ()) -> Table:
        rows = [(self.words["company"][name], self.company[name]) for name in names]
        return self.pairs([*rows, *more])

    def pairs(self, rows: Iterable[Iterable[str]]) -> Table:
        return self.table(tuple((cell,) for cell in row) for row in rows)

    def table(self, rows: Iterable[tuple[Cell, ...]]) -> Table:
        return Table((self.words["item"], self.words["told"]), tuple(rows))

    def name(self, activity: Activity) -> str:
        return clean(activity.name) or self.words["empty"]["activity"]

    def lines(self, activity: Activity, name: str) -> Lines:
        found = tuple(line for one in getattr(activity, name) if (line := clean(one)))
        if found:
            return found
        if name == "transfers" and self.flags.get("transfers") is False:
            return (self.words["no_transfers"],)
        return (self.words["empty"][name],)

    def described(self, *names: str) -> list[Block]:
        """Each activity with a table of what is told about it."""
        blocks: list[Block] = []
        for activity in self.given.activities:
            labels = self.words["activity"]
            rows = [((labels[name],), self.lines(activity, name)) for name in names]
            blocks += [Heading(self.name(activity), 3), self.table(rows)]
        return blocks or [Paragraph(self.words["no_activities"])]

    def compared(self, *names: str) -> Block:
        """One table of all activities, a row each."""
        labels = self.words["activity"]
        rows = tuple(
            ((self.name(one),), *(self.lines(one, name) for name in names))
            for one in self.given.activities
        )
        if not rows:
            return Paragraph(self.words["no_activities"])
        return Table((labels["name"], *(labels[name] for name in names)), rows)

    def by_flag(self, flag: str, choices: dict[str, str]) -> str:
        """The text for what is known of a flag."""
        known = self.flags.get(flag)
        return choices["unknown" if known is None else "some" if known else "none"]
