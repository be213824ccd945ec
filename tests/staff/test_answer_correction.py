"""Dig1's staff answer requests for correction: what no company's admin decides, and the overdue."""

from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from registry.company import tenant
from registry.company.models import AccessEvent, Organisation
from registry.company.tenant import Scope
from registry.persons.models import Membership
from registry.rights.models import CorrectionRequest
from tests.rights.requesting import answer, set_overdue, staff_url

LIST = reverse("admin:rights_correctionrequest_changelist")


def html(page):
    return page.content.decode()


def change_url(key):
    return reverse("admin:rights_correctionrequest_change", args=[key])


@pytest.fixture
def url(cast):
    """The request of A's admin: the day they joined."""
    return staff_url(cast.a.row("correctionrequest"))


@pytest.fixture
def support(cast, sign_in):
    return sign_in(cast.staff.support, mfa=True)


@pytest.fixture
def overdue(cast):
    with on_the_site():
        set_overdue(cast.a.row("request"))
    return staff_url(cast.a.row("request"))


@contextmanager
def on_the_site(scope=Scope.STAFF):
    with tenant.using("staff"), tenant.serving(scope=scope):
        yield


def stored(key):
    with on_the_site():
        return CorrectionRequest.objects.get(pk=key)


def change(key, **columns):
    with on_the_site():
        CorrectionRequest.objects.filter(pk=key).update(**columns)


def about(person, column, **more):
    """A request about an account."""
    with on_the_site(Scope.ACCOUNTS):
        return CorrectionRequest.objects.create(
            person_id=person.id,
            table_name="accounts_user",
            row_key=str(person.id),
            column=column,
            old_value="true",
            new_value="ei",
            language="fi",
            due_on=timezone.localdate(),
            decided_by="staff",
            **more,
        )


# --- seeing them ---------------------------------------------------------------------------------


def test_the_list_has_what_staff_answer_due_first(cast, support):
    late = about(cast.stranger, "is_active")
    change(late.pk, due_on="2026-01-31")
    page = support.get(LIST, headers={"accept-language": "en"})
    rows = [one.pk for one in page.context["cl"].result_list]
    assert rows[0] == late.pk
    assert set(rows) == {late.pk, cast.a.row("correctionrequest"), cast.b.row("correctionrequest")}
    assert cast.stranger.email in html(page)
    assert html(page).count("Overdue") == 1


def test_what_a_company_leaves_overdue_comes_to_staff(cast, support, overdue):
    page = support.get(LIST)
    assert page.context["cl"].result_list[0].pk == cast.a.row("request")
    assert support.get(overdue).status_code == 200


def test_what_a_company_answers_in_time_does_not(cast, support):
    for key in ("request", "answeredrequest"):
        assert support.get(staff_url(cast.a.row(key))).status_code == 404


def test_answered_ones_are_in_a_list_of_their_own(cast, support, url):
    answer(support, url, "refused", "Päivä on oikein.")
    assert cast.a.row("correctionrequest") not in {
        one.pk for one in support.get(LIST).context["cl"].result_list
    }
    page = support.get(LIST, {"state": "answered"})
    assert [one.pk for one in page.context["cl"].result_list] == [cast.a.row("correctionrequest")]


def test_the_list_costs_the_same_however_long_it_is(cast, support, queries):
    def number():
        before = len(queries)
        assert support.get(LIST).status_code == 200
        return len(queries) - before

    few = number()
    for person in (cast.stranger, cast.a.member, cast.b.member):
        about(person, "is_active")
    assert number() == few <= 12


def test_the_pages_of_one_cost_little(cast, support, queries, url):
    for page in (url, change_url(cast.a.row("correctionrequest"))):
        before = len(queries)
        assert support.get(page).status_code == 200
        assert len(queries) - before <= 15, page


def test_a_look_at_one_is_a_look_at_the_person(cast, support, url):
    def looks():
        with on_the_site():
            return set(AccessEvent.objects.filter(page="staff_page").values_list("pk", "person_id"))

    before = looks()
    support.get(url)
    assert {person for _pk, person in looks() - before} == {cast.a.admin.id}


@pytest.mark.parametrize("group", ["billing", "content", "administrator"])
def test_others_of_dig1_neither_see_nor_answer(cast, sign_in, url, group):
    client = sign_in(getattr(cast.staff, group), mfa=True)
    for page in (LIST, url, change_url(cast.a.row("correctionrequest"))):
        assert client.get(page).status_code == 403


# --- answering -----------------------------------------------------------------------------------


def test_accepting_stores_the_value(cast, support, url):
    assert answer(support, url, "accepted").url == LIST
    with on_the_site():
        joined = Membership.objects.get(pk=cast.a.membership(cast.a.admin)).joined_at
    assert joined.isoformat() == "2026-01-15T10:00:00+00:00"
    one = stored(cast.a.row("correctionrequest"))
    assert (one.outcome, one.decider_id) == ("accepted", cast.staff.support.id)


def test_what_no_click_may_change_is_accepted_with_what_was_done(cast, support):
    one = about(cast.stranger, "is_active")
    page = answer(support, staff_url(one.pk), "accepted")
    assert page.context["form"].errors["answer"]
    assert stored(one.pk).decided_at is None
    assert answer(support, staff_url(one.pk), "accepted", "Suljettu pyynnöstä.").url == LIST
    assert (stored(one.pk).outcome, stored(one.pk).answer) == ("accepted", "Suljettu pyynnöstä.")


def test_a_value_that_is_gone_is_accepted_with_what_was_done(cast, support, url):
    change(cast.a.row("correctionrequest"), row_key="gone")
    page = support.get(url)
    assert page.context["told"].is_gone
    assert answer(support, url, "accepted").context["form"].errors["answer"]
    assert answer(support, url, "accepted", "Tieto on jo poistettu.").url == LIST


def test_a_value_that_goes_while_the_page_is_open_says_so(cast, support, url):
    seen = support.get(url).context["form"]["seen"].value()
    change(cast.a.row("correctionrequest"), row_key="gone")
    page = support.post(url, {"outcome": "accepted", "answer": "", "seen": seen})
    assert page.context["form"].errors["answer"]
    assert page.context["told"].is_gone


def test_a_column_that_is_declared_no_more_breaks_no_page(cast, support, url):
    change(cast.a.row("correctionrequest"), column="shoe_size")
    assert "shoe_size" in html(support.get(url)).lower()
    assert support.get(LIST).status_code == 200
    assert answer(support, url, "refused", "Tietoa ei ole.").url == LIST


def test_an_overdue_role_is_not_staff_s_to_give(cast, support, overdue):
    page = answer(support, overdue, "accepted")
    assert page.context["form"].errors["answer"]
    assert answer(support, overdue, "refused", "Roolin antaa yritys.").url == LIST
    one = stored(cast.a.row("request"))
    assert (one.decided_by, one.outcome) == ("staff", "refused")
    with on_the_site():
        role = Membership.objects.get(pk=cast.a.membership(cast.a.reader)).role
    assert role == "reader"


def test_refusing_needs_reasons(cast, support, url):
    assert answer(support, url, "refused").context["form"].errors["answer"]
    assert answer(support, url, "refused", "Päivä on oikein.").url == LIST


def test_a_second_click_changes_nothing(cast, support, url):
    seen = support.get(url).context["form"]["seen"].value()
    answer(support, url, "refused", "Päivä on oikein.")
    late = support.post(url, {"outcome": "accepted", "answer": "", "seen": seen})
    assert late.url == change_url(cast.a.row("correctionrequest"))
    assert stored(cast.a.row("correctionrequest")).outcome == "refused"


def test_of_two_at_once_one_answers(cast, own_database, sign_in, make_staff, url):
    second = make_staff("toinen@dig1.example", "support", totp=True)
    clients = [sign_in(cast.staff.support, mfa=True), sign_in(second, mfa=True)]
    seen = clients[0].get(url).context["form"]["seen"].value()
    barrier, answers = Barrier(2), []

    def click(client, outcome):
        barrier.wait()
        given = {"outcome": outcome, "answer": "Näin on.", "seen": seen}
        answers.append(client.post(url, given).status_code)

    threads = [
        Thread(target=click, args=[client, outcome])
        for client, outcome in zip(clients, ("accepted", "refused"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    with on_the_site():
        changes = LogEntry.objects.filter(object_id=str(cast.a.row("correctionrequest"))).count()
        joined = Membership.objects.get(pk=cast.a.membership(cast.a.admin)).joined_at
    accepted = stored(cast.a.row("correctionrequest")).outcome == "accepted"
    assert changes == 1
    assert (joined.year, joined.month) == (2026, 1) or not accepted


def test_nobody_answers_their_own(cast, support):
    one = about(cast.staff.support, "is_active")
    answer = support.post(staff_url(one.pk), {"outcome": "refused", "answer": "x", "seen": ""})
    assert answer.url == change_url(one.pk)
    assert support.get(staff_url(one.pk)).url == change_url(one.pk)
    assert stored(one.pk).decided_at is None


def test_while_the_company_is_locked_nothing_is_answered(cast, support, url):
    with on_the_site(Scope.ACCOUNTS):
        Organisation.objects.filter(pk=cast.a.id).update(locked_at=timezone.now())
    page = answer(support, url, "refused", "Päivä on oikein.")
    assert page.context["form"].non_field_errors()
    assert "Päivä on oikein." in html(page)
    assert stored(cast.a.row("correctionrequest")).decided_at is None


def test_the_staff_s_log_says_that_it_was_answered_and_no_value(cast, support, url):
    answer(support, url, "refused", "Päivä on oikein.")
    with on_the_site():
        entry = LogEntry.objects.get(object_id=str(cast.a.row("correctionrequest")))
    assert entry.user_id == cast.staff.support.id
    assert "outcome" in entry.change_message
    assert "oikein" not in entry.change_message


def test_the_person_reads_who_answered_and_what(cast, own_database, sign_in, url):
    answer(sign_in(cast.staff.support, mfa=True), url, "refused", "Päivä on oikein.")
    page = html(sign_in(cast.a.admin).get(reverse("inspection")))
    assert "Päivä on oikein." in page
    assert cast.staff.support.email not in page
