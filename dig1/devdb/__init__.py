"""The database of development and tests, so that a newcomer needs no server.

`ensure` starts an embedded PostgreSQL for a data folder, or prepares a server of yours, and
returns the addresses by which each role signs in. Production never comes here: it is given
its addresses, and its roles by infra/roles.sql.
"""

import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from dig1.devdb import databases
from dig1.devdb.cluster import Cluster, place
from dig1.devdb.databases import create_database, drop_database
from dig1.devdb.errors import DatabaseUnavailable, explained

__all__ = [
    "DatabaseUnavailable",
    "create_database",
    "drop_database",
    "ensure",
    "started_here",
    "status",
    "stop",
]

_started: set[Path] = set()  # data folders whose server this process has started


def ensure(data_dir: Path, admin_url: str | None = None, *, durable: bool = True) -> dict[str, str]:
    """Addresses of the database "dig1" for "admin", "owner", "web", "staff" and "worker".

    Starts and prepares whatever is missing; when all is there, it only signs in once as each
    role. Without `durable` the embedded server is quick and forgets all if the machine stops.
    """
    data_dir = data_dir.resolve()
    with explained(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        file = _state_file(data_dir, admin_url)
        if (ready := _ready(file, admin_url, durable)) is not None:
            return ready
        with _locked(data_dir):
            if (ready := _ready(file, admin_url, durable)) is not None:
                return ready  # another process was faster
            return _prepare(data_dir, file, admin_url, durable)


def stop(data_dir: Path) -> None:
    """Stop the embedded server of a data folder, if it runs."""
    data_dir = data_dir.resolve()
    if data_dir.exists():
        with explained(data_dir), _locked(data_dir):
            place(data_dir).stop()


def started_here(data_dir: Path) -> bool:
    """Whether this very process has started the embedded server of a data folder."""
    return data_dir.resolve() in _started


def status(data_dir: Path) -> str:
    """One line for people."""
    data_dir = data_dir.resolve()
    if not data_dir.exists():
        return "not running: nothing is there yet"
    with explained(data_dir):
        cluster = place(data_dir)
        port = cluster.port()
    where = f"the cluster is in {cluster.home}"
    return f"running on 127.0.0.1:{port}; {where}" if port else f"not running; {where}"


def _prepare(data_dir: Path, file: Path, admin_url: str | None, durable: bool) -> dict[str, str]:
    """Every step may have been done before, in whole or in part, by a process that was killed."""
    state = _read(file)
    passwords = state.get("passwords") or databases.new_passwords()
    _write(file, {k: state.get(k) for k in ("port", "durable")} | {"passwords": passwords})
    if admin_url is None:
        restart = state.get("durable") != durable
        cluster = place(data_dir)
        if cluster.port() is None:
            _started.add(data_dir)
        port = _serve(cluster, passwords["admin"], state.get("port"), durable, restart)
        admin_url = _embedded_url(port, passwords)
    else:
        port = None
    databases.prepare(admin_url, passwords)
    prepared = {"durable": durable, "roles": databases.roles_fingerprint()}
    _write(file, {"passwords": passwords, "port": port, **prepared})
    return databases.urls(admin_url, passwords)


def _serve(
    cluster: Cluster, password: str, last_port: int | None, durable: bool, restart: bool
) -> int:
    """A running server that knows its administrator's password; returns its port."""
    if not (cluster.data / "PG_VERSION").exists():
        cluster.initialise(password, durable=durable)
        print(f"PostgreSQL keeps the development data in {cluster.home}", file=sys.stderr)
    cluster.check_version()
    if restart:
        cluster.stop()
    port = cluster.port() or cluster.start(port=last_port, durable=durable)
    try:
        databases.connect(_embedded_url(port, {"admin": password})).close()
    except psycopg.OperationalError:  # it hangs, or the file of passwords was lost
        cluster.stop()
        cluster.set_password(password)
        port = cluster.start(port=port, durable=durable)
    return port


def _embedded_url(port: int, passwords: dict[str, str]) -> str:
    return f"postgresql://postgres:{passwords['admin']}@127.0.0.1:{port}/postgres"


def _ready(file: Path, admin_url: str | None, durable: bool) -> dict[str, str] | None:
    """The addresses, if everything is prepared and running."""
    state = _read(file)
    if state.get("roles") != databases.roles_fingerprint() or state.get("durable") != durable:
        return None
    passwords = state["passwords"]
    addresses = databases.urls(admin_url or _embedded_url(state["port"], passwords), passwords)
    return addresses if databases.answer(addresses) else None


def _state_file(data_dir: Path, admin_url: str | None) -> Path:
    """One file of passwords a server."""
    if admin_url is None:
        return data_dir / "postgres.json"
    parts = urlsplit(admin_url)
    server = hashlib.sha256(f"{parts.netloc} {parts.query}".encode()).hexdigest()[:12]
    return data_dir / f"postgres-{server}.json"


def _read(file: Path) -> dict:
    try:
        return json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _write(file: Path, state: dict) -> None:
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        json.dump(state, out)
    draft.replace(file)


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    with open(data_dir / "postgres.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
