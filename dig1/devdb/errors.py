"""What stops the development database, said so that the reader knows what to do."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class DatabaseUnavailable(Exception):
    """No database; the text says what is wrong and what to do about it."""


class ServerFailed(Exception):
    """A PostgreSQL program failed; the text is what it printed."""


FULL = "The disk that holds {data_dir} is full: free some space, then start again."
CLOSED = (
    "The data folder {data_dir} can't be written by this user: give it back to you, "
    "or set DIG1_DATA_DIR to a folder of your own."
)
# In a line about shared memory it means memory, not the disk.
NO_ROOM = re.compile(
    r"^(?!.*shared memory).*(No space left on device|File too large|Disk quota exceeded|SIGXFSZ)",
    re.MULTILINE,
)
ERRNOS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EACCES: CLOSED,
    errno.EPERM: CLOSED,
    errno.EROFS: CLOSED,
    errno.ENOTDIR: CLOSED,
    errno.EEXIST: CLOSED,
}


@contextmanager
def explained(data_dir: Path) -> Iterator[None]:
    """Turn failures of files and programs into one sentence for the user."""
    try:
        yield
    except OSError as error:
        sentence = ERRNOS.get(error.errno or 0)
        if sentence is None:
            raise
        raise DatabaseUnavailable(sentence.format(data_dir=data_dir)) from error
    except psycopg.ProgrammingError as error:  # never shown: its text may hold a password
        raise DatabaseUnavailable(
            "DATABASE_URL is no address of a database: it looks like "
            "postgresql://user:password@host:5432/postgres."
        ) from error
    except ServerFailed as failure:
        raise DatabaseUnavailable(_sentence(str(failure), data_dir)) from failure


def _sentence(output: str, data_dir: Path) -> str:
    if NO_ROOM.search(output):
        return FULL.format(data_dir=data_dir)
    return (
        f"The development PostgreSQL for {data_dir} does not start. It said:\n{output}\n"
        "Repair the cause, or move the data folder away to begin with an empty database."
    )
