from argparse import ArgumentParser
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from registry.company import tenant
from registry.rights.replay import ForeignJournal, NoAdmin, missing, replay


class Command(BaseCommand):
    help = "After a restore from a backup: erase again what the journal says was erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heir",
            action="append",
            default=[],
            type=UUID,
            metavar="MEMBERSHIP",
            help="who becomes admin where a company would be left without one (repeatable)",
        )

    def handle(self, *args: Any, heir: list[UUID], **options: Any) -> None:
        if "worker" not in connections:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        try:
            with tenant.using("worker"):
                self.replay(heir)
        except ForeignJournal as error:
            raise CommandError(
                "The journal holds none of this database's erasures: it is empty, or another"
                " one's. Check where the journal is kept."
            ) from error
        except NoAdmin as error:
            raise CommandError(
                "Left without an admin would be: "
                + ", ".join(map(str, error.args))
                + ". Whoever became one after the backup is not in it. Ask the company, and name"
                " another of its memberships with --heir; or restore a later moment."
            ) from error

    def replay(self, heirs: Collection[UUID]) -> None:
        total = len(missing())
        self.stdout.write(f"{total} erasures to be done again")
        for number, run in enumerate(replay(heirs=heirs), 1):
            self.stdout.write(f"{number} of {total}: {run}")
        if left := len(missing()):
            raise CommandError(f"{left} erasures are still missing: run this again.")
