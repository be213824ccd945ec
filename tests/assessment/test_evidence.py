"""Evidence is kept whole or not at all, known by its content, and handed out as a download."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessment import files, queries
from assessment.models import Evidence
from registry.company import blobs
from registry.company.blobs import StoreUnavailable
from tests.assessment.answering import inside, page, signed_off
from tests.cast import QUESTION, evidence_of
from tests.company.english import in_english

PDF = b"%PDF-1.7\n%"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def packed(*names, size=1):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return file.getvalue()


def add(client, company, content, name="paatos.pdf", **data):
    file = SimpleUploadedFile(name, content)
    return client.post(
        page("assessment_question", company, QUESTION),
        {"add": "1", "evidence-file": file, "evidence-valid_until": "", **data},
    )


def kept(company):
    with inside(company) as assessment:
        return list(queries.evidence_of(assessment, QUESTION))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff....", "image/jpeg"),
        ("Päätös 24.11.2026\n".encode(), "text/plain"),
        (packed("[Content_Types].xml", "word/document.xml"), DOCX),
    ],
)
def test_what_shows_something_is_kept_and_handed_out_as_it_was(cast, sign_in, content, kind):
    client = sign_in(cast.a.member)
    assert add(client, cast.a, content).url == page("assessment_question", cast.a, QUESTION)
    added = kept(cast.a)[-1]
    assert (added.name, added.kind, added.size) == ("paatos.pdf", kind, len(content))
    got = sign_in(cast.a.reader).get(page("assessment_evidence", cast.a, added.pk))
    assert b"".join(got.streaming_content) == content
    assert got.headers["Content-Type"] == kind
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type of file"),
        (b"  <!DOCTYPE html><script>alert(1)</script>", "type of file"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "type of file"),
        (b"GIF89a\x00\x01", "type of file"),
        (packed("a.txt"), "type of file"),
        (packed("[Content_Types].xml", "word/vbaProject.bin"), "type of file"),
        (packed("[Content_Types].xml", "word/document.xml", size=101 << 20), "unpacks to too much"),
        (b"PK\x03\x04broken", "type of file"),
        (PDF + b"0" * (10 << 20), "too large"),
    ],
)
def test_what_may_not_be_kept_is_refused_with_a_reason(cast, content, told):
    before = len(kept(cast.a))
    shown = add(in_english(cast.a.member), cast.a, content, name="innocent.pdf")
    assert shown.status_code == 200 and told in shown.content.decode()
    assert len(kept(cast.a)) == before


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 300 + ".pdf", "C:\\x\\y.pdf"])
def test_a_name_is_shown_and_never_a_path(cast, sign_in, name):
    add(sign_in(cast.a.member), cast.a, PDF, name=name)
    added = kept(cast.a)[-1]
    assert added.file.name == blobs.of_company(cast.a.id, "evidence", str(added.pk))
    assert len(added.name) <= 200 and "/" not in added.name


def test_the_same_name_twice_is_two_files(cast, sign_in):
    client = sign_in(cast.a.member)
    for content in (PDF, PDF + b"2"):
        add(client, cast.a, content)
    assert [one.size for one in kept(cast.a)][-2:] == [len(PDF), len(PDF) + 1]


def test_there_are_only_so_many(cast, monkeypatch):
    monkeypatch.setattr(files, "MOST", 1)
    shown = add(in_english(cast.a.member), cast.a, PDF).content.decode()
    assert "delete one first" in shown


def test_while_the_store_is_down_nothing_is_kept_and_it_is_told(cast, monkeypatch):
    def down(*args, **kwargs):
        raise StoreUnavailable

    monkeypatch.setattr(blobs, "write", down)
    shown = add(in_english(cast.a.member), cast.a, PDF)
    assert "does not answer" in shown.content.decode()


def test_a_file_that_is_gone_answers_404_and_a_store_that_is_down_says_so(
    cast, sign_in, monkeypatch
):
    address = page("assessment_evidence", cast.a, evidence_of(cast.a).pk)
    client = sign_in(cast.a.member)
    assert client.get(address).status_code == 404

    def down(*args, **kwargs):
        raise StoreUnavailable

    monkeypatch.setattr(blobs, "stream", down)
    assert client.get(address).url == page("assessment", cast.a)


def test_deleting_takes_the_file_along(cast, sign_in):
    client = sign_in(cast.a.member)
    add(client, cast.a, PDF)
    added = kept(cast.a)[-1]
    client.post(page("assessment_evidence_delete", cast.a, added.pk))
    assert added.pk not in {one.pk for one in kept(cast.a)}
    with pytest.raises(FileNotFoundError):
        blobs.stream(added.file.name)


def test_what_is_signed_off_keeps_its_evidence(cast, sign_in):
    signed_off(cast.a)
    client = sign_in(cast.a.member)
    before = len(kept(cast.a))
    assert add(client, cast.a, PDF).url == page("assessment", cast.a)
    gone = client.post(page("assessment_evidence_delete", cast.a, evidence_of(cast.a).pk))
    assert gone.url == page("assessment", cast.a) and len(kept(cast.a)) == before


def test_evidence_shows_an_answer_until_its_day(cast, sign_in):
    with inside(cast.a) as assessment:
        assert queries.standing(assessment).answers[QUESTION].evidenced
        Evidence.objects.filter(assessment=assessment).update(valid_until="2020-01-01")
        assert not queries.standing(assessment).answers[QUESTION].evidenced
