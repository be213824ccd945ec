"""The versions of the questionnaire, as files; a published one never changes.

``content/published.json`` names each published version with its hash: whoever changes a word of it
has made another version.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assessment.questionnaire.load import load
from assessment.questionnaire.model import Questionnaire

CONTENT = Path(__file__).parent / "content"
PUBLISHED = CONTENT / "published.json"


class Changed(Exception):
    """A published version is no longer what was published; named by its version."""


@cache
def versions() -> Mapping[str, Questionnaire]:
    """All versions by name, the oldest first. Raises ContentFaults or Changed."""
    published = hashes()
    found = {folder.name: load(folder) for folder in sorted(CONTENT.iterdir()) if folder.is_dir()}
    for name, sha256 in published.items():
        if name not in found or found[name].sha256 != sha256:
            raise Changed(name)
    return found


def hashes() -> dict[str, str]:
    """What each published version was when it was published."""
    return json.loads(PUBLISHED.read_text(encoding="utf-8"))


def current() -> Questionnaire:
    """The version that new assessments use: the newest."""
    return next(reversed(versions().values()))
