"""A whole assessment as a JSON file and back: to keep it, or to take it elsewhere.

Nobody is named in it. People edit such files by hand: whatever is wrong is told in one go, each
fault with its place. Measures are counted from one.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessment.labels import STATUSES
from assessment.questionnaire.conditions import ALWAYS
from assessment.questionnaire.model import LEVELS, ProfileQuestion, Question, Questionnaire
from assessment.scoring import State

FORMAT, FORMAT_VERSION = "dig1-assessment", 1
MOST_BYTES = 1024 * 1024
NAME, REASON, NOTE = 120, 500, 2000  # characters at most
HOURS, COST = 10_000, 10_000_000
DIGITS = 15  # of a whole number; longer ones are too large for anything here
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHOWN = 60  # characters of a word of the file's in a message
STATES = {state.value: state for state in State}


@dataclass(frozen=True)
class PortableAnswer:
    """``level``: of an answered question. ``reason``: why it does not concern the company."""

    state: State
    level: int | None
    reason: str
    note: str


@dataclass(frozen=True)
class PortableMeasure:
    """A line of the action plan, without who is in charge."""

    question: str
    status: str  # a key of labels.STATUSES
    due_on: date | None
    hours: int | None
    cost: int | None  # euros
    note: str


@dataclass(frozen=True)
class Portable:
    """``profile``: the chosen choices by profile question. ``answers``: by question."""

    name: str
    version: str
    due_on: date | None
    profile: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, PortableAnswer]
    measures: tuple[PortableMeasure, ...]


@dataclass(frozen=True)
class Fault:
    """Something wrong in a file. ``place``: empty where it is the file as a whole."""

    place: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class PortableFaults(Exception):
    """All that is wrong with a file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def dump(portable: Portable) -> str:
    """The file's text; the same assessment has always the same one."""
    written = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": portable.name,
        "version": portable.version,
        "due_on": day(portable.due_on),
        "profile": {key: list(chosen) for key, chosen in portable.profile.items()},
        "answers": {
            key: {
                "state": one.state.value,
                "level": one.level,
                "reason": one.reason,
                "note": one.note,
            }
            for key, one in portable.answers.items()
        },
        "measures": [
            {
                "question": one.question,
                "status": one.status,
                "due_on": day(one.due_on),
                "hours": one.hours,
                "cost": one.cost,
                "note": one.note,
            }
            for one in portable.measures
        ],
    }
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def day(when: date | None) -> str | None:
    return when.isoformat() if when else None


def parse(text: str | bytes, versions: Mapping[str, Questionnaire]) -> Portable:
    """The assessment in a file's text. Raises PortableFaults."""
    reader = Reader(versions)
    portable = reader.portable(decoded(text))
    if reader.faults:
        raise PortableFaults(reader.faults)
    return portable


# --- from text to values -------------------------------------------------------------------------


class Entries(list[tuple[str, Any]]):
    """An object's keys and values, a key as often as it stands there."""


class Odd:
    """A number that is no whole one, or far too large."""


def decoded(text: str | bytes) -> Any:
    """Values of JSON, with ``Entries`` for objects. Raises PortableFaults."""
    text = characters(text)
    try:
        return json.loads(
            text.removeprefix("\ufeff"),  # which some editors write at the beginning
            object_pairs_hook=Entries,
            parse_int=lambda digits: int(digits) if len(digits) <= DIGITS else Odd(),
            parse_float=lambda _digits: Odd(),
            parse_constant=lambda _name: Odd(),
        )
    except json.JSONDecodeError as error:
        said = _("This can't be read. Is a comma, a quotation mark or a bracket missing near here?")
        raise PortableFaults([at(error.lineno, error.colno, said)]) from error
    except RecursionError as error:
        said = _("There are too many brackets inside each other.")
        raise PortableFaults([Fault("", said)]) from error


def characters(text: str | bytes) -> str:
    """Raises PortableFaults where there are too many, or where bytes are not UTF-8."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(raw) > MOST_BYTES:
        raise PortableFaults([Fault("", _("The file is too large: 1 MB is the most."))])
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        said = _("This is not UTF-8. Save the file again with the encoding UTF-8.")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise PortableFaults([at(line, column, said)]) from error


def at(line: int, column: int, said: str) -> Fault:
    place = _("line %(line)d, column %(column)d") % {"line": line, "column": column}
    return Fault(place, said, line, column)


# --- from values to an assessment ----------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """A value and its place. ``missing``: where it should stand, and does not."""

    place: str
    value: Any
    missing: bool = False

    def below(self, name: str) -> str:
        return f"{self.place}.{shown(name)}" if self.place else shown(name)


class Reader:
    """Collects faults; where something is wrong it goes on with something empty."""

    def __init__(self, versions: Mapping[str, Questionnaire]) -> None:
        self.versions = versions
        self.faults: list[Fault] = []
        self.questionnaire: Questionnaire | None = None  # None: not known which

    def fault(self, place: str, said: str) -> None:
        self.faults.append(Fault(place, said))

    # --- parts ---------------------------------------------------------------------------------

    def portable(self, value: Any) -> Portable:
        take = self.fields(
            Spot("", value),
            *("format", "format_version", "name", "version", "due_on"),
            *("profile", "answers", "measures"),
        )
        self.exactly(take("format"), FORMAT)
        self.exactly(take("format_version"), FORMAT_VERSION)
        name = self.name(take("name"))
        version = self.word(take("version"), self.versions)
        self.questionnaire = self.versions.get(version)
        return Portable(
            name,
            version,
            self.date(take("due_on")),
            self.profile(take("profile")),
            {key: self.answer(key, spot) for key, spot in self.entries(take("answers")).items()},
            self.measures(take("measures")),
        )

    def profile(self, spot: Spot) -> dict[str, tuple[str, ...]]:
        asked = {one.key: one for one in self.questionnaire.profile} if self.questionnaire else {}
        return {key: self.chosen(one, asked.get(key)) for key, one in self.entries(spot).items()}

    def chosen(self, spot: Spot, question: ProfileQuestion | None) -> tuple[str, ...]:
        if question is None and self.questionnaire:
            self.fault(spot.place, _("The questionnaire has no such question."))
        known = {one.key for one in question.choices} if question else None
        chosen = tuple(self.word(one, known) for one in self.items(spot))
        if question and not question.many and len(chosen) > 1:
            self.fault(spot.place, _("Only one choice is possible here."))
        if len(set(chosen)) < len(chosen):
            self.fault(spot.place, _("A choice stands here twice."))
        return chosen

    def answer(self, key: str, spot: Spot) -> PortableAnswer:
        question = self.question(spot.place, key)
        take = self.fields(spot, "state", "level", "reason", "note")
        state = STATES.get(self.word(take("state"), STATES))
        level = self.whole(take("level"), LEVELS[-1])
        reason = self.text(take("reason"), REASON)
        self.level_fits(take("level"), state)
        if state is State.INAPPLICABLE:
            self.may_be_inapplicable(spot, question)
            if isinstance(take("reason").value, str) and not reason.strip():
                said = _("Say shortly why this does not concern the company.")
                self.fault(take("reason").place, said)
        note = self.text(take("note"), NOTE)
        return PortableAnswer(state or State.LATER, level, reason, note)

    def level_fits(self, spot: Spot, state: State | None) -> None:
        """Exactly an answered question has a level."""
        if state is None or spot.missing:
            return
        if state is State.ANSWERED and spot.value is None:
            self.fault(spot.place, _("An answered question needs a level from 0 to 4."))
        elif state is not State.ANSWERED and spot.value is not None:
            self.fault(spot.place, _("Only an answered question has a level: write null."))

    def may_be_inapplicable(self, spot: Spot, question: Question | None) -> None:
        if question and not question.can_be_inapplicable and question.show_if == ALWAYS:
            self.fault(spot.below("state"), _("This question concerns every company."))

    def measures(self, spot: Spot) -> tuple[PortableMeasure, ...]:
        found, seen = [], set()
        for one in self.items(spot):
            measure = self.measure(one)
            if measure.question and measure.question in seen:
                self.fault(one.below("question"), _("This question has an action already."))
            seen.add(measure.question)
            found.append(measure)
        return tuple(found)

    def measure(self, spot: Spot) -> PortableMeasure:
        take = self.fields(spot, "question", "status", "due_on", "hours", "cost", "note")
        key = self.word(take("question"))
        if isinstance(take("question").value, str):
            self.question(take("question").place, key)
        return PortableMeasure(
            key,
            self.word(take("status"), STATUSES),
            self.date(take("due_on")),
            self.whole(take("hours"), HOURS),
            self.whole(take("cost"), COST),
            self.text(take("note"), NOTE),
        )

    def question(self, place: str, key: str) -> Question | None:
        """The question of that key; one that the questionnaire does not have is a fault."""
        if self.questionnaire is None:
            return None
        if key not in self.questionnaire.questions:
            self.fault(place, _("The questionnaire has no such question."))
        return self.questionnaire.questions.get(key)

    # --- values --------------------------------------------------------------------------------

    def entries(self, spot: Spot) -> dict[str, Spot]:
        """What stands in an object; of a key that stands there twice, what stands first."""
        if not isinstance(spot.value, Entries):
            if not spot.missing:
                self.fault(spot.place, _("Here belong names and values in { }."))
            return {}
        found: dict[str, Spot] = {}
        for name, value in spot.value:
            if name in found:
                self.fault(spot.below(name), _("This stands here twice."))
            found.setdefault(name, Spot(spot.below(name), value))
        return found

    def fields(self, spot: Spot, *names: str) -> Callable[[str], Spot]:
        """How to take a field; what is missing, or not known, is a fault."""
        found = self.entries(spot)
        is_object = isinstance(spot.value, Entries)
        for name in names:
            if is_object and name not in found:
                self.fault(spot.below(name), _("This is missing."))
        for name, one in found.items():
            if name not in names:
                self.fault(one.place, _("This is not known here."))
        return lambda name: found.get(name, Spot(spot.below(name), None, missing=True))

    def items(self, spot: Spot) -> list[Spot]:
        if isinstance(spot.value, list) and not isinstance(spot.value, Entries):
            return [Spot(spot.below(str(at)), one) for at, one in enumerate(spot.value, 1)]
        if not spot.missing:
            self.fault(spot.place, _("Here belongs a list in [ ]."))
        return []

    def exactly(self, spot: Spot, wanted: str | int) -> None:
        if not spot.missing and (type(spot.value) is not type(wanted) or spot.value != wanted):
            said = _("Only %(wanted)s can be read.")
            self.fault(spot.place, said % {"wanted": json.dumps(wanted)})

    def word(self, spot: Spot, known: Collection[str] | None = None) -> str:
        """A text, one of those that are known; "" of anything that is none."""
        if not isinstance(spot.value, str):
            if not spot.missing:
                self.fault(spot.place, _("Here belongs a text in quotation marks."))
            return ""
        if known is not None and spot.value not in known:
            said = _("“%(found)s” is not known. Possible: %(known)s.")
            self.fault(spot.place, said % {"found": shown(spot.value), "known": ", ".join(known)})
        return spot.value

    def name(self, spot: Spot) -> str:
        name = self.text(spot, NAME)
        if isinstance(spot.value, str) and not name.strip():
            self.fault(spot.place, _("Give the assessment a name."))
        if "\n" in name:
            self.fault(spot.place, _("This must be one line."))
        return name

    def text(self, spot: Spot, most: int) -> str:
        text = self.word(spot)
        if len(text) > most:
            said = _("This is too long: %(found)d characters, %(most)d at most.")
            self.fault(spot.place, said % {"found": len(text), "most": most})
        if not all(line.isprintable() for line in text.split("\n")):
            self.fault(spot.place, _("This has characters that cannot be shown."))
        return text

    def whole(self, spot: Spot, most: int) -> int | None:
        number = spot.value
        if number is None or (type(number) is int and 0 <= number <= most):
            return number
        said = _("Here belongs a whole number from 0 to %(most)d, or null.")
        self.fault(spot.place, said % {"most": most})
        return None

    def date(self, spot: Spot) -> date | None:
        if spot.value is None:
            return None
        try:
            if isinstance(spot.value, str) and DATE.fullmatch(spot.value):
                return date.fromisoformat(spot.value)
        except ValueError:
            pass  # as 2026-02-30
        self.fault(spot.place, _("Here belongs a date such as 2026-12-31, or null."))
        return None


def shown(word: str) -> str:
    """A word of the file's, fit for a message."""
    short = word if len(word) <= SHOWN else f"{word[: SHOWN - 1]}…"
    return "".join(one if one.isprintable() else "�" for one in short)
