"""Exporting a company of 100,000 people, against COPY of the same rows; and in how much memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import psycopg
from django.core.files.storage import default_storage

from bench.erasing import ADMIN, COPY, GIANT, copied, filled
from bench.results import Result
from dig1 import devdb
from dig1 import settings as environment
from registry.company import tenant
from registry.rights.export import making
from registry.rights.export.contents import of_our_company
from registry.rights.models import Export

PEOPLE, ROUNDS = 100_000, 5


def exporting(name: str, registers: Any) -> Iterator[Result]:
    """Rows a second: from the job's begin to its end (ZIP in the store, looks noted), against
    COPY TO STDOUT of the same columns and rows, as CSV and as JSON, into nothing."""
    template = filled(PEOPLE, registers.small)
    sides = {"plain": by_copy, "export": by_job}
    rates: dict[str, list[float]] = {side: [] for side in sides}
    rows: dict[str, int] = {}
    for _ in range(ROUNDS):
        with copied(template):
            export = asked_for()
            by_copy(export)  # so that both sides find the data in the server's memory
            for side, write in sides.items():
                seconds, rows[side] = write(export)
                rates[side].append(rows[side] / seconds)
    if rows["plain"] != rows["export"]:
        raise RuntimeError(f"The two sides wrote different rows: {rows}")
    ratio = median(a / b for a, b in zip(rates["export"], rates["plain"], strict=True))
    yield Result(name, ratio, 0.4, True, {"rows": rows["plain"], "rows_a_second": rates})


def memory(name: str, registers: Any) -> Iterator[Result]:
    """The most memory, in MB, of a process of its own that makes the same export."""
    with copied(filled(PEOPLE, registers.small)):
        keys = (asked_for().pk, GIANT, ADMIN)
        folder = os.path.dirname(default_storage.location)
        made = subprocess.run(
            [sys.executable, "-m", "bench.export", COPY, *map(str, keys)],
            env=os.environ | {"BLOB_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        size = ready().size
    yield Result(name, float(made.stdout), 150, False, {"zip_bytes": size})


# --- the two sides -------------------------------------------------------------------------------


def asked_for() -> Export:
    with tenant.serving(organisation=GIANT, person=ADMIN):
        return Export.objects.create(
            organisation_id=GIANT, requested_by_id=ADMIN, language="fi", expires_at="2100-01-01T00Z"
        )


def ready() -> Export:
    with tenant.serving(organisation=GIANT, person=ADMIN):
        return Export.objects.get(requested_by_id=ADMIN, state=Export.State.READY)


def by_job(export: Export) -> tuple[float, int]:
    began = time.perf_counter()
    with tenant.using("worker"):
        making.make(export=export.pk, organisation=GIANT, person=ADMIN)
    return time.perf_counter() - began, ready().rows_total


def by_copy(export: Export) -> tuple[float, int]:
    """By a superuser, whom no policy binds; without names of persons, or a guard of formulas."""
    address = devdb.databases.with_database(environment.addresses["admin"], COPY)
    contents = of_our_company(GIANT, asked_by=ADMIN)
    rows = 0
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection:
        began = time.perf_counter()
        for table, columns, condition in contents.parts:
            names = ", ".join(f'"{name}"' for name in (table.key, *(c.name for c in columns)))
            select = f"SELECT {names} FROM {table.name} WHERE {condition.sql}"
            for written in (select, f"SELECT row_to_json(one) FROM ({select}) AS one"):
                rows += to_nowhere(connection, f"COPY ({written}) TO STDOUT", condition.params)
        return time.perf_counter() - began, rows // 2


def to_nowhere(connection: psycopg.Connection, statement: str, params: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(f"{statement} (FORMAT csv)", params) as rows:
            for _row in rows:
                pass
        return cursor.rowcount
