"""Reading what is exported: everything as of one moment, in little memory however much it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections, transaction

from registry.company import tenant
from registry.company.tenant import Context

PIECE = 64 * 1024  # bytes that are handed on at once
# A slow line must not break off what it is still taking, and a dead one not hold it for ever.
PATIENCE = "10min"
SORTING = "32MB"  # of the server's memory, for one export at a time; more goes over its disk


@contextmanager
def snapshot(context: Context) -> Iterator[None]:
    """All reading in the block sees the same moment, whatever others change meanwhile.

    In a transaction of its own; inside somebody else's, theirs decides what is seen.
    """
    connection = connections[tenant.alias()]
    begins = not connection.in_atomic_block
    with transaction.atomic(using=tenant.alias()), connection.cursor() as cursor:
        if begins:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with tenant.serving(**vars(context)):
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'")
            cursor.execute(f"SET LOCAL work_mem = '{SORTING}'")
            yield


def renew(context: Context) -> None:
    """Before each statement, since a context lasts five minutes and a download may take longer."""
    tenant.enter(context)


def one_value(context: Context, statement: str, parameters: dict[str, Any]) -> Any:
    renew(context)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def values(context: Context, statement: str, parameters: dict[str, Any]) -> Iterator[str]:
    """One column, a few rows at a time."""
    renew(context)
    with connections[tenant.alias()].chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        for (value,) in cursor:
            yield value


class Rows:
    """What COPY TO STDOUT gives, in pieces of whole rows; ``count``: how many have been read."""

    def __init__(self, context: Context, statement: str, parameters: dict[str, Any]) -> None:
        self.context, self.statement, self.parameters = context, statement, parameters
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        renew(self.context)
        connection = connections[tenant.alias()].connection
        with (
            psycopg.ClientCursor(connection) as cursor,
            cursor.copy(self.statement, self.parameters) as rows,
        ):
            piece, size = [], 0
            for row in rows:
                piece.append(row)
                size += len(row)
                if size >= PIECE:
                    self.count += len(piece)
                    yield b"".join(piece)
                    piece, size = [], 0
            self.count += len(piece)
            yield b"".join(piece)
