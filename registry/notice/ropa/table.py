"""The record as a table: what HTML, CSV and XLSX have in common."""

from collections.abc import Callable, Iterator

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.notice.ropa.record import Activity, Record

Cell = Callable[[Activity], str]


def head(record: Record) -> list[tuple[str, str]]:
    """What holds of every activity, GDPR Article 30(1)(a), (e) and (g), and whence the record."""
    version = record.version
    return [
        (_("Controller"), "\n".join(record.controller)),
        (_("Contact person"), "\n".join(record.contact)),
        (_("Data protection officer"), _("none named")),
        (_("Register"), "\n".join(record.register)),
        (_("Disclosures"), "\n".join(record.disclosures)),
        (_("Transfers outside the EU and EEA"), record.transfers),
        (_("Security, by the privacy notice"), "\n".join(record.protection)),
        (_("Security measures"), "\n".join(one.text for one in record.measures)),
        (_("Record made on"), date_format(record.made_on)),
        (
            _("Version of the privacy notice"),
            date_format(version.date) if version else _("not approved"),
        ),
        (_("SHA-256 of the declarations"), record.plan_hash),
    ]


def columns() -> list[tuple[str, Cell]]:
    """What is told of each activity, GDPR Article 30(1)(b) to (f); the basis and source besides."""
    return [
        (_("Data stored"), lambda one: capfirst(one.title)),
        (_("Categories of personal data"), lambda one: joined(one.categories, labels=True)),
        (_("Data"), lambda one: ", ".join(item.name for item in one.items)),
        (_("Categories of data subjects"), lambda one: joined(one.subjects)),
        (_("Purposes"), lambda one: joined(one.purposes)),
        (_("Legal basis"), basis),
        (_("Source"), lambda one: str(one.source or "–")),
        (_("Recipients"), lambda one: joined(one.recipients)),
        (_("Time limit for erasure"), lambda one: one.kept),
        (_("Columns"), lambda one: ", ".join(item.key for item in one.items)),
    ]


def joined(terms: tuple, *, labels: bool = False) -> str:
    return "; ".join(str(term.label if labels else term) for term in terms)


def basis(activity: Activity) -> str:
    return "; ".join(str(one) for one in (activity.basis, activity.law) if one)


def rows(record: Record) -> Iterator[list[str]]:
    cells = [cell for _title, cell in columns()]
    for activity in record.activities:
        yield [cell(activity) for cell in cells]


def titles() -> list[str]:
    return [title for title, _cell in columns()]
