"""The notice as it is published: Dig1's text, the annex of the declarations, and the rights."""

import hashlib
import json
from collections.abc import Iterator

from django.template.loader import render_to_string
from django.utils import translation

from registry.declarations.plan import plan
from registry.notice.annex import annex
from registry.notice.texts import rendered, source

LANGUAGES = ("fi", "sv", "en")
TEXTS = ("notice", "rights")


def document(language: str) -> str:
    """Everything that the page tells, as HTML, in one language."""
    with translation.override(language):
        context = {
            "notice": rendered("notice", language),
            "rights": rendered("rights", language),
            "annex": annex(plan()),
            "stores": plan().stores,
        }
        return render_to_string("notice/document.html", context)


def state() -> dict[str, str]:
    """What an approval covers, as hashes: each text, the declarations and the annex's words.

    The annex is taken in the words of the source, so that no catalogue of translations, and no
    language that happens to be active, changes its hash.
    """
    texts = {f"{name}.{one}": source(name, one) for name in TEXTS for one in LANGUAGES}
    with translation.override(None):
        words = json.dumps(sorted(annex_words()))
    hashes = {name: sha256(text) for name, text in texts.items()}
    return {**hashes, "declarations": plan().hash, "annex": sha256(words)}


def annex_words() -> Iterator[list[str]]:
    """The annex's rows, in the active language."""
    for chapter in annex(plan()):
        for row in chapter.rows:
            spec = row.spec
            told = (chapter.section.label, row.category.label, *sorted(row.names), row.law)
            kept = (spec.basis, spec.source, spec.retention)
            yield [str(word) for word in (*told, *spec.purposes, *kept, *spec.recipients)]
    for store in plan().stores:
        kept = (store.basis, store.retention, store.erasure)
        yield [str(word) for word in (store.label, *store.purposes, *kept, *store.recipients)]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
