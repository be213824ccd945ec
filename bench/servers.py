"""gunicorn with the service's own settings, on a free port of this machine."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from bench.subjects import Page

PATIENCE_SECONDS = 60


@contextmanager
def serving(application: str, database: str, pages: list[Page]) -> Iterator[int]:
    """The port on which the application serves the register of that database.

    With stores of its own: the developer's journal of erasures would keep it closed.
    """
    with TemporaryDirectory() as stores:
        yield from served(application, database, pages, stores)


def served(application: str, database: str, pages: list[Page], stores: str) -> Iterator[int]:
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "BENCH_DATABASE": database,
        "BENCH_PAGES": json.dumps([(page.path, page.cookie) for page in pages]),
        "PORT": str(port),
        "BLOB_DIR": stores,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:bench.gunicorn"]
    server = subprocess.Popen(
        [*command, application],
        env=environment,
    )
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise RuntimeError("The measured server doesn't answer.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
