"""Staff record vouchers and service events, and note when a relationship ends."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from registry.payments.models import Payment, Sale
from registry.relationship.models import Relationship

SALE = {
    "number": "M-2",
    "dated_on": "2026-05-20",
    "description": "Dig1 GDPR Online Assessment",
    "net": "200.00",
    "vat": "51.00",
}
PAYMENT = {
    "number": "P-2",
    "dated_on": "2026-05-20",
    "method": "card",
    "reference": "",
    "net": "200.00",
    "vat": "51.00",
}


@pytest.mark.parametrize(
    ("page", "model", "data"), [("sale", Sale, SALE), ("payment", Payment, PAYMENT)]
)
def test_a_voucher_states_the_buyer_and_the_end_of_its_keeping(cast, sign_in, page, model, data):
    client = sign_in(cast.staff.billing, mfa=True)
    address = reverse(f"admin:payments_{page}_add")
    forged = {"buyer_name": "Joku muu", "retain_until": "2027-01-01"}
    response = client.post(address, {**data, "organisation": cast.b.id, **forged})
    assert response.status_code == 302
    response = client.get(
        reverse(f"admin:payments_{page}_changelist"), {"organisation": str(cast.b.id)}
    )
    stored = next(row for row in response.context["cl"].result_list if row.number.endswith("-2"))
    assert (stored.buyer_name, stored.buyer_business_id) == (cast.b.name, cast.b.business_id)
    assert stored.buyer_address == "Testikatu b, 08100 Lohja"
    assert stored.retain_until == date(2032, 12, 31)
    assert stored.gross == Decimal("251.00")


def test_a_number_is_used_once(cast, sign_in):
    client = sign_in(cast.staff.billing, mfa=True)
    data = {**SALE, "number": "M-1", "organisation": cast.b.id}
    response = client.post(reverse("admin:payments_sale_add"), data)
    assert response.status_code == 200
    assert response.context["errors"]


def test_nothing_is_recorded_for_an_erased_company(cast, sign_in):
    client = sign_in(cast.staff.billing, mfa=True)
    response = client.post(reverse("admin:payments_sale_add"), {**SALE, "organisation": cast.d.id})
    assert response.status_code == 200
    assert "organisation" in response.context["adminform"].form.errors


@pytest.mark.parametrize("person", ["billing", "superuser"])
def test_a_voucher_is_never_rewritten(cast, sign_in, person):
    client = sign_in(getattr(cast.staff, person), mfa=True)
    address = reverse("admin:payments_sale_change", args=[cast.b.row("sale")])
    assert client.get(address).status_code == 200
    assert client.post(address, {**SALE, "organisation": cast.b.id}).status_code == 403


def event(cast, company, person) -> dict:
    return {
        "organisation": company.id,
        "membership": cast.b.membership(person),
        "kind": "advice",
        "minutes": "45",
        "happened_at_0": "20.5.2026",
        "happened_at_1": "10:00",
    }


def test_support_records_a_service_event(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    data = event(cast, cast.b, cast.b.member)
    assert client.post(reverse("admin:payments_serviceevent_add"), data).status_code == 302


def test_a_service_event_is_for_a_person_of_the_company(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    data = event(cast, cast.a, cast.b.member)
    response = client.post(reverse("admin:payments_serviceevent_add"), data)
    assert "membership" in response.context["adminform"].form.errors


def test_support_notes_the_end_of_a_relationship_but_not_its_start(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    address = reverse("admin:relationship_relationship_change", args=[cast.b.row("relationship")])
    data = {"started_on": "1.1.2020", "ended_on": "31.10.2026"}
    assert client.post(address, data).status_code == 302
    response = client.get(
        reverse("admin:relationship_relationship_changelist"), {"organisation": str(cast.b.id)}
    )
    row: Relationship = response.context["cl"].result_list[0]
    assert (row.started_on, row.ended_on) == (date(2024, 1, 15), date(2026, 10, 31))


def test_a_relationship_does_not_end_before_it_starts(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    address = reverse("admin:relationship_relationship_change", args=[cast.b.row("relationship")])
    response = client.post(address, {"ended_on": "1.1.2020"})
    assert response.status_code == 200
    assert response.context["errors"]


def test_an_invitations_secret_is_not_shown(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    address = reverse("admin:persons_invitation_change", args=[cast.b.row("invitation")])
    page = client.get(address).content.decode()
    assert cast.b.invited in page
    assert "secret_digest" not in page


def test_administrators_see_the_steps_of_an_erasure(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:rights_erasurerun_change", args=[cast.d.row("erasurerun")])
    page = client.get(address).content.decode()
    assert "persons_membership" in page
