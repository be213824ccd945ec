"""An admin sees the company's payments, sales and service events, the newest first."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from registry.company import tenant
from registry.company.access import set_rights
from registry.company.models import Organisation
from registry.company.paging import SIZE
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.payments.models import Payment, Sale, ServiceEvent
from registry.persons.models import Membership
from tests.cast import key
from tests.company.english import in_english
from tests.persons.selects import selects

# A list is read over the customers' connection and vouchers are written over the staff's, each in
# a transaction of its own: what staff record in a test is not to be seen before it commits.
PAGES = ("payments", "sales", "service_events")


def url(company, name):
    return reverse(name, args=[company.id])


@pytest.fixture
def recorded(own_database, cast):
    """Sixty of each for company A, committed; two of them always on the same day."""
    stated = {
        "organisation_id": cast.a.id,
        "buyer_name": cast.a.name,
        "buyer_business_id": cast.a.business_id,
        "net": Decimal("1234.50"),
        "vat": Decimal("314.80"),
        "retain_until": date(2032, 12, 31),
    }
    numbers = [(f"X-{n}", date(2026, 3, 30) - timedelta(days=n // 2)) for n in range(SIZE + 10)]
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        Payment.objects.bulk_create(
            Payment(number=number, dated_on=day, method="refund", **stated)
            for number, day in numbers
        )
        Sale.objects.bulk_create(
            Sale(number=number, dated_on=day, description="Training", **stated)
            for number, day in numbers
        )
        ServiceEvent.objects.bulk_create(
            ServiceEvent(
                organisation_id=cast.a.id,
                kind=ServiceEvent.Kind.TRAINING,
                happened_at=datetime.combine(day, time(12), UTC),
                membership_id=cast.a.membership(cast.a.member),
            )
            for _, day in numbers
        )


@pytest.mark.parametrize(("name", "number"), [("payments", "P-1"), ("sales", "M-1")])
def test_a_voucher_is_shown_with_sums_and_the_date_until_which_it_is_kept(cast, name, number):
    page = in_english(cast.a.admin).get(url(cast.a, name)).content.decode()
    for text in (number, "31.3.2026", "100.00 + VAT 25.50", ">125.50<", "31.12.2032"):
        assert text in page
    assert "Accounting Act" in page


def test_a_payment_is_shown_with_its_method(cast):
    page = in_english(cast.a.admin).get(url(cast.a, "payments")).content.decode()
    assert "Bank transfer" in page


def test_a_service_event_is_shown_with_the_person_served(cast):
    page = in_english(cast.a.admin).get(url(cast.a, "service_events")).content.decode()
    assert "Advice" in page and ">30<" in page and cast.accountant.email in page


def test_a_service_event_whose_person_is_gone_names_nobody(cast, sign_in):
    with tenant.serving(organisation=cast.a.id):
        ServiceEvent.objects.update(membership_id=None)
    page = sign_in(cast.a.admin).get(url(cast.a, "service_events"))
    assert page.status_code == 200 and cast.accountant.email not in page.content.decode()


def test_sums_are_written_as_the_language_writes_them(recorded, cast, sign_in):
    client = sign_in(cast.a.admin)
    address = url(cast.a, "sales")
    page = client.get(address, headers={"accept-language": "fi"}).content.decode()
    assert "1\N{NO-BREAK SPACE}549,30" in page and "30.3.2026" in page
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "1,549.30" in page


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("payments", "No payments yet."),
        ("sales", "No sales yet."),
        ("service_events", "No service events yet."),
    ],
)
def test_without_events_it_says_so(cast, name, text):
    new, person = key("new company"), cast.stranger.id
    with tenant.serving(organisation=new, person=person):
        Organisation.objects.create(id=new, name="Uusi Oy", business_id="2100044-8")
        Membership.objects.create(organisation_id=new, user_id=person, role=Role.ADMIN)
        set_rights(person=person, organisation=new, role=Role.ADMIN)
    page = in_english(cast.stranger).get(reverse(name, args=[new]))
    assert text in page.content.decode() and "<table" not in page.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_it_is_for_admins_of_that_company(cast, sign_in, name):
    for person, status in (
        (cast.a.member, 403),
        (cast.a.reader, 403),
        (cast.accountant, 403),
        (cast.b.admin, 404),
        (cast.ex_admin, 404),
        (cast.stranger, 404),
    ):
        assert sign_in(person).get(url(cast.a, name)).status_code == status


@pytest.mark.parametrize("name", PAGES)
def test_nobody_changes_anything_there(cast, sign_in, name):
    assert sign_in(cast.a.admin).post(url(cast.a, name)).status_code == 405


def test_the_newest_stand_first_and_pages_hold_each_once(recorded, cast, sign_in):
    client = sign_in(cast.a.admin)
    for name in PAGES:
        first = client.get(url(cast.a, name)).context["page"]
        second = client.get(url(cast.a, name) + first.next_url).context["page"]
        column = "happened_at" if name == "service_events" else "dated_on"
        order = [(getattr(row, column), row.pk) for row in first.rows + second.rows]
        assert order == sorted(set(order), reverse=True)
        assert (len(first.rows), len(second.rows), second.next_url) == (SIZE, 11, "")


def test_many_rows_need_no_more_queries_than_one(recorded, cast, sign_in):
    one, many = sign_in(cast.c.admin), sign_in(cast.a.admin)
    for name in PAGES:
        with selects() as for_one:
            one.get(url(cast.c, name))
        with selects() as for_many:
            many.get(url(cast.a, name))
        assert len(for_many) == len(for_one) <= 4
