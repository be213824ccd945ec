"""A measured figure beside its goal."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Result:
    name: str
    figure: float
    goal: float
    at_least: bool
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        reached = self.figure >= self.goal if self.at_least else self.figure <= self.goal
        return f"{self.name} {self.figure:.2f} {self.goal:g} {'ok' if reached else 'short'}"
