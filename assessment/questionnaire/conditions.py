"""Whether a question concerns a company: conditions as data, over its flags and its answers.

A condition is true, false or, as long as something that it asks about is not known, open. What is
open is asked: rather once too often than a duty overlooked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class Malformed(ValueError):
    """What is wrong with a condition as it is written."""


@dataclass(frozen=True)
class Facts:
    """What is known of a company: flags (None: not known) and levels of answers by question."""

    flags: Mapping[str, bool | None]
    levels: Mapping[str, int]


@dataclass(frozen=True)
class Flag:
    name: str

    def holds(self, facts: Facts) -> bool | None:
        return facts.flags.get(self.name)

    def flags(self) -> Iterator[str]:
        yield self.name

    def questions(self) -> Iterator[str]:
        yield from ()


@dataclass(frozen=True)
class Reached:
    """Another question is answered with at least this level."""

    question: str
    level: int

    def holds(self, facts: Facts) -> bool | None:
        level = facts.levels.get(self.question)
        return None if level is None else level >= self.level

    def flags(self) -> Iterator[str]:
        yield from ()

    def questions(self) -> Iterator[str]:
        yield self.question


@dataclass(frozen=True)
class Not:
    part: "Condition"

    def holds(self, facts: Facts) -> bool | None:
        held = self.part.holds(facts)
        return None if held is None else not held

    def flags(self) -> Iterator[str]:
        return self.part.flags()

    def questions(self) -> Iterator[str]:
        return self.part.questions()


@dataclass(frozen=True)
class Several:
    """All of the parts, or any of them. All of none is true, any of none false."""

    parts: tuple["Condition", ...]
    every: bool

    def holds(self, facts: Facts) -> bool | None:
        held = {part.holds(facts) for part in self.parts}
        if (not self.every) in held:
            return not self.every
        return None if None in held else self.every

    def flags(self) -> Iterator[str]:
        return (name for part in self.parts for name in part.flags())

    def questions(self) -> Iterator[str]:
        return (key for part in self.parts for key in part.questions())


Condition = Flag | Reached | Not | Several
ALWAYS = Several((), every=True)


def concerns(condition: Condition, facts: Facts) -> bool:
    """Whether what stands under the condition is asked."""
    return condition.holds(facts) is not False


def both(one: Condition, other: Condition) -> Condition:
    parts = tuple(part for part in (one, other) if part != ALWAYS)
    return parts[0] if len(parts) == 1 else Several(parts, every=True)


def parse(written: object) -> Condition:
    """A condition from what a content file says. Raises Malformed."""
    match written:
        case {"flag": str(name), **more} if not more:
            return Flag(name)
        case {"question": str(key), "at_least": int(level), **more} if not more:
            return Reached(key, level)
        case {"not": part, **more} if not more:
            return Not(parse(part))
        case {"all": list(parts), **more} if parts and not more:
            return Several(tuple(map(parse, parts)), every=True)
        case {"any": list(parts), **more} if parts and not more:
            return Several(tuple(map(parse, parts)), every=False)
    raise Malformed(f"{written!r} is no condition")
