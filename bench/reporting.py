"""The PDF report of a full assessment, against an empty document of one page, in one process."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from typing import Any

from django.utils.translation import override

from assessment.documents.as_pdf import as_pdf
from assessment.documents.model import Draft
from assessment.reporting import report
from assessment.scoring import Answer, State
from assessment.standing import Heading, Standing
from assessment.versions import current
from bench.results import Result

ROUNDS = 5
MOST = 60  # pages' worth: the report has about forty, and says something on each
EMPTY = Draft("fi", "Tyhjä", "", "", "{page}/{pages}", ())


def report_pdf(name: str, registers: Any) -> Iterator[Result]:
    """Seconds for all of it, in the time that nothing takes."""
    questionnaire = current()
    answers = {
        key: Answer(State.ANSWERED, number % 5)
        for number, key in enumerate(questionnaire.questions)
    }

    def full() -> bytes:
        standing = Standing(questionnaire, {}, answers, {})
        about = Heading("Esimerkki Oy", "Mittaus", date(2026, 11, 24))
        return as_pdf(report(about, standing, ()))

    with override("fi"):
        sides = {"report": full, "empty": lambda: as_pdf(EMPTY)}
        seconds: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(ROUNDS + 1):
            for side, make in sides.items():
                seconds[side].append(timed(make))
    pairs = zip(seconds["report"][1:], seconds["empty"][1:], strict=True)
    yield Result(name, median(a / b for a, b in pairs), MOST, False, {"seconds": seconds})


def timed(make: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    make()
    return time.perf_counter() - began
