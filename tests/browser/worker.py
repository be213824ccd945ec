"""The worker, beside the browser: playwright has an event loop in the tests' own thread."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from tests.working import work as work_here


def work() -> None:
    """Run every job that is due: see tests/working.py."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(apart).result()


def apart() -> None:
    try:
        work_here()
    finally:
        connections.close_all()
