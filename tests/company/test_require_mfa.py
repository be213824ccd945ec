"""An admin requires two-step sign-in of the company's people."""

import pytest
from django.urls import reverse

from registry.company import tenant
from registry.company.models import Organisation
from tests.cast import PASSWORD
from tests.company.english import in_english
from tests.persons.selects import selects

WARNING = "You do not use two-step sign-in yourself."


def url(company, name="company_security"):
    return reverse(name, args=[company.id])


def required(company):
    with tenant.serving(organisation=company.id):
        return Organisation.objects.get(pk=company.id).mfa_required


def test_it_takes_effect_at_once_for_everybody(cast, sign_in):
    admin, reader = sign_in(cast.a.admin), sign_in(cast.a.reader)
    assert admin.post(url(cast.a), {"mfa_required": "on"}).url == url(cast.a)
    assert required(cast.a)
    for client in (admin, reader):
        assert client.get(url(cast.a, "company")).url == reverse("mfa_index")


def test_who_signed_in_by_two_steps_notices_nothing(cast, sign_in):
    admin = sign_in(cast.b.admin, mfa=True)
    admin.post(url(cast.b), {"mfa_required": "on"})
    assert admin.get(url(cast.b, "company")).status_code == 200


def test_other_companies_and_own_data_stay_open(cast, sign_in):
    sign_in(cast.b.admin).post(url(cast.b), {"mfa_required": "on"})
    accountant = sign_in(cast.accountant)
    assert accountant.get(url(cast.b, "company")).status_code == 302
    assert accountant.get(url(cast.a, "company")).status_code == 200
    assert accountant.get(reverse("inspection")).status_code == 200


def test_it_can_be_given_up_again(cast, sign_in):
    admin = sign_in(cast.b.admin, mfa=True)
    admin.post(url(cast.b), {"mfa_required": "on"})
    admin.post(url(cast.b), {})
    assert not required(cast.b)


def test_an_admin_without_it_is_warned(cast):
    assert WARNING in in_english(cast.a.admin).get(url(cast.a)).content.decode()
    assert WARNING not in in_english(cast.b.admin).get(url(cast.b)).content.decode()


def test_changing_it_asks_who_you_are_and_then_goes_on(cast, sign_in):
    client = sign_in(cast.a.admin, fresh=False)
    assert client.get(url(cast.a)).status_code == 200
    answer = client.post(url(cast.a), {"mfa_required": "on"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not required(cast.a)
    answer = client.post(answer.url, {"password": PASSWORD})
    assert answer.status_code == 302 and answer.url == url(cast.a)
    assert required(cast.a)


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_for_admins_of_that_company(cast, sign_in, method):
    for person, status in ((cast.a.member, 403), (cast.a.reader, 403), (cast.b.admin, 404)):
        answer = getattr(sign_in(person), method)(url(cast.a), {"mfa_required": "on"})
        assert answer.status_code == status
    assert not required(cast.a)


def test_it_needs_few_queries(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as found:
        client.get(url(cast.a))
    assert len(found) <= 6
