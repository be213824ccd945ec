"""Dig1's staff record payments, sales and service events; vouchers are never rewritten."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.payments.actions import record_payment, record_sale, record_service_event
from registry.payments.models import Payment, Sale, ServiceEvent

SUMS = {"net": Decimal("100.00"), "vat": Decimal("25.50")}
ADDRESS = {"street": "PL 1", "postal_code": "08101", "city": "Lohja"}


@pytest.fixture
def staff():
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        yield


@pytest.fixture
def organisation(staff, cast):
    return Organisation.objects.get(pk=cast.a.id)


def sale(organisation, **other):
    stated = {"number": "M-2", "dated_on": date(2026, 5, 1), "description": "Training", **SUMS}
    return record_sale(organisation=organisation, **stated | other)


def test_a_sale_states_the_buyer_as_it_is_on_the_day(organisation, cast):
    recorded = Sale.objects.get(pk=sale(organisation).pk)
    assert (recorded.buyer_name, recorded.buyer_business_id) == (cast.a.name, cast.a.business_id)
    assert recorded.gross == Decimal("125.50")
    Organisation.objects.filter(pk=cast.a.id).update(name="Uusi nimi Oy")
    recorded.refresh_from_db()
    assert recorded.buyer_name == cast.a.name


@pytest.mark.parametrize(
    ("given", "stated"),
    [
        (("invoicing", "postal", "visiting"), "invoicing PL 1, 08101 Lohja"),
        (("postal", "visiting"), "postal PL 1, 08101 Lohja"),
        (("visiting",), "visiting PL 1, 08101 Lohja"),
        ((), ""),
    ],
)
def test_the_buyers_address_is_the_invoicing_address_or_the_next_best(organisation, given, stated):
    for kind in ("invoicing", "postal", "visiting"):
        for part, value in ADDRESS.items():
            text = f"{kind} {value}" if part == "street" else value
            setattr(organisation, f"{kind}_{part}", text if kind in given else "")
    assert sale(organisation).buyer_address == stated


def test_a_voucher_knows_until_when_it_is_kept(organisation, settings):
    assert sale(organisation).retain_until == date(2032, 12, 31)
    settings.FISCAL_YEAR_END = "03-31"
    assert sale(organisation, number="M-3").retain_until == date(2033, 12, 31)


def test_a_payment_is_recorded_with_its_method_and_reference(organisation):
    payment = record_payment(
        organisation=organisation,
        number="P-2",
        dated_on=date(2026, 5, 1),
        method=Payment.Method.E_INVOICE,
        reference="RF18539007547034",
        **SUMS,
    )
    stored = Payment.objects.get(pk=payment.pk)
    assert (stored.method, stored.reference) == ("e_invoice", "RF18539007547034")
    assert stored.retain_until == date(2032, 12, 31)


def test_a_number_is_used_once_in_a_company_and_may_recur_in_another(organisation, cast):
    sale(organisation)
    with pytest.raises(ValidationError):
        sale(organisation)
    assert sale(Organisation.objects.get(pk=cast.b.id)).number == "M-2"


@pytest.mark.parametrize("missing", [{"number": ""}, {"description": ""}, {"net": None}])
def test_an_incomplete_voucher_is_refused(organisation, missing):
    with pytest.raises(ValidationError):
        sale(organisation, **missing)
    assert Sale.objects.filter(organisation=organisation).count() == 1


def test_nothing_is_recorded_for_an_erased_company(staff, cast):
    with pytest.raises(ValidationError):
        sale(Organisation.objects.get(pk=cast.d.id))


def test_a_service_event_is_recorded_with_or_without_a_person(organisation, cast):
    common = {"organisation": organisation, "kind": ServiceEvent.Kind.ADVICE, "minutes": 20}
    alone = record_service_event(**common, happened_at=timezone.now())
    served = record_service_event(
        **common, happened_at=timezone.now(), membership=cast.a.membership(cast.a.member)
    )
    assert (alone.membership_id, served.membership.user_id) == (None, cast.a.member.id)


def test_another_companys_person_can_not_have_been_served(organisation, cast):
    with pytest.raises(DatabaseError), transaction.atomic(using="staff"):
        record_service_event(
            organisation=organisation,
            kind=ServiceEvent.Kind.ADVICE,
            minutes=20,
            happened_at=timezone.now(),
            membership=cast.b.membership(cast.b.member),
        )


@pytest.mark.parametrize("kind", ["never", ""])
def test_kinds_are_a_closed_list(organisation, kind):
    with pytest.raises(ValidationError):
        record_service_event(
            organisation=organisation, kind=kind, minutes=20, happened_at=timezone.now()
        )


@pytest.mark.parametrize("change", [{"net": Decimal("1.00")}, {"buyer_name": "Muu Oy"}])
def test_not_even_staff_rewrite_or_delete_a_voucher(organisation, change):
    recorded = sale(organisation)
    with pytest.raises(DatabaseError), transaction.atomic(using="staff"):
        Sale.objects.filter(pk=recorded.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(using="staff"):
        Sale.objects.filter(pk=recorded.pk).delete()


def test_customers_can_not_record_vouchers(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        organisation = Organisation.objects.get(pk=cast.a.id)
        with pytest.raises(DatabaseError), transaction.atomic():
            sale(organisation)
