"""Stored values as people read them."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from registry.company.roles import Right
from registry.declarations.plan import Column, plan

RIGHTS = {right.value: right.label for right in Right}


def formatted(column: Column, row: dict[str, Any], linked: str) -> str:
    """A value that came as JSON, as text in the active language; "" when there is none.

    ``linked``: how to call the person that a link column points at.
    """
    raw = row[column.name]
    if raw is None or raw == "":
        return ""
    if column.personal.link:
        return linked
    if column.name == "table_name":
        return plan().title_of(raw)
    field = column.field
    if field.choices:
        return str(dict(field.flatchoices).get(raw, raw))
    match field:
        case models.BooleanField():
            return _("yes") if raw else _("no")
        case models.DateTimeField():
            return date_format(timezone.localtime(parse_datetime(raw)), "SHORT_DATETIME_FORMAT")
        case models.DateField():
            return date_format(parse_date(raw), "SHORT_DATE_FORMAT")
        case models.DecimalField():
            return number_format(raw, field.decimal_places, force_grouping=True)
    if isinstance(raw, list):
        return ", ".join(plan().labels_of(row.get("table_name", ""), raw))
    return str(RIGHTS.get(raw, raw))
