"""The notice shown is the operator's own text; its translations have the same shape."""

import hashlib
import re
from pathlib import Path

import pytest

TEXTS = Path(__file__).resolve().parents[2] / "registry" / "notice" / "texts"
SPECIFICATION_SHA256 = "a644193bec4223b38e3d0b3ea6f3e7b2f76e310513060186c6aaa4815ae5e664"
BULLET = re.compile(r"^( +)• ")
MARKDOWN = re.compile(r"^(#+ | *- )")


def specification() -> str:
    return (TEXTS / "tietosuojaseloste.txt").read_text(encoding="utf-8")


def notice(language: str) -> str:
    return (TEXTS / f"notice.{language}.md").read_text(encoding="utf-8")


def filled_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def stripped(text: str, marker: re.Pattern) -> list[str]:
    """The text's lines without their list or heading markers; every word left as it stands."""
    return [marker.sub("", line).strip() for line in filled_lines(text)]


def specified_shape(line: str) -> str:
    if bullet := BULLET.match(line):
        return f"item {len(bullet[1])}"
    if section := re.match(r"(\d+)\. ", line):
        return f"section {section[1]}"
    return "title" if line == "TIETOSUOJASELOSTE" else "paragraph"


def markdown_shape(line: str) -> str:
    if item := re.match(r"( *)- ", line):
        return f"item {len(item[1]) // 4 + 1}"
    if section := re.match(r"## (\d+)\. ", line):
        return f"section {section[1]}"
    return "title" if line.startswith("# ") else "paragraph"


def test_the_specification_is_byte_for_byte_the_one_the_operator_gave():
    content = (TEXTS / "tietosuojaseloste.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SPECIFICATION_SHA256


def test_the_finnish_notice_is_the_specification_word_for_word():
    assert stripped(notice("fi"), MARKDOWN) == stripped(specification(), BULLET)


def test_the_finnish_notice_keeps_the_sections_and_the_nesting_of_its_lists():
    expected = [specified_shape(line) for line in filled_lines(specification())]
    assert [markdown_shape(line) for line in filled_lines(notice("fi"))] == expected


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_translation_says_first_that_the_finnish_text_prevails(language):
    first = notice(language).splitlines()[0]
    assert re.fullmatch(r"\*[^*]+\*", first)
    assert {"sv": "Den finska texten gäller", "en": "The Finnish text prevails"}[language] in first


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_translation_has_the_same_sections_paragraphs_and_lists(language):
    translated = [markdown_shape(line) for line in filled_lines(notice(language))[1:]]
    assert translated == [markdown_shape(line) for line in filled_lines(notice("fi"))]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_translation_keeps_every_number(language):
    def numbers(text: str) -> list[str]:
        return re.findall(r"\d+", text)

    assert numbers(notice(language)) == numbers(notice("fi"))
