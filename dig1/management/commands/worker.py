import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from dig1.restored import unreplayed

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the jobs: erasures, exports, mail, nightly retention. Until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        if "worker" not in settings.DATABASES:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        if count := unreplayed():
            raise CommandError(
                f"{count} erasures of the journal are not in this database, which has been restored"
                " from a backup: run `manage.py replay_erasures` first."
            )
        with app.replace_connector(PsycopgConnector(kwargs=connector_params("worker"))):
            app.run_worker(concurrency=1, delete_jobs="successful", fetch_job_polling_interval=5)
