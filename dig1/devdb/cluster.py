"""One embedded PostgreSQL server: made, started and stopped, whatever state it was left in."""

import hashlib
import os
import random
import re
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from dig1.devdb.databases import scram_verifier
from dig1.devdb.errors import DatabaseUnavailable, ServerFailed
from dig1.devdb.programs import PUBLIC, Programs, is_root, locate, may, server_user

ATTEMPTS = 5
PORTS = (20000, 30000)  # below those that systems give to outgoing connections
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
SETTINGS = """\
# Written by dig1.devdb at every start.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 100
shared_buffers = 256MB
password_encryption = 'scram-sha-256'
timezone = 'Etc/UTC'
log_timezone = 'Etc/UTC'
lc_messages = 'C'
# Values of rows never reach the log.
log_statement = 'none'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
FORGETFUL = """\
# A throw-away server: quick, and lost if the machine stops.
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
"""


@dataclass(frozen=True)
class Cluster:
    home: Path
    programs: Programs

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def initialise(self, password: str, *, durable: bool) -> None:
        """Make the cluster aside and move it into place whole: a killed initdb leaves no half."""
        draft = self.home / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        options = ("--username=postgres", "--auth=reject", "--encoding=UTF8", "--locale=C.UTF-8")
        options += ("--no-instructions",) if durable else ("--no-instructions", "--no-sync")
        self.programs.run("initdb", *options, "--pgdata", draft)
        self._write(draft / "pg_hba.conf", HBA)
        # What initdb found out about this machine stays; ours comes after it.
        with (draft / "postgresql.conf").open("a") as configuration:
            configuration.write("include_if_exists 'dig1.conf'\n")
        self.set_password(password, data=draft)
        draft.rename(self.data)

    def set_password(self, password: str, *, data: Path | None = None) -> None:
        """Set the superuser's password; the server must be down."""
        statement = f"ALTER ROLE postgres PASSWORD '{scram_verifier(password)}'\n"
        options = ("--single", "-D", data or self.data, "postgres")
        self.programs.run("postgres", *options, stdin=statement)

    def check_version(self) -> None:
        ours = self.programs.major_version()
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if theirs != str(ours):
            raise DatabaseUnavailable(
                f"The database in {self.home} was made by PostgreSQL {theirs}, and this is "
                f"{ours}. Move that folder away to begin with an empty database, or set PGBIN to "
                f"the bin folder of PostgreSQL {theirs}."
            )

    def start(self, *, port: int | None, durable: bool) -> int:
        """Start the server, on the port it had if that is free, and return its port."""
        self._forget_stale_pid()
        for attempt in range(ATTEMPTS):
            chosen = port if port and attempt == 0 and _is_free(port) else _free_port()
            settings = SETTINGS.format(port=chosen) + ("" if durable else FORGETFUL)
            self._write(self.data / "dig1.conf", settings)
            self._write(self.log, "")
            try:
                self._control("start", "--log", self.log, "--timeout=60")
                return chosen
            except ServerFailed as failure:
                output = f"{failure}\n{self.log.read_text(errors='replace')}"
                passing = re.search("Address already in use|shared memory block", output)
                if not passing or attempt == ATTEMPTS - 1:
                    raise ServerFailed(output) from failure
                time.sleep(0.3)  # a killed server's last processes need a moment to end
        raise AssertionError("unreachable")

    def stop(self) -> None:
        if self.port() is None:
            return
        try:
            self._control("stop", "--mode=fast", "--timeout=20")
        except ServerFailed:
            self._control("stop", "--mode=immediate", "--timeout=20")

    def port(self) -> int | None:
        """The running server's port. A stale postmaster.pid may name anybody's process."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[3]) if self._runs(int(lines[0])) else None
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _runs(self, pid: int) -> bool:
        try:
            return str(self.data) in Path(f"/proc/{pid}/cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False

    def _forget_stale_pid(self) -> None:
        """PostgreSQL itself trusts a stale file if its number now belongs to another process."""
        if self.port() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _control(self, verb: str, *options: str | Path) -> None:
        self.programs.run("pg_ctl", verb, "--wait", "--pgdata", self.data, *options)

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        if is_root():
            os.chown(path, self.programs.uid, -1)


def place(data_dir: Path) -> Cluster:
    """The cluster of a data folder: below it, or where the server's user can enter."""
    home = data_dir / "postgres"
    if not home.exists():
        home.mkdir(mode=0o700)
        if is_root():
            os.chown(home, server_user().pw_uid, server_user().pw_gid)
    uid = home.stat().st_uid
    if is_root() and not may("-w", home, uid):
        home = _public_home(data_dir)
    return Cluster(home=home, programs=locate(uid))


def _public_home(data_dir: Path) -> Path:
    home = PUBLIC / hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    if not home.exists():
        PUBLIC.mkdir(mode=0o755, exist_ok=True)
        home.mkdir(mode=0o700)
        os.chown(home, server_user().pw_uid, server_user().pw_gid)
    return home


def _free_port() -> int:
    for _ in range(100):
        port = random.randrange(*PORTS)  # noqa: S311 (no secret)
        if _is_free(port):
            return port
    raise DatabaseUnavailable(f"No port of 127.0.0.1 between {PORTS[0]} and {PORTS[1]} is free.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
