"""Where files are kept: every file of a company below one prefix, so that its erasure finds all.

The stores are containers of Azure Blob Storage in production (dig1/azure.py) and folders in
development (dig1/folder.py): "default", and "journal" for what outlives the database. Each
function takes either. None ever replaces a file, and none leaves half of one behind.

All raise StoreUnavailable when the store can't be asked.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol
from uuid import UUID

from django.core.files.storage import default_storage

PREFIX = "org"
ROUNDS = 5


class StoreUnavailable(Exception):
    """The store is down, too slow or refuses us. The same may well succeed later."""


class Store(Protocol):
    """What is asked of a store, beside Django's own methods."""

    def names(self, folder: str, *, unfinished: bool = False) -> Iterator[str]:
        """The names of all files in a folder ("" for all) and in those below it, in order.

        Those whose writing goes on, or was killed, are told only when asked for.
        """
        ...

    def write(self, name: str, chunks: Iterable[bytes]) -> None: ...

    def stream(self, name: str) -> Iterator[bytes]: ...

    def delete(self, name: str) -> None: ...

    def discard(self, name: str) -> None:
        """Delete a file, finished or not."""
        ...


def of_company(organisation: UUID, *parts: str) -> str:
    """The name of a company's file. The parts are made by us, never what somebody typed."""
    return "/".join((PREFIX, str(organisation), *parts))


def names(organisation: UUID, *, store: Store = default_storage) -> Iterator[str]:
    """The names of all files of a company."""
    return below(store, of_company(organisation))


def below(store: Store, folder: str) -> Iterator[str]:
    """The names of all files in a folder ("" for all) and in those below it, in order."""
    return store.names(folder)


def write(name: str, chunks: Iterable[bytes], *, store: Store = default_storage) -> None:
    """Keep a file, whole or not at all, in little memory however large it is.

    It is there, and will be after a crash, once this returns. Raises FileExistsError when the
    name is taken, and whatever the chunks raise.
    """
    store.write(name, chunks)


def stream(name: str, *, store: Store = default_storage) -> Iterator[bytes]:
    """What a file holds, piece by piece. Raises FileNotFoundError, at once and not underway."""
    return store.stream(name)


def delete(name: str, *, store: Store = default_storage) -> None:
    """Delete a file. One that is not there is deleted already."""
    store.delete(name)


def delete_all(organisation: UUID, *, store: Store = default_storage) -> int:
    """Delete every file of a company, half-written ones too; how many there were.

    When it returns, the store has been asked again and holds none.
    """
    deleted = 0
    for _ in range(ROUNDS):
        found = list(store.names(of_company(organisation), unfinished=True))
        if not found:
            return deleted
        for name in found:
            store.discard(name)
        deleted += len(found)
    raise StoreUnavailable(f"Files of {organisation} keep coming while they are deleted.")
