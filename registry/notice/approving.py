"""Approval of a new version of the notice: what is published now is kept as that version."""

import json
import shutil
from dataclasses import asdict
from datetime import date
from hashlib import sha256

from django.utils import translation
from django.utils.translation import gettext

from registry.notice import approved
from registry.notice.approved import Version, versions
from registry.notice.document import LANGUAGES, document, state


class NotApproved(Exception):
    """What is missing for an approval."""


def approve(*, on: date, changes: dict[str, str]) -> Version:
    """Keep what is published now as the version of the day ``on``.

    ``changes``: what has changed, by language. A version approved on the same day is replaced,
    and keeps its own words for what is not given. Raises NotApproved if a language is not told
    what has changed, if the translations are not compiled, or if a later version exists.
    """
    require_translations()
    before = [version for version in versions() if version.name != on.isoformat()]
    if before and before[-1].date > on:
        raise NotApproved(f"Version {before[-1].name} is later than {on}.")
    same_day = approved.find(on.isoformat())
    told = (same_day.changes if same_day else {}) | {k: v for k, v in changes.items() if v}
    if missing := [language for language in LANGUAGES if not told.get(language)]:
        raise NotApproved(f"Say what has changed in each language: {', '.join(missing)} missing.")
    contents = {language: document(language).encode() for language in LANGUAGES}
    version = Version(
        name=on.isoformat(),
        state=state(),
        documents={language: sha256(content).hexdigest() for language, content in contents.items()},
        changes={language: told[language] for language in LANGUAGES},
    )
    keep([*before, version], contents)
    return version


def require_translations() -> None:
    """Raises NotApproved where people would get the annex in the words of the source."""
    said = "Annex: what is stored, why and how long"
    for language in LANGUAGES[:-1]:
        with translation.override(language):
            if gettext(said) == said:
                raise NotApproved(f"The translations into {language} are not compiled.")


def keep(all_versions: list[Version], contents: dict[str, bytes]) -> None:
    """Write the newest version's files, then the index that names them."""
    folder = approved.FOLDER / all_versions[-1].name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for language, content in contents.items():
        (folder / f"{language}.html").write_bytes(content)
    index = json.dumps([asdict(one) for one in all_versions], ensure_ascii=False, indent=2)
    (approved.FOLDER / approved.INDEX).write_text(f"{index}\n", encoding="utf-8")
    versions.cache_clear()
