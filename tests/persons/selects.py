"""Counts what a page reads: the SELECTs of tables, without savepoints and contexts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.test.utils import CaptureQueriesContext


@contextmanager
def selects() -> Iterator[list[str]]:
    """The list is filled when the block ends."""
    found: list[str] = []
    with CaptureQueriesContext(connections["default"]) as captured:
        yield found
    found += [q["sql"] for q in captured if " FROM " in q["sql"]]
