from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from registry.declarations.plan import plan
from registry.notice.document import LANGUAGES
from registry.notice.ropa.as_csv import as_csv
from registry.notice.ropa.as_html import as_html
from registry.notice.ropa.as_json_ld import as_json_ld
from registry.notice.ropa.as_xlsx import as_xlsx
from registry.notice.ropa.record import record

FORMATS = {"html": as_html, "csv": as_csv, "xlsx": as_xlsx, "json-ld": as_json_ld}


class Command(BaseCommand):
    help = "Write the record of processing activities (GDPR Article 30) from the declarations."
    requires_system_checks = ()  # the record says by itself whether the notice is approved

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="html")
        parser.add_argument("--output", type=Path, metavar="FILE", help="else to the terminal")
        parser.add_argument("--language", choices=LANGUAGES, default="fi")

    def handle(
        self, *args: Any, format: str, output: Path | None, language: str, **options: Any
    ) -> None:
        if format == "xlsx" and not output:
            raise CommandError("A workbook goes into a file: give --output FILE.")
        with translation.override(language):
            content = FORMATS[format](record(plan(), language))
        if not output:
            self.stdout.write(content.decode(), ending="")
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}.") from error
