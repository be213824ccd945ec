"""Registering a company: anybody may, whoever else uses the Business ID."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.http import Http404
from django.urls import reverse

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.roles import Right
from registry.persons.actions import AlreadyRegistered, register_company
from registry.persons.forms import CompanyForm
from registry.persons.models import Membership
from registry.relationship.models import Relationship
from tests.clients import sign_in

URL = reverse("company_new")
FORM = {"name": "Uusi Oy", "business_id": "1234567-1", "office": "Lohja", "position": "Johtaja"}
PLACE = {"office": "", "position": ""}


def companies(person):
    with tenant.serving(person=person.id):
        return list(Organisation.objects.filter(memberships__user=person.id))


def test_it_shows_the_form_to_people_with_an_account_only(cast, client, sign_in):
    assert client.get(URL).status_code == 302
    assert sign_in(cast.stranger).get(URL).status_code == 200


def test_it_makes_the_person_the_admin_with_all_rights(cast, sign_in):
    client = sign_in(cast.stranger)
    answer = client.post(URL, FORM)
    [company] = companies(cast.stranger)
    assert answer.url == reverse("company", args=[company.id])
    assert client.get(answer.url).status_code == 200
    assert (company.name, company.business_id) == ("Uusi Oy", "1234567-1")
    with tenant.serving(organisation=company.id):
        [membership] = Membership.objects.all()
        rights = set(company.user_rights.values_list("permission__codename", flat=True))
    assert (membership.user_id, membership.role) == (cast.stranger.id, "admin")
    assert (membership.office, membership.position) == ("Lohja", "Johtaja")
    assert rights == set(Right)


def test_the_relationship_begins_today_in_finland(cast, sign_in, time_machine):
    time_machine.move_to("2026-12-31T22:30:00Z", tick=False)  # it is January in Helsinki
    sign_in(cast.stranger).post(URL, FORM)
    [company] = companies(cast.stranger)
    with tenant.serving(organisation=company.id):
        assert str(Relationship.objects.get().started_on) == "2027-01-01"


def test_the_new_company_is_not_identified(cast, sign_in):
    sign_in(cast.stranger).post(URL, FORM)
    assert companies(cast.stranger)[0].identified_at is None


@pytest.mark.parametrize(
    "typed", ["1234567-1", "12345671", " 1234567 - 1 ", "FI12345671", "fi 1234567-1", "1234567–1"]
)
def test_a_business_id_is_understood_however_it_is_written(typed):
    form = CompanyForm(FORM | {"business_id": typed})
    assert form.is_valid()
    assert form.cleaned_data["business_id"] == "1234567-1"


@pytest.mark.parametrize("typed", ["1234567-2", "123", "Oy Ab", "FI1234567-1-1", "1" * 30])
def test_a_wrong_business_id_is_refused_and_kept_in_the_form(cast, sign_in, typed):
    page = sign_in(cast.stranger).post(URL, FORM | {"business_id": typed})
    assert page.status_code == 200
    assert f'value="{typed}"' in page.content.decode()
    assert companies(cast.stranger) == []


@pytest.mark.parametrize("name", ["Oy\x00Ab", "Oy \u202eyO", "Oy\u200bAb"])
def test_a_name_has_no_invisible_characters(name):
    assert "name" in CompanyForm(FORM | {"name": name}).errors


def test_a_name_is_one_line():
    form = CompanyForm(FORM | {"name": " Uusi\r\nOy "})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "Uusi Oy"


def test_a_customers_business_id_gives_the_same_answer_as_a_free_one(cast, sign_in):
    """Else strangers could find out who Dig1's customers are, one Business ID at a time."""
    client = sign_in(cast.stranger)
    answers = [
        client.post(URL, FORM | {"business_id": business_id}, follow=True)
        for business_id in (cast.a.business_id, "1234567-1")
    ]
    of_customer, of_nobody = companies(cast.stranger)
    texts = [
        answer.content.decode().replace(str(company.id), "").replace(company.business_id, "")
        for answer, company in zip(answers, [of_customer, of_nobody], strict=True)
    ]
    assert of_customer.name == of_nobody.name
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Uusi Oy" in texts[0]
    assert cast.a.name not in texts[0]


def test_the_customer_itself_is_not_touched(cast, sign_in):
    sign_in(cast.stranger).post(URL, FORM | {"business_id": cast.a.business_id})
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.count() == len(cast.a.people)
        assert Organisation.objects.get().name == cast.a.name


def test_registering_again_leads_to_the_company_that_is_there(cast, sign_in):
    client = sign_in(cast.stranger)
    first, second = client.post(URL, FORM), client.post(URL, FORM)
    assert first.url == second.url
    assert len(companies(cast.stranger)) == 1


def test_members_may_register_the_company_anew(cast):
    """Being a member of a company with the Business ID is no claim to it."""
    with tenant.serving(person=cast.a.member.id):
        new = register_company(
            person=cast.a.member.id, name="Toinen Oy", business_id=cast.a.business_id, **PLACE
        )
    assert new.id != cast.a.id


def test_an_account_that_is_gone_meanwhile_registers_nothing(cast):
    gone = cast.ex_person.id
    with tenant.serving(person=gone), pytest.raises(Http404):
        register_company(person=gone, name="Uusi Oy", business_id="1234567-1", **PLACE)


def test_two_clicks_at_once_make_one_company(cast, own_database):
    both_ready, made = Barrier(2), []

    def click():
        client = sign_in(cast.stranger, client=None)
        both_ready.wait()
        made.append(client.post(URL, FORM).url)
        connections.close_all()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(companies(cast.stranger)) == 1
    assert len(set(made)) == 1


def test_the_action_says_which_company_is_there(cast):
    with tenant.serving(person=cast.a.admin.id), pytest.raises(AlreadyRegistered) as raised:
        register_company(
            person=cast.a.admin.id, name="Aalto", business_id=cast.a.business_id, **PLACE
        )
    assert raised.value.organisation == cast.a.id
