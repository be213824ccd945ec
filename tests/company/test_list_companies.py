"""Everybody sees their own companies, however many, each with their role."""

import re

from django.urls import reverse

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.paging import SIZE
from registry.persons.models import Membership
from tests.cast import key
from tests.company.english import in_english
from tests.persons.selects import selects

URL = reverse("companies")


def join_companies(person, count):
    """The person becomes a member of ``count`` new companies, two of them of the same name."""
    keys = [key(f"client-{number}") for number in range(count)]
    for number, organisation in enumerate(keys):
        with tenant.serving(organisation=organisation, person=person.id):
            Organisation.objects.create(
                id=organisation, name=f"Kunde {number // 2}", business_id="2100011-4"
            )
            Membership.objects.create(organisation_id=organisation, user_id=person.id)
    return set(keys)


def listed(page):
    return [organisation.id for organisation, role in page.context["rows"]]


def test_it_lists_my_companies_with_my_role_in_each(cast):
    page = in_english(cast.accountant).get(URL)
    assert [(o.name, str(role)) for o, role in page.context["rows"]] == [
        (cast.a.name, "member"),
        (cast.b.name, "company admin"),
    ]
    assert reverse("leave", args=[cast.a.id]) in page.content.decode()


def test_it_lists_nobody_elses(cast, sign_in):
    assert listed(sign_in(cast.a.member).get(URL)) == [cast.a.id]


def test_without_companies_it_offers_to_register_one(cast, sign_in):
    page = sign_in(cast.stranger).get(URL)
    assert listed(page) == []
    assert reverse("company_new") in page.content.decode()


def test_it_needs_signing_in(client):
    assert client.get(URL).url.startswith(reverse("account_login"))


def test_pages_hold_every_company_once_in_order(cast, sign_in):
    joined = join_companies(cast.stranger, 2 * SIZE + 3)
    client, seen, names, address = sign_in(cast.stranger), [], [], URL
    while address:
        page = client.get(address)
        seen += listed(page)
        names += [organisation.name_key for organisation, role in page.context["rows"]]
        following = page.context["page"].next_url
        address = URL + following if following else ""
    assert len(seen) == len(set(seen)) and set(seen) == joined
    assert names == sorted(names)


def test_a_later_page_leads_back_to_the_beginning(cast, sign_in):
    join_companies(cast.stranger, SIZE + 1)
    client = sign_in(cast.stranger)
    first = client.get(URL)
    second = client.get(URL + first.context["page"].next_url)
    assert first.context["page"].first_url == "" and len(listed(second)) == 1
    assert second.context["page"].first_url == "?" and second.context["page"].next_url == ""


def test_the_address_of_a_page_names_no_company(cast, sign_in):
    join_companies(cast.stranger, SIZE + 1)
    following = sign_in(cast.stranger).get(URL).context["page"].next_url
    assert re.fullmatch(r"\?jalkeen=[0-9a-f-]{36}", following)


def test_an_unknown_place_begins_anew(cast, sign_in):
    client = sign_in(cast.a.member)
    for place in (cast.b.id, "nonsense", "\x00", ""):
        assert listed(client.get(URL, {"jalkeen": place})) == [cast.a.id]


def test_many_companies_need_no_more_queries_than_one(cast, sign_in):
    few, many = sign_in(cast.c.admin), sign_in(cast.stranger)
    join_companies(cast.stranger, SIZE)
    with selects() as for_few:
        few.get(URL)
    with selects() as for_many:
        many.get(URL)
    assert len(for_many) == len(for_few) <= 5
