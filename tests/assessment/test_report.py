"""The report as PDF and workbook, and the plan's days as a calendar."""

import io
import re
import zipfile
from datetime import date

import pytest
from pypdf import PdfReader

from assessment.models import Answer, Measure
from tests.assessment.answering import answer_everything, inside, page, signed_off
from tests.company.english import in_english


def pdf(client, company):
    got = client.get(page("assessment_pdf", company))
    assert got.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(got.content))


def text_of(reader):
    return " ".join(" ".join(one.extract_text() for one in reader.pages).split())


def test_a_draft_says_that_it_is_one(cast):
    first = pdf(in_english(cast.a.reader), cast.a).pages[0].extract_text()
    assert "Draft: not signed off" in first and cast.a.name in first


def test_the_summary_takes_one_page_and_the_details_follow(cast):
    answer_everything(cast.a, level=0)
    reader = pdf(in_english(cast.a.admin), cast.a)
    assert "These stop everything else" in reader.pages[0].extract_text()
    assert "Section by section" not in reader.pages[0].extract_text()
    assert reader.pages[1].extract_text().count("Section by section") == 1
    assert "/StructTreeRoot" in reader.trailer["/Root"]  # tagged


def test_what_was_signed_off_names_who_when_and_the_seal(cast):
    signed = signed_off(cast.a)
    said = text_of(pdf(in_english(cast.a.member), cast.a))
    assert f"by {cast.a.admin.email}" in said
    assert signed.seal[:30] in said.replace("\u200b", "").replace(" ", "")
    assert "certified" not in said.lower()


@pytest.mark.parametrize("note", ["#[x] $y$ *z*", "😀 \u202eabc", "<b>", "=1+1", "a" * 2000])
def test_what_people_wrote_is_text(cast, note):
    with inside(cast.a) as assessment:
        Answer.objects.filter(assessment=assessment).update(note=note)
    client = in_english(cast.a.admin)
    assert len(pdf(client, cast.a).pages) > 1
    book = zipfile.ZipFile(io.BytesIO(client.get(page("assessment_xlsx", cast.a)).content))
    assert not any("<f>" in book.read(name).decode() for name in book.namelist() if "sheet" in name)


def test_the_workbook_has_the_plan_with_real_days(cast):
    with inside(cast.a) as assessment:
        Measure.objects.filter(assessment=assessment).update(due_on=date(2027, 1, 31))
    got = in_english(cast.a.admin).get(page("assessment_xlsx", cast.a))
    book = zipfile.ZipFile(io.BytesIO(got.content))
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 3
    assert "<v>46418</v>" in book.read("xl/worksheets/sheet3.xml").decode()


def test_days_of_what_is_undone_are_in_the_calendar(cast):
    client = in_english(cast.a.admin)
    assert b"VEVENT" not in client.get(page("assessment_ics", cast.a)).content
    with inside(cast.a) as assessment:
        Measure.objects.filter(assessment=assessment).update(due_on=date(2027, 1, 31))
    got = client.get(page("assessment_ics", cast.a)).content
    lines = got.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and lines[-1] == b""
    whole = got.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20270131" in whole and "DTEND;VALUE=DATE:20270201" in whole
    assert re.search(r"URL:http://testserver/.*/suunnitelma/", whole)
    with inside(cast.a) as assessment:
        Measure.objects.filter(assessment=assessment).update(status="done")
    assert b"VEVENT" not in client.get(page("assessment_ics", cast.a)).content


def test_the_report_needs_few_queries(cast, django_assert_max_num_queries):
    answer_everything(cast.a)
    client = in_english(cast.a.admin)
    with django_assert_max_num_queries(24):
        client.get(page("assessment_pdf", cast.a))
