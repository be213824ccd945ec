"""Scores as drawings: coordinates only, the templates make SVG of them.

No style attributes, which the content security policy forbids; colours come by class. Each
drawing has a table beside it that says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from assessment.scoring import ALL

WIDTH, ROW, LABEL = 640, 30, 300
SIZE = 360
RADIUS = 130


@dataclass(frozen=True)
class Bar:
    label: str
    share: int  # basis points
    y: int
    width: int


@dataclass(frozen=True)
class Bars:
    bars: tuple[Bar, ...]
    width: int
    height: int
    left: int  # where the bars begin
    full: int  # the width of a whole one


@dataclass(frozen=True)
class Spoke:
    number: int
    x: int
    y: int
    text_x: int
    text_y: int


@dataclass(frozen=True)
class Radar:
    size: int
    centre: int
    spokes: tuple[Spoke, ...]
    rings: tuple[int, ...]
    points: str


def bars(scored: Sequence[tuple[str, int]]) -> Bars | None:
    """One below the other, in the order given; None of nothing."""
    if not scored:
        return None
    full = WIDTH - LABEL - 60
    return Bars(
        tuple(
            Bar(label, share, number * ROW, full * share // ALL)
            for number, (label, share) in enumerate(scored)
        ),
        WIDTH,
        len(scored) * ROW,
        LABEL,
        full,
    )


def radar(scored: Sequence[tuple[str, int]]) -> Radar | None:
    """By number, clockwise from the top; None of fewer than three, which make no surface."""
    if len(scored) < 3:
        return None
    centre = SIZE // 2
    angles = [2 * pi * number / len(scored) for number in range(len(scored))]

    def at(angle: float, radius: float) -> tuple[int, int]:
        return round(centre + radius * sin(angle)), round(centre - radius * cos(angle))

    reached = (
        at(angle, RADIUS * share / ALL)
        for angle, (_label, share) in zip(angles, scored, strict=True)
    )
    return Radar(
        SIZE,
        centre,
        tuple(
            Spoke(number, *at(angle, RADIUS), *at(angle, RADIUS + 18))
            for number, angle in enumerate(angles, start=1)
        ),
        tuple(RADIUS * ring // 4 for ring in range(1, 5)),
        " ".join(f"{x},{y}" for x, y in reached),
    )
