"""The approved versions of the notice, kept in the repository below ``versions/``.

A version bears the day of its approval as its name. Its folder holds what was published, one file
a language; ``index.json`` holds the hashes of that, of what the approval covered, and what had
changed.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

FOLDER = Path(__file__).parent / "versions"
INDEX = "index.json"


@dataclass(frozen=True)
class Version:
    """``state``: what the approval covered (document.py); ``documents``: SHA-256 by language."""

    name: str
    state: dict[str, str]
    documents: dict[str, str]
    changes: dict[str, str]

    @property
    def date(self) -> date:
        return date.fromisoformat(self.name)

    @property
    def change(self) -> str:
        """What had changed, in the active language."""
        return self.changes[get_language()]

    @property
    def sha256(self) -> str:
        """Of what was published in the active language."""
        return self.documents[get_language()]

    @property
    def plan_hash(self) -> str:
        return self.state["declarations"]

    def content(self, language: str) -> bytes:
        """What was published, byte for byte. Raises FileNotFoundError without the language."""
        return (FOLDER / self.name / f"{language}.html").read_bytes()

    @property
    def document(self) -> SafeString:
        """What was published in the active language: made by this software, so it is trusted."""
        return mark_safe(self.content(get_language()).decode())  # noqa: S308


@cache
def versions() -> tuple[Version, ...]:
    """All versions, the oldest first."""
    index = FOLDER / INDEX
    entries = json.loads(index.read_text(encoding="utf-8")) if index.exists() else []
    return tuple(Version(**entry) for entry in entries)


def latest() -> Version:
    """Raises IndexError as long as no version has been approved."""
    return versions()[-1]


def find(name: str) -> Version | None:
    return next((version for version in versions() if version.name == name), None)


def news_since(name: str) -> list[Version]:
    """The versions after one, the newest first, in which people read what they had not before.

    Some are approved for what nobody sees, such as a key in a table.
    """
    pairs = zip(versions(), versions()[1:], strict=False)
    changed = [after for before, after in pairs if after.documents != before.documents]
    return [version for version in reversed(changed) if version.name > name]
