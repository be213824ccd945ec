import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dig1.benchdata import databases
from dig1.benchdata.filling import SMALLEST, fill


class Command(BaseCommand):
    help = "Fill a database of its own with a register of any size, to measure with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=int, default=450_000, metavar="N")

    def handle(self, *args: Any, organisations: int, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Measuring registers are made with DIG1_ENV=local only.")
        if organisations < SMALLEST:
            raise CommandError(f"At least {SMALLEST} organisations are needed.")
        began = time.monotonic()
        name = databases.name(organisations)
        with databases.made(name):
            call_command("prepare", verbosity=0)
            fill(companies=organisations, tell=self.tell)
        self.stdout.write(f"Database {name}: {time.monotonic() - began:.0f} s in all")

    def tell(self, what: str, rows: int, seconds: float) -> None:
        self.stdout.write(f"{rows:>10,} {what} {seconds:.1f} s")
