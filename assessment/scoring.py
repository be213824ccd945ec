"""From answers to scores: whole numbers only, so that they can be computed again by hand.

Shares are in basis points (10,000 is all of it), the maturity in tenths of a level. Scores rest on
what is visible, concerns the company and has been answered; what is not known counts as nothing
reached, but is told as something to find out. What is not answered yet, or put off, counts in the
progress alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from assessment.questionnaire.conditions import Facts, concerns
from assessment.questionnaire.model import Obligation, Question, Questionnaire

ALL = 10_000
GREEN, AMBER = 8_500, 6_000  # of the obligations
STOPPED_AT = 1  # a stopper at this level or below
BINDING = {Obligation.MUST: 3, Obligation.SHOULD: 2, Obligation.GOOD: 1}
FIRST, PLAN = 1_200, 500  # priorities from which a gap is done first, or planned


class State(Enum):
    """What was answered."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    LATER = "later"
    INAPPLICABLE = "inapplicable"


@dataclass(frozen=True)
class Answer:
    """``level``: of an answered question. ``evidenced``: whether valid evidence shows it."""

    state: State
    level: int | None = None
    evidenced: bool = False


class Verdict(Enum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class When(Enum):
    """When a gap is to be mended."""

    FIRST = "first"
    PLAN = "plan"
    LATER = "later"


@dataclass(frozen=True)
class Gap:
    """A question below its target. ``level``: None where it is not known."""

    question: Question
    level: int | None
    priority: int
    when: When
    is_stopper: bool


@dataclass(frozen=True)
class Score:
    """Of some questions. Shares are None as long as nothing is answered."""

    visible: int
    settled: int  # answered, not known, or of no concern
    inapplicable: int
    unknown: int
    obligations: int | None
    reached: int | None  # of all questions' targets
    maturity: int | None  # in tenths of a level
    evidenced: int | None

    @property
    def progress(self) -> int:
        return self.settled * ALL // self.visible if self.visible else ALL

    @property
    def is_provisional(self) -> bool:
        return self.settled < self.visible


@dataclass(frozen=True)
class Result:
    """What an assessment comes to. ``verdict``: None as long as no obligation is answered."""

    whole: Score
    sections: Mapping[str, Score]
    verdict: Verdict | None
    gaps: tuple[Gap, ...]  # stoppers first, then by priority
    to_find_out: tuple[Question, ...]

    @property
    def stoppers(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.is_stopper)


def visible(
    questionnaire: Questionnaire, flags: Mapping[str, bool | None], answers: Mapping[str, Answer]
) -> list[Question]:
    """The questions that concern the company, in their order.

    A hidden question's answer is kept, and counts nowhere: not in the conditions of others either.
    """
    shown: list[Question] = []
    levels: dict[str, int] = {}
    for question in questionnaire.questions.values():
        if concerns(question.show_if, Facts(flags, levels)):
            shown.append(question)
            answer = answers.get(question.key)
            if answer and answer.level is not None:
                levels[question.key] = answer.level
    return shown


def assess(
    questionnaire: Questionnaire, flags: Mapping[str, bool | None], answers: Mapping[str, Answer]
) -> Result:
    """The result of these answers under these flags."""
    shown = visible(questionnaire, flags, answers)
    gaps = tuple(sorted(gaps_in(shown, answers), key=urgency))
    whole = score(shown, answers)
    return Result(
        whole,
        {
            section.key: score([one for one in section.questions if one in shown], answers)
            for section in questionnaire.sections
            if any(one in shown for one in section.questions)
        },
        verdict_of(whole.obligations, gaps),
        gaps,
        tuple(one for one in shown if state_of(one, answers) is State.UNKNOWN),
    )


def score(questions: Iterable[Question], answers: Mapping[str, Answer]) -> Score:
    questions = list(questions)
    states = [state_of(one, answers) for one in questions]
    counted = [
        (one, answers[one.key])
        for one, state in zip(questions, states, strict=True)
        if state in (State.ANSWERED, State.UNKNOWN)
    ]
    must = [(one, answer) for one, answer in counted if one.obligation is Obligation.MUST]
    settled = sum(state not in (None, State.LATER) for state in states)
    return Score(
        len(questions),
        settled,
        states.count(State.INAPPLICABLE),
        states.count(State.UNKNOWN),
        mean([(one.weight, coverage(one, answer)) for one, answer in must]),
        mean([(one.weight, coverage(one, answer)) for one, answer in counted]),
        mean([(one.weight, 10 * (answer.level or 0)) for one, answer in counted]),
        mean([(one.weight, ALL * answer.evidenced) for one, answer in counted]),
    )


def state_of(question: Question, answers: Mapping[str, Answer]) -> State | None:
    """None where nothing was answered."""
    answer = answers.get(question.key)
    return answer.state if answer else None


def coverage(question: Question, answer: Answer) -> int:
    """How much of its target a question has reached; what is above it counts no more."""
    return min(answer.level or 0, question.target) * ALL // question.target


def mean(weighted: list[tuple[int, int]]) -> int | None:
    """The weighted mean, rounded down; None of nothing."""
    weight = sum(weight for weight, _value in weighted)
    return sum(weight * value for weight, value in weighted) // weight if weight else None


def gaps_in(questions: Iterable[Question], answers: Mapping[str, Answer]) -> Iterable[Gap]:
    for question in questions:
        answer = answers.get(question.key)
        if answer is None or answer.state not in (State.ANSWERED, State.UNKNOWN):
            continue
        level = answer.level or 0
        if level < question.target:
            stops = question.stopper and level <= STOPPED_AT
            urgent = priority(question, level)
            yield Gap(question, answer.level, urgent, when(urgent, stops), stops)


def priority(question: Question, level: int) -> int:
    """How much a gap matters for the work that it takes."""
    missing = question.target - level
    binding = BINDING[question.obligation]
    return question.weight * missing * binding * 100 // int(question.effort.size)


def when(urgent: int, stops: bool) -> When:
    if stops or urgent >= FIRST:
        return When.FIRST
    return When.PLAN if urgent >= PLAN else When.LATER


def urgency(gap: Gap) -> tuple[bool, int, str]:
    """Sorts what is urgent first; of equals, by key, so that the order is always the same."""
    return (not gap.is_stopper, -gap.priority, gap.question.key)


def verdict_of(obligations: int | None, gaps: Iterable[Gap]) -> Verdict | None:
    """A stopper caps the verdict, whatever the percentage."""
    if any(gap.is_stopper for gap in gaps):
        return Verdict.RED
    if obligations is None:
        return None
    if obligations >= GREEN:
        return Verdict.GREEN
    return Verdict.AMBER if obligations >= AMBER else Verdict.RED
