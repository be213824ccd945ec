"""The list of a company's people: search, filter, pages, and what it costs."""

import pytest
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.paging import AFTER, SIZE
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.persons.selects import selects


def url(company):
    return reverse("people", args=[company.id])


def shown(page):
    return [row[1] for row in page.context["page"].rows]


def add_people(company, number):
    users = [User(email=f"henkilo{n:03}@lisa.example", password="!") for n in range(number)]
    with tenant.serving(scope=Scope.ACCOUNTS):
        User.objects.bulk_create(users)
    for user in users:
        with tenant.serving(organisation=company.id, person=user.id):
            Membership.objects.create(organisation_id=company.id, user=user)
    return [user.email for user in users]


def test_admins_see_it_and_others_do_not(cast, client, sign_in):
    assert sign_in(cast.a.admin).get(url(cast.a)).status_code == 200
    assert sign_in(cast.a.member).get(url(cast.a)).status_code == 403
    assert sign_in(cast.a.reader).get(url(cast.a)).status_code == 403
    assert sign_in(cast.c.admin).get(url(cast.a)).status_code == 404
    assert client.get(url(cast.a)).status_code == 302


def test_it_lists_the_companys_people_by_email_and_nobody_else(cast, sign_in):
    page = sign_in(cast.a.admin).get(url(cast.a))
    assert shown(page) == sorted(person.email for person, _ in cast.a.people)
    assert "b.example" not in page.content.decode()


def test_it_shows_phone_office_position_role_and_links_to_the_person(cast, sign_in):
    with tenant.serving(person=cast.a.member.id):
        User.objects.filter(pk=cast.a.member.id).update(phone="+358401234567")
    page = sign_in(cast.a.admin).get(url(cast.a), headers={"accept-language": "en"})
    text = page.content.decode()
    assert "+358401234567" in text and "Lohja" in text and "member of a" in text
    assert ">member<" in text
    person = reverse("person", args=[cast.a.id, cast.a.membership(cast.a.member)])
    assert person == f"{url(cast.a)}{cast.a.membership(cast.a.member)}/"
    assert f'href="{cast.a.membership(cast.a.member)}/"' in text


@pytest.mark.parametrize("sought", ["READER@", "reader@a.exa", "reader of"])
def test_search_finds_parts_of_email_and_position(cast, sign_in, sought):
    page = sign_in(cast.a.admin).post(url(cast.a), {"search": sought})
    assert shown(page) == [cast.a.reader.email]


def test_search_finds_offices(cast, sign_in):
    page = sign_in(cast.a.admin).post(url(cast.a), {"search": "lohj"})
    assert len(shown(page)) == len(cast.a.people)


def test_search_takes_wildcards_literally(cast, sign_in):
    assert shown(sign_in(cast.a.admin).post(url(cast.a), {"search": "%"})) == []


def test_it_filters_by_role(cast, sign_in):
    page = sign_in(cast.a.admin).post(url(cast.a), {"role": "admin"})
    assert shown(page) == [cast.a.admin.email]


def test_an_unknown_role_is_refused(cast, sign_in):
    page = sign_in(cast.a.admin).post(url(cast.a), {"role": "boss"})
    assert page.context["form"].errors["role"]


def test_what_is_sought_is_never_in_an_address(cast, sign_in):
    page = sign_in(cast.a.admin).get(url(cast.a))
    assert 'method="post" role="search"' in page.content.decode()
    page = sign_in(cast.a.admin).get(url(cast.a), {"search": "reader"})
    assert len(shown(page)) == len(cast.a.people)


def test_pages_follow_each_other_without_gap_or_overlap(cast, sign_in):
    add_people(cast.a, 2 * SIZE)
    client, seen, address = sign_in(cast.a.admin), [], url(cast.a)
    while address:
        page = client.get(address)
        seen += shown(page)
        following = page.context["next_url"]
        assert "@" not in following
        address = following and url(cast.a) + following
    assert len(seen) == 2 * SIZE + len(cast.a.people)
    assert seen == sorted(set(seen))


def test_pages_of_a_search_follow_each_other_too(cast, sign_in):
    added = add_people(cast.a, SIZE + 3)
    client = sign_in(cast.a.admin)
    first = client.post(url(cast.a), {"search": "lisa.example"})
    key = first.context["page"].next
    second = client.post(url(cast.a), {"search": "lisa.example", AFTER: key})
    assert shown(first) + shown(second) == added


@pytest.mark.parametrize("after", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_page_after_nobody_is_the_first(cast, sign_in, after):
    page = sign_in(cast.a.admin).get(url(cast.a), {AFTER: after})
    assert len(shown(page)) == len(cast.a.people)


def test_a_page_after_a_person_of_another_company_is_the_first(cast, sign_in):
    page = sign_in(cast.a.admin).get(url(cast.a), {AFTER: cast.b.membership(cast.b.reader)})
    assert len(shown(page)) == len(cast.a.people)


def test_the_number_of_queries_does_not_grow_with_the_people(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as few:
        client.get(url(cast.a))
    add_people(cast.a, SIZE)
    with selects() as many:
        page = client.get(url(cast.a))
    assert len(shown(page)) == SIZE
    assert len(few) == len(many) == 4  # session, account, companies, people
