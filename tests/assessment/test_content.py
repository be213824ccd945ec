"""The content itself: complete, alike in its terms, and pinned once it is published."""

import json
import re
from collections import Counter

import pytest

from assessment import versions as module
from assessment.questionnaire.model import LANGUAGES, Depth, Obligation
from assessment.versions import Changed, current, versions

QUICK = [
    "1.1",
    "1.4",
    "2.1",
    "3.1",
    "5.1",
    "6.1",
    "6.3",
    "7.1",
    "8.1",
    "9.1",
    "11.3",
    "12.1",
    "12.2",
    "14.1",
    "14.3",
    "15.1",
    "15.2",
    "16.1",
    "17.3",
    "21.1",
]
STOPPERS = ["2.1", "3.1", "5.1", "6.1", "9.3", "11.1", "12.2", "14.1", "15.1", "19.1"]
OF_SECTIONS = [6, 5, 6, 4, 5, 7, 6, 4, 9, 4, 6, 6, 4, 12, 6, 4, 5, 5, 7, 3, 3]
# One term for one thing (docs/glossary.md): what is not to be read anywhere.
WRONG_TERMS = {
    "fi": r"rekisteriseloste|tietosuojapolitiikkaseloste|sertifioi|GDPR:n mukainen todistus",
    "sv": r"\bdataskyddspolicyer\b|integritetspolicy|registerbeskrivning|lagringstid|certifier",
    "en": r"\bdata processor agreement\b|privacy policy|certified|lawfully compliant",
}


def texts(language):
    """Every text of the newest version in a language, with where it stands."""
    for section in current().sections:
        yield section.key, section.title[language]
        yield section.key, section.intro[language]
    for key, one in current().questions.items():
        several = (
            *(one.levels[language]),
            *(one.evidence_examples[language]),
            *(one.action.steps[language]),
        )
        single = (one.text, one.why, one.guidance, one.action.title, one.action.done_when)
        for text in (*(text[language] for text in single), *several):
            yield key, text


def test_it_is_all_there():
    found = current()
    assert len(found.profile) == 14
    assert [len(section.questions) for section in found.sections] == OF_SECTIONS
    assert [section.number for section in found.sections] == list(range(1, 22))
    numbers = [one.number for one in found.questions.values()]
    assert numbers == [
        f"{s}.{n}" for s, many in enumerate(OF_SECTIONS, 1) for n in range(1, many + 1)
    ]


def test_the_quick_check_and_the_stoppers_are_the_chosen_ones():
    found = current()
    assert [one.number for one in found.quick] == QUICK
    assert [one.number for one in found.questions.values() if one.stopper] == STOPPERS


def test_an_obligation_is_asked_of_everybody_or_on_a_condition():
    for one in current().questions.values():
        shown_to_all = not list(one.show_if.flags()) and not list(one.show_if.questions())
        assert one.depth is not Depth.CORE or shown_to_all, one.key
        assert one.depth is not Depth.FULL or not shown_to_all, one.key


def test_obligations_outnumber_the_rest():
    kinds = Counter(one.obligation for one in current().questions.values())
    assert kinds[Obligation.MUST] > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_those_of_the_glossary(language):
    wrong = [
        f"{key}: {found[0]}"
        for key, text in texts(language)
        if (found := re.search(WRONG_TERMS[language], text, re.IGNORECASE))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_clean(language):
    """No double spaces, no straight quotes or three dots, no mark left over from editing."""
    odd = [
        f"{key}: {text}"
        for key, text in texts(language)
        if re.search(r"  |\"|\.\.\.|TODO|XXX|\s[,.;:?!](\s|$)|[{}<>\[\]]", text)
    ]
    assert odd == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_levels_of_a_question_read_alike(language):
    for one in current().questions.values():
        assert len(set(one.levels[language])) == 5, one.key


def test_questions_end_with_a_question_mark():
    for one in current().questions.values():
        for language in LANGUAGES:
            assert one.text[language].endswith("?"), (one.key, language)


def test_every_version_is_what_was_published(monkeypatch, tmp_path):
    assert versions()
    pins = tmp_path / "published.json"
    monkeypatch.setattr(module, "PUBLISHED", pins)
    for spoiled in ({current().version: "0" * 64}, {"2025.9": "0" * 64}):
        pins.write_text(json.dumps(spoiled))
        versions.cache_clear()
        with pytest.raises(Changed):
            versions()
    versions.cache_clear()
