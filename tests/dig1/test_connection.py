"""A kept connection is looked at before a request uses it, and a dead one is replaced."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connections

from dig1.postgresql.base import DatabaseWrapper, something_came


@pytest.fixture
def kept() -> Iterator[DatabaseWrapper]:
    """A connection of its own, as a request leaves it for the next one."""
    connection = connections["default"].copy("default")
    connection.ensure_connection()
    connection.close_if_unusable_or_obsolete()
    yield connection
    connection.close()


def backend(connection: DatabaseWrapper) -> int:
    return connection.connection.info.backend_pid


def end(pid: int) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_a_living_one_is_kept_without_a_query(kept, monkeypatch):
    def no_query():
        raise AssertionError("asked")

    monkeypatch.setattr(kept.connection, "cursor", no_query)
    assert kept.is_usable()


def test_one_that_the_server_ended_is_replaced_before_it_is_used(kept):
    before = backend(kept)
    end(before)
    assert eventually(lambda: something_came(kept.connection))
    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert backend(kept) != before


def test_one_is_asked_after_an_error(kept):
    end(backend(kept))
    assert eventually(lambda: something_came(kept.connection))
    kept.errors_occurred = True
    assert not kept.is_usable()
