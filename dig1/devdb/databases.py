"""Roles, passwords and databases, on the embedded server or on one of your own."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from dig1.devdb.errors import DatabaseUnavailable

DATABASE = "dig1"
LOGINS = {
    "owner": "dig1_migrate",
    "web": "dig1_web",
    "staff": "dig1_staff",
    "worker": "dig1_worker",
}
ROLES_SQL = Path(__file__).parents[2] / "infra" / "roles.sql"
OLDEST_SERVER = 15
# One at a time on a server, whichever data folder asks: roles are shared by all its databases.
LOCK_KEY = int.from_bytes(b"dig1", "big")


def new_passwords() -> dict[str, str]:
    return {name: secrets.token_urlsafe(24) for name in ["admin", *LOGINS]}


def urls(admin_url: str, passwords: dict[str, str], database: str = DATABASE) -> dict[str, str]:
    """The address of the database for the administrator and for each role."""
    logins = {name: _login(admin_url, role, passwords[name]) for name, role in LOGINS.items()}
    return {
        name: with_database(url, database) for name, url in {"admin": admin_url, **logins}.items()
    }


def with_database(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{quote(database)}").geturl()


def _login(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{password}@{host}").geturl()


def connect(url: str, *, patience: int = 5) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, connect_timeout=patience)


def answer(addresses: dict[str, str]) -> bool:
    """Whether every role can sign in. SCRAM proves both sides: this is our server, too."""
    try:
        for name in LOGINS:
            connect(addresses[name], patience=2).close()
    except psycopg.OperationalError:
        return False
    return True


def prepare(admin_url: str, passwords: dict[str, str]) -> None:
    """Make the database and the roles, as far as they are missing; (re)set the passwords."""
    with _administration(admin_url) as admin:
        _check_version(admin)
        row = admin.execute(
            "SELECT datconnlimit FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if row == (-2,):  # what a server killed in the middle of CREATE or DROP DATABASE leaves
            _drop(admin, DATABASE)
            row = None
        if row is None:
            _create(admin, DATABASE, template="template0")
        apply_roles(with_database(admin_url, DATABASE))
        for name, role in LOGINS.items():
            set_password = sql.SQL("ALTER ROLE {} PASSWORD {}")
            verifier = sql.Literal(scram_verifier(passwords[name]))
            admin.execute(set_password.format(sql.Identifier(role), verifier))


def create_database(addresses: dict[str, str], name: str, template: str | None = None) -> dict:
    """Make a database anew, dropping one of that name, and return its addresses.

    `template` is a database to copy, to which nobody may be connected meanwhile.
    """
    with _administration(addresses["admin"]) as admin:
        _drop(admin, name)
        _create(admin, name, template=template or "template0")
        made = {role: with_database(url, name) for role, url in addresses.items()}
        apply_roles(made["admin"])
    return made


def drop_database(addresses: dict[str, str], name: str) -> None:
    """Drop a database, ending the connections to it."""
    with _administration(addresses["admin"]) as admin:
        _drop(admin, name)


def apply_roles(database_url: str) -> None:
    with connect(database_url) as connection:
        connection.execute(ROLES_SQL.read_bytes())


def roles_fingerprint() -> str:
    return hashlib.sha256(ROLES_SQL.read_bytes()).hexdigest()


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores of a password, made here so that no clear password is ever sent."""
    salt, rounds = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{parts[0]}${parts[1]}:{parts[2]}"


@contextmanager
def _administration(url: str) -> Iterator[psycopg.Connection]:
    """A connection of the administrator, alone at changing this server's roles and databases."""
    host = urlsplit(url).netloc.rpartition("@")[2] or "the local socket"
    try:
        with connect(with_database(url, "postgres")) as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
            yield admin
    except psycopg.errors.DiskFull as error:
        raise DatabaseUnavailable(
            f"PostgreSQL at {host} has no room left: free some space on its disk, then start again."
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL at {host} doesn't answer or refuses its administrator: {error}. "
            "Check that it runs, and DATABASE_URL if you set it."
        ) from error
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException) as error:
        raise DatabaseUnavailable(
            f"PostgreSQL at {host} can't be prepared: {error}. The administrator needs CREATEROLE "
            "and CREATEDB, and the roles of infra/roles.sql no more than that file gives them."
        ) from error


def _check_version(admin: psycopg.Connection) -> None:
    major = admin.info.server_version // 10000
    if major < OLDEST_SERVER:
        raise DatabaseUnavailable(
            f"The server is PostgreSQL {major}; {OLDEST_SERVER} or newer is needed."
        )


def _create(admin: psycopg.Connection, name: str, *, template: str) -> None:
    with _as_owner(admin):
        statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(admin: psycopg.Connection, name: str) -> None:
    with _as_owner(admin):
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        admin.execute(statement.format(sql.Identifier(name)))


@contextmanager
def _as_owner(admin: psycopg.Connection) -> Iterator[None]:
    """An administrator who is no superuser needs the owner's rights to copy or drop a database."""
    lacks = admin.execute(
        "SELECT NOT rolsuper AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'dig1_owner')"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone() == (True,)
    if lacks:
        admin.execute("GRANT dig1_owner TO CURRENT_USER")
    yield
    if lacks:
        admin.execute("REVOKE dig1_owner FROM CURRENT_USER")
