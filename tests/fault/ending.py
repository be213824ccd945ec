"""What there is after an erasure, so that one that was killed can be compared with one that was
not: every row of every table, the files, the journal. Times and certificates' signatures differ."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from dig1.folder import UNFINISHED
from registry.rights.certificate.verify import genuine, signed
from tests.cast import Cast
from tests.proof.canary import rows_of_b

QUEUE = "procrastinate_"
# Besides all times: keys that a sequence gives, and what holds a time or is made of it.
VARIES = {
    "rights_erasurestep": ["id"],
    "rights_erasurerun": ["certificate", "signature"],
}
TIMES_OF_CERTIFICATE = ("certified_at",)
TIMES_OF_PART = ("deleted_at", "verified_at")


@dataclass(frozen=True)
class Ending:
    tables: dict[str, list[str]]
    certificates: list[Any]
    files: dict[str, bytes]
    journal: dict[str, Any]
    queued: list[str]


def ending(connection: psycopg.Connection, folder: Path) -> Ending:
    return Ending(
        tables=rows(connection),
        certificates=certificates(connection),
        files=files(folder / "blobs"),
        journal=entries(folder / "journal"),
        queued=queued(connection),
    )


def rows(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Every row of every table but the queue's, without what varies from one run to the next."""
    found = {}
    for name, times in connection.execute(
        """
        SELECT c.relname, array_agg(a.attname) FILTER (WHERE a.atttypid = 'timestamptz'::regtype)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND NOT starts_with(c.relname, %s)
        GROUP BY c.relname
        """,
        [QUEUE],
    ).fetchall():
        varies = [*(times or ()), *VARIES.get(name, ())]
        found[name] = [
            row
            for (row,) in connection.execute(
                f"SELECT (to_jsonb(one) - %s::text[])::text FROM {name} AS one ORDER BY 1", [varies]
            )
        ]
    return found


def digest(connection: psycopg.Connection) -> str:
    """Of every byte of every table but the queue's."""
    names = connection.execute(
        "SELECT format('%%I', tablename) FROM pg_tables"
        " WHERE schemaname = 'public' AND NOT starts_with(tablename, %s)",
        [QUEUE],
    ).fetchall()
    rows = (f"SELECT '{name} ' || one::text FROM {name} one" for (name,) in names)
    return connection.execute(
        "SELECT md5(string_agg(row, '|' ORDER BY row))"
        f" FROM ({' UNION ALL '.join(rows)}) AS every (row)"
    ).fetchone()[0]


def certificates(connection: psycopg.Connection) -> list[Any]:
    """All of them, found genuine, without their times."""
    found = []
    for content, signature in connection.execute(
        "SELECT certificate, signature FROM rights_erasurerun"
        # But those that a canary has taken the place of.
        " WHERE certificate IS NOT NULL AND certificate -> 'canary' IS NULL ORDER BY id"
    ).fetchall():
        said = genuine(signed(content, signature).encode())
        for name in TIMES_OF_CERTIFICATE:
            del said[name]
        for part in said["erasures"]:
            for name in TIMES_OF_PART:
                del part[name]
        found.append(said)
    return found


def files(folder: Path) -> dict[str, bytes]:
    """By name, half-written ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def entries(folder: Path) -> dict[str, Any]:
    """What the journal holds, on whichever day it was written, but for when. What was never
    finished is no entry."""
    named = {name.rpartition("/")[2]: text for name, text in files(folder).items()}
    return {
        name: text and {**json.loads(text), "noted_at": None}
        for name, text in named.items()
        if not name.startswith(UNFINISHED)
    }


def queued(connection: psycopg.Connection) -> list[str]:
    """The erasures that wait for the worker, or that it works on."""
    return [
        task
        for (task,) in connection.execute(
            "SELECT task_name FROM procrastinate_jobs"
            " WHERE task_name LIKE '%advance_erasure' OR task_name LIKE '%tell_admin'"
        )
    ]


def kept_of_b(connection: psycopg.Connection, folder: Path, cast: Cast) -> tuple[Any, Any]:
    """Every byte of company B."""
    own = f"org/{cast.b.id}/"
    kept = {name: text for name, text in files(folder / "blobs").items() if name.startswith(own)}
    return rows_of_b(connection, cast), kept
