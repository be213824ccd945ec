"""Dig1 identifies a company: one company a Business ID."""

from django.urls import reverse

from registry.company import tenant
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
