"""Whatever a killed process, a full disk or a stranger left behind, the next start copes or tells.

Real servers, in folders of their own.
"""

import errno
import os
import resource
import socket
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest

from dig1 import devdb
from dig1.devdb import programs
from tests.devdb.conftest import DataFolder

pytestmark = pytest.mark.fault

NOBODY = 65534


def note(folder: DataFolder) -> None:
    """Store something that must still be there afterwards."""
    with psycopg.connect(folder.ensure()["owner"]) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 42 AS answer")


def noted(urls: dict[str, str]) -> int:
    with psycopg.connect(urls["owner"]) as connection:
        return connection.execute("SELECT answer FROM notes").fetchone()[0]


@contextmanager
def occupied(port: int) -> Iterator[None]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        yield


@contextmanager
def small_disk(folder: DataFolder, megabytes: int) -> Iterator[None]:
    """A file system of that size; where none may be mounted, a limit on the size of a file."""
    if subprocess.run(mount(folder.path, megabytes), stderr=subprocess.DEVNULL).returncode == 0:
        try:
            yield
        finally:
            devdb.stop(folder.path)
            subprocess.run(["umount", folder.path], check=True)
    else:
        with files_limited_to(megabytes << 17):
            yield


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def filled_up(folder: DataFolder) -> Iterator[None]:
    """No byte more fits on the small disk."""
    filler = folder.path / "filler"
    with filler.open("wb", buffering=0) as out, pytest.raises(OSError) as end:
        while True:
            out.write(bytes(1 << 20))
    limit = 0 if end.value.errno == errno.EFBIG else resource.RLIM_INFINITY
    with files_limited_to(limit):
        yield
    filler.unlink()


def told_of_a_full_disk() -> AbstractContextManager:
    return pytest.raises(devdb.DatabaseUnavailable, match="free some space")


def mount(path: Path, megabytes: int) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(path)]


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Root may write everywhere, so root becomes somebody else for a while."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield
    if is_root:
        os.seteuid(0)


def test_a_killed_server_starts_again_with_its_data(folder: DataFolder) -> None:
    note(folder)
    folder.kill_server()
    assert noted(folder.ensure()) == 42


def test_a_stopped_server_starts_again_on_its_port(folder: DataFolder) -> None:
    note(folder)
    port = folder.port()
    devdb.stop(folder.path)
    assert noted(folder.ensure()) == 42
    assert folder.port() == port


def test_a_pid_file_that_now_names_another_process_is_no_obstacle(folder: DataFolder) -> None:
    note(folder)
    pid_file = folder.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    folder.kill_server()
    owner = programs.identity(folder.home.stat().st_uid)
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **owner)
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert noted(folder.ensure()) == 42
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_taken_port_is_left_to_its_holder_and_the_new_one_remembered(folder: DataFolder) -> None:
    note(folder)
    port = folder.port()
    devdb.stop(folder.path)
    with occupied(port):
        assert noted(folder.ensure()) == 42
        assert folder.port() != port
        assert folder.ensure()["web"].endswith(f"@127.0.0.1:{folder.port()}/dig1")


def test_a_lost_file_of_passwords_is_made_anew(folder: DataFolder) -> None:
    note(folder)
    folder.kept.unlink()
    assert noted(folder.ensure()) == 42


def test_half_a_file_of_passwords_is_made_anew(folder: DataFolder) -> None:
    note(folder)
    folder.kept.write_text(folder.kept.read_text()[:20])
    assert noted(folder.ensure()) == 42


def test_half_a_cluster_of_a_killed_initdb_is_made_anew(folder: DataFolder) -> None:
    draft = folder.home / "draft"
    (draft / "base").mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    assert set(folder.ensure()) == {"admin", "owner", "web", "staff", "worker"}
    assert not draft.exists()


def test_half_a_database_of_a_killed_server_is_made_anew(folder: DataFolder) -> None:
    """CREATE DATABASE and DROP DATABASE leave an invalid one when they are cut short."""
    admin_url = folder.ensure()["admin"].replace("/dig1", "/postgres")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'dig1'")
    with psycopg.connect(folder.ensure()["web"]) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == ("dig1_web",)


@pytest.mark.parametrize(
    "step",
    [
        "cluster.Cluster.set_password",
        "cluster.Cluster.check_version",
        "databases._create",
        "databases.apply_roles",
    ],
)
def test_ensure_killed_before_any_of_its_steps_goes_on_the_next_time(
    folder: DataFolder, step: str
) -> None:
    die = f"devdb.{step} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)"
    killed = folder.ensure_in_process(f"import os, signal\nfrom dig1.devdb import cluster\n{die}")
    assert killed.wait(timeout=60) == -9
    note(folder)
    assert noted(folder.ensure()) == 42


def test_many_at_once_start_one_server(folder: DataFolder) -> None:
    processes = [folder.ensure_in_process() for _ in range(4)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0, 0]
    assert (folder.home / "server.log").read_text().count("ready to accept connections") == 1


def test_a_throw_away_server_becomes_durable_when_asked(folder: DataFolder) -> None:
    note(folder)
    urls = devdb.ensure(folder.path, durable=True)
    with psycopg.connect(urls["web"]) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    assert noted(urls) == 42


# --- what can't be repaired is told ----------------------------------------------------------


def test_another_major_version_of_the_data_is_told(folder: DataFolder) -> None:
    folder.ensure()
    devdb.stop(folder.path)
    (folder.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(devdb.DatabaseUnavailable, match="made by PostgreSQL 14, and this is"):
        folder.ensure()


@pytest.mark.parametrize("megabytes", [1, 30])
def test_a_disk_too_small_is_told(folder: DataFolder, megabytes: int) -> None:
    with small_disk(folder, megabytes), told_of_a_full_disk():
        folder.ensure()


def test_a_disk_that_filled_up_is_told_and_nothing_is_lost(folder: DataFolder) -> None:
    with small_disk(folder, 200):
        note(folder)
        devdb.stop(folder.path)
        with filled_up(folder), told_of_a_full_disk():
            folder.ensure()
        assert noted(folder.ensure()) == 42


def test_a_data_folder_that_is_closed_to_the_user_is_told(folder: DataFolder) -> None:
    folder.path.chmod(0o555)
    expected = pytest.raises(devdb.DatabaseUnavailable, match="can't be written by this user")
    with as_ordinary_user(), expected:
        folder.ensure()
    folder.path.chmod(0o755)


def test_a_file_in_place_of_the_data_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(devdb.DatabaseUnavailable, match="can't be written"):
        devdb.ensure(tmp_path / "file")


def test_missing_programs_are_told(folder: DataFolder, tmp_path: Path) -> None:
    expected = pytest.raises(devdb.DatabaseUnavailable, match="There are no PostgreSQL programs")
    with pytest.MonkeyPatch.context() as patch, expected:
        patch.setenv("PGBIN", str(tmp_path))
        folder.ensure()


def test_a_server_of_your_own_that_does_not_answer_is_told(folder: DataFolder) -> None:
    with pytest.raises(devdb.DatabaseUnavailable, match="Check that it runs, and DATABASE_URL"):
        devdb.ensure(folder.path, "postgresql://postgres:secret@127.0.0.1:1/postgres")


def test_a_broken_cluster_is_told_in_the_words_of_the_server(folder: DataFolder) -> None:
    folder.ensure()
    devdb.stop(folder.path)
    (folder.data / "global" / "pg_control").unlink()
    with pytest.raises(
        devdb.DatabaseUnavailable, match=r"(?s)does not start\. It said:.*could not"
    ):
        folder.ensure()


# --- places --------------------------------------------------------------------------------


def test_a_folder_that_the_servers_user_cannot_enter_is_no_obstacle(
    folder: DataFolder, capfd: pytest.CaptureFixture
) -> None:
    """As below root's home; anybody else runs the server as themselves and enters."""
    folder.path.chmod(0o700)
    note(folder)
    assert noted(folder.ensure()) == 42
    assert f"PostgreSQL keeps the development data in {folder.home}" in capfd.readouterr().err
