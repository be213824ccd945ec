"""Where an assessment stands: what pages, reports and exports are drawn from.

Plain values without a database behind them, so that every form of a report says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from assessment.questionnaire.model import Question, Questionnaire, Section
from assessment.scoring import Answer, Result, assess, visible


@dataclass(frozen=True)
class Heading:
    """What stands above a report. ``signed_by``: None where the person has been erased since."""

    company: str
    name: str
    started_on: date
    due_on: date | None = None
    signed_at: datetime | None = None
    signed_by: str | None = None
    seal: str = ""


@dataclass(frozen=True)
class Remark:
    """What was written to an answer: why it does not concern, and a note."""

    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Measure:
    """A line of the action plan. ``owner``: as displayed; empty where nobody is named."""

    id: UUID
    question: Question
    owner: str
    due_on: date | None
    status: str  # a key of labels.STATUSES
    hours: int | None
    cost: int | None  # euros
    note: str


@dataclass(frozen=True)
class Standing:
    questionnaire: Questionnaire
    flags: Mapping[str, bool | None]
    answers: Mapping[str, Answer]
    remarks: Mapping[str, Remark]

    @cached_property
    def result(self) -> Result:
        return assess(self.questionnaire, self.flags, self.answers)

    @cached_property
    def visible(self) -> frozenset[str]:
        """The keys of the questions that concern the company."""
        return frozenset(one.key for one in visible(self.questionnaire, self.flags, self.answers))

    @cached_property
    def sections(self) -> tuple[tuple[Section, tuple[Question, ...]], ...]:
        """The sections that concern the company, each with the questions that do."""
        pairs = (
            (section, tuple(one for one in section.questions if one.key in self.visible))
            for section in self.questionnaire.sections
        )
        return tuple((section, questions) for section, questions in pairs if questions)
