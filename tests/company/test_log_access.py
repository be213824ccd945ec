"""Who has looked at whose data: noted with the page, read by the person, gone with either."""

from collections.abc import Callable, Iterator
from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import Error, IntegrityError, ProgrammingError, connections, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registry.company import tenant
from registry.company.access_log import Page, log_access, log_access_to_all
from registry.company.models import AccessEvent, Change, Organisation
from registry.company.tenant import Scope
from registry.persons.models import Membership
from registry.persons.views import people as people_views
from registry.rights.looks import MOST, MOST_OWN
from registry.rights.preview import preview_company, preview_person
from tests.cast import CAST, Company, Person
from tests.company.english import in_english
from tests.persons.test_list_people import add_people
from tests.proof.canary import all_powerful
from tests.rights.confirming import company_url, confirm, fingerprint_of, order, person_url

A, B = CAST.a, CAST.b


def looks(company: Company | None = None, **those: object) -> list[AccessEvent]:
    """The newest last; without a company those that belong to none."""
    organisation = company and company.id
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        events = AccessEvent.objects.filter(organisation_id=organisation, **those)
        return list(events.order_by("pk"))


def at_whom(company: Company, page: Page) -> list:
    return sorted(event.person_id for event in looks(company, page=page))


def everybody_but(company: Company, one: Person) -> list:
    return sorted(person.id for person, _ in company.people if person != one)


@pytest.fixture
def no_looks() -> None:
    """Nobody has looked yet."""
    for company in (A, B):
        with tenant.serving(scope=Scope.ACCOUNTS, organisation=company.id):
            AccessEvent.objects.all().delete()


# --- what is noted -----------------------------------------------------------------------------


@pytest.mark.usefixtures("no_looks")
def test_the_list_of_people_is_a_look_at_each_but_oneself(sign_in):
    sign_in(A.admin).get(reverse("people", args=[A.id]))
    assert at_whom(A, Page.PEOPLE) == everybody_but(A, A.admin)
    for event in looks(A):
        assert (event.actor_id, event.by_staff) == (A.admin.id, False)
        assert abs(event.at - timezone.now()).total_seconds() < 60


@pytest.mark.usefixtures("no_looks")
def test_of_a_search_only_those_found_are_looked_at(sign_in):
    sign_in(A.admin).post(reverse("people", args=[A.id]), {"search": "reader@"})
    assert at_whom(A, Page.PEOPLE) == [A.reader.id]
    sign_in(A.admin).post(reverse("people", args=[A.id]), {"search": "nobody"})
    assert len(looks(A)) == 1


@pytest.mark.usefixtures("no_looks")
@pytest.mark.parametrize("page", ["person", "person_edit"])
def test_a_persons_page_is_a_look_at_them(sign_in, page):
    sign_in(A.admin).get(reverse(page, args=[A.id, A.membership(A.member)]))
    assert at_whom(A, Page.PERSON) == [A.member.id]
    sign_in(A.admin).get(reverse(page, args=[A.id, A.membership(A.admin)]))
    assert len(looks(A)) == 1


@pytest.mark.usefixtures("no_looks")
def test_the_company_s_data_is_a_look_at_those_whose_rows_it_shows(sign_in):
    sign_in(A.admin).get(reverse("company_data", args=[A.id]))
    assert at_whom(A, Page.COMPANY_DATA) == everybody_but(A, A.admin)


@pytest.mark.usefixtures("no_looks")
def test_a_download_of_everything_is_a_look_at_everybody():
    with tenant.serving(organisation=B.id, person=B.admin.id):
        log_access_to_all(page=Page.EXPORT)
    assert at_whom(B, Page.EXPORT) == everybody_but(B, B.admin)


@pytest.mark.usefixtures("no_looks")
def test_of_others_than_the_company_s_people_nothing_is_noted():
    """As of somebody who has left between the query and the note."""
    with tenant.serving(organisation=A.id, person=A.admin.id):
        log_access(page=Page.PEOPLE, persons=[CAST.stranger.id, B.admin.id, A.reader.id])
        log_access(page=Page.PEOPLE, persons=[])
    assert at_whom(A, Page.PEOPLE) == [A.reader.id]
    assert looks(B) == []


def test_nobody_can_not_look():
    with (
        pytest.raises(DatabaseError, match="somebody who looks"),
        tenant.serving(organisation=A.id),
    ):
        log_access(page=Page.PEOPLE, persons=[A.member.id])


@pytest.mark.usefixtures("no_looks")
@pytest.mark.parametrize("page", ["people", "person", "company_data"])
def test_only_a_page_that_is_shown_is_a_look(sign_in, page):
    membership = [A.membership(A.reader)] * (page == "person")
    url = reverse(page, args=[A.id, *membership])
    assert sign_in(A.admin).head(url).status_code == 200
    assert sign_in(A.member).get(url).status_code == 403
    assert sign_in(CAST.c.admin).get(url).status_code == 404
    absent = reverse("person", args=[A.id, B.membership(B.reader)])
    assert sign_in(A.admin).get(absent).status_code == 404
    assert looks(A) == []


@pytest.mark.usefixtures("no_looks")
def test_a_page_that_fails_takes_its_note_along(sign_in, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    client = sign_in(A.admin)
    client.raise_request_exception = False
    monkeypatch.setattr(people_views, "render", fail)
    assert client.get(reverse("people", args=[A.id])).status_code == 500
    assert looks(A) == []


def test_it_takes_one_statement_however_many_people(sign_in):
    add_people(A, 60)
    client = sign_in(A.admin)

    def statements() -> list[str]:
        with CaptureQueriesContext(connections["default"]) as asked:
            client.get(reverse("people", args=[A.id]))
        return [query["sql"] for query in asked]

    assert len([sql for sql in statements() if "access" in sql]) == 1


# --- who reads it ------------------------------------------------------------------------------


def told(client, url: str) -> list[tuple[str, ...]]:
    """The lines of the section, without the time."""
    *_rest, chapter = client.get(url).context["chapters"]
    if not chapter.groups or chapter.groups[0].title:
        return []
    return [tuple(datum.value for datum in record[1:]) for record in chapter.groups[0].records]


def test_a_person_reads_who_looked_without_names(sign_in):
    client = in_english(A.member)
    lines = told(client, reverse("inspection"))
    assert sorted(lines) == [
        ("Dig1's customer service", "list on Dig1's staff site"),
        ("Dig1's customer service", "page on Dig1's staff site"),
        (f"admin of {A.name}", "list of people"),
    ]
    text = client.get(reverse("inspection")).content.decode()
    assert "Who has looked at your data" in text
    assert A.admin.email not in text and "dig1.example" not in text
    assert "two years" in text


def test_a_person_of_two_companies_reads_of_both(sign_in):
    lines = told(in_english(CAST.accountant), reverse("inspection"))
    admins = {who for who, _page in lines if who.startswith("admin of")}
    assert admins == {f"admin of {A.name}", f"admin of {B.name}"}


def test_an_admin_reads_of_their_own_company_only(sign_in):
    url = reverse("person", args=[A.id, A.membership(CAST.accountant)])
    assert sorted(told(in_english(A.admin), url)) == [
        ("Dig1's customer service", "list on Dig1's staff site"),
        (f"admin of {A.name}", "list of people"),
    ]


@pytest.mark.usefixtures("no_looks")
def test_the_newest_stand_first_and_the_look_itself_comes_after(sign_in):
    url = reverse("person", args=[B.id, B.membership(B.reader)])
    sign_in(CAST.accountant, mfa=True).get(url)
    client = in_english(B.admin, mfa=True)
    client.get(reverse("people", args=[B.id]))
    assert [page for _who, page in told(client, url)] == ["list of people", "a person's data"]
    assert len(told(client, url)) == 3


def test_a_person_at_whom_nobody_looked_reads_that(sign_in):
    client = in_english(CAST.stranger)
    assert told(client, reverse("inspection")) == []
    assert "So far nobody has looked." in client.get(reverse("inspection")).content.decode()


@pytest.mark.usefixtures("no_looks")
def test_of_many_looks_the_newest_are_read(sign_in):
    with tenant.serving(organisation=A.id, person=A.admin.id):
        for _ in range(MOST + 1):
            log_access(page=Page.PEOPLE, persons=[A.member.id])
    page = in_english(A.member).get(reverse("inspection"))
    group = page.context["chapters"][-1].groups[0]
    assert (len(group.records), group.more) == (MOST, True)
    assert "The newest rows are shown here." in page.content.decode()


@pytest.mark.usefixtures("no_looks")
def test_whoever_looked_reads_when_and_at_how_many(sign_in):
    client = in_english(A.admin)
    client.get(reverse("people", args=[A.id]))
    client.get(reverse("person", args=[A.id, A.membership(A.reader)]))
    *_rest, own = client.get(reverse("inspection")).context["chapters"][-1].groups
    assert own.title == "When you have looked at other people's data"
    assert [record[1].value for record in own.records] == [
        f"a person's data, 1 person, {A.name}",
        f"list of people, 3 people, {A.name}",
    ]
    for _ in range(MOST_OWN):
        client.get(reverse("people", args=[A.id]))
    *_rest, own = client.get(reverse("inspection")).context["chapters"][-1].groups
    assert (len(own.records), own.more) == (MOST_OWN, True)


def test_it_is_said_why_looks_are_stored(sign_in):
    group = in_english(A.member).get(reverse("inspection")).context["chapters"][-1].groups[0]
    assert [why.name for why in group.columns] == ["time", "looked at by", "page"]
    assert all(why.purposes and why.basis and why.retention for why in group.columns)


def test_the_company_s_data_call_staff_by_their_task(sign_in):
    page = in_english(A.admin).get(reverse("company_data", args=[A.id]))
    (group,) = (
        group
        for chapter in page.context["chapters"]
        for group in chapter.groups
        if group.title == str(AccessEvent._meta.verbose_name_plural)
    )
    whom = {tuple(datum.value for datum in record[1:3]) for record in group.records}
    assert whom == {("a person of the company", "no"), ("Dig1's customer service", "yes")}


def test_reading_takes_no_more_queries(sign_in):
    client = sign_in(CAST.a.admin)
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get(reverse("inspection"))
    assert len([query for query in asked if "company_accessevent" in query["sql"]]) == 1


# --- what the database lets through ------------------------------------------------------------


def look(company: Company, person: Person, **more: object) -> AccessEvent:
    return AccessEvent(
        organisation_id=company.id, person_id=person.id, actor_id=A.admin.id, page="people", **more
    )


def test_an_admin_enters_looks_of_their_own_company_only():
    with tenant.serving(organisation=A.id, person=A.admin.id):
        look(A, A.member).save()
        for other in (look(B, B.member), look(B, CAST.accountant)):
            with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
                other.save()
        with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
            AccessEvent.objects.create(person_id=A.member.id, page="people")


def test_an_admin_reads_looks_of_their_own_company_and_those_at_themself():
    with tenant.serving(organisation=A.id, person=A.admin.id):
        events = AccessEvent.objects.all()
        assert {event.organisation_id for event in events} == {A.id, None}
        assert {e.person_id for e in events if e.organisation_id is None} == {A.admin.id}


def test_a_member_reads_looks_at_themself_only():
    with tenant.serving(person=CAST.accountant.id):
        events = AccessEvent.objects.exclude(actor_id=CAST.accountant.id)
        assert {event.person_id for event in events} == {CAST.accountant.id}
        assert {event.organisation_id for event in events} == {A.id, B.id, None}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE company_accessevent SET person_id = actor_id",
        "UPDATE company_accessevent SET at = now()",
        "UPDATE company_accessevent SET page = 'person'",
    ],
)
@pytest.mark.parametrize("alias", ["default", "staff"])
def test_nobody_rewrites_a_look(alias, statement):
    scope = Scope.STAFF if alias == "staff" else Scope.ACCOUNTS
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant.using(alias),
        tenant.serving(scope=scope, organisation=A.id, person=A.admin.id),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_outside_an_erasure_a_look_neither_goes_nor_loses_who_looked():
    with tenant.serving(organisation=A.id, person=A.admin.id):
        assert AccessEvent.objects.exists()
        assert AccessEvent.objects.all().delete()[0] == 0
        assert AccessEvent.objects.update(actor_id=None) == 0
        with tenant.accounts():
            with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
                AccessEvent.objects.update(actor_id=A.member.id)
            assert AccessEvent.objects.update(actor_id=None) > 0


def test_staff_delete_no_looks():
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant.using("staff"),
        tenant.serving(scope=Scope.STAFF, person=CAST.staff.support.id),
    ):
        AccessEvent.objects.filter(person_id=A.member.id)._raw_delete("staff")


def test_nothing_is_noted_about_an_erased_company():
    with (
        pytest.raises(IntegrityError, match="erased"),
        tenant.serving(organisation=CAST.d.id, person=A.admin.id),
    ):
        look(CAST.d, CAST.ex_person).save()


def test_of_a_locked_company_looks_are_still_noted():
    with tenant.serving(organisation=A.id, person=A.admin.id):
        with tenant.accounts():
            Organisation.objects.filter(pk=A.id).update(locked_at=timezone.now())
        log_access(page=Page.PEOPLE, persons=[A.reader.id])
    assert looks(A, person_id=A.reader.id, page=Page.PEOPLE, actor_id=A.admin.id)


# --- erasure -----------------------------------------------------------------------------------


def test_looks_go_with_the_person_in_the_company(sign_in):
    confirm(sign_in(A.admin), person_url(A, A.member))
    assert looks(A, person_id=A.member.id) == []
    assert looks(None, person_id=A.member.id) == []  # the account belonged to no other
    assert looks(A, person_id=A.reader.id)
    assert looks(None, person_id=A.reader.id)


def test_looks_at_the_account_stay_while_another_company_has_it(sign_in):
    confirm(sign_in(A.admin), person_url(A, CAST.accountant))
    assert looks(A, person_id=CAST.accountant.id) == []
    assert looks(None, person_id=CAST.accountant.id)
    assert looks(B, person_id=CAST.accountant.id)


def test_of_an_erased_person_s_looks_at_others_the_link_is_cut(sign_in):
    before = looks(B, actor_id=B.admin.id)
    assert before
    confirm(sign_in(CAST.accountant, mfa=True), person_url(B, B.admin))
    assert looks(B, actor_id=B.admin.id) == []
    after = looks(B, pk__in=[event.pk for event in before])
    assert [event.person_id for event in after] == [event.person_id for event in before]
    lines = told(in_english(B.reader), reverse("inspection"))
    assert (f"admin of {B.name}", "list of people") in lines


def test_looks_go_with_the_company_and_with_the_accounts_that_it_takes_along(sign_in):
    confirm(sign_in(A.admin), company_url(A), company_name=A.name)
    assert looks(A) == []
    left = {event.person_id for event in looks(None)}
    assert left == {person.id for person, _ in B.people}


def test_looks_go_with_whoever_erases_themself_everywhere(sign_in):
    url = reverse("erase_me")
    client = sign_in(A.member)
    lines = client.get(url).context["preview"].going
    counted = {(line.step.table.name, line.step.action.value): line.rows for line in lines}
    assert counted["company_accessevent", "deleted"] == 3
    assert len(counted) == len(lines)  # each table is told once
    confirm(client, url)
    assert looks(A, person_id=A.member.id) == looks(None, person_id=A.member.id) == []


def test_a_preview_counts_looks_but_does_not_hang_on_them(sign_in):
    """Another admin looks between the preview and its confirmation."""
    whose = {"organisation": B.id, "person": B.reader.id, "membership": B.membership(B.reader)}
    client = sign_in(B.admin, mfa=True)
    page = client.get(person_url(B, B.reader))
    counted = {line.step.table.name: line.rows for line in page.context["preview"].going}
    assert counted["company_accessevent"] == 3  # a colleague, and staff at membership and account
    sign_in(CAST.accountant, mfa=True).get(reverse("people", args=[B.id]))
    with tenant.serving(organisation=B.id, person=B.admin.id):
        assert preview_person(**whose).fingerprint == fingerprint_of(page)
        assert AccessEvent.objects.filter(person_id=B.reader.id, organisation=B.id).count() == 3
    answer = client.post(person_url(B, B.reader), {"fingerprint": fingerprint_of(page)})
    assert answer.status_code == 302


def test_looks_do_not_make_a_company_s_preview_outdated(sign_in):
    with tenant.serving(organisation=A.id, person=A.admin.id):
        before = preview_company(organisation=A.id).fingerprint
        log_access_to_all(page=Page.EXPORT)
        assert preview_company(organisation=A.id).fingerprint == before
        Change.objects.create(organisation_id=A.id, table_name="x", row_id=A.id, columns=["x"])
        assert preview_company(organisation=A.id).fingerprint != before
    assert order(sign_in(A.admin), company_url(A), company_name=A.name).status_code == 302


# --- at the same time, and after two years -----------------------------------------------------


def test_a_look_waits_for_an_erasure_and_notes_nobody_who_is_gone(own_database):
    """Read before, noted after: nothing may be left of who went in between."""
    failed: list[Error] = []

    def note() -> None:
        try:
            with tenant.serving(organisation=A.id, person=A.admin.id):
                log_access(page=Page.CORRECTION, persons=[A.member.id, A.reader.id])
        except Error as error:
            failed.append(error)
        finally:
            tenant.forget()
            connections.close_all()

    noting = Thread(target=note)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=A.id, person=A.member.id):
        assert Organisation.objects.select_for_update().get(pk=A.id)
        Organisation(pk=A.id).user_rights.filter(user_id=A.member.id).delete()
        Membership.objects.filter(user_id=A.member.id).delete()
        noting.start()
        noting.join(0.5)
        assert noting.is_alive()  # it waits
    noting.join(10)
    assert failed == []
    assert at_whom(A, Page.CORRECTION) == [A.reader.id]


@pytest.fixture
def ask(own_database: str) -> Iterator[Callable]:
    with all_powerful(own_database) as admin:
        yield admin.execute


def test_after_two_years_the_nightly_retention_deletes_them(ask):
    ask(
        "UPDATE company_accessevent SET at = now() - interval '2 years 1 minute'"
        " WHERE person_id = ANY (%s)",
        [[A.member.id, B.member.id]],
    )
    ask(
        "UPDATE company_accessevent SET at = now() - interval '2 years' + interval '1 day'"
        " WHERE person_id = %s",
        [A.reader.id],
    )
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert "company_accessevent" in out.getvalue()
    call_command("retention", stdout=StringIO())
    left = {person for (person,) in ask("SELECT person_id FROM company_accessevent")}
    assert left == {person.id for person, _ in (*A.people, *B.people)} - {A.member.id, B.member.id}


def test_looks_at_an_account_that_nobody_uses_go_with_it(ask):
    ask(
        "INSERT INTO company_accessevent (person_id, actor_id, by_staff, page) VALUES"
        " (%(gone)s, %(staff)s, true, 'staff_page'), (%(stays)s, %(staff)s, true, 'staff_page')",
        {
            "gone": CAST.stranger.id,
            "stays": CAST.ex_admin.id,
            "staff": CAST.staff.support.id,
        },
    )
    ask(
        "UPDATE accounts_user SET date_joined = now() - interval '31 days', last_login = NULL"
        " WHERE id = %s",
        [CAST.stranger.id],
    )
    call_command("retention", stdout=StringIO())
    left = {person for (person,) in ask("SELECT person_id FROM company_accessevent")}
    assert CAST.stranger.id not in left
    assert CAST.ex_admin.id in left
