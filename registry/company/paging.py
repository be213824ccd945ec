"""Keyset paging: a page begins after the last row shown, at the same cost wherever it is.

The address carries that row's key and nothing of what it holds, so no personal data is in it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

AFTER = "jalkeen"
SIZE = 50


@dataclass(frozen=True)
class Page:
    """``next`` is the key after which more rows begin, if there are more."""

    rows: list[Any]
    next: UUID | None
    is_first: bool

    # Empty where they would lead nowhere new.

    @property
    def next_url(self) -> str:
        return f"?{AFTER}={self.next}" if self.next else ""

    @property
    def first_url(self) -> str:
        return "" if self.is_first else "?"


def page_of(request: HttpRequest, rows: QuerySet, *, by: str, size: int = SIZE) -> Page:
    """The page of ``rows`` that the request asks for, ordered by column ``by`` and then the key.

    A hyphen before ``by`` means descending. Where the last row shown is gone, the list begins anew.
    """
    sign, column = ("-", by[1:]) if by.startswith("-") else ("", by)
    ordered = rows.order_by(by, f"{sign}pk")
    last = last_shown(rows, column, request.GET.get(AFTER, ""))
    if last:
        ordered = ordered.filter(beyond(column, "lt" if sign else "gt", *last))
    found = list(ordered[: size + 1])
    more = len(found) > size
    return Page(found[:size], found[size - 1].pk if more else None, last is None)


def last_shown(rows: QuerySet, column: str, key: str) -> tuple[Any, Any] | None:
    """The row after which the page begins, as its place in the order."""
    try:
        key = rows.model._meta.pk.to_python(key)
    except ValidationError:
        return None
    return rows.filter(pk=key).values_list(column, "pk").first() if key else None


def beyond(column: str, than: str, value: Any, key: Any) -> Q:
    """Rows further on in the order; the first condition lets an index on the column skip there."""
    return Q(**{f"{column}__{than}e": value}) & (
        Q(**{f"{column}__{than}": value}) | Q(**{f"pk__{than}": key})
    )
