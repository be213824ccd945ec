"""An admin of the company answers: accepts, which corrects the value, or refuses with reasons."""

import re
from threading import Barrier, Thread

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from registry.company import tenant
from registry.company.access import organisations_with, set_rights
from registry.company.models import AccessEvent, Organisation, OrganisationUserObjectPermission
from registry.company.roles import Right, Role
from registry.company.tenant import Scope
from registry.persons.models import Membership
from registry.rights.models import CorrectionRequest
from tests.rights.confirming import confirm, person_url
from tests.rights.requesting import (
    MINE,
    Outcome,
    answer,
    answer_url,
    answered,
    ask,
    joined_url,
    open_of,
    requests_of,
    role_of,
    role_url,
    set_overdue,
)


def list_url(company):
    return reverse("corrections", args=[company.id])


def html(page):
    return page.content.decode()


def errors(page, field="answer"):
    return page.context["form"].errors.get(field)


@pytest.fixture
def url(cast):
    """The open request of A's reader."""
    return answer_url(cast.a, cast.a.row("request"))


def set_role(company, person, role):
    with tenant.serving(organisation=company.id):
        Membership.objects.filter(pk=company.membership(person)).update(role=role)
        set_rights(person=person.id, organisation=company.id, role=role)


# --- seeing them ---------------------------------------------------------------------------------


def test_the_list_has_what_is_asked_of_the_company_s_admins_due_first(cast, sign_in):
    ask(sign_in(cast.accountant), role_url(cast.a, cast.accountant), "reader")
    ask(sign_in(cast.accountant), joined_url(cast.a, cast.accountant), "2025-03-01T09:30")
    with tenant.serving(organisation=cast.a.id):
        set_overdue(cast.a.row("request"))
    page = sign_in(cast.a.admin).get(list_url(cast.a))
    shown = [one.person_id for one, _title in page.context["open"]]
    assert shown == [cast.a.reader.id, cast.accountant.id]
    assert html(page).count("badge-danger") == 1
    assert [one.pk for one, _title in page.context["answered"]] == [cast.a.row("answeredrequest")]
    assert cast.b.reader.email not in html(page)


def test_the_company_s_page_leads_to_it_and_says_how_many_are_open(cast, sign_in):
    page = sign_in(cast.a.admin).get(reverse("company", args=[cast.a.id]))
    assert page.context["figures"].open_corrections == 1
    assert f'href="{list_url(cast.a)}"' in html(page)


def test_a_look_at_a_request_is_a_look_at_the_person(cast, sign_in, url):
    client = sign_in(cast.a.admin)
    for page, people in (
        (list_url(cast.a), {cast.a.reader.id, cast.a.member.id}),
        (url, {cast.a.reader.id}),
    ):
        with tenant.serving(organisation=cast.a.id):
            before = set(looks())
        client.get(page)
        with tenant.serving(organisation=cast.a.id):
            assert {person for pk, person in set(looks()) - before} == people


def looks():
    return AccessEvent.objects.filter(page="correction").values_list("pk", "person_id")


@pytest.mark.parametrize("number", [1, 4])
def test_pages_cost_the_same_however_many_requests_there_are(
    cast, sign_in, django_assert_num_queries, url, number
):
    with tenant.serving(organisation=cast.a.id):
        one = CorrectionRequest.objects.get(pk=cast.a.row("request"))
        for copy in range(1, number):
            one.pk, one.row_key, one._state.adding = None, f"copy {copy}", True
            one.id = cast.a.row(f"request {copy}")
            one.save(force_insert=True)
    client = sign_in(cast.a.admin)
    with django_assert_num_queries(12):
        assert len(client.get(list_url(cast.a)).context["open"]) == number
    with django_assert_num_queries(12):
        client.get(url)


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("reader", 403), ("stranger", 404), ("foreign", 404)]
)
def test_nobody_else_sees_or_answers(cast, sign_in, url, who, status):
    person = {"stranger": cast.stranger, "foreign": cast.b.admin}.get(who) or getattr(cast.a, who)
    client = sign_in(person, mfa=True)
    assert client.get(list_url(cast.a)).status_code == status
    assert client.get(url).status_code == status
    given = {"outcome": "accepted", "answer": "", "seen": ""}
    assert client.post(url, given).status_code == status
    assert open_of(cast.a.reader)


def test_requests_of_others_and_to_staff_look_like_none(cast, sign_in):
    client = sign_in(cast.a.admin)
    pages = {
        client.get(answer_url(cast.a, key)).content
        for key in (cast.b.row("request"), cast.a.row("correctionrequest"), cast.a.row("nothing"))
    }
    assert len({re.sub(rb'(csrf|nonce)[^>]*"', b"", page) for page in pages}) == 1
    assert client.get(answer_url(cast.a, cast.b.row("request"))).status_code == 404


# --- accepting -----------------------------------------------------------------------------------


def test_accepting_changes_the_role_and_the_rights_by_one_click(cast, sign_in, url):
    with tenant.serving(organisation=cast.a.id):
        CorrectionRequest.objects.filter(pk=cast.a.row("request")).update(new_value="admin")
    assert answer(sign_in(cast.a.admin), url, "accepted").url == list_url(cast.a)
    assert role_of(cast.a, cast.a.reader) == Role.ADMIN
    with tenant.serving(organisation=cast.a.id):
        held = OrganisationUserObjectPermission.objects.filter(user_id=cast.a.reader.id).count()
        assert held == len(Right)
        one = CorrectionRequest.objects.get(pk=cast.a.row("request"))
    assert (one.outcome, one.answer, one.decider_id) == ("accepted", "", cast.a.admin.id)
    assert one.decided_at
    assert sign_in(cast.a.reader).get(list_url(cast.a)).status_code == 200


def test_the_person_reads_the_decision_among_their_data(cast, sign_in, url):
    answer(sign_in(cast.a.admin), url, "refused", "Rooli on oikein.\nKysy esihenkilöltäsi.")
    page = html(sign_in(cast.a.reader).get(MINE))
    assert "Rooli on oikein.<br>Kysy esihenkilöltäsi." in page
    assert "tietosuoja.fi" in page
    assert reverse("correction_withdraw", args=[cast.a.row("request")]) not in page
    assert f'href="{role_url(cast.a, cast.a.reader)}"' in page  # it may be asked for again


def test_the_history_tells_what_was_changed(cast, sign_in, url):
    answer(sign_in(cast.a.admin), url, "accepted")
    page = sign_in(cast.a.admin).get(reverse("company_history", args=[cast.a.id]))
    assert cast.a.reader.email in {entry.about for entry in page.context["entries"]}


def test_a_value_that_changed_since_it_was_asked_is_shown_beside_the_old_one(cast, sign_in, url):
    set_role(cast.a, cast.a.reader, Role.ADMIN)
    page = sign_in(cast.a.admin).get(url)
    told = page.context["told"]
    assert told.has_changed
    assert len({told.old, told.now, told.new}) == 3
    assert html(page).count("<del>") == html(page).count("<ins>") == 1
    answer(sign_in(cast.a.admin), url, "accepted")
    assert role_of(cast.a, cast.a.reader) == Role.MEMBER


def test_a_value_that_changes_while_the_page_is_open_is_not_overwritten(cast, sign_in, url):
    client = sign_in(cast.a.admin)
    seen = client.get(url).context["form"]["seen"].value()
    set_role(cast.a, cast.a.reader, Role.ADMIN)
    page = client.post(url, {"outcome": "accepted", "answer": "Selvä.", "seen": seen})
    assert page.context["form"].non_field_errors()
    assert "Selvä." in html(page)
    assert role_of(cast.a, cast.a.reader) == Role.ADMIN
    again = {"outcome": "accepted", "answer": "", "seen": page.context["form"]["seen"].value()}
    assert client.post(url, again).url == list_url(cast.a)
    assert role_of(cast.a, cast.a.reader) == Role.MEMBER


def test_what_the_admin_has_changed_by_hand_is_accepted_as_well(cast, sign_in, url):
    set_role(cast.a, cast.a.reader, Role.MEMBER)
    answer(sign_in(cast.a.admin), url, "accepted")
    assert answered(cast.a, cast.a.row("request")).outcome == Outcome.ACCEPTED
    assert role_of(cast.a, cast.a.reader) == Role.MEMBER


def test_a_company_keeps_an_admin(cast, sign_in, url):
    """The one who accepts has been demoted meanwhile, and the one who asked is the last admin."""
    set_role(cast.a, cast.a.reader, Role.ADMIN)
    with tenant.serving(organisation=cast.a.id):
        Membership.objects.filter(pk=cast.a.membership(cast.a.admin)).update(role=Role.MEMBER)
    page = answer(sign_in(cast.a.admin), url, "accepted")
    assert page.context["form"].non_field_errors()
    assert role_of(cast.a, cast.a.reader) == Role.ADMIN
    assert open_of(cast.a.reader)


# --- refusing ------------------------------------------------------------------------------------


def test_a_refusal_needs_reasons(cast, sign_in, url):
    page = answer(sign_in(cast.a.admin), url, "refused")
    assert errors(page)
    assert open_of(cast.a.reader)
    assert answer(sign_in(cast.a.admin), url, "refused", "   ").status_code == 200
    assert answer(sign_in(cast.a.admin), url, "refused", "Rooli on oikein.").status_code == 302
    one = answered(cast.a, cast.a.row("request"))
    assert (one.outcome, one.answer) == ("refused", "Rooli on oikein.")
    assert role_of(cast.a, cast.a.reader) == Role.READER


def test_reasons_hold_no_identity_code_and_what_was_typed_stays(cast, sign_in, url):
    page = answer(sign_in(cast.a.admin), url, "refused", "Tunnus 131052-308T")
    assert errors(page)
    assert "Tunnus 131052-308T" in html(page)


@pytest.mark.parametrize("outcome", ["", "perhaps"])
def test_an_answer_is_one_of_two(cast, sign_in, url, outcome):
    page = answer(sign_in(cast.a.admin), url, outcome, "Miksi?")
    assert page.context["form"].non_field_errors()
    assert open_of(cast.a.reader)


# --- once, by somebody else, in time -------------------------------------------------------------


def test_answering_twice_says_that_it_is_answered(cast, sign_in, url):
    client = sign_in(cast.a.admin)
    seen = client.get(url).context["form"]["seen"].value()
    answer(client, url, "refused", "Rooli on oikein.")
    late = client.post(url, {"outcome": "accepted", "answer": "", "seen": seen})
    assert late.url == url
    page = client.get(url)
    assert "Rooli on oikein." in html(page)
    assert 'name="outcome"' not in html(page)
    assert role_of(cast.a, cast.a.reader) == Role.READER


def test_of_two_admins_at_once_one_answers(cast, own_database, sign_in):
    url = answer_url(cast.b, cast.b.row("request"))
    clients = [sign_in(cast.b.admin, mfa=True), sign_in(cast.accountant)]
    seen = clients[0].get(url).context["form"]["seen"].value()
    barrier, answers = Barrier(2), []

    def click(client, given):
        barrier.wait()
        answers.append(client.post(url, given | {"seen": seen}).url)

    given = ({"outcome": "accepted", "answer": ""}, {"outcome": "refused", "answer": "Ei."})
    threads = [Thread(target=click, args=pair) for pair in zip(clients, given, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted([list_url(cast.b), url])
    one = answered(cast.b, cast.b.row("request"))
    assert (role_of(cast.b, cast.b.reader) == Role.MEMBER) == (one.outcome == Outcome.ACCEPTED)


def test_what_was_withdrawn_meanwhile_is_gone_with_a_way_back(cast, sign_in, url):
    client = sign_in(cast.a.admin)
    seen = client.get(url).context["form"]["seen"].value()
    sign_in(cast.a.reader).post(reverse("correction_withdraw", args=[cast.a.row("request")]))
    page = client.post(url, {"outcome": "accepted", "answer": "", "seen": seen})
    assert page.status_code == 404
    assert f'href="{list_url(cast.a)}"' in html(page)
    assert role_of(cast.a, cast.a.reader) == Role.READER


def test_nobody_answers_their_own_request(cast, sign_in, url):
    """They became an admin after asking: now they change the value itself."""
    set_role(cast.a, cast.a.reader, Role.ADMIN)
    client = sign_in(cast.a.reader)
    page = client.get(url)
    edit = reverse("person_edit", args=[cast.a.id, cast.a.membership(cast.a.reader)])
    assert f'href="{edit}"' in html(page)
    assert 'name="outcome"' not in html(page)
    given = {"outcome": "accepted", "answer": "", "seen": ""}
    assert client.post(url, given).status_code == 403
    assert open_of(cast.a.reader)


def test_answering_asks_who_one_is_first(cast, sign_in, url):
    client = sign_in(cast.a.admin, fresh=False)
    assert client.get(url).status_code == 200
    answer = client.post(url, {"outcome": "accepted", "answer": "", "seen": ""})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert open_of(cast.a.reader)


def test_while_the_company_is_locked_nothing_is_answered(cast, sign_in, url):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(locked_at=timezone.now())
    answer = sign_in(cast.a.admin).post(url, {"outcome": "refused", "answer": "x", "seen": ""})
    assert answer.url == reverse("company_locked", args=[cast.a.id])
    assert open_of(cast.a.reader)


def test_an_admin_who_has_lost_the_right_answers_no_more(cast, sign_in, url):
    client = sign_in(cast.a.admin)
    seen = client.get(url).context["form"]["seen"].value()
    set_role(cast.a, cast.a.member, Role.ADMIN)
    set_role(cast.a, cast.a.admin, Role.MEMBER)
    with tenant.serving(person=cast.a.admin.id):
        assert not organisations_with(User(id=cast.a.admin.id), Right.MANAGE_PEOPLE).exists()
    given = {"outcome": "accepted", "answer": "", "seen": seen}
    assert client.post(url, given).status_code == 403


# --- erasure -------------------------------------------------------------------------------------


def test_requests_go_with_the_person_and_the_decider_s_name_with_the_decider(cast, sign_in):
    set_role(cast.a, cast.accountant, Role.ADMIN)
    admin = sign_in(cast.accountant)
    confirm(admin, person_url(cast.a, cast.a.reader))
    assert not requests_of(cast.a.reader)
    page = admin.get(answer_url(cast.a, cast.a.row("request")))
    assert page.status_code == 404
    confirm(admin, person_url(cast.a, cast.a.admin))
    one = answered(cast.a, cast.a.row("answeredrequest"))
    assert (one.decider_id, one.answer) == (None, "Rooli on sovittu.")
