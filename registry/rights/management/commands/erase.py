from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from registry.company import tenant
from registry.company.models import Organisation
from registry.rights import ordering
from registry.rights.preview import preview_company


class Command(BaseCommand):
    help = "Erase all personal data of a company, by its key: counts first, then --confirm COUNT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", type=UUID)
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--dry-run", action="store_true", help="count only, change nothing")
        group.add_argument(
            "--confirm", metavar="FINGERPRINT", help="the fingerprint that --dry-run has printed"
        )

    def handle(
        self, *args: Any, organisation: UUID, dry_run: bool, confirm: str | None, **options: Any
    ) -> None:
        if "worker" not in connections:
            raise CommandError("WORKER_DATABASE_URL is not set: only the worker may do this.")
        with tenant.using("worker"):
            if dry_run:
                self.preview(organisation)
            else:
                self.erase(organisation, confirm or "")

    def preview(self, organisation: UUID) -> None:
        with tenant.serving(organisation=organisation):
            if not Organisation.objects.filter(pk=organisation, erased_at=None).exists():
                raise CommandError("There is no such company, or it has been erased.")
            preview = preview_company(organisation=organisation)
        for line in preview.lines:
            until = f" until {line.until}" if line.until else ""
            self.stdout.write(
                f"{line.rows:>10,} {line.step.table.name} {line.step.action.value}{until}"
            )
        self.stdout.write(f"Fingerprint: {preview.fingerprint}")

    def erase(self, organisation: UUID, fingerprint: str) -> None:
        """Ordered by Dig1 itself, for a company that asked in writing. Its admins are told and can
        call it off, as ever; the worker carries it out."""
        try:
            with tenant.serving(organisation=organisation):
                run = ordering.order_company_erasure(
                    organisation=organisation, orderer=None, fingerprint=fingerprint
                )
        except ordering.ErasureRefused as error:
            raise CommandError(
                "Nothing was done: the company is erased or locked, or its data has changed since"
                " the fingerprint was printed."
            ) from error
        self.stdout.write(f"Ordered: {run.pk}, to begin {run.not_before:%Y-%m-%d %H:%M} UTC")
