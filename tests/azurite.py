"""The tests' blob store: Azurite, Microsoft's stand-in for Azure Blob Storage, in its real server.

One serves a process of the session. It is killed with that process, however that ends.
"""

import ctypes
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient

REPOSITORY = Path(__file__).parents[1]
SERVER = REPOSITORY / "node_modules/azurite/dist/src/blob/main.js"
NODE = REPOSITORY / ".data/tools/bin/node"
CONTAINERS = {"default": "blobs", "journal": "journal"}
ACCOUNT = "devstoreaccount1"  # Azurite's own, with a key that all the world knows
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
PATIENCE_SECONDS = 30
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Azurite:
    """A server that keeps what it is given in a folder, from one start to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.process is not None:
            return
        node = str(NODE) if NODE.exists() else shutil.which("node")
        if node is None or not SERVER.exists():
            pytest.fail("Azurite is not installed. `infra/setup.sh azurite` does, as `make test`.")
        command = [node, str(SERVER), "--blobHost", "127.0.0.1", "--blobPort", str(self.port)]
        command += ["--location", str(self.folder / "data"), "--silent", "--disableTelemetry"]
        command += ["--skipApiVersionCheck"]  # the client speaks a newer one than it knows
        with (self.folder / "azurite.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, preexec_fn=die_with_parent
            )
        self.wait_until_it_answers(self.process)

    def wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        pytest.fail("Azurite does not start:\n" + (self.folder / "azurite.log").read_text())

    def stop(self) -> None:
        """It writes down first what it holds in memory, unlike when it is killed."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def connection_string(self, *, port: int | None = None, key: str = KEY) -> str:
        """For settings, and for processes by AZURE_STORAGE_CONNECTION_STRING."""
        address = f"http://127.0.0.1:{port or self.port}/{ACCOUNT}"
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};"
            f"BlobEndpoint={address};"
        )

    def stores(self, **changes: Any) -> dict[str, dict[str, Any]]:
        """Our two stores, for STORAGES; ``changes`` as to connection_string."""
        connection = {"connection_string": self.connection_string(**changes)}
        return {
            alias: {
                "BACKEND": "dig1.azure.BlobStorage",
                "OPTIONS": connection | {"azure_container": container},
            }
            for alias, container in CONTAINERS.items()
        }

    def empty(self) -> None:
        """New containers in place of the old."""
        with BlobServiceClient.from_connection_string(self.connection_string()) as service:
            for container in CONTAINERS.values():
                with suppress(ResourceNotFoundError):
                    service.delete_container(container)
                service.create_container(container)
