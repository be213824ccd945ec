"""What an export holds: all that the inspection pages show, and nothing of anybody else."""

import csv
import dataclasses
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from itertools import combinations

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.company import blobs, tenant
from registry.company.access_log import Page, log_access
from registry.company.blobs import of_company
from registry.company.isolation import ACCESS_LOG
from registry.company.models import Change, TradeName
from registry.company.tenant import Context, Scope
from registry.declarations.plan import plan
from registry.declarations.vocabulary import Basis, Display, Source
from registry.persons.models import Membership
from registry.rights import inspection
from registry.rights.export.archive import Archive
from registry.rights.export.contents import of_me, of_our_company
from registry.rights.export.reading import Rows, snapshot
from registry.rights.export.statements import FORMULA, as_json, parameters
from registry.rights.models import CorrectionRequest, Export
from registry.rights.steps import (
    Accounts,
    of_accounts_erasure,
    of_company_erasure,
    of_person_erasure,
)
from tests.cast import evidence_of
from tests.proof.canary import all_powerful, release
from tests.rights.exporting import Package, guarded, mine, ours, packed

Places = set[tuple[str, str]]


# --- the same sets -------------------------------------------------------------------------------


def shown(monkeypatch, look) -> Places:
    """The (table, column) pairs that an inspection page asks for."""
    places: Places = set()
    fetch = inspection.fetch

    def noting(parts, **options):
        places.update((table.name, c.name) for table, columns, _ in parts for c in columns)
        return fetch(parts, **options)

    with monkeypatch.context() as patched:
        patched.setattr(inspection, "fetch", noting)
        look()
    return places


def in_package(package) -> Places:
    return {(table, column) for table in package.tables for column in package.columns(table)}


def all_of(table: str) -> Places:
    return {(table, column.name) for column in plan().table(table).personal_columns}


@pytest.mark.parametrize("who", ["member", "admin"])
def test_my_export_holds_what_the_inspection_page_shows(cast, monkeypatch, who):
    person = getattr(cast.a, who)
    with tenant.serving(person=person.id):
        page = shown(monkeypatch, lambda: inspection.inspect_person(person=person.id))
    for table in inspection.TOLD_APART:
        page |= all_of(table)  # in sentences
    package = mine(person)
    assert page <= in_package(package)
    assert package.tables == {table for table, _column in page}


def test_the_company_s_export_holds_what_the_company_page_shows_and_the_accounts(cast, monkeypatch):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        page = shown(monkeypatch, lambda: inspection.inspect_company(organisation=cast.a.id))
    package = ours(cast.a)
    assert page <= in_package(package)
    assert package.tables - {table for table, _column in page} == {"accounts_user"}
    assert package.columns("accounts_user") == ["id", "email", "phone"]


def test_what_is_exported_is_what_is_erased(cast):
    """Inspection = export = erasure, as sets of tables."""
    accounts = Accounts("%(person)s", {"person": cast.a.member.id})
    membership = cast.a.membership(cast.a.member)
    whose = (cast.a.id, cast.a.member.id, membership)
    erased = {step.table.name for step in of_person_erasure(plan(), *whose, accounts)}
    assert {table.name for table, _, _ in of_me(cast.a.member.id).parts} == erased

    of_company = {step.table.name for step in of_company_erasure(plan(), cast.a.id, accounts)}
    of_accounts = {step.table.name for step in of_accounts_erasure(plan(), accounts)}
    exported = {
        table.name for table, _, _ in of_our_company(cast.a.id, asked_by=cast.a.admin.id).parts
    }
    assert exported <= of_company
    # What stays out: tables without anything that the admin sees, and how people sign in.
    unseen = {t.name for t in plan().tables if not inspection.seen_by_admin(t)}
    assert of_company - exported <= unseen | of_accounts


def test_the_index_of_my_export_says_what_the_page_says(cast):
    with tenant.serving(person=cast.a.member.id), override("en"):
        chapters = inspection.inspect_person(person=cast.a.member.id)
    page = unescape(mine(cast.a.member).text("index.html"))
    for chapter in chapters:
        for group in chapter.groups:
            for record in group.records:
                for datum in record:
                    assert datum.secret or not datum.value or str(datum.value) in page


# --- whose data ----------------------------------------------------------------------------------


def test_every_figure_of_the_manifest_is_true(cast):
    for company in (cast.a, cast.b):
        blobs.write(evidence_of(company).file.name, [b"The file."])
    for package in (mine(cast.accountant), mine(cast.staff.support), ours(cast.a), ours(cast.b)):
        package.check()
        assert package.manifest["complete"] is True
        assert package.manifest["missing"] == []
        assert package.manifest["declarations_sha256"] == plan().hash


def test_my_export_names_nobody_else(cast):
    everything = mine(cast.a.member).everything()
    assert cast.a.member.email in everything
    assert cast.a.name in everything
    for other in {*cast.customers.values()} - {cast.a.member}:
        assert other.email not in everything
        assert str(other.id) not in everything
    assert cast.b.name not in everything


def test_my_export_holds_my_rows_of_all_my_companies(cast):
    package = mine(cast.accountant)
    assert {row["company"] for row in package.json("persons_membership")} == {
        cast.a.name,
        cast.b.name,
    }


def test_the_company_s_export_names_its_people_and_nobody_else(cast):
    package = ours(cast.a)
    people = {person.email for person, _role in cast.a.people}
    assert {row["email"] for row in package.json("accounts_user")} == people
    everything = package.everything()
    for other in cast.customers.values():
        assert (other.email in everything) == (other.email in people)
    assert cast.b.name not in everything


def account_of(admin, person):
    return admin.execute(
        "SELECT email, phone FROM accounts_user WHERE id = %s", [person.id]
    ).fetchone()


def test_no_canary_of_others_is_in_it_and_every_one_that_should_be_is(own_database, cast, figure):
    with all_powerful(own_database) as admin:
        a, b = release(admin, cast)
        both = {*account_of(admin, cast.accountant)}  # counts as B's, but belongs to A too
    package = ours(cast.a)
    exported = {
        (table.name, column.name)
        for table, columns, _rows in of_our_company(cast.a.id, asked_by=cast.a.admin.id).parts
        for column in columns
        if column.personal.display is Display.VALUE and not column.personal.link
    }
    text = package.everything()
    wanted = {token for token, place in a.placed.items() if place in exported}
    # Times and numbers are written otherwise than they are searched for in the database.
    words = {token for token in a.placed if token.startswith("zq")}
    found = {token for token in words if token in text}
    assert found <= wanted
    assert {a.placed[token] for token in found} == {a.placed[token] for token in wanted & words}
    # Rows of no company are their person's alone.
    of_nobody = {table.name for table in plan().of_tenant if table.column(table.tenant).field.null}
    assert {a.placed[token][0] for token in wanted & words - found} <= of_nobody
    assert {token for token in b.placed if token.startswith("zq") and token in text} == both

    people = [person for person, _role in cast.a.people if person != cast.accountant]
    texts = [mine(person).everything() for person in people]
    for_each = [{token for token in words if token in text} for text in texts]
    assert all(for_each)
    for one, other in combinations(for_each, 2):
        for table, column in {a.placed[token] for token in one & other}:
            # The company's name, and of which kind something was that one did to the other.
            field = plan().table(table).column(column).field
            assert (table, column) == ("company_organisation", "name") or field.choices
    for text in texts:
        assert not [token for token in b.placed if token.startswith("zq") and token in text]
    figure("export", f"{len(found)} canaries of A in its export, 0 of B")


def test_secrets_are_exported_as_existing_only(cast, sign_in):
    sign_in(cast.b.admin, mfa=True)
    package = mine(cast.b.admin)
    assert package.json("accounts_user")[0]["password"] is True
    assert package.json("mfa_authenticator")[0]["data"] is True
    for row in package.json("usersessions_usersession"):
        assert row["session_key"] is True
    assert {type(row["session_key"]) for row in package.json("django_session")} == {bool}
    with tenant.serving(scope=Scope.ACCOUNTS), connections["default"].cursor() as cursor:
        cursor.execute("SELECT password FROM accounts_user WHERE id = %s", [cast.b.admin.id])
        (password,) = cursor.fetchone()
        cursor.execute("SELECT session_key FROM usersessions_usersession")
        keys = [key for (key,) in cursor.fetchall()]
    everything = package.everything()
    assert password not in everything
    assert not [key for key in keys if key in everything]


def test_who_looked_is_not_told_but_that_somebody_did(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        log_access(page=Page.PEOPLE, persons=[cast.a.member.id])
    looks = mine(cast.a.member).json(ACCESS_LOG)
    assert {row["actor_id"] for row in looks} == {None}
    assert "people" in {row["page"] for row in looks}
    mine_as_admin = mine(cast.a.admin).json(ACCESS_LOG)
    assert str(cast.a.admin.id) in {row["actor_id"] for row in mine_as_admin}
    of_company = ours(cast.a).json(ACCESS_LOG)
    looks = [row for row in of_company if row["person_id"] == str(cast.a.member.id)]
    assert str(cast.a.admin.id) in {row["actor_id"] for row in looks}
    staff = {str(person.id) for person in cast.staff.everybody}
    assert not staff & {row["actor_id"] for row in of_company}


def ask_for_a_correction(company, person, **values):
    with tenant.serving(organisation=company.id, person=person.id):
        return CorrectionRequest.objects.create(
            organisation_id=company.id,
            person_id=person.id,
            table_name="persons_membership",
            row_key=str(company.membership(person)),
            column="position",
            language="fi",
            due_on=timezone.localdate() + timedelta(days=30),
            decided_by=CorrectionRequest.DecidedBy.ADMIN,
            **values,
        )


def test_of_what_others_asked_me_i_get_when_and_what_i_decided(cast):
    """A row about somebody else that mentions me: what they said in it is theirs."""
    said = {"old_value": "said before", "new_value": "said now", "reason": "said why"}
    request = ask_for_a_correction(
        cast.a,
        cast.a.member,
        **said,
        decided_at=timezone.now(),
        decider_id=cast.a.admin.id,
        outcome=CorrectionRequest.Outcome.REFUSED,
        answer="said back",
    )
    package = mine(cast.a.admin)
    rows = package.json("rights_correctionrequest")
    (row,) = [row for row in rows if row["id"] == str(request.pk)]
    assert row["outcome"] == "refused"
    assert row["decider_id"] == str(cast.a.admin.id)
    assert row["decided_at"]
    assert "said" not in package.everything()
    theirs = mine(cast.a.member).json("rights_correctionrequest")
    (row,) = [row for row in theirs if row["old_value"] == "said before"]
    assert row | said == row
    assert row["answer"] == "said back"
    assert row["decider_id"] is None


def test_without_the_right_context_nothing_is_read(cast):
    contents = of_our_company(cast.a.id, asked_by=cast.a.admin.id)
    for context in (Context(Scope.CUSTOMER, person=cast.stranger.id), Context()):
        with snapshot(context):
            for part in contents.parts:
                rows = Rows(context, as_json(part, contents), parameters(part, contents))
                assert b"".join(rows) == b""


# --- portability ---------------------------------------------------------------------------------


def test_what_i_provided_by_consent_or_contract_stands_apart(cast):
    package = mine(cast.b.admin)
    portable = {name for name in package.names if name.startswith("portable/")}
    assert {"portable/accounts_user.json", "portable/account_emailaddress.json"} <= portable
    for name in portable:
        table = plan().table(name[9:-5])
        for row in package.json(table.name, "portable"):
            for column in row.keys() - {table.key, "company"}:
                spec = table.column(column).personal
                assert spec.source in (Source.SUBJECT, Source.ADMIN_OR_SUBJECT)
                assert spec.basis in (Basis.CONSENT, Basis.CONTRACT)
                assert spec.display is Display.VALUE
    (account,) = package.json("accounts_user", "portable")
    assert account == {"id": str(cast.b.admin.id), "email": cast.b.admin.email}
    assert not [name for name in ours(cast.a).names if name.startswith("portable/")]


# --- formats -------------------------------------------------------------------------------------


def trade_names(company):
    """Both files of one table, read back."""
    contents = of_our_company(company.id, asked_by=company.admin.id)
    (part,) = [part for part in contents.parts if part[0].name == "company_tradename"]
    contents = dataclasses.replace(contents, parts=(part,))
    package = packed(contents)
    return package.json("company_tradename"), package.csv("company_tradename")


def rename(company, text):
    """Past everything that tidies what people type."""
    with (
        tenant.serving(organisation=company.id, person=company.admin.id),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("UPDATE company_tradename SET name = %s", [text])


hostile = st.text(
    st.one_of(
        st.sampled_from([*FORMULA, "'", '"', ";", ",", "\\", "\x01", "\x02", "|", " "]),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_any_text_comes_back_from_both_files_and_is_no_formula(cast, text):
    rename(cast.a, text)
    ((in_json,), (in_csv,)) = trade_names(cast.a)
    assert in_json["name"] == text
    # Python's reader, too, takes a carriage return inside quotes for what it is.
    assert in_csv["name"] == guarded(text)
    assert not in_csv["name"].startswith(FORMULA)


@pytest.mark.parametrize("first", FORMULA)
def test_what_a_spreadsheet_takes_for_a_formula_is_guarded_in_csv_only(cast, first):
    rename(cast.a, f"{first}cmd|' /C calc'!A0")
    ((in_json,), (in_csv,)) = trade_names(cast.a)
    assert in_csv["name"] == f"'{in_json['name']}"
    assert in_json["name"] == f"{first}cmd|' /C calc'!A0"


def test_a_phone_number_keeps_its_plus(cast):
    with tenant.serving(scope=Scope.ACCOUNTS), connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET phone = '+358401234567' WHERE id = %s", [cast.a.member.id]
        )
    package = mine(cast.a.member)
    assert package.csv("accounts_user")[0]["phone"] == "'+358401234567"
    assert package.json("accounts_user")[0]["phone"] == "+358401234567"


def test_excel_of_finnish_windows_opens_it_rightly(cast):
    raw = ours(cast.a).zip.read("data/company_organisation.csv")
    assert raw.startswith(b"\xef\xbb\xbfid;name;business_id;")
    assert b"\r" not in raw


def test_a_table_without_rows_is_there_with_its_columns(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        TradeName.objects.filter(organisation_id=cast.a.id).delete()
    package = ours(cast.a)
    assert package.text("data/company_tradename.csv") == "id;name\n"
    assert package.json("company_tradename") == []
    package.check()


def test_long_texts_and_all_scripts_come_whole(cast):
    csv.field_size_limit(10_000_000)
    text = "Ääkkösiä 🎉 العربية\n" * 100_000
    ask_for_a_correction(cast.a, cast.a.member, old_value=text, new_value="x")
    package = mine(cast.a.member)
    package.check()
    values = [row["old_value"] for row in package.json("rights_correctionrequest")]
    assert text in values


def test_the_dictionary_explains_every_column(cast):
    package = ours(cast.a)
    lines = package.text("columns.csv").splitlines()
    explained = {tuple(line.split(";")[:2]) for line in lines[1:]}
    for table, columns, _rows in of_our_company(cast.a.id, asked_by=cast.a.admin.id).parts:
        assert {(table.name, column.name) for column in columns} <= explained


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_language_has_its_texts(cast, language):
    for package in (mine(cast.a.member, language), ours(cast.a, language)):
        assert f'<html lang="{language}">' in package.text("index.html")
        readme = package.text("README.txt")
        assert "manifest.json" in readme
        assert "{" not in readme
    words = {"fi": "asiakasrekisteriin", "sv": "kundregister", "en": "customer register"}
    assert words[language] in readme


# --- the page for people -------------------------------------------------------------------------


class Tags(HTMLParser):
    """Which tags there are, and that all are closed in order."""

    VOID = {"meta", "br"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes.update(name for name, _value in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_needs_nothing_else(cast):
    for package in (mine(cast.b.admin), ours(cast.a)):
        tags = Tags(package.text("index.html"))
        assert tags.open == []
        assert not tags.seen & {"script", "img", "link", "iframe", "form", "a"}
        assert not {name for name in tags.attributes if name.startswith(("on", "src", "style"))}


def test_what_people_typed_is_text_on_the_page(cast):
    rename(cast.a, "<script>alert(1)</script>")
    page = ours(cast.a).text("index.html")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_of_a_long_table_the_page_shows_the_newest_rows_and_the_files_all(cast, monkeypatch):
    monkeypatch.setattr("registry.rights.export.overview.MOST", 20)
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        for number in range(30):
            Membership.objects.filter(user_id=cast.a.member.id).update(office=f"Office {number}")
        count = Change.objects.count()
    package = ours(cast.a)
    assert len(package.json("company_change")) == count > 30
    page = package.text("index.html")
    changes = page[page.index("Changes") :]
    assert changes[: changes.index("</table>")].count("<tr>") == 21
    assert "The newest rows are shown here" in changes


# --- files ---------------------------------------------------------------------------------------


def with_files_as_values(contents):
    """As if the exports' own files were to be packed: their column is the one that names files."""
    (part,) = [part for part in contents.parts if part[0].name == "rights_export"]
    table, columns, rows = part
    shown = tuple(
        dataclasses.replace(c, spec=dataclasses.replace(c.spec, display=Display.VALUE))
        for c in columns
    )
    return dataclasses.replace(contents, parts=((table, shown, rows),))


def test_stored_files_are_packed_and_a_missing_one_is_named(cast):
    name = of_company(cast.a.id, "evidence", "one.pdf")
    gone = of_company(cast.a.id, "evidence", "gone.pdf")
    content = bytes(range(256)) * 4096
    blobs.write(name, [content])
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        Export.objects.filter(organisation_id=cast.a.id).update(file=name)
        Export.objects.create(
            organisation_id=cast.a.id,
            requested_by_id=cast.a.member.id,
            language="fi",
            file=gone,
            expires_at=timezone.now() + timedelta(hours=1),
        )
    contents = with_files_as_values(of_our_company(cast.a.id, asked_by=cast.a.admin.id))
    package = packed(contents)
    package.check()
    assert package.zip.read(f"files/{name}") == content
    assert package.manifest["complete"] is False
    assert package.manifest["missing"] == [f"files/{gone}"]
    assert {row["file"] for row in package.json("rights_export")} == {name, gone}


def test_exports_never_contain_exports(cast):
    blobs.write(of_company(cast.a.id, "exports", str(cast.a.row("export")), "dig1.zip"), [b"zip"])
    package = ours(cast.a)
    assert not [name for name in package.names if name.startswith("files/")]
    assert package.json("rights_export")[0]["file"] is True


# --- one moment ----------------------------------------------------------------------------------


def test_all_files_are_of_one_moment(own_database, cast):
    """The company changes while it is packed: the files agree with each other all the same."""
    with tenant.using("worker"):
        contents = of_our_company(cast.a.id, asked_by=cast.a.admin.id)
        chunks = iter(Archive(contents, "en"))
        data = [next(chunks)]
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        TradeName.objects.create(organisation_id=cast.a.id, name="Later")
    with tenant.using("worker"):
        data += chunks
    package = Package(b"".join(data))
    package.check()
    assert "Later" not in package.everything()
