"""`manage.py run` as a newcomer runs it: a process, on a data folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from dig1 import devdb
from dig1.devdb.cluster import place

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 120


class Run:
    """One start of the service."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.output = folder / "output.txt"
        environment = os.environ | {"DIG1_DATA_DIR": str(folder), "PORT": str(port)}
        environment.pop("DATABASE_URL", None)
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=REPOSITORY,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.printed
            try:
                self.ask("/terveys/")
                return
            except ConnectionRefusedError:
                time.sleep(0.1)
        raise AssertionError(self.printed)

    def ask(self, path: str) -> int:
        """The status of the answer."""
        connection = HTTPConnection("localhost", self.port)
        connection.request("GET", path)
        return connection.getresponse().status

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the database server's user can enter."""
    path = Path(tempfile.mkdtemp(prefix="dig1-run-"))
    path.chmod(0o755)
    yield path
    home = place(path).home
    devdb.stop(path)
    shutil.rmtree(home)
    shutil.rmtree(path)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_serves_tells_how_to_sign_in_and_ends_cleanly_with_its_database(folder, port):
    run = Run(folder, port)
    run.wait_until_it_answers()
    assert run.ask("/static/dig1/app.css") == 200
    assert run.ask("/?haku=salaisuus") == 200
    assert run.end() == 0
    assert "paakayttaja@esimerkki.example" in run.printed
    assert f"Dig1 is at http://localhost:{port}/" in run.printed
    assert str(folder / "mail") in run.printed
    assert devdb.status(folder).startswith("not running")
    assert "GET / 200" in run.printed
    assert "salaisuus" not in run.printed
    assert "127.0.0.1 " not in run.printed


def test_ctrl_c_ends_it_too_and_a_database_that_ran_before_stays(folder, port):
    devdb.ensure(folder, durable=False)
    run = Run(folder, port)
    run.wait_until_it_answers()
    assert run.end(signal.SIGINT) == 0
    assert devdb.status(folder).startswith("running")


def test_a_taken_port_is_told_in_a_sentence(folder, port):
    with socket.create_server(("127.0.0.1", port)):
        run = Run(folder, port)
        assert run.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert f"Port {port} can't be used" in run.printed
    assert "make run PORT=" in run.printed
    assert "Traceback" not in run.printed


def test_production_is_not_started_this_way(settings: Settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="production"):
        call_command("run")
