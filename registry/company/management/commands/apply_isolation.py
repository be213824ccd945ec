from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from registry.company import isolation
from registry.declarations.plan import plan


class Command(BaseCommand):
    help = "Bring row-level security, grants and guards in line with the declarations (as owner)."

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in connections:
            raise CommandError("OWNER_DATABASE_URL is not set: only the owner may do this.")
        isolation.apply(plan())
        if options["verbosity"]:
            self.stdout.write(f"Isolation follows the declarations {plan().hash[:12]}.")
