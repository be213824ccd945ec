"""The blob store of development: a folder that only its owner can enter."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from registry.company.blobs import StoreUnavailable

PIECE = 256 * 1024
UNFINISHED = "."  # begins the name of a file while it is written


@contextmanager
def translated(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(name) from error
    except FileExistsError as error:
        raise FileExistsError(name) from error
    except OSError as error:
        raise StoreUnavailable(f"The folder of files fails: {error.strerror}.") from error


class FolderStorage(FileSystemStorage):
    """Files of mode 0600 in folders of mode 0700, which go with their last file."""

    def names(self, folder: str, *, unfinished: bool = False) -> Iterator[str]:
        root = Path(self.location)
        with translated(folder):
            found = [
                (Path(place) / file).relative_to(root).as_posix()
                for place, _, files in os.walk(root / folder, onerror=unless_missing)
                for file in files
                if unfinished or not file.startswith(UNFINISHED)
            ]
        yield from sorted(found)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        target = Path(self.path(name))
        with self.unfinished(name, target.parent) as file:
            for chunk in chunks:
                with translated(name):
                    file.write(chunk)
            with translated(name):
                file.flush()
                os.fsync(file.fileno())
                try:
                    os.link(file.name, target)  # unlike a renaming, it replaces nothing
                except FileNotFoundError as error:
                    raise StoreUnavailable(f"{name} was deleted while it was written.") from error
                for folder in self.up_from(target.parent):
                    sync(folder)

    @contextmanager
    def unfinished(self, name: str, folder: Path) -> Iterator[IO[bytes]]:
        """A new file in the folder, gone after the block."""
        with translated(name):
            file = self.begin(folder)
        try:
            with file:
                yield file
        finally:
            Path(file.name).unlink(missing_ok=True)
            self.remove_empty(folder)

    def begin(self, folder: Path) -> IO[bytes]:
        new = partial(NamedTemporaryFile, dir=folder, prefix=UNFINISHED, delete=False)
        self.make(folder)
        try:
            return new()
        except FileNotFoundError:  # somebody has just deleted the last file in it
            self.make(folder)
            return new()

    def make(self, folder: Path) -> None:
        for missing in reversed([place for place in self.up_from(folder) if not place.exists()]):
            missing.mkdir(mode=0o700, parents=True, exist_ok=True)

    def up_from(self, folder: Path) -> list[Path]:
        """The folder and those it is in, the store's own the last."""
        root = Path(self.location)
        return [place for place in (folder, *folder.parents) if place.is_relative_to(root)]

    def remove_empty(self, folder: Path) -> None:
        with suppress(OSError):  # not empty
            for place in self.up_from(folder)[:-1]:
                place.rmdir()

    def stream(self, name: str) -> Iterator[bytes]:
        with translated(name):
            return self.pieces(name, open(self.path(name), "rb"))

    def pieces(self, name: str, file: IO[bytes]) -> Iterator[bytes]:
        with translated(name), file:
            yield from iter(partial(file.read, PIECE), b"")

    def delete(self, name: str) -> None:
        path = Path(self.path(name))
        with translated(name):
            path.unlink(missing_ok=True)
            self.remove_empty(path.parent)

    discard = delete

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # names are made by us; one that is taken is an error

    def _save(self, name: str, content: File) -> str:
        self.write(name, content.chunks())
        return name


def unless_missing(error: OSError) -> None:
    """A folder is there only while it holds something."""
    if not isinstance(error, FileNotFoundError):
        raise error


def sync(folder: Path) -> None:
    """Have the folder's entries reach the disk, not the file's contents alone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
