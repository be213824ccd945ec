"""The certificate of an erasure: what it says, that it is genuine, and how anybody finds out."""

import json
import re
import tomllib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import typst
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

import registry
from registry.company import tenant
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.rights.capability import token_of
from registry.rights.certificate import certify, pdf, signing
from registry.rights.certificate.described import described
from registry.rights.certificate.forms import LARGEST
from registry.rights.certificate.verify import NotGenuine, genuine, signed
from registry.rights.models import ErasureRun, ErasureStep
from tests.cast import CAST, Company
from tests.clients import ForgetfulClient
from tests.rights.confirming import company_url, confirm, ordered, person_url

KEY_PAGE = reverse("certificate_key")
# Signed with the key below by the first version: later ones must find it genuine as well.
FIRST_KEY = "the-key-of-the-certificate-that-is-kept-for-later-versions"
FIRST = Path(__file__).with_name("certificate.json")


@pytest.fixture
def client() -> ForgetfulClient:
    """Somebody who is not signed in, and reads English."""
    return ForgetfulClient(headers={"accept-language": "en"})


@pytest.fixture
def erased(sign_in) -> ErasureRun:
    """Company A is erased, by its admin on its page."""
    answer = confirm(sign_in(CAST.a.admin), company_url(CAST.a), company_name=CAST.a.name)
    return run_of(*ordered(answer))


@pytest.fixture
def sample() -> ErasureRun:
    """The run of a certificate as they are made today; in no database."""
    content = json.loads(FIRST.read_text())["certificate"] | {"key": signing.fingerprint()}
    run = ErasureRun(pk=UUID(content["run"]), certificate=content, signature=signing.sign(content))
    assert genuine(file_of(run)) == content
    return run


def run_of(run: Any, organisation: Any) -> ErasureRun:
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        return ErasureRun.objects.get(pk=run)


def of_cast(company: Company) -> ErasureRun:
    return run_of(company.row("erasurerun"), company.id)


def address(run: ErasureRun, kind: str) -> str:
    return reverse(f"certificate_{kind}", args=[token_of(run)])


def file_of(run: ErasureRun) -> bytes:
    return signed(run.certificate, run.signature).encode()


# --- what it says --------------------------------------------------------------------------------


def test_it_tells_what_was_done_what_is_kept_and_until_when(erased, settings):
    said = erased.certificate
    assert said["run"] == str(erased.pk)
    assert said["scope"] == "organisation"
    (done,) = said["erasures"]
    assert done["organisation"] == str(CAST.a.id)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=CAST.a.id):
        steps = list(erased.steps.order_by("sequence"))
    assert [(line["table"], line["action"], line["rows"]) for line in done["tables"]] == [
        (step.table_name, step.action, step.rows)
        for step in steps
        if step.action != ErasureStep.Action.RETAINED
    ]
    rows = {line["table"]: line["rows"] for line in done["tables"]}
    assert rows["persons_membership"] == 4
    assert done["retained"] == [
        {"table": table, "rows": 1, "law": "1336/1997 2:10", "until": "2032-12-31"}
        for table in ("payments_payment", "payments_sale")
    ]
    assert said["files"] == 0
    assert said["declarations"] == plan().hash
    assert said["software"] == registry.__version__
    assert said["key"] == signing.fingerprint()
    last_backup = timezone.localdate() + timedelta(days=settings.BACKUP_DAYS)
    assert said["backups_expire_on"] == last_backup.isoformat()
    for moment in ("ordered_at", "not_before", "certified_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said[moment])
    assert done["deleted_at"] <= done["verified_at"] <= said["certified_at"]


def test_backups_are_counted_from_the_day_in_finland_on_which_the_last_file_went(settings):
    settings.BACKUP_DAYS = 35
    run = of_cast(CAST.a)
    run.deleted_at = datetime.fromisoformat("2026-12-30T12:00:00Z")
    run.files_deleted_at = datetime.fromisoformat("2026-12-31T22:30:00Z")
    assert certify(run)[0]["backups_expire_on"] == "2027-02-05"
    run.files_deleted_at = datetime.fromisoformat("2026-12-31T21:30:00Z")
    assert certify(run)[0]["backups_expire_on"] == "2027-02-04"


def test_it_holds_nothing_about_anybody(erased):
    text = file_of(erased).decode()
    people = [person for person, _ in CAST.a.people]
    about = [CAST.a.name, CAST.a.business_id, CAST.a.invited, "Testikatu", "Lohja", "@"]
    keys = [str(key) for one in people for key in (one.id, CAST.a.membership(one))]
    assert [one for one in about + keys if one in text] == []


def test_one_who_leaves_every_company_gets_one_for_all_of_them(sign_in, client):
    answer = confirm(sign_in(CAST.accountant, mfa=True), reverse("erase_me"))
    run = run_of(*ordered(answer))
    certificate = described(genuine(file_of(run)))
    places = {erasure.organisation for erasure in certificate.erasures}
    assert places == {str(CAST.a.id), str(CAST.b.id), None}
    assert certificate.erasures[-1].organisation is None
    assert certificate.kept == []
    assert client.get(address(run, "pdf")).content.startswith(b"%PDF")


def test_that_of_one_person_names_the_tables_of_the_company(sign_in):
    answer = confirm(sign_in(CAST.a.admin), person_url(CAST.a, CAST.a.member))
    run = run_of(*ordered(answer))
    certificate = described(genuine(file_of(run)))
    (erasure,) = certificate.erasures
    assert plan().title_of("persons_membership") in {line.title for line in erasure.done}


def test_nothing_is_certified_that_has_not_been_verified():
    run = of_cast(CAST.a)
    run.verified_at = None
    with pytest.raises(ValueError, match="not been verified"):
        certify(run)


def test_the_version_of_the_software_is_that_of_the_project():
    project = tomllib.loads((django_settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert registry.__version__ == project["version"]


def test_a_table_or_law_that_is_no_longer_declared_is_named_as_stored():
    content = of_cast(CAST.a).certificate
    (erasure,) = content["erasures"]
    erasure["tables"][0]["table"] = "gone_table"
    erasure["retained"] = [{"table": "x", "rows": 1, "law": "1/2099", "until": "2099-12-31"}]
    certificate = described(content)
    assert certificate.erasures[0].done[0].title == "gone_table"
    assert certificate.kept[0].law == "1/2099"
    assert certificate.kept[0].until == date(2099, 12, 31)


# --- that it is genuine --------------------------------------------------------------------------


def test_anybody_can_check_it_with_the_public_key(erased, client):
    """As RFC 8032 and RFC 8785 say, with nothing of ours."""
    file = json.loads(client.get(address(erased, "json")).content)
    written = json.dumps(
        file["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    key = load_pem_public_key(client.get(reverse("certificate_key_file")).content)
    key.verify(b64decode(file["signature"]), written)
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(file["signature"]), written.replace(b'"rows":4', b'"rows":5'))


def test_how_the_file_is_laid_out_does_not_matter(sample):
    said = json.loads(file_of(sample))
    for layout in ({"indent": 8}, {"separators": (",", ":")}, {"ensure_ascii": True}):
        assert genuine(json.dumps(said, **layout).encode()) == sample.certificate


def leaves(value: Any, path: tuple = ()) -> list[tuple]:
    """The paths to everything that a content says."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for at, item in enumerate(value) for leaf in leaves(item, (*path, at))]
    return [path]


def changed(value: Any) -> Any:
    match value:
        case int():
            return value + 1
        case str():
            return value + "x"
    return "something"


def test_whatever_is_changed_is_found(sample, figure):
    paths = leaves(sample.certificate)
    for path in paths:
        said = json.loads(file_of(sample))
        inner = said["certificate"]
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = changed(inner[path[-1]])
        with pytest.raises(NotGenuine):
            genuine(json.dumps(said).encode())
    assert len(paths) > 25
    figure("certificate", f"0 of {len(paths)} changed values taken for genuine")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["erasures"][0]["retained"].clear(),
        lambda said: said["erasures"][0]["tables"].reverse(),
        lambda said: said.pop("files"),
        lambda said: said.update(more="than was signed"),
        lambda said: said.update(files=float(said["files"])),
        lambda said: said.update(software="\ud800"),
    ],
)
def test_what_is_left_out_added_or_moved_is_found(sample, change: Callable):
    said = json.loads(file_of(sample))
    change(said["certificate"])
    with translation.override("en"), pytest.raises(NotGenuine, match="does not fit"):
        genuine(json.dumps(said).encode())


@pytest.mark.parametrize("signature", ["", "x", "AAAA", b64encode(bytes(64)).decode(), "ä"])
def test_another_signature_is_not_taken(sample, signature):
    with pytest.raises(NotGenuine):
        genuine(signed(sample.certificate, signature).encode())


def test_that_of_another_key_is_not_taken(sample, settings):
    own = settings.CERTIFICATE_KEY
    settings.CERTIFICATE_KEY = "another-key-of-somebody-who-makes-certificates-up"
    forged = sample.certificate | {"files": 7}
    file = signed(forged, signing.sign(forged)).encode()
    named = forged | {"key": signing.fingerprint()}
    other = signed(named, signing.sign(named)).encode()
    settings.CERTIFICATE_KEY = own
    with translation.override("en"), pytest.raises(NotGenuine, match="another key"):
        genuine(other)
    with pytest.raises(NotGenuine):
        genuine(file)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"%PDF-1.7",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"certificate": {}, "signature": ""}',
        b'{"certificate": {"format": "another", "version": 1}, "signature": ""}',
        b'{"certificate": {"format": "Dig1 certificate of erasure", "version": 2},'
        b' "signature": ""}',
        b'{"certificate": [], "signature": 1}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
    ],
)
def test_what_is_no_certificate_is_called_so(file):
    with translation.override("en"), pytest.raises(NotGenuine, match="no certificate of erasure"):
        genuine(file)


@given(st.binary(max_size=200))
def test_no_file_makes_it_fail_otherwise(file):
    with pytest.raises(NotGenuine):
        genuine(file)


def test_a_name_given_twice_is_not_taken(sample):
    """People might read the first value, and programs the last."""
    text = file_of(sample).decode()
    twice = text.replace('"files": 2', '"files": 9, "files": 2')
    assert twice != text
    with pytest.raises(NotGenuine):
        genuine(twice.encode())


def test_the_first_certificate_stays_genuine(settings):
    settings.CERTIFICATE_KEY = FIRST_KEY
    certificate = described(genuine(FIRST.read_bytes()))
    assert certificate.backups_expire_on == date(2026, 12, 29)
    assert [line.rows for line in certificate.kept] == [12, 14]


# --- its addresses -------------------------------------------------------------------------------


def test_the_signed_file_is_offered_below_the_page_of_the_result(erased, client):
    answer = client.get(address(erased, "json"))
    assert answer.headers["Content-Type"] == "application/json"
    assert f"{str(erased.pk)[:8]}.json" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert genuine(answer.content) == erased.certificate


def test_the_pdf_is_offered_there_too(erased, client):
    answer = client.get(address(erased, "pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_until_it_is_certified_a_sentence_says_so(kind, client):
    run = of_cast(CAST.a)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=CAST.a.id):
        ErasureRun.objects.filter(pk=run.pk).update(
            certificate=None, signature="", certified_at=None, verified_at=None
        )
    answer = client.get(address(run, kind))
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "once everything has been deleted and verified" in page
    assert reverse("erasure", args=[token_of(run)]) in page


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_a_made_up_address_leads_nowhere(kind, client):
    good = address(of_cast(CAST.a), kind)
    token = token_of(of_cast(CAST.a))
    for bad in (token[:-1] + "x", token.partition(".")[0], "x", token + token):
        assert client.get(good.replace(token, bad)).status_code == 404
    assert client.get(good).status_code == 200


def test_a_certificate_costs_few_queries(client):
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get(address(of_cast(CAST.a), "pdf"))
    rows = [one for one in asked.captured_queries if "rights_erasurerun" in one["sql"]]
    assert len(rows) == 2  # one is the test's own


def test_the_page_of_the_result_tells_the_same(erased, client):
    page = client.get(reverse("erasure", args=[token_of(erased)])).content.decode()
    assert "Accounting Act (1336/1997), chapter 2, section 10" in page
    assert "31.12.2032" in page
    last = described(erased.certificate).backups_expire_on
    assert f"expires on {last.day}.{last.month}.{last.year}." in page
    for there in (address(erased, "pdf"), address(erased, "json"), KEY_PAGE):
        assert f'href="{there}"' in page


# --- on paper ------------------------------------------------------------------------------------


def streams(file: bytes) -> list[bytes]:
    """What the streams of a PDF hold."""
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", file, re.DOTALL):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return found


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pdf_is_for_archives_and_for_screen_readers(sample, language):
    with translation.override(language):
        file = pdf.pdf(sample, token=token_of(sample))
    held = b"\n".join(streams(file))
    assert b"<pdfaid:part>3</pdfaid:part>" in held
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in held
    assert b"<pdfuaid:part>1</pdfuaid:part>" in held
    assert f"<rdf:li>{language}</rdf:li>".encode() in held
    assert len(re.findall(rb"/Type\s*/Page\b", file + held)) <= 2


def test_the_signed_file_is_attached_to_the_pdf(sample):
    file = pdf.pdf(sample, token=token_of(sample))
    assert file_of(sample) in streams(file)


@pytest.mark.parametrize(
    ("language", "day", "thousands"),
    [
        ("fi", "31.12.2032", "12\xa0345"),
        ("sv", "31.12.2032", "12\xa0345"),
        ("en", "31.12.2032", "12,345"),
    ],
)
def test_it_writes_dates_and_numbers_as_its_readers_do(sample, language, day, thousands):
    sample.certificate["erasures"][0]["retained"][0]["rows"] = 12345
    with translation.override(language):
        said = pdf.said(sample, token_of(sample))
    tables = [block for block in said["blocks"] if block["kind"] == "table"]
    assert said["language"] == language
    assert tables[-1]["rows"][0][-2:] == (day, thousands)
    titles = [row[0] for row in tables[0]["rows"]]
    assert titles == [title[:1].upper() + title[1:] for title in titles]
    assert "persons_membership" not in json.dumps(said["blocks"])


def test_it_says_where_the_signed_file_is_and_how_to_check_it(sample, settings):
    settings.SITE_URL = "https://dig1.example"
    links = json.dumps(pdf.said(sample, token_of(sample))["blocks"])
    assert f"https://dig1.example{address(sample, 'json')}" in links
    assert f"https://dig1.example{KEY_PAGE}" in links
    assert signing.fingerprint() in links


def typeset(text: str) -> bytes:
    said = {
        **dict.fromkeys(("title", "controller", "page", "file_description"), text),
        "language": "fi",
        "file": text,
        "blocks": [pdf.heading(text), pdf.text(text), pdf.table((text, "b"), [(text, "1")])],
    }
    return pdf.typeset(said, timestamp=0)


def test_the_fonts_it_brings_have_the_letters_of_its_languages():
    assert set(pdf.fonts().families()) == {
        "DejaVu Sans Mono",
        "Libertinus Serif",
        "New Computer Modern",
        "New Computer Modern Math",
    }
    assert typeset("ÅÄÖ åäö Šš Žž Éé – — “” ’ §  € %")
    with pytest.raises(typst.TypstError):  # it would rather fail than leave a letter out
        typeset("漢")


@pytest.mark.parametrize("text", ["#panic()", "*bold*", "$ x $", "#{", "]", '"', "\\", "= a"])
def test_what_it_is_given_is_text_and_no_markup(text):
    assert typeset(text).startswith(b"%PDF")


# --- how anybody checks one ----------------------------------------------------------------------


def send(client: ForgetfulClient, content: bytes | None):
    file = BytesIO(content or b"")
    file.name = "certificate.json"
    return client.post(KEY_PAGE, {"file": file} if content is not None else {})


def test_the_page_shows_the_key(client):
    page = client.get(KEY_PAGE).content.decode()
    assert signing.fingerprint() in page
    assert signing.public_pem().splitlines()[1] in page
    pem = client.get(reverse("certificate_key_file"))
    assert pem.content.decode() == signing.public_pem()


def test_the_page_says_that_a_certificate_is_genuine(sample, client):
    answer = send(client, file_of(sample))
    page = answer.content.decode()
    assert "The certificate is genuine" in page
    assert str(sample.pk) in page
    assert "31.12.2032" in page


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda file: file.replace(b'"files": 2', b'"files": 1'),
            "something in the file was changed",
        ),
        (lambda file: b"%PDF-1.7", "no certificate of erasure"),
        (lambda file: file + b" " * LARGEST, "too large"),
        (lambda file: b"", "empty"),
        (lambda file: None, "required"),
    ],
)
def test_or_why_not(sample, client, change, why):
    answer = send(client, change(file_of(sample)))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert why in page
    assert "The certificate is genuine" not in page


def test_the_command_says_so_plainly(sample, tmp_path):
    file, out = tmp_path / "certificate.json", StringIO()
    file.write_bytes(file_of(sample))
    call_command("verify_certificate", str(file), stdout=out)
    assert out.getvalue().startswith(f"Genuine: whole company, erasure {sample.pk}, certified ")
    file.write_bytes(file_of(sample).replace(b'"files": 2', b'"files": 1'))
    with pytest.raises(CommandError, match=r"Not genuine\. The signature does not fit"):
        call_command("verify_certificate", str(file))
    with pytest.raises(CommandError, match="can't be read"):
        call_command("verify_certificate", str(tmp_path / "none.json"))
