"""The record of processing activities: everything of the plan, in every format and language."""

import csv
import json
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from registry.declarations import vocabulary
from registry.declarations.plan import plan
from registry.notice.document import LANGUAGES
from registry.notice.management.commands.ropa import FORMATS
from registry.notice.ropa.as_csv import as_csv, harmless
from registry.notice.ropa.as_json_ld import NAMESPACES, as_json_ld
from registry.notice.ropa.as_xlsx import WIDTHS, as_xlsx
from registry.notice.ropa.record import record
from registry.notice.ropa.subjects import OF_ADDRESSEES, OF_STAFF, OF_VISITORS, Subject
from registry.notice.ropa.table import columns, head, titles
from registry.notice.texts import section
from tests.notice import workbook
from tests.notice.dpv import CLASSES, PROPERTIES

COLUMNS = {
    f"{table.name}.{column.name}" for table in plan().tables for column in table.personal_columns
}
STORES = {store.key for store in plan().stores}
in_each_language = pytest.mark.parametrize("language", LANGUAGES)
in_each_format = pytest.mark.parametrize("format", FORMATS)


def made(format="json-ld", language="en"):
    """The record as bytes."""
    with translation.override(language):
        return FORMATS[format](record(plan(), language))


def text_of(format, language="en"):
    """Everything that somebody who opens the file reads."""
    content = made(format, language)
    if format == "xlsx":
        sheets = workbook.sheets(content)
        return "\n".join(cell for sheet in sheets for row in sheet.rows for cell in row)
    if format == "html":
        page = Shown()
        page.feed(content.decode())
        return "\n".join(page.found)
    if format == "json-ld":
        return "\n".join(strings(json.loads(content)))
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return "\n".join(cell for row in rows for cell in row)


class Shown(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found.append(data)


def strings(node):
    match node:
        case dict():
            yield from (text for value in node.values() for text in strings(value))
        case list():
            yield from (text for value in node for text in strings(value))
        case str():
            yield node


def nodes(node):
    match node:
        case dict():
            yield node
            yield from (one for value in node.values() for one in nodes(value))
        case list():
            yield from (one for value in node for one in nodes(value))


# --- what Article 30(1) asks -------------------------------------------------------------------


@in_each_format
def test_every_column_and_every_store_is_in_it(format):
    text = text_of(format)
    assert [key for key in COLUMNS if key not in text] == []
    with translation.override("en"):
        assert [str(s.label) for s in plan().stores if str(s.label) not in text] == []
        labels = {str(c.label) for table in plan().tables for c in table.personal_columns}
        assert [label for label in labels if label not in text] == []


@in_each_format
@in_each_language
def test_it_says_all_that_the_article_asks_for(format, language):
    text = text_of(format, language)
    with translation.override(language):
        for table in plan().tables:
            for spec in (column.personal for column in table.personal_columns):
                wanted = (spec.basis, spec.source, spec.retention, *spec.purposes)
                for term in (*wanted, *spec.recipients, spec.category.label, spec.law or ""):
                    assert str(term) in text, term
        for store in plan().stores:
            assert str(store.retention) in text and str(store.erasure) in text
        for one in Subject:
            assert str(one) in text
    one_line = text.replace("\n", ", ")
    for number in (1, 2, 3, 8, 9):  # controller, contact, register, disclosures, protection
        for paragraph in section(number, language):
            assert paragraph in one_line, paragraph
    assert plan().hash in text


def test_data_that_are_processed_alike_stand_together_and_no_others():
    for activity in record(plan(), "en").activities:
        for item in activity.items:
            if "." not in item.key or item.key.split(".")[0] in STORES:
                continue
            table, column = item.key.split(".")
            spec = plan().table(table).column(column).personal
            assert (spec.purposes, spec.basis, spec.source) == (
                activity.purposes,
                activity.basis,
                activity.source,
            )
            assert (spec.recipients, spec.retention, spec.law) == (
                activity.recipients,
                activity.retention,
                activity.law,
            )


def test_each_column_stands_once_and_each_activity_has_a_key_of_its_own():
    activities = record(plan(), "en").activities
    keys = [item.key for activity in activities for item in activity.items]
    assert len(keys) == len(set(keys))
    assert {key for key in keys if key.split(".")[0] not in STORES} == COLUMNS
    assert len({activity.key for activity in activities}) == len(activities)


def test_the_data_subjects_are_told_apart():
    found = {activity.key.split("-")[0]: activity.subjects for activity in activities()}
    assert found["persons_membership"] == (Subject.USER,)
    assert found["persons_invitation"] == (Subject.ADDRESSEE, Subject.USER)
    assert found["company_organisation"] == (Subject.CUSTOMER,)
    assert found["payments_serviceevent"] == (Subject.CUSTOMER, Subject.USER)
    assert found["accounts_user"] == (Subject.USER, Subject.STAFF)
    assert found["django_admin_log"] == (Subject.STAFF,)
    assert Subject.VISITOR in found["cookies"]
    assert Subject.CUSTOMER in found["exports"]


def activities():
    return record(plan(), "en").activities


def test_what_is_named_is_still_declared():
    assert {table.label for table in plan().tables} >= OF_STAFF
    assert STORES >= OF_VISITORS | OF_ADDRESSEES


def test_backups_and_the_register_of_the_notice_are_told(settings):
    settings.BACKUP_DAYS = 77
    assert "77" in text_of("json-ld")


def test_it_says_whether_the_notice_tells_the_same():
    approved = record(plan(), "en")
    assert approved.version is not None and approved.version.name
    changed = record(replace(plan(), hash="0" * 64), "en")
    assert changed.version is None
    with translation.override("en"):
        assert "not approved" in [text for _title, text in head(changed)]


# --- the formats -------------------------------------------------------------------------------


def test_html_stands_alone():
    page = made("html", "sv").decode()
    assert page.startswith("<!DOCTYPE html>") and 'lang="sv"' in page
    assert '<meta charset="utf-8">' in page
    for outside in ("http://", "https://", "<script", "<link", "<img", "url("):
        assert outside not in page
    assert "@media print" in page


def test_html_escapes_what_it_shows():
    one = record(plan(), "en")
    with translation.override("en"):
        page = FORMATS["html"](replace(one, transfers="<b>bold</b>")).decode()
    assert "<b>bold" not in page and "&lt;b&gt;bold" in page


def test_csv_opens_in_excel():
    content = made("csv", "fi")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == len(activities()) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(all(row) for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_holds_no_formula(start):
    dangerous = f"{start}HYPERLINK(1)"
    assert harmless(dangerous) == f"'{dangerous}"
    one = record(plan(), "en")
    first = replace(one.activities[0], title=dangerous)
    with translation.override("en"):
        content = as_csv(replace(one, activities=(first,), transfers=dangerous))
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    cells = [cell for row in rows for cell in row]
    assert cells.count(f"'{dangerous}") == 2
    assert not [cell for cell in cells if cell.startswith(start)]


def test_the_workbook_is_made_to_be_worked_with():
    with translation.override("en"):
        sheet, common = workbook.sheets(made("xlsx"))
        assert sheet.rows[0] == titles()
        assert len(WIDTHS) == len(columns())
        assert [row[0] for row in common.rows] == [title for title, _ in head(record(plan(), "en"))]
    assert len(sheet.rows) == len(activities()) + 1
    pane = sheet.part("sheetViews/sheetView/pane")
    assert (pane.get("topLeftCell"), pane.get("state")) == ("B2", "frozen")
    assert sheet.part("autoFilter").get("ref") == f"A1:J{len(sheet.rows)}"
    widths = [float(column.get("width")) for column in sheet.part("cols")]
    assert len(widths) >= len({*WIDTHS}) and min(widths) > 20


def test_the_workbook_holds_texts_only():
    one = record(plan(), "en")
    first = replace(one.activities[0], title="=1+1", kept="https://example.org")
    with translation.override("en"):
        sheet = workbook.sheets(as_xlsx(replace(one, activities=(first,))))[0]
    assert (sheet.rows[1][0], sheet.rows[1][8]) == ("=1+1", "https://example.org")
    assert sheet.root.find("hyperlinks", workbook.MAIN) is None


# --- linked data -------------------------------------------------------------------------------


def test_json_ld_survives_json_and_defines_every_prefix():
    document = json.loads(made())
    assert json.loads(json.dumps(document)) == document
    context = document["@context"]
    assert {prefix: context[prefix] for prefix in NAMESPACES} == NAMESPACES
    used = {key for node in nodes(document) if node is not context for key in node}
    used |= {node["@type"] for node in nodes(document) if "@type" in node}
    for term in used - {key for key in used if key.startswith("@")}:
        assert term.split(":")[0] in NAMESPACES, term


def test_json_ld_has_the_namespaces_of_dpv():
    assert NAMESPACES["dpv"] == "https://w3id.org/dpv#"
    assert NAMESPACES["pd"] == "https://w3id.org/dpv/pd#"
    assert NAMESPACES["eu-gdpr"] == "https://w3id.org/dpv/legal/eu/gdpr#"


def test_every_term_of_json_ld_exists_in_dpv():
    document = json.loads(made())
    of_dpv = ("dpv:", "pd:", "eu-gdpr:")
    properties = {key for node in nodes(document) for key in node if key.startswith(of_dpv)}
    classes = {n["@type"] for n in nodes(document) if n.get("@type", "").startswith(of_dpv)}
    assert properties <= PROPERTIES
    assert classes <= CLASSES
    assert {"dpv:ROPA", "dpv:Process", "dpv:DataController"} <= classes


@pytest.mark.parametrize(
    "terms",
    [
        vocabulary.Basis,
        vocabulary.Category,
        vocabulary.Law,
        vocabulary.Purpose,
        vocabulary.Recipient,
        vocabulary.Retention,
        vocabulary.Section,
        vocabulary.Source,
        Subject,
    ],
)
def test_every_term_of_the_vocabularies_exists_in_dpv(terms):
    assert {term.dpv for term in terms} <= CLASSES


def test_json_ld_names_nothing_that_it_does_not_describe():
    """Every address within the record is that of something in it."""
    document = json.loads(made())
    described = {n["@id"] for n in nodes(document) if "@id" in n and len(n) > 1}
    named = {n["@id"] for n in nodes(document) if "@id" in n}
    assert named == described


def test_json_ld_says_each_activity_in_full():
    processes = json.loads(made())["dpv:hasProcess"]
    assert len(processes) == len(activities())
    for process in processes:
        for wanted in (
            "dct:title",
            "dpv:hasDataController",
            "dpv:hasDataSubject",
            "dpv:hasPersonalData",
            "dpv:hasPurpose",
            "dpv:hasLegalBasis",
            "dpv:hasRecipient",
            "dpv:hasStorageCondition",
        ):
            assert process[wanted], (process["@id"], wanted)
    with_source = [process for process in processes if "dpv:hasDataSource" in process]
    assert len(with_source) == len([one for one in activities() if one.source])


@in_each_language
def test_json_ld_says_in_which_language_it_is(language):
    assert json.loads(made("json-ld", language))["@context"]["@language"] == language


# --- the command -------------------------------------------------------------------------------


@in_each_format
@in_each_language
def test_the_command_writes_a_file(tmp_path, format, language):
    file = tmp_path / "record"
    call_command("ropa", format=format, language=language, output=file)
    written, expected = file.read_bytes(), made(format, language)
    if format == "xlsx":  # it holds the second of its making
        assert workbook.names(written) == workbook.names(expected)
    else:
        assert written == expected


def test_the_command_writes_to_the_terminal_in_finnish():
    out = StringIO()
    call_command("ropa", stdout=out)
    assert out.getvalue() == made("html", "fi").decode()


def test_a_workbook_does_not_go_to_the_terminal():
    with pytest.raises(CommandError, match="--output"):
        call_command("ropa", format="xlsx", stdout=StringIO())


def test_the_command_says_where_it_could_not_write(tmp_path):
    with pytest.raises(CommandError, match="missing"):
        call_command("ropa", output=tmp_path / "missing" / "record")


def test_the_record_is_made_whatever_the_notice_s_approval(monkeypatch):
    """Who has to show the record to the authority must not wait for an approval."""
    one = record(replace(plan(), hash="0" * 64), "en")
    with translation.override("en"):
        assert as_json_ld(one)
