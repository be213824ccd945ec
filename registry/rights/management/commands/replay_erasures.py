from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from registry.company import tenant
from registry.rights.replay import NoAdmin, missing, replay


class Command(BaseCommand):
    help = "After a restore from a backup: erase again what the journal says was erased."

    def handle(self, *args: Any, **options: Any) -> None:
        if "worker" not in connections:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        with tenant.using("worker"):
            total = len(missing())
            self.stdout.write(f"{total} erasures to be done again")
            try:
                for number, run in enumerate(replay(), 1):
                    self.stdout.write(f"{number} of {total}: {run}")
            except NoAdmin as error:
                raise CommandError(
                    f"Company {error} would be left without an admin: who became one after the"
                    " backup is lost. Restore a later moment."
                ) from error
            if left := len(missing()):
                raise CommandError(f"{left} erasures are still missing: run this again.")
