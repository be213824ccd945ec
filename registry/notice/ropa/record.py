"""The record of processing activities, GDPR Article 30(1), from the plan and the notice.

Everything in it is text in one language, the active one; the formats only lay it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from registry.declarations.declare import Store
from registry.declarations.plan import Column, Plan, Table
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Law,
    Purpose,
    Recipient,
    Retention,
    Section,
    Source,
)
from registry.notice.approved import Version, versions
from registry.notice.ropa.measures import Measure, measures
from registry.notice.ropa.subjects import Subject, subjects_of_store, subjects_of_table
from registry.notice.texts import section


@dataclass(frozen=True)
class Item:
    """One kind of data: a column, or what a store holds of a category."""

    key: str
    name: str
    category: Category


@dataclass(frozen=True)
class Activity:
    """Data of one table or store that are processed alike.

    ``source`` is None for stores, whose data come from the tables or from the browser.
    """

    key: str
    title: str
    items: tuple[Item, ...]
    subjects: tuple[Subject, ...]
    purposes: tuple[Purpose, ...]
    basis: Basis
    source: Source | None
    recipients: tuple[Recipient, ...]
    kept: str
    retention: Retention | None
    law: Law | None

    @property
    def categories(self) -> tuple[Category, ...]:
        return tuple(dict.fromkeys(item.category for item in self.items))


@dataclass(frozen=True)
class Record:
    """``version``: that of the notice which tells people the same; None if it is not approved."""

    language: str
    made_on: date
    controller: tuple[str, ...]
    contact: tuple[str, ...]
    register: tuple[str, ...]
    disclosures: tuple[str, ...]
    protection: tuple[str, ...]
    transfers: str
    measures: tuple[Measure, ...]
    activities: tuple[Activity, ...]
    plan_hash: str
    version: Version | None


def record(plan: Plan, language: str) -> Record:
    """The record as of today. To be laid out while ``language`` is active."""
    approved = [one for one in versions() if one.plan_hash == plan.hash]
    with translation.override(language):
        return Record(
            language=language,
            made_on=timezone.localdate(),
            controller=tuple(section(1, language)),
            contact=tuple(section(2, language)),
            register=tuple(section(3, language)),
            disclosures=tuple(section(8, language)),
            protection=tuple(section(9, language)),
            transfers=_(
                "No transfers outside the EU and the EEA are declared. The data are stored in"
                " Ireland, in Microsoft Azure."
            ),
            measures=tuple(measures()),
            activities=tuple(activities(plan)),
            plan_hash=plan.hash,
            version=approved[-1] if approved else None,
        )


def activities(plan: Plan) -> Iterator[Activity]:
    """Tables in the order of the notice's section 5, then what is stored elsewhere."""
    for one in Section:
        found = [activity for table in plan.tables for activity in of_table(table, one)]
        yield from sorted(found, key=lambda activity: activity.categories[0].value)
    for store in plan.stores:
        yield of_store(store)


def of_table(table: Table, within: Section) -> Iterator[Activity]:
    """The columns of one section of the notice; alike ones share an activity."""
    alike: dict[tuple, list[Column]] = {}
    for column in table.personal_columns:
        spec = column.personal
        if spec.category.section is within:
            how = (spec.purposes, spec.basis, spec.source, spec.recipients, spec.retention)
            alike.setdefault((*how, spec.law), []).append(column)
    for number, (how, columns) in enumerate(alike.items(), start=1):
        purposes, basis, source, recipients, retention, law = how
        yield Activity(
            key=f"{table.name}-{within.value}-{number}",
            title=str(table.title),
            items=tuple(
                Item(f"{table.name}.{column.name}", str(column.label), column.personal.category)
                for column in columns
            ),
            subjects=subjects_of_table(table),
            purposes=purposes,
            basis=basis,
            source=source,
            recipients=recipients,
            kept=str(retention),
            retention=retention,
            law=law,
        )


def of_store(store: Store) -> Activity:
    return Activity(
        key=store.key,
        title=str(store.label),
        items=tuple(
            Item(f"{store.key}.{category.name.lower()}", str(category.label), category)
            for category in store.categories
        ),
        subjects=subjects_of_store(store),
        purposes=store.purposes,
        basis=store.basis,
        source=None,
        recipients=store.recipients,
        kept=f"{store.retention}; {store.erasure}",
        retention=None,
        law=None,
    )
