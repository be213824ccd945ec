"""Where files are kept: every file of a company below one prefix, so that its erasure finds all.

The store is Azure Blob in production and a folder in development (``STORAGES["default"]``).
"""

from collections.abc import Iterator
from uuid import UUID

from django.core.files.storage import Storage, default_storage

PREFIX = "org"


def of_company(organisation: UUID, *parts: str) -> str:
    """The name of a company's file. The parts are made by us, never what somebody typed."""
    return "/".join((PREFIX, str(organisation), *parts))


def names(organisation: UUID) -> Iterator[str]:
    """The names of all files of a company."""
    yield from below(default_storage, of_company(organisation))


def below(store: Storage, folder: str) -> Iterator[str]:
    """The names of all files in a folder of the store and in those below it."""
    try:
        folders, files = store.listdir(folder)
    except FileNotFoundError:  # a folder is there only while it holds something
        return
    yield from (f"{folder}/{file}" for file in files)
    for inner in folders:
        yield from below(store, f"{folder}/{inner}")
