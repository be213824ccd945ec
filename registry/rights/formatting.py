"""Stored values as people read them."""

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from registry.company.roles import Right
from registry.declarations.plan import Column, plan
from registry.rights.correction import takes_value

QUOTED = ("old_value", "new_value")  # of a request for correction: values of other columns
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
    match column.name:
        case "table_name":
            return plan().title_of(raw)
        case "column":
            return ", ".join(plan().labels_of(row["table_name"], [raw]))
        case name if name in QUOTED:
            return quoted(name, row)
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
    if isinstance(raw, dict):
        return "; ".join(f"{name}: {listed(value)}" for name, value in raw.items())
    if isinstance(raw, list):
        return ", ".join(plan().labels_of(row.get("table_name", ""), raw))
    return str(RIGHTS.get(raw, raw))


def listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def quoted(name: str, row: dict[str, Any]) -> str:
    """A value in a request, as the column that it is of is read; as it stands where it can't be,
    since the column has changed, or what somebody typed is no value of it."""
    text = row[name]
    try:
        column = plan().table(row["table_name"]).column(row["column"])
        if column.personal.link or (name == "new_value" and not takes_value(column)):
            return text
        value = recalled(column, text)
    except (KeyError, AttributeError, ValueError, ValidationError):
        return text
    return formatted(column, {column.name: value}, text)


def recalled(column: Column, text: str) -> Any:
    """The value of which ``lasting`` has made the text. Raises ValueError or ValidationError if
    it is none of this column."""
    field = column.field
    if isinstance(field, models.BooleanField | ArrayField):
        return json.loads(text)
    if not field.is_relation:
        field.to_python(text)
    return text


def lasting(column: Column, row: dict[str, Any], linked: str) -> str:
    """A value that came as JSON, as text in which it can be kept: the same in all languages, but
    for whom a link points at, which is told and not kept."""
    raw = row[column.name]
    if raw is None:
        return ""
    if column.personal.link:
        return linked
    return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
