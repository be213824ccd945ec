"""The blob store of production: a container of an Azure storage account, by managed identity."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain
from typing import Any
from uuid import uuid4

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.storage.blob import (
    BlobClient,
    BlobServiceClient,
    ExponentialRetry,
    StorageStreamDownloader,
)
from django.core.files.base import File
from storages.backends.azure_storage import AzureStorage

from registry.company.blobs import StoreUnavailable

BLOCK = 4 * 1024 * 1024  # of what is written; the library holds half a dozen in memory
PIECE = 1024 * 1024  # of what is read; it holds a dozen
# A request may take three attempts of five seconds, with half a second or so in between.
RETRIES = {"retry_total": 2, "initial_backoff": 0.5, "increment_base": 1, "random_jitter_range": 0}
OPTIONS = {
    "connection_timeout": 3,
    "read_timeout": 5,
    "max_block_size": BLOCK,
    "max_single_put_size": BLOCK,
    "max_single_get_size": PIECE,
    "max_chunk_get_size": PIECE,
}
WRITING = "writing"  # metadata: which writing a blob comes from


@cache
def identity() -> DefaultAzureCredential:
    """The managed identity of the machine, or of whoever develops on it."""
    return DefaultAzureCredential()


@contextmanager
def translated(name: str) -> Iterator[None]:
    """The library's errors as those of the blob store; no missing container is a missing file."""
    try:
        yield
    except (ResourceNotFoundError, ResourceExistsError) as error:
        if error.error_code == "BlobNotFound":
            raise FileNotFoundError(name) from error
        if error.error_code == "BlobAlreadyExists":
            raise FileExistsError(name) from error
        raise unavailable(error) from error
    except AzureError as error:
        raise unavailable(error) from error


def unavailable(error: AzureError) -> StoreUnavailable:
    code = getattr(error, "error_code", None)
    told = getattr(code, "value", code) or type(error).__name__
    return StoreUnavailable(f"The blob store does not serve us: {told}.")


class BlobStorage(AzureStorage):
    """A container, made beforehand (README.md). It is private: our views serve what is in it."""

    def _get_service_client(self) -> BlobServiceClient:
        options: dict[str, Any] = OPTIONS | {"retry_policy": ExponentialRetry(**RETRIES)}
        if self.connection_string:
            return BlobServiceClient.from_connection_string(self.connection_string, **options)
        address = f"https://{self.account_name}.blob.{self.endpoint_suffix}"
        return BlobServiceClient(address, credential=identity(), **options)

    def blob(self, name: str) -> BlobClient:
        return self.client.get_blob_client(self._get_valid_path(name))

    # --- reading -----------------------------------------------------------------------------

    def names(self, folder: str, *, unfinished: bool = False) -> Iterator[str]:
        below = f"{folder}/" if folder else None
        kinds = ["uncommittedblobs"] if unfinished else []
        with translated(folder):
            for blob in self.client.list_blobs(below, include=kinds):
                yield blob.name

    def stream(self, name: str) -> Iterator[bytes]:
        with translated(name):
            return self.pieces(name, self.blob(name).download_blob())

    def pieces(self, name: str, download: StorageStreamDownloader[bytes]) -> Iterator[bytes]:
        with translated(name):
            yield from download.chunks()

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with translated(name):
            return self.blob(name).get_blob_properties().size

    # --- writing -----------------------------------------------------------------------------

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        writing = uuid4().hex
        try:
            with translated(name):
                self.upload(name, blocks(chunks), writing)
        except BaseException:
            # Where the store is down, what is left goes with the company's files, or in a week.
            with suppress(StoreUnavailable):
                self.take_back(name, writing)
            raise

    def upload(self, name: str, pieces: Iterator[bytes], writing: str) -> None:
        """In one request if it is small; else in blocks, which make a file when all are there."""
        first, second = next(pieces, b""), next(pieces, None)
        if second is not None and self.exists(name):
            raise FileExistsError(name)  # before much is sent in vain
        content = first if second is None else chain([first, second], pieces)
        try:
            self.blob(name).upload_blob(content, metadata={WRITING: writing})
        except ResourceExistsError:
            # A request may have succeeded whose answer was lost: then it is tried again.
            if not self.comes_from(name, writing):
                raise

    def take_back(self, name: str, writing: str) -> None:
        """Delete what a failed writing has left, and nothing else of that name."""
        self.finish(name, writing)
        if self.comes_from(name, writing):
            self.delete(name)

    def finish(self, name: str, writing: str) -> None:
        """Make an empty file of blocks that are no file yet: they can't be deleted as such."""
        with suppress(FileExistsError), translated(name):
            self.blob(name).commit_block_list(
                [], metadata={WRITING: writing}, match_condition=MatchConditions.IfMissing
            )

    def comes_from(self, name: str, writing: str) -> bool:
        with suppress(FileNotFoundError), translated(name):
            return self.blob(name).get_blob_properties().metadata.get(WRITING) == writing
        return False

    def delete(self, name: str) -> None:
        with suppress(FileNotFoundError), translated(name):
            self.blob(name).delete_blob(delete_snapshots="include")

    def discard(self, name: str) -> None:
        self.finish(name, "")
        self.delete(name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # names are made by us; one that is taken is an error

    def _save(self, name: str, content: File) -> str:
        self.write(name, content.chunks())
        return name


def blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that every piece but the last is as large as a block."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= BLOCK:
            yield bytes(waiting[:BLOCK])
            del waiting[:BLOCK]
    if waiting:
        yield bytes(waiting)
