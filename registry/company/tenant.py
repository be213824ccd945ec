"""The tenant of a transaction: a signed context that PostgreSQL verifies (``sql/context.sql``).

The context says who is served: which part of the application (scope), which company, which
account. It holds for one transaction on one connection, and for five minutes. Only this process
has the key, so an injected ``set_config`` can't forge another company's context, and a forgotten
one shows no rows.
"""

import hmac
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

SETTING = "dig1.context"
LIFETIME_SECONDS = 300


class Scope(StrEnum):
    NOTHING = ""
    ACCOUNTS = "accounts"  # sign-in: the account tables, whoever they are about
    CUSTOMER = "customer"  # one account's own rows, and one company's if named
    STAFF = "staff"  # Dig1's staff, on their own database role
    RETENTION = "retention"  # what has expired, whosever it is, on the worker's database role


@dataclass(frozen=True)
class Context:
    scope: Scope = Scope.NOTHING
    organisation: UUID | None = None
    person: UUID | None = None


_alias: ContextVar[str] = ContextVar("database alias", default="default")
_context: ContextVar[Context] = ContextVar("tenant context", default=Context())  # noqa: B039


class Router:
    """Sends every query of a request to the connection of its database role."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return _alias.get()

    def db_for_write(self, model: type, **hints: Any) -> str:
        return _alias.get()

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"


def alias() -> str:
    """The connection that serves the current request or block."""
    return _alias.get()


@contextmanager
def using(name: str) -> Iterator[None]:
    """Serve the block through another connection ("staff", "worker", "owner")."""
    token = _alias.set(name)
    try:
        yield
    finally:
        _alias.reset(token)


def sign(context: Context, *, pid: int, now: float | None = None) -> str:
    """The context as PostgreSQL gets it, good on the backend ``pid`` for five minutes."""
    expiry = int((time.time() if now is None else now) + LIFETIME_SECONDS)
    claims = "|".join(
        (
            context.scope,
            str(context.organisation or ""),
            str(context.person or ""),
            str(expiry),
            str(pid),
        )
    )
    key = settings.CONTEXT_KEY.encode()
    return f"{claims}|{hmac.digest(key, claims.encode(), 'sha256').hex()}"


def enter(context: Context) -> None:
    """Set the context for the rest of the transaction (or until the next ``enter``).

    Raises RuntimeError outside a transaction: there the setting would be lost at once.
    """
    connection = connections[alias()]
    if not connection.in_atomic_block:
        raise RuntimeError("The tenant context needs a transaction.")
    connection.ensure_connection()
    signed = sign(context, pid=connection.connection.info.backend_pid)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('{SETTING}', %s, true)", [signed])
    _context.set(context)


def entered(context: Context) -> None:
    """Note a context that the caller has set by running ``statement`` itself."""
    _context.set(context)


def current() -> Context:
    return _context.get()


def forget() -> None:
    """Forget the context of a transaction that has ended."""
    _context.set(Context())


@contextmanager
def serving(
    *, scope: Scope = Scope.CUSTOMER, organisation: UUID | None = None, person: UUID | None = None
) -> Iterator[None]:
    """A transaction (or savepoint) under one context; the one before comes back afterwards."""
    before = current()
    try:
        # When the block raises, the savepoint's end brings the setting of before back.
        with transaction.atomic(using=alias()):
            enter(Context(scope, organisation, person))
            yield
            enter(before)
    finally:
        _context.set(before)


def accounts() -> AbstractContextManager[None]:
    """Open the account tables for the block, keeping company and person of the context."""
    now = current()
    return serving(scope=Scope.ACCOUNTS, organisation=now.organisation, person=now.person)
