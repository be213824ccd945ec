from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from registry.rights.certificate.described import described
from registry.rights.certificate.verify import NotGenuine, genuine

HINT = (
    "(It was checked against the key of the settings in force here: a service with another"
    " DIG1_DATA_DIR or CERTIFICATE_KEY has another key.)"
)


class Command(BaseCommand):
    help = "Tell whether a certificate of erasure is genuine; it fails if it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the signed file (JSON)")

    @no_translations
    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            certificate = described(genuine(file.read_bytes()))
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}") from error
        except NotGenuine as error:
            raise CommandError(f"Not genuine. {error.why} {HINT}") from error
        self.stdout.write(
            f"Genuine: {certificate.scope}, erasure {certificate.run},"
            f" certified {certificate.certified_at:%d.%m.%Y %H.%M},"
            f" backups expire on {certificate.backups_expire_on:%d.%m.%Y}."
        )
