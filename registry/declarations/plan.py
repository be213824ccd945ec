"""The compiled declarations: one immutable, hashed plan, and the only thing others read.

From it come the notice's annex, self-inspection, erasure, the row-level security policies and
the scan for residues. It is compiled once, when the application starts.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from functools import cache, cached_property
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from registry.declarations.declare import (
    Declaration,
    Personal,
    Store,
    Via,
    declarations,
    stores,
)
from registry.declarations.vocabulary import Category, Erase, Exempt, Section

# The day in Finland, whichever time zone the session is in: there the days of its laws end.
TODAY = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date"
# Columns that no reader of a history has a name for.
NAMELESS = (Exempt.KEY, Exempt.TENANT, Exempt.STRUCTURE, Exempt.DERIVED)


@dataclass(frozen=True)
class Column:
    name: str
    label: str | Promise
    spec: Personal | Exempt
    field: models.Field | None

    @cached_property
    def personal(self) -> Personal | None:
        return self.spec if isinstance(self.spec, Personal) else None


@dataclass(frozen=True)
class Table:
    """A declared table. ``name`` is the database's name for it; ``label`` the model's."""

    name: str
    label: str
    title: str | Promise
    key: str
    tenant: str | None
    subject: str | Via | None
    columns: tuple[Column, ...]
    model: type[models.Model] | None
    outlives: bool
    expires: str | None

    @cached_property
    def personal_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.personal)

    def column(self, name: str) -> Column:
        """The column with this database name. Raises KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def erased_by(self, *actions: Erase) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.personal and c.personal.erase in actions)

    @cached_property
    def link_columns(self) -> tuple[Column, ...]:
        """The columns that point at a person and are cut when that person is erased."""
        return tuple(c for c in self.columns if c.personal and c.personal.link)

    @property
    def is_tombstone(self) -> bool:
        """The row stays after erasure of its company, its columns overwritten."""
        return bool(self.erased_by(Erase.SCRUB))

    @property
    def is_retained(self) -> bool:
        """The row stays after erasure of its company, because a law says so."""
        return bool(self.erased_by(Erase.RETAIN))

    @property
    def until(self) -> str | None:
        """The column that says until when a retained row is kept."""
        retained = self.erased_by(Erase.RETAIN)
        return retained[0].personal.until if retained else None

    @property
    def address(self) -> str | None:
        """The column with the email address that the rows are about, with or without an account."""
        match self.subject:
            case Via(column, "accounts_user", "email"):
                return column
        return None

    @property
    def expired(self) -> str | None:
        """The condition of the rows that are kept no longer, or None if none expire."""
        return f"{self.until} < {TODAY}" if self.until else self.expires


@dataclass(frozen=True)
class Plan:
    """``tables`` stand children first: the order in which rows can be deleted."""

    tables: tuple[Table, ...]
    stores: tuple[Store, ...]
    hash: str

    def table(self, name: str) -> Table:
        """The table with this database name. Raises KeyError if none is declared."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def title_of(self, table: str) -> str:
        """What people call a table; as stored, if it is no longer declared."""
        return next((str(one.title) for one in self.tables if one.name == table), table)

    def labels_of(self, table: str, columns: Iterable[str]) -> list[str]:
        """What people call columns of a table, without keys and the like; as stored, if they are
        no longer declared."""
        known = {c.name: c for one in self.tables if one.name == table for c in one.columns}
        return [
            str(known[name].label) if name in known else name
            for name in columns
            if name not in known or known[name].spec not in NAMELESS
        ]

    @property
    def of_tenant(self) -> tuple[Table, ...]:
        return tuple(table for table in self.tables if table.tenant)

    @property
    def of_account(self) -> tuple[Table, ...]:
        """Tables about one person whichever the company: deleted with the account."""
        return tuple(table for table in self.tables if table.subject and not table.tenant)

    def columns_of(self, section: Section) -> Iterable[tuple[Table, Column]]:
        order = list(Category)
        found = [
            (table, column)
            for table in self.tables
            for column in table.personal_columns
            if column.personal.category.section is section
        ]
        return sorted(found, key=lambda pair: order.index(pair[1].personal.category))


@cache
def plan() -> Plan:
    """The plan of the running application."""
    return compile_plan(declarations.values(), stores.values())


def compile_plan(declared: Iterable[Declaration], declared_stores: Iterable[Store]) -> Plan:
    """Compile declarations into a plan; what is wrong with them is told by ``checks``."""
    declared, declared_stores = tuple(declared), tuple(declared_stores)
    tables = children_first([compile_table(declaration) for declaration in declared])
    digest = hashlib.sha256(
        json.dumps(canonical(declared, declared_stores), sort_keys=True).encode()
    )
    return Plan(tuple(tables), declared_stores, digest.hexdigest())


def model_of(label: str) -> type[models.Model] | None:
    """The model of a declared table, or None for a table that has none."""
    return apps.get_model(label) if "." in label else None


def compile_table(declaration: Declaration) -> Table:
    model = model_of(declaration.table)
    fields = {field.column: field for field in model._meta.concrete_fields} if model else {}
    return Table(
        name=model._meta.db_table if model else declaration.table,
        label=declaration.table,
        title=declaration.title
        or (model._meta.verbose_name_plural if model else declaration.table),
        key=model._meta.pk.column if model else "",
        tenant=declaration.tenant,
        subject=declaration.subject,
        columns=tuple(
            Column(
                name,
                (isinstance(spec, Personal) and spec.label)
                or (fields[name].verbose_name if name in fields else name),
                spec,
                fields.get(name),
            )
            for name, spec in declaration.columns.items()
        ),
        model=model,
        outlives=declaration.outlives,
        expires=declaration.expires,
    )


def children_first(tables: list[Table]) -> list[Table]:
    """Order tables so that rows that point at others come before them."""
    by_name = {table.name: table for table in tables}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for table in sorted(tables, key=lambda table: table.name):
        sorter.add(table.name)
        for field in table.model._meta.concrete_fields if table.model else ():
            target = field.related_model._meta.db_table if field.related_model else None
            if target in by_name and target != table.name:
                sorter.add(target, table.name)
        if isinstance(table.subject, Via) and table.subject.table in by_name:
            sorter.add(table.subject.table, table.name)
    return [by_name[name] for name in sorter.static_order()]


def canonical(declared: tuple[Declaration, ...], declared_stores: tuple[Store, ...]) -> Any:
    """What the hash covers: everything declared, in names that no translation changes."""
    return plain(
        {
            "tables": {one.table: asdict(one) for one in declared},
            "stores": {one.key: asdict(one) for one in declared_stores},
        }
    )


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        # A title or label is words; a column may bear such a name, and is declared.
        words = {key for key in ("label", "title") if not isinstance(value.get(key), dict | Enum)}
        return {key: plain(item) for key, item in value.items() if key not in words}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Promise):
        return value._args[0] if hasattr(value, "_args") else None
    return getattr(value, "name", value)
