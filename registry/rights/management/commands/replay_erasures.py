from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from registry.company import tenant
from registry.rights.replay import missing, replay


class Command(BaseCommand):
    help = "After a restore from a backup: erase again what the journal says was erased."

    def handle(self, *args: Any, **options: Any) -> None:
        if "worker" not in connections:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        with tenant.using("worker"):
            total = len(missing())
            self.stdout.write(f"{total} erasures to be done again")
            for number, run in enumerate(replay(), 1):
                self.stdout.write(f"{number} of {total}: {run}")
            if left := len(missing()):
                raise CommandError(f"{left} erasures are still missing: run this again.")
