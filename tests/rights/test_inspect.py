"""Self-inspection: everything about me, why it is stored, and nothing of anybody else."""

import pytest
from django.urls import reverse

from registry.company import tenant
from registry.declarations.plan import plan
from registry.declarations.vocabulary import Section
from registry.rights.inspection import inspect_company, inspect_member, inspect_person


def shown(chapters):
    """(column name as shown, value) of everything on the page."""
    return [
        (datum.why.name, datum.value)
        for chapter in chapters
        for group in chapter.groups
        for record in group.records
        for datum in record
    ]


def test_it_shows_all_sections_that_hold_something(cast):
    with tenant.serving(person=cast.a.member.id):
        sections = [chapter.section for chapter in inspect_person(person=cast.a.member.id)]
    assert sections == sorted(sections, key=[*Section].index)
    assert {Section.PERSON, Section.RELATIONSHIP, Section.LOG} <= set(sections)


def test_each_value_says_why_it_is_stored(cast):
    with tenant.serving(person=cast.a.member.id):
        chapters = inspect_person(person=cast.a.member.id)
    for chapter in chapters:
        for group in chapter.groups:
            for why in group.columns:
                assert why.purposes and why.basis and why.source and why.retention
                assert why.recipients


def test_a_secret_is_shown_as_existing_only(cast, sign_in):
    page = sign_in(cast.b.admin, mfa=True).get(reverse("inspection")).content.decode()
    assert "argon2" not in page
    assert "gAAAA" not in page  # an encrypted TOTP secret
    with tenant.serving(person=cast.b.admin.id):
        data = [
            datum
            for chapter in inspect_person(person=cast.b.admin.id)
            for group in chapter.groups
            for record in group.records
            for datum in record
            if datum.secret
        ]
    assert data
    assert all(datum.value is None for datum in data)
    assert any(datum.exists for datum in data)


def test_it_shows_nothing_of_others(cast):
    with tenant.serving(person=cast.a.member.id):
        values = {value for _name, value in shown(inspect_person(person=cast.a.member.id))}
    assert cast.a.member.email in values
    others = {person.email for company in (cast.a, cast.b, cast.c) for person, _ in company.people}
    assert not values & (others - {cast.a.member.email})


def test_without_my_context_it_shows_nothing(cast):
    with tenant.serving(person=cast.a.reader.id):
        assert shown(inspect_person(person=cast.a.member.id)) == []


def test_a_person_of_two_companies_sees_both(cast, sign_in):
    page = sign_in(cast.accountant, mfa=True).get(reverse("inspection")).content.decode()
    assert cast.a.name in page
    assert cast.b.name in page


def test_the_admin_sees_their_person_without_the_sign_in_tables(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        values = shown(inspect_member(organisation=cast.a.id, person=cast.a.member.id))
    names = {name for name, _value in values}
    assert (plan().table("accounts_user").column("email").label, cast.a.member.email) in values
    assert not names & {"IP address", "IP-osoite", "password", "salasana"}


def test_the_admin_of_a_person_of_two_companies_sees_their_own_company_only(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        chapters = inspect_member(organisation=cast.a.id, person=cast.accountant.id)
    companies = {group.company for chapter in chapters for group in chapter.groups}
    assert companies <= {cast.a.name, None}


def test_the_company_page_shows_every_table_of_the_company(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        chapters = inspect_company(organisation=cast.a.id)
    values = [value for _name, value in shown(chapters)]
    assert cast.a.name in values
    assert cast.a.business_id in values
    assert all(cast.b.name != value for value in values)


@pytest.mark.parametrize("who", ["member", "accountant"])
def test_the_number_of_queries_is_constant(cast, sign_in, django_assert_num_queries, who):
    person = cast.accountant if who == "accountant" else cast.a.member
    client = sign_in(person, mfa=True)
    client.get(reverse("inspection"))
    with django_assert_num_queries(9):
        assert client.get(reverse("inspection")).status_code == 200


@pytest.mark.parametrize("url", ["company_data", "person"])
def test_members_may_not_see_the_company_s_data(cast, sign_in, url):
    args = [cast.a.id] + ([cast.a.membership(cast.a.reader)] if url == "person" else [])
    assert sign_in(cast.a.member).get(reverse(url, args=args)).status_code == 403
    assert sign_in(cast.b.admin, mfa=True).get(reverse(url, args=args)).status_code == 404
    assert sign_in(cast.a.admin).get(reverse(url, args=args)).status_code == 200
