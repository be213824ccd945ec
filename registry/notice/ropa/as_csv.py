"""Comma-separated values, as Finnish Excel opens them: by semicolons, with a byte order mark."""

import csv
from io import StringIO

from registry.notice.ropa.record import Record
from registry.notice.ropa.table import head, rows, titles

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(record: Record) -> bytes:
    """A row an activity, each complete by itself: what holds of all is repeated."""
    common = head(record)
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([*titles(), *(title for title, _text in common)])
    for row in rows(record):
        writer.writerow([harmless(cell) for cell in (*row, *(text for _title, text in common))])
    return file.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
