from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from registry.company import tenant
from registry.rights.retention import expire


class Command(BaseCommand):
    help = "Delete what has expired, in all companies (as worker, every night); print counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if "worker" not in connections:
            raise CommandError(
                "WORKER_DATABASE_URL is not set: only the worker's role may do this."
            )
        verb = "would be deleted" if dry_run else "deleted"
        with tenant.using("worker"):
            for count in expire(dry_run=dry_run):
                why = "with unused accounts" if count.of_account else "expired"
                self.stdout.write(f"{count.table}: {count.rows} {verb}, {why}")
