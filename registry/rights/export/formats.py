"""The files of an export that hold rows and columns, as pieces of bytes."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.declarations.plan import Column, Table
from registry.declarations.vocabulary import Display
from registry.rights.export.contents import Contents, names_files
from registry.rights.export.reading import Rows
from registry.rights.export.statements import Item
from registry.rights.inspection import why

BOM = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for something else
SEPARATOR = ";"  # what Excel expects in Finland and Sweden, where the comma is in the numbers


def json_array(rows: Rows) -> Iterator[bytes]:
    """Lines of JSON as one array."""
    before = b"[\n"
    for lines in filter(None, rows):
        yield before + lines[:-1].replace(b"\n", b",\n")
        before = b",\n"
    yield b"\n]\n" if rows.count else b"[]\n"


def csv_table(columns: Iterable[Item], rows: Rows) -> Iterator[bytes]:
    yield BOM + SEPARATOR.join(one.name for one in columns).encode() + b"\n"
    yield from rows


def dictionary(contents: Contents) -> Iterator[bytes]:
    """What each column is and why it is stored, as the inspection page says it."""
    portable = {
        (table, column) for table, columns, _rows in contents.portable for column in columns
    }
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=SEPARATOR, lineterminator="\n")
    writer.writerow(
        (
            _("table"),
            _("column"),
            _("data"),
            _("name"),
            _("category"),
            _("purpose"),
            _("legal basis"),
            _("source"),
            _("kept"),
            _("recipients"),
            _("what is exported"),
            _("portable (GDPR Article 20)"),
        )
    )
    for table, columns, _rows in contents.parts:
        for column in columns:
            portably = _("yes") if (table, column) in portable else _("no")
            writer.writerow((*described(table, column), form(column), portably))
    yield BOM + lines.getvalue().encode()


def described(table: Table, column: Column) -> tuple[str, ...]:
    reason = why(table.name, column.name, get_language())
    return (
        table.name,
        column.name,
        str(table.title),
        reason.name,
        str(column.personal.category.label),
        reason.purposes,
        reason.basis,
        reason.source,
        reason.retention,
        reason.recipients,
    )


def form(column: Column) -> str:
    if column.personal.display is Display.EXISTENCE:
        return _("whether it exists, since it is secret")
    if names_files(column):
        return _("the file, by its name")
    return _("the value")
