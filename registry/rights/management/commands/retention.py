from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import connections

from registry.company import tenant
from registry.rights.retention import Count, Reason, UnderWay, expire, preview


class Command(BaseCommand):
    help = "Delete what has expired, in all companies (as worker); print what went and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    @no_translations
    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if "worker" not in connections:
            raise CommandError(
                "WORKER_DATABASE_URL is not set: only the worker's role may do this."
            )
        with tenant.using("worker"):
            counts = preview() if dry_run else self.expire()
        verb = "would be deleted" if dry_run else "deleted"
        for one in counts:
            self.stdout.write(f"{one.name}: {one.rows} {verb}, {one.reason.label}")
        self.stdout.write(f"In all {sum(one.rows for one in counts)} {verb}.")

    def expire(self) -> list[Count]:
        try:
            run = expire()
        except UnderWay as error:
            raise CommandError("Another retention is under way.") from error
        self.stdout.write(f"Retention run {run.pk}")
        return [
            Count(line.table_name, Reason(line.reason), line.rows)
            for line in run.lines.order_by("sequence")
        ]
