"""What `ensure` gives: five ways in, each with its own rights."""

import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dig1 import devdb
from tests.devdb.conftest import DataFolder

REPOSITORY = Path(__file__).parents[2]


def ask(url: str, query: str) -> tuple:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchone()


def test_every_role_signs_in_to_the_database(served: DataFolder) -> None:
    found = {
        name: ask(url, "SELECT session_user::text, current_user::text, current_database()::text")
        for name, url in served.ensure().items()
    }
    assert found == {
        "admin": ("postgres", "postgres", "dig1"),
        "owner": ("dig1_migrate", "dig1_owner", "dig1"),
        "web": ("dig1_web", "dig1_web", "dig1"),
        "staff": ("dig1_staff", "dig1_staff", "dig1"),
        "worker": ("dig1_worker", "dig1_worker", "dig1"),
    }


@pytest.mark.parametrize("name", ["owner", "web", "staff", "worker"])
def test_no_role_but_the_administrator_has_an_attribute_of_power(
    served: DataFolder, name: str
) -> None:
    powers = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication"
    query = f"SELECT bool_or({powers}) FROM pg_roles WHERE rolname IN (session_user, current_user)"
    assert ask(served.ensure()[name], query) == (False,)


@pytest.mark.parametrize("name", ["web", "staff", "worker"])
def test_serving_roles_can_neither_make_tables_nor_become_the_owner(
    served: DataFolder, name: str
) -> None:
    url = served.ensure()[name]
    for statement in [
        "CREATE TABLE public.mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (a int)",
        "SET ROLE dig1_owner",
        "SET ROLE dig1_definer",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(url, statement)


def test_what_a_migration_makes_belongs_to_the_owner(served: DataFolder) -> None:
    with psycopg.connect(served.ensure()["owner"]) as connection:
        connection.execute("CREATE TABLE made (a int)")
        query = "SELECT tableowner FROM pg_tables WHERE tablename = 'made'"
        assert connection.execute(query).fetchone() == ("dig1_owner",)
        connection.rollback()


def test_the_logs_hold_no_values_of_rows(served: DataFolder) -> None:
    url = served.ensure()["owner"]
    secret = "mikko.virtanen@example.com"
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE addresses (email text UNIQUE)")
        connection.execute("INSERT INTO addresses VALUES (%s)", [secret])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO addresses VALUES (%s)", [secret])
    log = (served.home / "server.log").read_text()
    assert "duplicate key" in log
    assert secret not in log


def test_nobody_gets_in_without_the_password(served: DataFolder) -> None:
    port = served.port()
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/dig1")


def test_only_the_user_can_read_the_file_of_passwords(served: DataFolder) -> None:
    assert stat.S_IMODE(served.kept.stat().st_mode) == 0o600


def test_no_password_stands_in_clear_in_the_cluster(served: DataFolder) -> None:
    password = served.ensure()["admin"].split(":")[2].split("@")[0].encode()
    files = [path for path in served.home.rglob("*") if path.is_file()]
    assert password in served.kept.read_bytes()
    assert [path for path in files if password in path.read_bytes()] == []


def test_databases_are_made_copied_and_dropped(served: DataFolder) -> None:
    urls = served.ensure()
    made = devdb.create_database(urls, "first")
    with psycopg.connect(made["owner"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    copy = devdb.create_database(urls, "second", template="first")
    assert ask(copy["owner"], "SELECT answer FROM kept") == (42,)
    assert ask(copy["web"], "SELECT current_database()::text") == ("second",)
    for name in ["first", "second"]:
        devdb.drop_database(urls, name)
    names = "SELECT count(*) FROM pg_database WHERE datname IN ('first', 'second')"
    assert ask(urls["admin"], names) == (0,)


def test_a_database_of_that_name_is_made_anew(served: DataFolder) -> None:
    urls = served.ensure()
    made = devdb.create_database(urls, "again")
    with psycopg.connect(made["owner"]) as open_connection:
        open_connection.execute("CREATE TABLE left_over (a int)")
        open_connection.commit()
        again = devdb.create_database(urls, "again")
    assert ask(again["owner"], "SELECT to_regclass('left_over')") == (None,)
    devdb.drop_database(urls, "again")


def test_a_server_of_your_own_is_prepared_and_its_address_kept(
    served: DataFolder, folder: DataFolder
) -> None:
    theirs = served.ensure()
    admin_url = f"{theirs['admin']}?application_name=mine"
    urls = devdb.ensure(folder.path, admin_url)
    assert urls["web"].endswith(f"@127.0.0.1:{served.port()}/dig1?application_name=mine")
    assert ask(urls["web"], "SELECT current_user::text") == ("dig1_web",)
    assert not (folder.path / "postgres").exists()
    assert devdb.ensure(folder.path, admin_url) == urls


def test_an_administrator_without_superuser_is_enough(folder: DataFolder) -> None:
    """As on a managed server: may make roles and databases, and little else."""
    superuser = folder.ensure()["admin"].replace("/dig1", "/postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("DROP DATABASE dig1 WITH (FORCE)")
        for role in ["web", "staff", "worker", "migrate", "definer", "owner"]:
            connection.execute(f"DROP ROLE dig1_{role}")
        connection.execute("CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'tested'")
    manager = f"postgresql://manager:tested@127.0.0.1:{folder.port()}/postgres"

    urls = devdb.ensure(folder.path, manager)
    assert ask(urls["owner"], "SELECT current_user::text") == ("dig1_owner",)
    copy = devdb.create_database(urls, "copy", template="dig1")
    assert ask(copy["web"], "SELECT current_database()::text") == ("copy",)
    devdb.drop_database(urls, "copy")
    assert ask(superuser, "SELECT pg_has_role('manager', 'dig1_owner', 'USAGE')") == (False,)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("ALTER ROLE dig1_web BYPASSRLS", "role dig1_web exists with other attributes"),
        ("GRANT dig1_owner TO dig1_worker", "role dig1_worker is a member of another role"),
    ],
)
def test_a_role_with_too_much_power_is_refused(
    folder: DataFolder, change: str, complaint: str
) -> None:
    urls = folder.ensure()
    with psycopg.connect(urls["admin"]) as connection:
        connection.execute(change)
    with pytest.raises(devdb.DatabaseUnavailable, match=complaint):
        devdb.create_database(urls, "refused")


def test_the_process_that_started_the_server_knows_it(folder: DataFolder) -> None:
    """So that the one who started it can stop it at its end, and nobody else does."""
    assert folder.ensure_in_process().wait(timeout=60) == 0
    folder.ensure()
    assert not devdb.started_here(folder.path)
    devdb.stop(folder.path)
    folder.ensure()
    assert devdb.started_here(folder.path)


def test_the_command_line_starts_tells_and_stops(folder: DataFolder) -> None:
    def devdb_says(verb: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dig1.devdb", verb],
            cwd=REPOSITORY,
            env={"DIG1_DATA_DIR": str(folder.path), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert devdb_says("status").startswith("not running")
    assert devdb_says("start").startswith("running on 127.0.0.1:")
    assert devdb_says("stop").startswith("not running")
