"""New versions of the notice, in a folder of the test's own, and accounts from before them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.notice import approved, approving
from registry.notice.approved import Version, latest
from registry.notice.approving import approve
from registry.notice.document import document
from tests.cast import Person

CHANGES = {
    "fi": "Säilytysaika muuttui.",
    "sv": "Lagringstiden ändrades.",
    "en": "A period changed.",
}
LONG_AGO = date(2020, 1, 1)


@contextmanager
def versions_in(folder: Path) -> Iterator[Path]:
    """The approved versions are in the folder, to add to, for the block."""
    shutil.copytree(approved.FOLDER, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(approved, "FOLDER", folder)
        approved.versions.cache_clear()
        yield folder
    approved.versions.cache_clear()


def approve_next(changes: dict[str, str] = CHANGES) -> Version:
    """One version more, of the day after the newest, in which something else stands."""
    mark = f"<p>{changes['en']}</p>"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(approving, "document", lambda language: document(language) + mark)
        return approve(on=latest().date + timedelta(days=1), changes=changes)


def join(person: Person, on: date) -> None:
    """The person's account was made at noon of that day."""
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    with tenant.serving(scope=Scope.ACCOUNTS):
        User.objects.filter(pk=person.id).update(date_joined=noon)
