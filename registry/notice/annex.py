"""The notice's annex, generated: what is stored, why, on which basis, how long, for whom."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.declarations.declare import Personal
from registry.declarations.plan import Plan
from registry.declarations.vocabulary import Category, Section


@dataclass
class Row:
    """Columns of one category that are declared alike."""

    category: Category
    spec: Personal
    names: list[str]
    law: str


@dataclass(frozen=True)
class Chapter:
    section: Section
    rows: list[Row]


def annex(plan: Plan) -> Iterator[Chapter]:
    """The declared columns by the notice's section 5; alike ones share a row."""
    for section in Section:
        rows: dict[tuple, Row] = {}
        for _table, column in plan.columns_of(section):
            spec = column.personal
            name = str(column.label)
            alike = (
                spec.category,
                spec.purposes,
                spec.basis,
                spec.source,
                spec.retention,
                spec.recipients,
            )
            row = rows.setdefault(alike, Row(spec.category, spec, [], str(spec.law or "")))
            if name not in row.names:
                row.names.append(name)
        if rows:
            yield Chapter(section, list(rows.values()))
