"""Dig1 identifies a company: one company a Business ID."""

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from registry.company import tenant
from registry.company.identification import same_business_id
from registry.company.models import Change, Organisation
from registry.company.tenant import Scope


def newcomer(cast) -> Organisation:
    """A company that claims B's Business ID."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        return Organisation.objects.create(name="Björk Tupla Oy", business_id=cast.b.business_id)


def page(company_id) -> str:
    return reverse("admin:company_organisation_identify", args=[company_id])


def stored(company_id) -> Organisation:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        return Organisation.objects.get(pk=company_id)


def unidentify(company_id) -> None:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        Organisation.objects.filter(pk=company_id).update(identified_at=None)


def test_it_shows_who_else_claims_the_business_id(cast, sign_in):
    response = sign_in(cast.staff.administrator, mfa=True).get(page(newcomer(cast).pk))
    assert [company.pk for company in response.context["others"]] == [cast.b.id]


def test_looking_identifies_nobody(cast, sign_in):
    unidentify(cast.b.id)
    sign_in(cast.staff.administrator, mfa=True).get(page(cast.b.id))
    assert stored(cast.b.id).identified_at is None


def test_it_identifies_a_company_and_the_history_tells(cast, sign_in):
    unidentify(cast.b.id)
    response = sign_in(cast.staff.administrator, mfa=True).post(page(cast.b.id))
    assert response.status_code == 302
    assert stored(cast.b.id).identified_at is not None
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        change = Change.objects.filter(organisation_id=cast.b.id).latest("id")
    assert change.columns == ["identified_at"]
    assert change.by_staff
    assert change.changed_by == cast.staff.administrator.id


def test_it_refuses_when_another_company_has_been_identified(cast, sign_in):
    company = newcomer(cast)
    client = sign_in(cast.staff.administrator, mfa=True)
    response = client.post(page(company.pk), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert stored(company.pk).identified_at is None


def test_only_administrators_identify(cast, sign_in):
    for person in (cast.staff.support, cast.staff.billing, cast.staff.content):
        client = sign_in(person, mfa=True)
        assert client.get(page(cast.c.id)).status_code == 403
        assert client.post(page(cast.c.id)).status_code == 403


def test_an_erased_company_is_not_identified(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    assert client.post(page(cast.d.id)).status_code == 404


def test_administrators_correct_the_business_id_and_nothing_else(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:company_organisation_change", args=[cast.c.id])
    client.post(address, {"business_id": "2100055-2", "name": "Toinen Oy", "phone": "+358501"})
    company = stored(cast.c.id)
    assert (company.business_id, company.name, company.phone) == ("2100055-2", cast.c.name, "")


def test_the_business_id_of_another_identified_company_is_refused(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:company_organisation_change", args=[cast.c.id])
    response = client.post(address, {"business_id": cast.b.business_id})
    assert response.status_code == 200
    assert response.context["errors"]
    assert stored(cast.c.id).business_id == cast.c.business_id


@pytest.mark.parametrize("typed", ["21000114", "2100011 4", "2100011–4", "FI21000114"])
def test_nor_is_it_taken_when_it_is_written_in_another_way(cast, sign_in, typed):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:company_organisation_change", args=[cast.b.id])
    response = client.post(address, {"business_id": typed})
    assert response.status_code == 200
    assert response.context["errors"]
    assert stored(cast.b.id).business_id == cast.b.business_id


def test_a_business_id_is_stored_as_the_trade_register_writes_it(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:company_organisation_change", args=[cast.c.id])
    assert client.post(address, {"business_id": "FI 2100055–2"}).status_code == 302
    assert stored(cast.c.id).business_id == "2100055-2"


def test_who_gets_another_business_id_has_to_be_identified_anew(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:company_organisation_change", args=[cast.c.id])
    client.post(address, {"business_id": "21000333"})  # the same, written in another way
    assert stored(cast.c.id).identified_at is not None
    client.post(address, {"business_id": "2100055-2"})
    assert stored(cast.c.id).identified_at is None


ANOTHER_VOUCHER = """
    INSERT INTO {table} SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'number', 'X-1', 'buyer_business_id', %s::text))).*
    FROM {table} one LIMIT 1
"""


@pytest.mark.parametrize("number", ["21000552", "2100055–2", "２100055-2", "2100055-", ""])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE company_organisation SET business_id = %s WHERE erased_at IS NULL",
        ANOTHER_VOUCHER.format(table="payments_sale"),
        ANOTHER_VOUCHER.format(table="payments_payment"),
    ],
)
def test_the_database_takes_a_business_id_in_one_form_only(cast, at_work, number, statement):
    with connections["staff"].cursor() as cursor:
        with pytest.raises(IntegrityError, match="business_id_form"), transaction.atomic("staff"):
            cursor.execute(statement, [number])
        if statement.startswith("\n"):
            cursor.execute(statement, ["2100055-2"])


def test_companies_with_the_same_business_id_are_found_however_it_is_written(cast, at_work):
    company = Organisation.objects.get(pk=newcomer(cast).pk)
    company.business_id = "FI21000229"
    assert [other.pk for other in same_business_id(company)] == [cast.b.id]
