import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.notice.approved import Version, latest, versions
from registry.notice.approving import NotApproved, approve
from registry.notice.checks import differences
from registry.notice.document import LANGUAGES, state

NAMES = {"fi": "Finnish", "sv": "Swedish", "en": "English"}


class Command(BaseCommand):
    help = "Show the notice's version and whether it is approved as it is; --approve a new one."
    requires_system_checks = ()  # it is what the check of the notice asks for

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--approve",
            action="store_true",
            help="keep what is published now as today's version (again today: in its place)",
        )
        for language in LANGUAGES:
            parser.add_argument(
                f"--{language}",
                default="",
                metavar="TEXT",
                help=f"what has changed, in {NAMES[language]}; people are told this",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["approve"]:
            self.approve({language: options[language] for language in LANGUAGES})
        self.show()

    def approve(self, changes: dict[str, str]) -> None:
        today = timezone.localdate()
        again = bool(versions()) and latest().date == today
        if sys.stdin.isatty() and not again:
            changes = {language: text or ask(language) for language, text in changes.items()}
        try:
            version = approve(on=today, changes=changes)
        except NotApproved as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Approved: registry/notice/versions/{version.name}. Commit it.")

    def show(self) -> None:
        if versions():
            self.describe(latest())
        for name, digest in state().items():
            self.stdout.write(f"{name:12} {digest}")
        if changed := differences():
            self.stdout.write(f"Not approved as it is now: {', '.join(changed)}.")
        else:
            self.stdout.write("Approved as it is now.")

    def describe(self, version: Version) -> None:
        self.stdout.write(f"Version {version.name}, the newest of {len(versions())}.")
        for language, digest in version.documents.items():
            self.stdout.write(f"{language:12} {digest}")


def ask(language: str) -> str:
    return input(f"What has changed, in {NAMES[language]}? ").strip()
