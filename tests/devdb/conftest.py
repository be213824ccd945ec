"""Data folders for real servers, which are stopped and removed again. No Django here."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dig1 import devdb
from dig1.devdb.cluster import place


class DataFolder:
    """A data folder, and what may befall it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ensure(self) -> dict[str, str]:
        return devdb.ensure(self.path, durable=False)

    @property
    def home(self) -> Path:
        return place(self.path).home

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def kept(self) -> Path:
        """The file of passwords and port."""
        return self.path / "postgres.json"

    def port(self) -> int:
        return json.loads(self.kept.read_text())["port"]

    def kill_server(self) -> None:
        """As a crash or a shortage of memory would."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def ensure_in_process(self, before: str = "") -> subprocess.Popen:
        """Run `ensure` in a process of its own, after some lines of Python."""
        script = f"from pathlib import Path\nfrom dig1 import devdb\n{before}\n"
        script += f"devdb.ensure(Path({str(self.path)!r}), durable=False)"
        return subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])

    def remove(self) -> None:
        if self.path.exists():
            home = self.home
            devdb.stop(self.path)
            shutil.rmtree(home)
            shutil.rmtree(self.path)


def new_folder() -> DataFolder:
    """One that the server's user can enter; pytest's own is closed to others than the user."""
    path = Path(tempfile.mkdtemp(prefix="dig1-devdb-"))
    path.chmod(0o755)
    return DataFolder(path)


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    """An empty data folder."""
    folder = new_folder()
    yield folder
    folder.remove()


@pytest.fixture(scope="module")
def served() -> Iterator[DataFolder]:
    """A running server for tests that leave it as it was."""
    folder = new_folder()
    folder.ensure()
    yield folder
    folder.remove()
