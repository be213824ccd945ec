"""Drafts of the company's own documents are made from the profile and a short form."""

import io

import pytest
from docx import Document

from tests.assessment.answering import page
from tests.company.english import in_english


def ask(client, company, **said):
    data = {"document": "notice", "language": "fi", "format": "html", "name": company.name}
    return client.post(page("assessment_documents", company), data | said)


def test_the_form_knows_what_the_register_knows(cast, sign_in):
    shown = sign_in(cast.a.member).get(page("assessment_documents", cast.a)).content.decode()
    assert cast.a.name in shown and cast.a.business_id in shown and "Testikatu a" in shown


@pytest.mark.parametrize("document", ["notice", "record", "breach"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_document_comes_in_every_language(cast, sign_in, document, language):
    got = ask(sign_in(cast.a.member), cast.a, document=document, language=language)
    assert got.headers["Content-Disposition"] == (
        f'attachment; filename="{document}-{language}.html"'
    )
    assert cast.a.name in got.content.decode()


def test_as_pdf_and_as_word(cast, sign_in):
    client = sign_in(cast.a.member)
    assert ask(client, cast.a, format="pdf").content.startswith(b"%PDF-")
    word = Document(io.BytesIO(ask(client, cast.a, format="docx").content))
    assert any(cast.a.name in one.text for one in word.paragraphs) or word.tables


def test_what_is_typed_is_text(cast, sign_in):
    got = ask(sign_in(cast.a.member), cast.a, contact="<script>alert(1)</script>")
    assert "<script>alert" not in got.content.decode()


@pytest.mark.parametrize("wrong", [{"document": "will"}, {"language": "de"}, {"email": "no"}])
def test_what_is_wrong_is_told_and_stays_as_typed(cast, wrong):
    shown = ask(in_english(cast.a.member), cast.a, contact="Office manager", **wrong)
    assert "error-summary" in shown.content.decode() and "Office manager" in shown.content.decode()
