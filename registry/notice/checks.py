"""The gate: nothing is served, migrated or released under a notice that nobody approved."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.core.checks import CheckMessage, Error, register

from registry.declarations.checks import PRIVACY
from registry.notice.approved import Version, versions
from registry.notice.document import state

APPROVE = (
    "Read what has changed, then approve a new version: python manage.py notice --approve"
    ' --fi "..." --sv "..." --en "..." with what people are to be told of the change'
    " (again on the same day: python manage.py notice --approve)."
)


@register(PRIVACY)
def check_notice(**kwargs: Any) -> list[CheckMessage]:
    """The declarations and the texts are those of the newest approved version."""
    return [*unapproved(), *altered()]


def unapproved() -> Iterator[CheckMessage]:
    if changed := differences():
        yield Error(
            f"The notice is not approved as it is now: {', '.join(changed)}.",
            hint=APPROVE,
            id="notice.E001",
        )


def differences() -> list[str]:
    """What has changed since the newest approved version, by name."""
    now, then = state(), versions()[-1].state if versions() else {}
    return sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))


def altered() -> Iterator[CheckMessage]:
    """Approved versions are evidence: what was published stays as it was."""
    for version in versions():
        for language, expected in version.documents.items():
            if kept_hash(version, language) != expected:
                yield Error(
                    f"Version {version.name} of the notice is not what was approved: {language}.",
                    hint="Restore registry/notice/versions/ from the repository.",
                    id="notice.E002",
                )


def kept_hash(version: Version, language: str) -> str | None:
    """None if the file is gone."""
    try:
        return sha256(version.content(language)).hexdigest()
    except FileNotFoundError:
        return None
