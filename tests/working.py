"""The worker of the tests: does in this process what is queued in a test's own database."""

import asyncio

from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.periodic import PeriodicRegistry
from procrastinate.psycopg_connector import PsycopgConnector


def work() -> None:
    """Run every job that is due, and what those hand over, as `manage.py worker` does; then end.

    What comes round by the clock does not run: it would be another in each test. Only in tests with
    ``own_database`` or ``live``: others have nothing committed.
    """
    with app.replace_connector(PsycopgConnector(kwargs=connector_params("worker"))) as worker:
        asyncio.run(run(worker))


async def run(worker) -> None:
    by_the_clock, worker.periodic_registry = worker.periodic_registry, PeriodicRegistry()
    try:
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False,
                delete_jobs="successful",
                listen_notify=False,
                install_signal_handlers=False,
            )
    finally:
        worker.periodic_registry = by_the_clock
