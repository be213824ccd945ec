"""The ZIP, packed while it is read: neither it nor any file in it is ever held as a whole."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override
from zipstream import ZipStream

from registry.company import blobs
from registry.declarations.plan import plan
from registry.rights.export.contents import Contents, names_files
from registry.rights.export.formats import csv_table, dictionary, json_array
from registry.rights.export.overview import overview
from registry.rights.export.reading import Rows, one_value, snapshot, values
from registry.rights.export.statements import (
    as_csv,
    as_json,
    count,
    items,
    names_of_files,
    parameters,
)
from registry.rights.stored import Part

TEXTS = Path(__file__).parent / "texts"
LEVEL = 1  # of deflate: more would save a tenth of the bytes for twice the time


class Incomplete(Exception):
    """A file has not as many rows as were counted. Names the file only."""


@dataclass(frozen=True)
class Entry:
    """A file of the ZIP. ``rows``: those in it; ``expected``: as many as there must be."""

    name: str
    chunks: Iterable[bytes]
    rows: Rows | None = None
    expected: int | None = None


@dataclass
class Archive:
    """One export. Iterate over it once: it gives the ZIP, piece by piece.

    Meanwhile ``rows_done`` of ``rows_total`` say how far it is, and afterwards ``missing`` names
    the files that the store no longer has. Everything is read when the iteration comes to it, on
    the connection of whoever iterates.

    Raises Incomplete, StoreUnavailable or a database's error: then what it gave is no ZIP.
    """

    contents: Contents
    language: str
    counts: dict[str, int] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    read: list[Rows] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        packed = ZipStream(compress_type=ZIP_DEFLATED, compress_level=LEVEL)
        with snapshot(self.contents.context), override(self.language):
            at = self.asked("SELECT now()", {})
            for part in self.contents.parts:
                counting = count(part, self.contents), parameters(part, self.contents)
                self.counts[part[0].name] = self.asked(*counting)
            for entry in self.entries(at):
                packed.add(self.measured(entry), entry.name)
                yield from filter(None, packed.all_files())
            packed.add(self.manifest(at), "manifest.json")
            yield from filter(None, packed.finalize())

    def asked(self, statement: str, parameters: dict[str, Any]) -> Any:
        return one_value(self.contents.context, statement, parameters)

    @property
    def rows_total(self) -> int:
        return sum(self.counts.values())

    @property
    def rows_done(self) -> int:
        """Every row is packed twice, as CSV and as JSON."""
        return sum(rows.count for rows in self.read) // 2

    def entries(self, at: datetime) -> Iterator[Entry]:
        contents, language = self.contents, self.language
        whose = self.asked(contents.whose, contents.whom)
        about = {"whose": whose, "at": at, "language": language, "kind": contents.kind.value}
        yield Entry("README.txt", [readme(contents, language, whose, at)])
        yield Entry("index.html", overview(contents, **about))
        yield Entry("columns.csv", dictionary(contents))
        for part in contents.parts:
            yield from self.table(part)
        for part in contents.portable:
            rows = rows_of(part, contents, as_json)
            yield Entry(f"portable/{part[0].name}.json", json_array(rows), rows)
        yield from self.stored_files()

    def table(self, part: Part) -> Iterator[Entry]:
        name, columns = part[0].name, items(part, self.contents)
        in_csv, in_json = (rows_of(part, self.contents, form) for form in (as_csv, as_json))
        self.read += (in_csv, in_json)
        yield Entry(f"data/{name}.csv", csv_table(columns, in_csv), in_csv, self.counts[name])
        yield Entry(f"data/{name}.json", json_array(in_json), in_json, self.counts[name])

    def stored_files(self) -> Iterator[Entry]:
        """The files that the rows name, below ``files/`` by the same names."""
        for part in self.contents.parts:
            for column in filter(names_files, part[1]):
                named = names_of_files(part, column), part[2].params
                for name in values(self.contents.context, *named):
                    try:
                        chunks = blobs.stream(name, store=column.field.storage)
                    except FileNotFoundError:
                        self.missing.append(name)
                    else:
                        yield Entry(f"files/{name}", chunks)

    def measured(self, entry: Entry) -> Iterator[bytes]:
        """The bytes of a file; what they were is noted for the manifest."""
        digest, size = hashlib.sha256(), 0
        for chunk in entry.chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        if entry.expected not in (None, entry.rows and entry.rows.count):
            raise Incomplete(entry.name)
        counted = {"rows": entry.rows.count} if entry.rows else {}
        note = {"name": entry.name, **counted, "bytes": size, "sha256": digest.hexdigest()}
        self.files.append(note)

    def manifest(self, at: datetime) -> bytes:
        told = {
            "service": "Dig1 GDPR Online Assessment",
            "kind": self.contents.kind,
            "subject": self.contents.context.organisation or self.contents.context.person,
            "created_at": at.isoformat(),
            "language": self.language,
            "declarations_sha256": plan().hash,
            "complete": not self.missing,
            "missing": [f"files/{name}" for name in self.missing],
            "files": self.files,
        }
        return json.dumps(told, default=str, ensure_ascii=False, indent=2).encode()


def rows_of(part: Part, contents: Contents, form: Callable[[Part, Contents], str]) -> Rows:
    return Rows(contents.context, form(part, contents), parameters(part, contents))


def readme(contents: Contents, language: str, whose: str, at: datetime) -> bytes:
    text = (TEXTS / f"readme_{contents.kind}.{language}.txt").read_text(encoding="utf-8")
    time = date_format(localtime(at), "SHORT_DATETIME_FORMAT")
    return text.format(whose=whose, time=time).encode()
