"""What a questionnaire is made of. Texts are in the three languages, whichever is read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from functools import cached_property

from assessment.questionnaire.conditions import ALWAYS, Condition

LANGUAGES = ("fi", "sv", "en")
LEVELS = range(5)  # nothing, here and there, in part, in use, assured


class Obligation(Enum):
    """How binding a question is: law, recommendation, good practice."""

    MUST = "must"
    SHOULD = "should"
    GOOD = "good"


class Depth(Enum):
    """Where a question is asked: already in the quick check, of everybody, or on a condition."""

    QUICK = "quick"
    CORE = "core"
    FULL = "full"


class Role(Enum):
    """Who in a company is likely to know."""

    CEO = "ceo"
    HR = "hr"
    IT = "it"
    MARKETING = "marketing"
    FINANCE = "finance"
    SERVICE = "service"
    DPO = "dpo"


class Expected(Enum):
    """Whether evidence is expected."""

    NONE = "none"
    NICE = "nice"
    REQUIRED = "required"


class Size(IntEnum):
    """How much work it takes: hours, days, more. The number divides the priority."""

    S = 1
    M = 2
    L = 4


@dataclass(frozen=True)
class Text:
    """One text in three languages."""

    fi: str
    sv: str
    en: str

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


@dataclass(frozen=True)
class Texts:
    """A list of texts, alike in three languages."""

    fi: tuple[str, ...]
    sv: tuple[str, ...]
    en: tuple[str, ...]

    def __getitem__(self, language: str) -> tuple[str, ...]:
        return getattr(self, language)


@dataclass(frozen=True)
class Act:
    """A law, with what of it can be referred to."""

    key: str
    name: Text
    short: Text
    unit: str  # "article" or "section"
    url: Text
    provisions: frozenset[str]


@dataclass(frozen=True)
class Reference:
    """A provision of an act: "12", "12:3", "6:1:f"."""

    act: Act
    provision: str

    def __str__(self) -> str:
        return f"{self.act.key}:{self.provision}"


@dataclass(frozen=True)
class Effort:
    """Own working hours that mending it takes, from and to."""

    size: Size
    hours: tuple[int, int]


@dataclass(frozen=True)
class Action:
    """What to do when the level is low."""

    key: str
    when_level_at_most: int
    days: int
    role: Role
    title: Text
    steps: Texts
    done_when: Text


@dataclass(frozen=True)
class Question:
    """A scored question. Its key never changes, whatever its number and words."""

    key: str
    number: str
    obligation: Obligation
    weight: int
    effort: Effort
    target: int
    role: Role
    depth: Depth
    stopper: bool
    can_be_inapplicable: bool
    review_months: int
    evidence: Expected
    refs: tuple[Reference, ...]
    text: Text
    why: Text
    guidance: Text
    levels: Texts
    evidence_examples: Texts
    action: Action
    show_if: Condition = ALWAYS  # the section's condition is part of it


@dataclass(frozen=True)
class Section:
    key: str
    number: int
    title: Text
    intro: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Choice:
    """An answer about the company: flags that it makes true, and those that it leaves open."""

    key: str
    text: Text
    sets: frozenset[str]
    leaves_open: frozenset[str]


@dataclass(frozen=True)
class ProfileQuestion:
    """A question about the company: not scored, it decides which questions concern it."""

    key: str
    number: str
    many: bool
    text: Text
    why: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Questionnaire:
    """One version of the content."""

    version: str
    sha256: str
    changes: Text  # what is new in it
    profile: tuple[ProfileQuestion, ...]
    sections: tuple[Section, ...]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """By key, in their order."""
        return {one.key: one for section in self.sections for one in section.questions}

    @property
    def quick(self) -> Iterator[Question]:
        """The questions of the quick check."""
        return (one for one in self.questions.values() if one.depth is Depth.QUICK)

    def for_quick_check(self) -> "Questionnaire":
        """The same with these questions only."""
        sections = (
            replace(
                section, questions=tuple(q for q in section.questions if q.depth is Depth.QUICK)
            )
            for section in self.sections
        )
        return replace(self, sections=tuple(one for one in sections if one.questions))
