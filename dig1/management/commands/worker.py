import asyncio
import logging
import signal
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import OperationalError

from dig1.restored import unreplayed
from registry.company.blobs import StoreUnavailable
from registry.rights.replay import ForeignJournal

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_ATTEMPTS = 3


class Command(BaseCommand):
    help = "Run the jobs: erasures, exports, mail, nightly retention. Until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        if "worker" not in settings.DATABASES:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        with app.replace_connector(PsycopgConnector(kwargs=connector_params("worker"))):
            while not self.work_until_told():
                time.sleep(SECONDS_BETWEEN_ATTEMPTS)

    def work_until_told(self) -> bool:
        """Whether we were told to stop; otherwise the database has gone, and may come back.

        Or another has come in its place, so it is asked again whether it was restored.
        """
        try:
            count = unreplayed()
        except (StoreUnavailable, DatabaseError, ForeignJournal) as error:
            logger.error("The journal of erasures can't be checked: %s", type(error).__name__)
            return False
        finally:
            connections.close_all()
        if count:
            raise CommandError(
                f"{count} erasures of the journal are not in this database, which has been restored"
                " from a backup: run `manage.py replay_erasures` first."
            )
        return asyncio.run(work())


async def work() -> bool:
    """Run jobs until told to stop, after the job at hand, or until the database goes away."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    try:
        async with app.open_async():
            worker = loop.create_task(
                app.run_worker_async(
                    concurrency=1,
                    delete_jobs="successful",
                    fetch_job_polling_interval=5,
                    install_signal_handlers=False,
                )
            )

            def stop() -> None:
                told.set()
                worker.cancel()

            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop)
            with suppress(asyncio.CancelledError):
                await worker
    except (ConnectorException, OperationalError) as error:
        logger.error("The database has gone away: %s", type(error).__name__)
    return told.is_set()
