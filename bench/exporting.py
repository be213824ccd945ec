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
from django.db import connections

from bench.erasing import ADMIN, COPY, GIANT, copied, filled
from bench.results import Result
from dig1 import devdb
from dig1 import settings as environment
from registry.company import blobs, tenant
from registry.rights.export import making
from registry.rights.export.archive import Archive
from registry.rights.export.contents import of_our_company
from registry.rights.models import Export
from registry.rights.models.export import named

PEOPLE, ROUNDS = 100_000, 5


def exporting(name: str, registers: Any) -> Iterator[Result]:
    """Rows a second until the ZIP is in the store, against COPY TO STDOUT of the same columns and
    rows, as CSV and as JSON, into nothing: by the same role, so under the same policies. Beside
    it stand what a superuser reaches, and the whole job, which notes a look at each person, too."""
    template = filled(PEOPLE, registers.small)
    sides = {"unbound": by_superuser, "plain": by_copy, "export": into_store, "job": by_job}
    rates: dict[str, list[float]] = {side: [] for side in sides}
    rows: dict[str, int] = {}
    for _ in range(ROUNDS):
        with copied(template):
            export = asked_for()
            by_superuser(export)  # so that all sides find the data in the server's memory
            for side, write in sides.items():
                seconds, rows[side] = write(export)
                rates[side].append(rows[side] / seconds)
    if len(set(rows.values())) > 1:
        raise RuntimeError(f"The sides wrote different rows: {rows}")
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


def into_store(export: Export) -> tuple[float, int]:
    with tenant.using("worker"):
        began = time.perf_counter()
        archive = Archive(of_our_company(GIANT, asked_by=ADMIN), "fi")
        blobs.write(named(export, ""), archive)
        return time.perf_counter() - began, archive.rows_done


def by_job(export: Export) -> tuple[float, int]:
    with tenant.using("worker"):
        began = time.perf_counter()
        making.make(export=export.pk, organisation=GIANT, person=ADMIN)
        return time.perf_counter() - began, ready().rows_total


def by_copy(export: Export) -> tuple[float, int]:
    with tenant.using("worker"), tenant.serving(organisation=GIANT, person=ADMIN):
        return to_nowhere(connections["worker"].connection)


def by_superuser(export: Export) -> tuple[float, int]:
    address = devdb.databases.with_database(environment.addresses["admin"], COPY)
    with psycopg.connect(address) as connection:
        return to_nowhere(connection)


def to_nowhere(connection: psycopg.Connection) -> tuple[float, int]:
    rows = 0
    began = time.perf_counter()
    for table, columns, condition in of_our_company(GIANT, asked_by=ADMIN).parts:
        names = ", ".join(f'"{name}"' for name in (table.key, *(c.name for c in columns)))
        select = f"SELECT {names} FROM {table.name} WHERE {condition.sql}"
        for written in (select, f"SELECT row_to_json(one) FROM ({select}) AS one"):
            statement = f"COPY ({written}) TO STDOUT (FORMAT csv)"
            rows += copy(connection, statement, condition.params)
    return time.perf_counter() - began, rows // 2


def copy(connection: psycopg.Connection, statement: str, params: dict[str, Any]) -> int:
    with psycopg.ClientCursor(connection) as cursor:
        with cursor.copy(statement, params) as rows:
            for _row in rows:
                pass
        return cursor.rowcount
