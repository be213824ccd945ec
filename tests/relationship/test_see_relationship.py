"""An admin sees when the customer relationship began and ended."""

from datetime import date

from django.urls import reverse

from registry.company import tenant
from registry.relationship.models import Relationship
from tests.company.english import in_english
from tests.persons.selects import selects


def url(company):
    return reverse("relationship", args=[company.id])


def test_it_shows_the_beginning_of_a_relationship_that_continues(cast):
    page = in_english(cast.a.admin).get(url(cast.a)).content.decode()
    assert "15 January 2024" in page and "It continues." in page


def test_it_shows_the_end_when_there_is_one(cast):
    with tenant.serving(organisation=cast.a.id):
        Relationship.objects.update(ended_on=date(2026, 6, 30))
    page = in_english(cast.a.admin).get(url(cast.a)).content.decode()
    assert "30 June 2026" in page and "It continues." not in page


def test_without_dates_it_says_so(cast):
    with tenant.serving(organisation=cast.a.id):
        Relationship.objects.all().delete()
    page = in_english(cast.a.admin).get(url(cast.a))
    assert page.status_code == 200 and "No dates have been entered yet." in page.content.decode()


def test_it_is_for_admins_of_that_company(cast, sign_in):
    for person, status in (
        (cast.a.member, 403),
        (cast.a.reader, 403),
        (cast.b.admin, 404),
        (cast.ex_admin, 404),
    ):
        assert sign_in(person).get(url(cast.a)).status_code == status


def test_it_is_read_only(cast, sign_in):
    assert sign_in(cast.a.admin).post(url(cast.a)).status_code == 405


def test_it_needs_few_queries(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as found:
        client.get(url(cast.a))
    assert len(found) <= 4
