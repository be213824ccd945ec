"""Erasing a large company, against the same deletes in plain SQL; and who reads meanwhile."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any
from uuid import UUID

import psycopg
from django.core.files.storage import default_storage
from django.test import override_settings

from bench.client import Visitor
from bench.results import Result
from bench.servers import serving
from bench.subjects import Page
from dig1 import devdb
from dig1 import settings as environment
from dig1.benchdata import databases
from registry.company import tenant
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.rights import ordering, pipeline
from registry.rights.models import ErasureRun
from registry.rights.preview import preview_company
from registry.rights.steps import Accounts, of_company_erasure

SIZES = {10_000: 5, 100_000: 3}  # people: rounds
GIANT = UUID(bytes=md5(b"giant", usedforsecurity=False).digest())
ADMIN = UUID(bytes=md5(b"giant1", usedforsecurity=False).digest())
FILL = Path(__file__).with_name("giant.sql").read_text()
COPY = "dig1_bench_erasing"
READING_SECONDS = 10


def erasing(name: str, registers: Any) -> Iterator[Result]:
    """Rows a second from the order to the certificate, against plain deletes and their commit."""
    for people, rounds in SIZES.items():
        template = filled(people, registers.small)
        sides = {"pipeline": by_pipeline, "plain": by_plain_sql}
        rates: dict[str, list[float]] = {side: [] for side in sides}
        rows: dict[str, int] = {}
        for _ in range(rounds):
            for side, erase in sides.items():
                with copied(template):
                    seconds, rows[side] = erase()
                rates[side].append(rows[side] / seconds)
        if rows["pipeline"] != rows["plain"]:
            raise RuntimeError(f"The two sides deleted different rows: {rows}")
        ratio = median(a / b for a, b in zip(rates["pipeline"], rates["plain"], strict=True))
        raw = {"rows": rows["plain"], "rows_a_second": rates}
        yield Result(f"{name}_{people}", ratio, 0.8, True, raw)


def reading_meanwhile(name: str, registers: Any) -> Iterator[Result]:
    """The slowest twentieth of another company's page, while the largest is erased."""
    template = filled(max(SIZES), registers.small)
    page = registers.pages[registers.small]["people_list"][0]
    p95: dict[str, list[float]] = {"undisturbed": [], "meanwhile": []}
    for _ in range(3):
        with copied(template), serving("dig1.wsgi", COPY, [page]) as port:
            visitor = Visitor(port)
            for _ in range(100):
                visitor.ask(page)
            p95["undisturbed"].append(slowest(read(visitor, page, seconds=READING_SECONDS)))
            run = ordered()
            with erasing_elsewhere(run) as ended:
                p95["meanwhile"].append(slowest(read(visitor, page, until=ended)))
    ratio = median(a / b for a, b in zip(p95["meanwhile"], p95["undisturbed"], strict=True))
    yield Result(name, ratio, 1.3, False, {"p95_seconds": p95})


# --- the database --------------------------------------------------------------------------------


def filled(people: int, register: str) -> str:
    """A copy of the small register with the giant in it, under this version's tables."""
    database = f"dig1_bench_giant_{people}"
    addresses = devdb.create_database(environment.addresses, database, template=register)
    with psycopg.connect(addresses["admin"], autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            for statement in re.sub(r"(?<!:):people\b", str(people), FILL).split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute("VACUUM (ANALYZE)")
    return database


@contextmanager
def copied(template: str) -> Iterator[None]:
    """A fresh copy, with every connection of this process to it, and stores of its own."""
    addresses = devdb.create_database(environment.addresses, COPY, template=template)
    with psycopg.connect(addresses["admin"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # or writing the copy down would be measured too
    with TemporaryDirectory() as folder, override_settings(STORAGES=stores(folder)):
        with databases.connected(COPY):
            yield
        devdb.drop_database(environment.addresses, COPY)


def stores(folder: str) -> dict[str, Any]:
    backend = environment.STORAGES["default"]["BACKEND"]
    kept = {
        name: {"BACKEND": backend, "OPTIONS": {"location": f"{folder}/{name}"}}
        for name in ("default", "journal")
    }
    return environment.STORAGES | kept


# --- the two sides -------------------------------------------------------------------------------


def ordered() -> ErasureRun:
    with (
        override_settings(ERASURE_HOLD_MINUTES=0),
        tenant.serving(organisation=GIANT, person=ADMIN),
    ):
        return ordering.order_company_erasure(
            organisation=GIANT,
            orderer=ADMIN,
            fingerprint=preview_company(organisation=GIANT).fingerprint,
        )


def by_pipeline() -> tuple[float, int]:
    """Everything the worker does: from the notes to the certificate."""
    run = ordered()
    began = time.perf_counter()
    with tenant.using("worker"):
        pipeline.advance(run=run.pk, organisation=GIANT)
    seconds = time.perf_counter() - began
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=GIANT):
        done = ErasureRun.objects.get(pk=run.pk)
        if not done.certified_at:
            raise RuntimeError("The erasure did not come to its end.")
        return seconds, sum(step.rows for step in done.steps.all() if step.action != "retained")


def by_plain_sql() -> tuple[float, int]:
    """The same statements by a superuser, whom no policy binds, in one transaction."""
    ordered()  # takes the same sessions away
    rows = 0
    address = devdb.databases.with_database(environment.addresses["admin"], COPY)
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = origin")
        connection.execute(
            "CREATE TEMPORARY TABLE going AS SELECT m.user_id FROM persons_membership m"
            " WHERE m.organisation_id = %s AND NOT EXISTS (SELECT FROM persons_membership e"
            " WHERE e.user_id = m.user_id AND e.organisation_id <> m.organisation_id)",
            [GIANT],
        )
        connection.execute("ANALYZE going")
        context = sign_for(connection)
        connection.execute("SELECT set_config(%s, %s, true)", [tenant.SETTING, context])
        began = time.perf_counter()
        for step in of_company_erasure(plan(), GIANT, Accounts("SELECT user_id FROM going", {})):
            if step.statement:
                rows += connection.execute(step.statement, step.rows.params).rowcount
        connection.commit()
        return time.perf_counter() - began, rows


def sign_for(connection: psycopg.Connection) -> str:
    """The triggers ask for a context, on either side."""
    context = tenant.Context(Scope.ACCOUNTS, GIANT)
    return tenant.sign(context, pid=connection.info.backend_pid)


# --- reading meanwhile ---------------------------------------------------------------------------


def read(
    visitor: Visitor, page: Page, *, seconds: float | None = None, until: Event | None = None
) -> list[float]:
    times = []
    deadline = time.perf_counter() + (seconds or 600)
    while time.perf_counter() < deadline and not (until and until.is_set()):
        times.append(visitor.ask(page).seconds)
    return times


def slowest(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


@contextmanager
def erasing_elsewhere(run: ErasureRun) -> Iterator[Event]:
    """The erasure in a process of its own, as the worker is; the event tells its end."""
    ended = Event()
    command = [sys.executable, "-m", "bench.erase", COPY, str(run.pk), str(GIANT)]
    stores = os.path.dirname(default_storage.location)
    process = subprocess.Popen(command, env=os.environ | {"BLOB_DIR": stores})

    def wait() -> None:
        process.wait()
        ended.set()

    thread = Thread(target=wait)
    thread.start()
    yield ended
    thread.join()
    if process.returncode:
        raise RuntimeError("The erasure in its own process failed.")
