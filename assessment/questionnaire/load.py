"""Reading a version's files into a ``Questionnaire``; whatever is wrong is told with its place.

All faults are found in one go, so that whoever writes content mends them in one go.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from assessment.questionnaire import reading
from assessment.questionnaire.conditions import ALWAYS, Condition, Malformed, both, parse
from assessment.questionnaire.model import (
    LANGUAGES,
    LEVELS,
    Act,
    Action,
    Choice,
    Depth,
    Effort,
    Expected,
    Obligation,
    ProfileQuestion,
    Question,
    Questionnaire,
    Reference,
    Role,
    Section,
    Size,
    Text,
    Texts,
)
from assessment.questionnaire.reading import Node

LAWS, PROFILE, CONSTANTS = "laws.yaml", "profile.yaml", "constants.yaml"
CHANGES = "changes.yaml"
SECTIONS = "[0-9][0-9]_*.yaml"
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
VARIABLE = re.compile(r"\{([^{}]*)\}")
Member = TypeVar("Member", bound=Enum)


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in a content file."""

    file: str
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.said}"


class ContentFaults(Exception):
    """All that is wrong with a version's files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


def load(folder: Path) -> Questionnaire:
    """The questionnaire that lies in a folder, named by its version. Raises ContentFaults."""
    loader = Loader()
    questionnaire = loader.questionnaire(folder)
    if loader.faults:
        raise ContentFaults(loader.faults)
    return questionnaire


class Loader:
    """Collects faults; where something is missing it goes on with something empty."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.constants: dict[str, int] = {}
        self.acts: dict[str, Act] = {}
        self.flags: set[str] = set()
        self.keys: set[str] = set()  # of everything that has one, so far
        self.scored: set[str] = set()  # keys of scored questions, so far
        self.numbers: set[str] = set()

    def fault(self, node: Node, said: str) -> None:
        self.faults.append(Fault(node.file, node.line, said))

    # --- files ---------------------------------------------------------------------------------

    def questionnaire(self, folder: Path) -> Questionnaire:
        named = (folder / name for name in (CONSTANTS, CHANGES, LAWS, PROFILE))
        nodes = [self.file(path) for path in (*named, *sorted(folder.glob(SECTIONS)))]
        constants, changes, laws, profile, *sections = nodes
        self.constants = {
            key: self.whole(node, range(10_000)) for key, node in constants.entries() if key
        }
        self.acts = {act.key: act for act in map(self.act, self.each(laws, "acts"))}
        asked = tuple(map(self.profile_question, self.each(profile, "questions")))
        self.flags = {flag for one in asked for choice in one.choices for flag in choice.sets}
        read = tuple(map(self.section, sections))
        plain = [node.plain() for node in nodes]
        canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
        return Questionnaire(
            folder.name,
            hashlib.sha256(canonical.encode()).hexdigest(),
            self.text(changes),
            asked,
            read,
        )

    def file(self, path: Path) -> Node:
        try:
            return reading.read(path)
        except reading.Unreadable as error:
            self.faults.append(Fault(path.name, error.line, error.said))
            return Node({}, path.name, 1)

    # --- parts ---------------------------------------------------------------------------------

    def act(self, node: Node) -> Act:
        take = self.fields(node, "key", "name", "short", "unit", "url", "provisions")
        unit = self.line(take("unit"))
        if unit not in ("article", "section"):
            self.fault(node, f"unit {unit!r} is neither article nor section")
        return Act(
            self.key(take("key")),
            self.text(take("name")),
            self.text(take("short")),
            unit,
            self.text(take("url")),
            frozenset(map(self.line, take("provisions").items())),
        )

    def profile_question(self, node: Node) -> ProfileQuestion:
        take = self.fields(node, "key", "number", "kind", "text", "why", "choices")
        kind = self.line(take("kind"))
        if kind not in ("one", "many"):
            self.fault(node, f"kind {kind!r} is neither one nor many")
        choices = tuple(map(self.choice, take("choices").items()))
        if len(choices) < 2:
            self.fault(node, "fewer than two choices")
        if len({choice.key for choice in choices}) < len(choices):
            self.fault(node, "two choices of one key")
        return ProfileQuestion(
            self.new_key(take("key")),
            self.new_number(take("number")),
            kind == "many",
            self.text(take("text")),
            self.text(take("why")),
            choices,
        )

    def choice(self, node: Node) -> Choice:
        take = self.fields(node, "key", "text", "sets", "leaves_open")
        return Choice(
            self.line(take("key")),
            self.text(take("text")),
            frozenset(map(self.line, take("sets").items())),
            frozenset(map(self.line, take("leaves_open").items())),
        )

    def section(self, node: Node) -> Section:
        take = self.fields(
            node, "section", "number", "title", "intro", "questions", may=("show_if",)
        )
        key = self.new_key(take("section"))
        number = self.whole(take("number"), range(1, 100))
        self.new(f"section {number}", self.numbers, take("number"))
        shown = self.condition(take("show_if"))
        questions = [self.question(one, key, number, shown) for one in take("questions").items()]
        if not questions:
            self.fault(node, "a section without questions")
        return Section(
            key, number, self.text(take("title")), self.text(take("intro")), tuple(questions)
        )

    def question(self, node: Node, section: str, number: int, shown: Condition) -> Question:
        take = self.fields(
            node,
            *("key", "number", "obligation", "weight", "effort", "target", "role", "depth"),
            *("stopper", "can_be_inapplicable", "review_months", "evidence", "refs"),
            *("text", "why", "guidance", "levels", "evidence_examples", "action"),
            may=("show_if",),
        )
        shown = both(shown, self.condition(take("show_if")))  # before the key is one to ask about
        key = self.new_key(take("key"))
        self.scored.add(key)
        if not key.startswith(f"{section}."):
            self.fault(node, f"key {key!r} does not begin with {section!r}")
        numbered = self.new_number(take("number"))
        if not numbered.startswith(f"{number}."):
            self.fault(node, f"number {numbered!r} is not of section {number}")
        obligation = self.member(Obligation, take("obligation"))
        refs = tuple(filter(None, map(self.reference, take("refs").items())))
        if obligation is Obligation.MUST and not refs:
            self.fault(node, "an obligation refers to no law")
        return Question(
            key=key,
            number=numbered,
            obligation=obligation,
            weight=self.whole(take("weight"), range(1, 6)),
            effort=self.effort(take("effort")),
            target=self.whole(take("target"), range(1, 5)),
            role=self.member(Role, take("role")),
            depth=self.member(Depth, take("depth")),
            stopper=self.flag(take("stopper")),
            can_be_inapplicable=self.flag(take("can_be_inapplicable")),
            review_months=self.whole(take("review_months"), range(1, 61)),
            evidence=self.member(Expected, take("evidence")),
            refs=refs,
            text=self.text(take("text")),
            why=self.text(take("why")),
            guidance=self.text(take("guidance")),
            levels=self.texts(take("levels"), exactly=len(LEVELS)),
            evidence_examples=self.texts(take("evidence_examples")),
            action=self.action(take("action")),
            show_if=shown,
        )

    def effort(self, node: Node) -> Effort:
        take = self.fields(node, "size", "hours")
        size, hours = self.line(take("size")), take("hours").items()
        if size not in Size.__members__:
            self.fault(node, f"size {size!r} is none of {', '.join(Size.__members__)}")
            size = "S"
        span = tuple(self.whole(one, range(1, 1000)) for one in hours)
        if len(span) != 2 or span[0] > span[1]:
            self.fault(node, "hours are two numbers, from and to")
            span = (1, 1)
        return Effort(Size[size], (span[0], span[1]))

    def action(self, node: Node) -> Action:
        take = self.fields(
            node, "key", "when_level_at_most", "days", "role", "title", "steps", "done_when"
        )
        return Action(
            self.new_key(take("key")),
            self.whole(take("when_level_at_most"), range(4)),
            self.whole(take("days"), range(1, 366)),
            self.member(Role, take("role")),
            self.text(take("title")),
            self.texts(take("steps")),
            self.text(take("done_when")),
        )

    def reference(self, node: Node) -> Reference | None:
        act, _, provision = self.line(node).partition(":")
        if act in self.acts and provision in self.acts[act].provisions:
            return Reference(self.acts[act], provision)
        self.fault(node, f"unknown law reference {self.line(node)!r}")
        return None

    def condition(self, node: Node) -> Condition:
        """It asks about earlier questions only: so no two wait for each other."""
        if node.value is None:
            return ALWAYS
        try:
            condition = parse(node.plain())
        except Malformed as error:
            self.fault(node, str(error))
            return ALWAYS
        for name in sorted(set(condition.flags()) - self.flags):
            self.fault(node, f"no profile question sets the flag {name!r}")
        for key in sorted(set(condition.questions()) - self.scored):
            self.fault(node, f"{key!r} is no question before this one")
        return condition

    # --- values --------------------------------------------------------------------------------

    def fields(self, node: Node, *must: str, may: tuple[str, ...] = ()) -> Callable[[str], Node]:
        """How to take a field; what is missing, or not known, is a fault."""
        found = dict(node.entries())
        if not isinstance(node.value, dict):
            self.fault(node, f"expected {', '.join(must)}")
        for name in must:
            if isinstance(node.value, dict) and name not in found:
                self.fault(node, f"{name} is missing")
        for name in found:
            if name not in (*must, *may):
                self.fault(found[name], f"{name!r} is not known here")
        return lambda name: found.get(name, Node(None, node.file, node.line))

    def each(self, node: Node, name: str) -> Iterator[Node]:
        return iter(self.fields(node, name)(name).items())

    def line(self, node: Node) -> str:
        if isinstance(node.value, str) and node.value.strip():
            return node.value
        if node.value is not None:
            self.fault(node, "not a text")
        return ""

    def key(self, node: Node) -> str:
        key = self.line(node)
        if key and not KEY.fullmatch(key):
            self.fault(node, f"{key!r} is no key")
        return key

    def new_key(self, node: Node) -> str:
        return self.new(self.key(node), self.keys, node)

    def new_number(self, node: Node) -> str:
        return self.new(self.line(node), self.numbers, node)

    def new(self, name: str, seen: set[str], node: Node) -> str:
        if name in seen:
            self.fault(node, f"{name!r} is there already")
        seen.add(name)
        return name

    def whole(self, node: Node, allowed: range) -> int:
        number = node.value
        if isinstance(number, int) and not isinstance(number, bool) and number in allowed:
            return number
        if number is not None:
            self.fault(node, f"not a whole number from {allowed[0]} to {allowed[-1]}")
        return allowed[0]

    def flag(self, node: Node) -> bool:
        if node.value is not None and not isinstance(node.value, bool):
            self.fault(node, "neither true nor false")
        return node.value is True

    def member(self, kind: type[Member], node: Node) -> Member:
        members = {member.value: member for member in kind}
        if node.value not in (None, *members):
            self.fault(node, f"{node.plain()!r} is none of {', '.join(members)}")
        return members.get(str(node.value), next(iter(kind)))

    def text(self, node: Node) -> Text:
        return Text(*self.in_each_language(node, self.words))

    def texts(self, node: Node, *, exactly: int | None = None) -> Texts:
        lists = self.in_each_language(node, partial(self.several, exactly=exactly))
        if len(set(map(len, lists))) > 1:
            self.fault(node, "the languages have lists of different length")
        return Texts(*lists)

    def several(self, node: Node, exactly: int | None) -> tuple[str, ...]:
        found = tuple(map(self.words, node.items()))
        if node.value is not None and len(found) != (exactly or len(found) or 1):
            self.fault(node, f"{len(found)} texts, not {exactly or 'one or more'}")
        return found

    def in_each_language(self, node: Node, read: Callable[[Node], Any]) -> list[Any]:
        found = dict(node.entries())
        for language in LANGUAGES:
            if node.value is not None and language not in found:
                self.fault(node, f"the text in {language!r} is missing")
        for language in found:
            if language not in LANGUAGES:
                self.fault(found[language], f"{language!r} is no language of ours")
        missing = Node(None, node.file, node.line)
        return [read(found[one]) if one in found else read(missing) for one in LANGUAGES]

    def words(self, node: Node) -> str:
        """A text, with the numbers of law filled in."""
        if node.value is not None and not (isinstance(node.value, str) and node.value.strip()):
            self.fault(node, "an empty text, or none")
            return ""
        text = node.value or ""
        for name in VARIABLE.findall(text):
            if name not in self.constants:
                self.fault(node, f"no number is called {name!r}")
        return VARIABLE.sub(lambda found: str(self.constants.get(found[1], "")), text).strip()
