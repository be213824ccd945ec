"""A company's own documents: all there, in every language and form, whatever people write."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from assessment.documents.as_docx import REGIONS, as_docx
from assessment.documents.as_html import as_html
from assessment.documents.as_pdf import as_pdf, settable
from assessment.documents.draft import breach_report, privacy_notice, record_of_processing
from assessment.documents.given import SUGGESTIONS, Activity, Company, Given, suggested
from assessment.documents.letters import clean
from assessment.documents.model import Bullets, Heading, Paragraph, Table, spelt
from assessment.documents.texts import LANGUAGES, texts
from assessment.versions import current

ALL = {
    "has_employees": True,
    "markets": True,
    "uses_consent": True,
    "has_site": True,
    "special": True,
    "criminal": True,
    "hetu": True,
    "children": True,
    "cctv": True,
    "tracking": True,
    "transfers": True,
    "adm_ai": True,
    "is_processor": True,
    "is_joint": True,
    "needs_whistle": True,
}
NONE = dict.fromkeys(ALL, False)
COMPANY = Company(
    name="Sillman & Pojat Oy",
    business_id="1234567-8",
    address="Esimerkkikatu 1, 00100 Helsinki",
    email="tietosuoja@esimerkki.example",
    phone="+358 50 000 0000",
    contact="Toimistopäällikkö",
    dpo="",
)
BAD = (
    "Nimi \x00\x1b\ud800\U0001f600 #[strong] $x$ <script>alert(1)</script> {0} ]]> 你好 \u202e\n*a*"
)
KINDS = {
    "notice": privacy_notice,
    "record": record_of_processing,
    "breach": lambda given, flags, language: breach_report(given, language),
}
each = pytest.mark.parametrize("kind", KINDS)
spoken = pytest.mark.parametrize("language", LANGUAGES)


def drawn(kind, language, flags=ALL, **changes):
    given = Given(COMPANY, tuple(suggested(flags, language)), date(2026, 11, 24))
    return KINDS[kind](replace(given, **changes), flags, language)


def said(draft):
    """Every text of a draft."""
    found = []
    spelt(draft, lambda text: found.append(text) or text)
    return found


def shape(node):
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    if isinstance(node, list):
        return [shape(value) for value in node]
    return sorted(re.findall(r"{(\w+)", node))


# --- the texts -----------------------------------------------------------------------------------


@spoken
def test_the_languages_say_the_same(language):
    found, expected = shape(texts(language)), shape(texts("fi"))
    assert found == expected


@spoken
def test_every_text_can_be_set(language):
    for kind in KINDS:
        for text in said(drawn(kind, language)):
            assert settable(text) == text == clean(text)
            assert text.count("[") == text.count("]"), text
            assert not re.search(r'  |"|\.\.\.', text), text


@spoken
def test_terms_are_those_of_the_questionnaire(language):
    wrong = {
        "fi": r"rekisteriseloste|tietosuojakäytäntö",
        "sv": r"integritetspolicy|registerbeskrivning|lagringstid|cookie",
        "en": r"privacy policy|certified",
    }[language]
    found = [text for kind in KINDS for text in said(drawn(kind, language))]
    assert not [text for text in found if re.search(wrong, text, re.IGNORECASE)]


def test_numbers_are_not_parted_from_what_they_count():
    assert any("72\N{NO-BREAK SPACE}tunnin" in text for text in said(drawn("breach", "fi")))
    assert any("artikel\N{NO-BREAK SPACE}15" in text for text in said(drawn("notice", "sv")))
    assert any("Article\N{NO-BREAK SPACE}15" in text for text in said(drawn("notice", "en")))


def test_suggestions_follow_flags_that_the_profile_sets():
    known = {flag for one in current().profile for choice in one.choices for flag in choice.sets}
    assert {flag for flag in SUGGESTIONS.values() if flag} <= known
    assert set(ALL) <= known


# --- what is drawn -------------------------------------------------------------------------------


@spoken
def test_the_notice_has_eleven_sections(language):
    blocks = drawn("notice", language).blocks
    titles = [one.text for one in blocks if isinstance(one, Heading) and one.level == 2]
    assert [int(title.split(".")[0]) for title in titles] == list(range(1, 12))


@spoken
def test_the_profile_suggests_activities(language):
    assert len(suggested(ALL, language)) == len(SUGGESTIONS)
    for flags in (NONE, {}, dict.fromkeys(ALL)):
        assert len(suggested(flags, language)) == 2
    assert all(
        all(vars(one)[name] for name in ("basis", "data")) for one in suggested(ALL, language)
    )
    assert len(suggested({"cctv": True}, language)) == 3


@spoken
def test_flags_change_the_sections(language):
    words = texts(language)
    full, bare = said(drawn("notice", language)), said(drawn("notice", language, NONE))
    unknown = said(drawn("notice", language, {}))
    for name in ("cookies", "automation", "marketing"):
        part = words["notice"][name]
        assert part["some"] in full and part["none"] in bare and part["unknown"] in unknown
    for name in ("special", "criminal", "hetu", "children", "joint", "staff"):
        assert words["notice"][name] in full
        assert words["notice"][name] not in bare
    assert words["no_transfers"] in bare and words["empty"]["transfers"] in full
    assert words["notice"]["safeguards"] in full and words["notice"]["safeguards"] not in bare
    record = words["record"]
    assert record["processor_text"] in said(drawn("record", language))
    assert record["joint"] in said(drawn("record", language))
    assert record["processor"] not in said(drawn("record", language, NONE))
    assert record["processor_unknown"] in said(drawn("record", language, {}))


@each
@spoken
def test_what_is_not_given_is_to_be_filled_in(kind, language):
    draft = drawn(kind, language, company=Company(), activities=(Activity(),), drawn_on=None)
    found = " ".join(said(draft))
    empty = texts(language)["empty"]
    names = {"name", "business_id", "email", "phone", "contact", "dpo"}
    if kind != "breach":
        names |= set(empty)
    assert [name for name in names if empty[name] not in found] == []


@spoken
def test_a_company_without_activities_gets_a_draft_too(language):
    for kind in KINDS:
        draft = drawn(kind, language, activities=())
        assert as_pdf(draft) and as_docx(draft) and as_html(draft)


# --- how it is written ---------------------------------------------------------------------------


@each
@spoken
def test_html_is_a_whole_page(kind, language):
    draft = drawn(kind, language)
    page = as_html(draft)
    assert page.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert f"<h1>{draft.title}</h1>" in page and f"<strong>{draft.mark}</strong>" in page
    assert "Sillman &amp; Pojat Oy" in page
    assert not re.search(r"<script|<style|style=| on\w+=", page)
    tables = sum(isinstance(one, Table) for one in draft.blocks)
    assert tables == page.count("<table>") == page.count("<thead>")


@each
@spoken
def test_pdf_is_tagged(kind, language):
    file = as_pdf(drawn(kind, language))
    assert file.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in file
    assert f"/Lang({language})".encode() in file.replace(b" ", b"")
    assert b"pdfuaid" in file


@each
@spoken
def test_docx_opens_again(kind, language):
    draft = drawn(kind, language)
    opened = docx.Document(BytesIO(as_docx(draft)))
    about = opened.core_properties
    assert (about.title, about.author, about.comments) == (draft.title, "", "")
    assert about.language == REGIONS[language]
    assert about.created.date() == date(2026, 11, 24)
    headings = [
        (one.style.name, one.text) for one in opened.paragraphs if "Heading" in one.style.name
    ]
    expected = [
        (f"Heading {one.level}", one.text) for one in draft.blocks if isinstance(one, Heading)
    ]
    assert headings == [("Heading 1", draft.title), *expected]
    assert len(opened.tables) == sum(isinstance(one, Table) for one in draft.blocks)
    for table in opened.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert draft.mark in opened.sections[0].header.paragraphs[0].text
    texts_there = {one.text for one in opened.paragraphs}
    for one in draft.blocks:
        if isinstance(one, Paragraph):
            assert one.text in texts_there
        if isinstance(one, Bullets):
            assert set(one.items) <= texts_there
    languages = opened.styles.element.findall(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert {one.get(qn("w:val")) for one in languages} == {REGIONS[language]}


@each
def test_bad_letters_are_text_or_left_out(kind):
    company = Company(*[BAD] * 7)
    row = Activity(BAD, *[(BAD, "")] * 9)
    draft = drawn(kind, "fi", company=company, activities=(row,))
    page = as_html(draft)
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    assert "#[strong] $x$" in page and "{0}" in page
    assert as_pdf(draft).startswith(b"%PDF-")
    opened = docx.Document(BytesIO(as_docx(draft)))
    assert any("<script>" in cell.text for one in opened.tables for cell in one.columns[1].cells)


def test_a_letter_that_no_format_holds_is_dropped():
    assert clean("a\x00b\x1b\ud800c\ufffe\n d\u202e") == "abc  d"
    assert clean("A\u0308") == "Ä"
    assert settable("Ä 你好 \U0001f600 €") == "Ä ? ? €"


def test_every_letter_taken_for_settable_is_in_the_font():
    letters = "".join(
        one for one in map(chr, range(0x20, 0x2300)) if clean(one) == one and settable(one) == one
    )
    paragraphs = tuple(Paragraph(letters[at : at + 60]) for at in range(0, len(letters), 60))
    assert as_pdf(replace(drawn("breach", "fi"), blocks=paragraphs))


def test_a_long_word_fits():
    long = "a" * 300
    assert as_pdf(drawn("record", "fi", activities=(Activity(long, (long,)),)))
