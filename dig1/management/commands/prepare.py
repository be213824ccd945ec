from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections


class Command(BaseCommand):
    help = "Bring the database up to this version (as owner): tables, isolation, staff groups."

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in connections:
            raise CommandError("OWNER_DATABASE_URL is not set: only the owner may do this.")
        verbosity = options["verbosity"]
        call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
        call_command("createcachetable", database="owner", verbosity=verbosity)
        call_command("apply_isolation", verbosity=verbosity)
        call_command("setup_groups", verbosity=verbosity)
        self.check(tags=["privacy"], databases=["owner"], display_num_errors=verbosity > 0)
