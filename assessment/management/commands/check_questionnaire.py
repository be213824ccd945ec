from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from assessment.questionnaire.load import ContentFaults
from assessment.versions import Changed, hashes, versions


class Command(BaseCommand):
    help = "Check the questionnaire's files: every fault with file and line, or what there is."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = versions()
        except ContentFaults as error:
            raise CommandError(str(error)) from error
        except Changed as error:
            raise CommandError(
                f"Version {error} was published and has changed: make a new version."
            ) from error
        published = hashes()
        for name, one in found.items():
            state = "published" if name in published else "draft"
            self.stdout.write(
                f"{name} ({state}): {len(one.profile)} profile questions, {len(one.questions)}"
                f" questions in {len(one.sections)} sections, {len(list(one.quick))} of them in the"
                f" quick check, sha256 {one.sha256}"
            )
