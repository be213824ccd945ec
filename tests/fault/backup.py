"""Backups as operators make them, with PostgreSQL's own programs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dig1.devdb.programs import locate, server_user


@contextmanager
def dumped(address: str) -> Iterator[Path]:
    """A dump of a database, for the block."""
    with tempfile.TemporaryDirectory(prefix="dig1-dump-") as folder:
        Path(folder).chmod(0o777)  # the programs may run as somebody else
        dump = Path(folder) / "dump"
        programs().run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={address}")
        yield dump


def restore(dump: Path, address: str) -> None:
    """Into a database that was made anew."""
    programs().run("pg_restore", "--exit-on-error", f"--dbname={address}", dump)


def programs():
    return locate(server_user().pw_uid)
