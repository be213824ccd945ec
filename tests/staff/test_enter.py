"""Who comes into the staff site, and by which door."""

import pytest
from django.urls import reverse

from tests.cast import PASSWORD

INDEX = reverse("admin:index")
COMPANIES = reverse("admin:company_organisation_changelist")


def test_staff_with_the_second_step_come_in(cast, sign_in):
    for person in cast.staff.everybody:
        assert sign_in(person, mfa=True).get(INDEX).status_code == 200


def test_a_stranger_is_sent_to_the_one_sign_in_page(client):
    response = client.get(COMPANIES, follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next={COMPANIES}"


def test_staff_without_the_second_step_give_it_first_and_come_back(cast, sign_in):
    response = sign_in(cast.staff.support).get(COMPANIES)
    assert response.status_code == 302
    assert response.url.startswith(reverse("mfa_reauthenticate"))
    assert "next=%2Fhallinta%2Fcompany%2Forganisation%2F" in response.url


def test_staff_who_have_not_set_up_two_step_sign_in_are_told_to(cast, sign_in, make_staff):
    response = sign_in(make_staff("uusi@dig1.example", "support"), site="staff").get(INDEX)
    assert response.status_code == 302
    assert response.url == reverse("mfa_index")


def test_an_account_that_is_no_longer_in_use_does_not_come_in(cast, sign_in, make_staff):
    gone = make_staff("poistunut@dig1.example", "support", is_active=False)
    client = sign_in(gone, mfa=True, site="staff")
    response = client.get(COMPANIES, follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "path", ["", "login/", "logout/", "company/organisation/", "autocomplete/", "jsi18n/", "none/"]
)
def test_customers_find_nothing_here(cast, sign_in, path):
    client = sign_in(cast.a.admin, mfa=True, site="staff")
    assert client.get(f"{INDEX}{path}").status_code == 404
    assert client.post(f"{INDEX}{path}").status_code == 404


def test_nobody_signs_in_here(cast, client, settings):
    data = {"username": cast.staff.superuser.email, "password": PASSWORD}
    response = client.post(reverse("admin:login"), data)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_passwords_are_changed_and_sessions_ended_on_the_account_pages(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    assert client.get(reverse("admin:password_change")).url == reverse("account_change_password")
    assert client.get(reverse("admin:password_change_done")).status_code == 404
    assert client.post(reverse("admin:logout")).url == reverse("account_logout")


def test_the_login_address_leads_on_those_who_are_in_but_never_to_another_site(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    login = reverse("admin:login")
    assert client.get(login).url == INDEX
    assert client.get(f"{login}?next={COMPANIES}").url == COMPANIES
    assert client.get(f"{login}?next=https://evil.example/").url == INDEX
