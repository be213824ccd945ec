"""A person asks for the correction of what they may not edit, and takes it back."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.company import tenant
from registry.company.models import AccessEvent, Organisation
from registry.company.tenant import Scope
from registry.persons.models import Invitation, Membership
from registry.rights import requests
from registry.rights.models import CorrectionRequest
from tests.cast import key
from tests.rights.exporting import mine
from tests.rights.requesting import (
    MINE,
    answer_url,
    ask,
    joined_url,
    open_of,
    requests_of,
    role_url,
    value_url,
)


def html(page):
    return page.content.decode()


def refused(page, field):
    return [error.code for error in page.context["form"].errors.as_data()[field]]


def row_url(table, row):
    return reverse("correction_row", args=[table, row])


def withdraw(client, request):
    return client.post(reverse("correction_withdraw", args=[request]), follow=True)


# --- the links -----------------------------------------------------------------------------------


def test_beside_each_value_is_a_link_to_whoever_may_correct_it(cast, sign_in):
    page = html(sign_in(cast.a.member).get(MINE))
    mine = cast.a.membership(cast.a.member)
    for column in ("joined_at", "role"):
        assert f'href="{value_url("persons_membership", mine, column)}"' in page
    assert value_url("persons_membership", mine, "office") not in page
    assert value_url("accounts_user", cast.a.member.id, "email") not in page
    assert value_url("accounts_user", cast.a.member.id, "password") not in page
    for table in ("company_change", "company_accessevent", "account_emailaddress"):
        assert f"oikaisu/{table}/" in page or table == "company_change"


def test_the_key_of_an_open_session_stands_in_no_address(cast, sign_in):
    client = sign_in(cast.a.member)
    assert client.cookies["sessionid"].value not in html(client.get(MINE))
    session = client.cookies["sessionid"].value
    assert client.get(value_url("django_session", session, "expire_date")).status_code == 404


def test_all_links_lead_to_a_page(cast, sign_in):
    client = sign_in(cast.a.admin)
    links = set(re.findall(r'href="(/omat-tiedot/oikaisu/[^"]+)"', html(client.get(MINE))))
    assert len(links) > 10
    for link in links:
        assert client.get(link).status_code in (200, 302), link


def test_of_a_list_a_row_is_chosen_first_and_then_the_value(cast, sign_in):
    client = sign_in(cast.a.member)
    with tenant.serving(person=cast.a.member.id):
        look = AccessEvent.objects.filter(person_id=cast.a.member.id).first().pk
    assert f'href="{row_url("company_accessevent", look)}"' in html(client.get(MINE))
    page = html(client.get(row_url("company_accessevent", look)))
    for column in ("at", "actor_id", "by_staff", "page"):
        assert f'href="{value_url("company_accessevent", look, column)}"' in page
    assert str(cast.a.admin.id) not in page


def test_an_admin_is_led_to_where_they_change_it_themselves(cast, sign_in):
    answer = sign_in(cast.a.admin).get(role_url(cast.a, cast.a.admin))
    mine = cast.a.membership(cast.a.admin)
    assert answer.url == reverse("person_edit", args=[cast.a.id, mine])
    asked = ask(sign_in(cast.a.admin), role_url(cast.a, cast.a.admin), "reader")
    assert asked.url == answer.url
    assert not requests_of(cast.a.admin, column="role")


# --- asking --------------------------------------------------------------------------------------


def test_it_keeps_the_stored_value_the_new_one_and_why(cast, sign_in):
    client = sign_in(cast.a.member)
    page = client.get(role_url(cast.a, cast.a.member))
    assert str(page.context["value"]) in html(page)
    answer = ask(client, role_url(cast.a, cast.a.member), "reader")
    assert answer.url == MINE
    (one,) = open_of(cast.a.member)
    assert (one.organisation_id, one.table_name, one.column) == (
        cast.a.id,
        "persons_membership",
        "role",
    )
    assert (one.old_value, one.new_value, one.reason) == ("member", "reader", "Kirjattu väärin.")
    assert (one.decided_by, one.outcome, one.language) == ("admin", "", "fi")


def test_it_stands_on_the_page_of_my_data_with_its_clock(cast, sign_in):
    client = sign_in(cast.a.member)
    ask(client, role_url(cast.a, cast.a.member), "reader")
    page = html(client.get(MINE))
    (one,) = open_of(cast.a.member)
    assert f'id="request-{one.pk}"' in page
    assert f'href="#request-{one.pk}"' in page  # beside the value
    assert role_url(cast.a, cast.a.member) not in page
    assert f"{one.due_on.day}.{one.due_on.month}.{one.due_on.year}" in page


@pytest.mark.parametrize(
    ("today", "due"),
    [
        ("2026-11-24", "2026-12-24"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2026-12-31", "2027-01-31"),
        ("2026-08-31", "2026-09-30"),
    ],
)
def test_the_answer_is_due_in_a_calendar_month(cast, today, due):
    """The same day of the next month, or its last."""
    month = requests.IN_A_MONTH.sql.replace(requests.TODAY, f"'{today}'::date")
    with tenant.serving(person=cast.a.member.id):
        found = CorrectionRequest.objects.annotate(due=requests.RawSQL(month, [])).first()
    assert found.due.isoformat() == due


def test_it_is_due_a_month_from_today(cast, sign_in):
    ask(sign_in(cast.a.member), role_url(cast.a, cast.a.member), "reader")
    (one,) = open_of(cast.a.member)
    assert timedelta(days=28) <= one.due_on - timezone.localdate() <= timedelta(days=31)


def test_a_date_is_asked_for_as_a_date(cast, sign_in):
    client = sign_in(cast.a.member)
    url = joined_url(cast.a, cast.a.member)
    assert 'type="datetime-local"' in html(client.get(url))
    page = ask(client, url, "yesterday")
    assert page.status_code == 200
    assert 'value="yesterday"' in html(page)
    ask(client, url, "2025-03-01T09:30")
    (one,) = open_of(cast.a.member)
    assert one.new_value == "2025-03-01T09:30:00+02:00"
    assert one.decided_by == "staff"
    assert "1.3.2025 9.30" in html(client.get(MINE))


@pytest.mark.parametrize(
    ("new_value", "code"),
    [("member", "same"), ("emperor", "invalid_choice"), ("", "required")],
)
def test_what_is_stored_already_or_is_no_value_is_not_asked_for(cast, sign_in, new_value, code):
    page = ask(sign_in(cast.a.member), role_url(cast.a, cast.a.member), new_value)
    assert refused(page, "new_value") == [code]
    assert "Kirjattu väärin." in html(page)
    assert not open_of(cast.a.member)


def test_no_identity_code_is_taken(cast, sign_in):
    url = value_url("accounts_user", cast.a.member.id, "date_joined")
    page = ask(sign_in(cast.a.member), url, "131052-308T", "131052-308T")
    assert refused(page, "new_value") == refused(page, "reason") == ["identity_code"]


def test_who_looked_is_told_in_words_and_nobody_s_key_is_kept(cast, sign_in):
    with tenant.serving(person=cast.a.member.id):
        look = AccessEvent.objects.filter(person_id=cast.a.member.id, by_staff=False).first()
    client = sign_in(cast.a.member)
    ask(client, value_url("company_accessevent", look.pk, "actor_id"), "Ei kukaan")
    (one,) = open_of(cast.a.member)
    assert str(look.actor_id) not in one.old_value
    assert one.old_value
    assert "Ei kukaan" in html(client.get(MINE))


def test_a_value_of_the_account_is_asked_of_dig1_and_belongs_to_no_company(cast, sign_in):
    client = sign_in(cast.stranger)
    url = value_url("accounts_user", cast.stranger.id, "date_joined")
    assert ask(client, url, "Tammikuussa 2024").status_code == 302
    (one,) = open_of(cast.stranger)
    assert (one.organisation_id, one.decided_by) == (None, "staff")
    assert "Tammikuussa 2024" in html(client.get(MINE))


def test_of_an_invitation_to_a_strange_company_nothing_is_quoted(cast, sign_in):
    """The request goes with the account, and nothing of that company may stay in it."""
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        Invitation.objects.filter(pk=cast.b.row("invitation")).update(
            email=cast.stranger.email, office="Salainen toimipaikka"
        )
    client = sign_in(cast.stranger)
    url = value_url("persons_invitation", cast.b.row("invitation"), "office")
    assert "Salainen toimipaikka" in html(client.get(url))
    assert ask(client, url, "Vaasa").status_code == 302
    (one,) = open_of(cast.stranger)
    assert (one.organisation_id, one.old_value, one.new_value) == (None, "", "Vaasa")


# --- once, and not too often ---------------------------------------------------------------------


def test_a_second_request_about_a_value_is_kindly_led_to_the_first(cast, sign_in):
    client = sign_in(cast.a.reader)
    url = role_url(cast.a, cast.a.reader)
    for page in (client.get(url), ask(client, url, "admin")):
        assert page.status_code == 200
        assert f'href="{MINE}#request-{cast.a.row("request")}"' in html(page)
    assert len(open_of(cast.a.reader)) == 1


def test_two_clicks_at_once_make_one_request(cast, own_database, sign_in):
    clients = [sign_in(cast.a.member) for _ in range(2)]
    barrier, answers = Barrier(2), []

    def click(client):
        barrier.wait()
        answers.append(ask(client, role_url(cast.a, cast.a.member), "reader").status_code)

    threads = [Thread(target=click, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 302]
    assert len(open_of(cast.a.member)) == 1


def test_nobody_has_more_than_so_many_open(cast, sign_in, monkeypatch):
    monkeypatch.setattr(requests, "MOST_OPEN", 1)
    page = ask(sign_in(cast.a.reader), joined_url(cast.a, cast.a.reader), "2025-03-01T09:30")
    assert page.context["form"].non_field_errors()
    assert 'value="2025-03-01T09:30"' in html(page)
    assert len(open_of(cast.a.reader)) == 1


def test_nobody_floods_the_admins_with_mail(cast, sign_in, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"correction": "1/h/key"}
    client = sign_in(cast.a.member)
    ask(client, role_url(cast.a, cast.a.member), "reader")
    (one,) = open_of(cast.a.member)
    withdraw(client, one.pk)
    assert ask(client, role_url(cast.a, cast.a.member), "reader").status_code == 429


# --- whose, and what is gone ---------------------------------------------------------------------


def test_what_is_not_mine_or_not_stored_answers_as_what_never_was(cast, sign_in):
    client = sign_in(cast.a.member)
    mine = cast.a.membership(cast.a.member)
    answers = set()
    for table, row, column in [
        ("persons_membership", cast.a.membership(cast.a.admin), "role"),
        ("persons_membership", cast.b.membership(cast.b.member), "role"),
        ("persons_membership", key("nobody"), "role"),
        ("persons_membership", mine, "office"),
        ("persons_membership", mine, "user_id"),
        ("persons_membership", "not-a-key", "role"),
        ("persons_membership", "a\0b", "role"),
        ("no_such_table", mine, "role"),
        ("company_organisation", cast.a.id, "name"),
        ("rights_correctionrequest", cast.a.row("answeredrequest"), "answer"),
    ]:
        for page in (
            client.get(value_url(table, row, column)),
            ask(client, value_url(table, row, column), "x"),
        ):
            assert page.status_code == 404, (table, row, column)
            answers.add(len(page.content))
    assert len(answers) == 1
    assert not open_of(cast.a.member)


def test_a_row_that_is_gone_when_the_form_is_sent_says_so(cast, sign_in):
    client = sign_in(cast.a.member)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        gone = cast.a.membership(cast.a.member)
        CorrectionRequest.objects.filter(person_id=cast.a.member.id).delete()
        Organisation(pk=cast.a.id).user_rights.filter(user_id=cast.a.member.id).delete()
        Membership.objects.filter(pk=gone).delete()
    page = ask(client, value_url("persons_membership", gone, "role"), "reader")
    assert page.status_code == 404
    assert MINE in html(page)


def test_nothing_is_asked_while_the_company_is_being_deleted(cast, sign_in):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(locked_at=timezone.now())
    page = ask(sign_in(cast.a.member), role_url(cast.a, cast.a.member), "reader")
    assert page.context["form"].non_field_errors()
    assert "Kirjattu väärin." in html(page)


def test_a_company_that_requires_two_steps_requires_them_here_too(cast, sign_in):
    with tenant.serving(organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(mfa_required=True)
    answer = ask(sign_in(cast.a.member), role_url(cast.a, cast.a.member), "reader")
    assert answer.url == reverse("mfa_index")


def test_without_signing_in_nothing_is_asked(cast, client):
    assert "account/login" not in role_url(cast.a, cast.a.member)
    answer = ask(client, role_url(cast.a, cast.a.member), "reader")
    assert answer.url.startswith(reverse("account_login"))


# --- taking it back ------------------------------------------------------------------------------


def test_an_open_request_is_withdrawn(cast, sign_in):
    client = sign_in(cast.a.reader)
    assert f'action="{reverse("correction_withdraw", args=[cast.a.row("request")])}"' in html(
        client.get(MINE)
    )
    assert f"request-{cast.a.row('request')}" not in html(withdraw(client, cast.a.row("request")))
    assert not requests_of(cast.a.reader)
    assert withdraw(client, cast.a.row("request")).status_code == 200  # clicked twice


def test_one_of_the_account_is_withdrawn_too(cast, sign_in):
    client = sign_in(cast.stranger)
    ask(client, value_url("accounts_user", cast.stranger.id, "is_active"), "ei")
    (one,) = open_of(cast.stranger)
    withdraw(client, one.pk)
    assert not requests_of(cast.stranger)


@pytest.mark.parametrize("which", ["request", "answeredrequest"])
def test_nobody_withdraws_another_s_nor_what_is_answered(cast, sign_in, which):
    for person in (cast.a.member, cast.a.admin, cast.b.reader):
        withdraw(sign_in(person), cast.a.row(which))
    with tenant.serving(organisation=cast.a.id):
        assert CorrectionRequest.objects.filter(pk=cast.a.row(which)).exists()


# --- seeing it -----------------------------------------------------------------------------------


def test_a_refusal_is_shown_with_its_reasons_and_the_remedies(cast, sign_in):
    page = html(sign_in(cast.a.member).get(MINE))
    assert "Rooli on sovittu." in page
    assert "tietosuoja.fi" in page


def test_whoever_answered_sees_that_they_did_and_nothing_of_what_was_asked(cast, sign_in):
    page = html(sign_in(cast.a.admin).get(MINE))
    assert "Rooli on sovittu." not in page
    chapter = next(
        c for c in sign_in(cast.a.admin).get(MINE).context["chapters"] if c.name == "requests"
    )
    assert len(chapter.groups) == 2  # their own, and the list of what they answered
    assert len(chapter.groups[1].columns) == 2


def test_the_admin_sees_a_person_s_requests_and_where_to_answer(cast, sign_in):
    url = reverse("person", args=[cast.a.id, cast.a.membership(cast.a.reader)])
    page = html(sign_in(cast.a.admin).get(url))
    assert f'href="{answer_url(cast.a, cast.a.row("request"))}"' in page
    assert reverse("correction_withdraw", args=[cast.a.row("request")]) not in page
    assert "oikaisu/persons_membership" not in page


def test_an_export_holds_what_i_asked_and_of_what_i_answered_not_what_was_asked(cast):
    asked, answered = mine(cast.a.member), mine(cast.a.admin)
    (own,) = asked.json("rights_correctionrequest")
    assert (own["old_value"], own["answer"]) == ("member", "Rooli on sovittu.")
    (other,) = (
        row for row in answered.json("rights_correctionrequest") if row["outcome"] == "refused"
    )
    assert other["decided_at"]
    said = ("table_name", "column", "old_value", "new_value", "reason")
    assert {other[name] for name in said} == {None}
    for package in (asked, answered):
        package.check()


@pytest.mark.parametrize("open_ones", [0, 5])
def test_the_pages_cost_the_same_however_many_there_are(
    cast, sign_in, django_assert_num_queries, open_ones
):
    client = sign_in(cast.a.member)
    columns = ("is_active", "is_staff", "is_superuser", "date_joined", "last_login")
    for column in columns[:open_ones]:
        ask(client, value_url("accounts_user", cast.a.member.id, column), "x")
    client.get(MINE)
    with django_assert_num_queries(9):
        client.get(MINE)
    with django_assert_num_queries(12):
        client.get(joined_url(cast.a, cast.a.member))
    with django_assert_num_queries(9):
        client.get(row_url("accounts_user", cast.a.member.id))
