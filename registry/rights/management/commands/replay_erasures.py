from argparse import ArgumentParser
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from registry.company import tenant
from registry.rights import replay
from registry.rights.replay import ForeignJournal, NoAdmin


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
        parser.add_argument(
            "--erase-company",
            action="append",
            default=[],
            type=UUID,
            metavar="ORGANISATION",
            help="erase this company first: nobody is left who could administer it (repeatable)",
        )

    def handle(
        self, *args: Any, heir: list[UUID], erase_company: list[UUID], **options: Any
    ) -> None:
        if "worker" not in connections:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        try:
            with tenant.using("worker"):
                for organisation in erase_company:
                    self.stdout.write(f"Company erased: {replay.erase_company(organisation)}")
                self.replay(heir)
        except ForeignJournal as error:
            raise CommandError(
                "The journal holds none of this database's latest erasures: it is empty, or"
                " another one's. Check where the journal is kept."
            ) from error
        except NoAdmin as error:
            raise CommandError(
                "Left without an admin would be: "
                + ", ".join(map(str, error.args))
                + ". Whoever became one after the backup is not in it. Restore a later moment; or"
                " ask the company, and name another of its memberships with --heir; or, if nobody"
                " else belongs to it, erase it with --erase-company."
            ) from error

    def replay(self, heirs: Collection[UUID]) -> None:
        total = len(replay.missing())
        self.stdout.write(f"{total} erasures to be done again")
        for number, run in enumerate(replay.replay(heirs=heirs), 1):
            self.stdout.write(f"{number} of {total}: {run}")
        if left := len(replay.missing()):
            raise CommandError(f"{left} erasures are still missing: run this again.")
