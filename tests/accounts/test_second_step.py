"""Security check 24: a company that requires two-step sign-in is entered by no other way."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.accounts.flows import (
    confirm_address,
    is_signed_in,
    log_in,
    log_in_by_code,
    reset_password,
    sign_up,
    totp,
    wait,
)
from tests.cast import PASSWORD
from tests.persons.links import invited


@pytest.fixture(autouse=True)
def required(cast):
    """A and B require it; of their admins, only B's has set it up."""
    for company in (cast.a, cast.b):
        with tenant.serving(organisation=company.id):
            Organisation.objects.update(mfa_required=True)


def page(company):
    return reverse("company", args=[company.id])


def pages(company):
    return [reverse(name, args=[company.id]) for name in ("company", "people", "company_erase")]


def sent_to_set_up(client, company):
    return {client.get(address).url for address in pages(company)} == {reverse("mfa_index")}


def second_step(client, code=None):
    return client.post(reverse("mfa_authenticate"), {"code": code or totp()})


def test_a_password_alone_leads_to_the_set_up(cast, client):
    log_in(client, cast.a.admin.email)
    assert is_signed_in(client)
    assert sent_to_set_up(client, cast.a)


def test_a_mailed_code_alone_leads_to_the_set_up(cast, client, mailoutbox):
    """A code by mail is no second factor."""
    log_in_by_code(client, cast.a.admin.email, mailoutbox)
    assert is_signed_in(client)
    assert sent_to_set_up(client, cast.a)


def test_joining_by_invitation_leads_to_the_set_up(cast, client, mailoutbox):
    link = invited(cast.a, "uusi@a.example", mailoutbox, role="admin")
    client.get(link)
    sign_up(client, "uusi@a.example", next=link)
    confirm_address(client, mailoutbox)
    assert client.post(link).url == page(cast.a)
    assert sent_to_set_up(client, cast.a)


def test_nothing_is_done_on_the_way_to_the_set_up(cast, client):
    log_in(client, cast.a.admin.email)
    edit = reverse("person_edit", args=[cast.a.id, cast.a.membership(cast.a.member)])
    assert client.post(edit, {"role": "admin"}).url == reverse("mfa_index")


def test_companies_that_do_not_require_it_stay_open(cast, client):
    log_in(client, cast.c.admin.email)
    assert client.get(page(cast.c)).status_code == 200


def test_a_password_and_the_app_let_in(cast, client):
    assert log_in(client, cast.b.admin.email).url.startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(client)
    assert client.get(page(cast.b)).url.startswith(reverse("account_login"))
    second_step(client)
    assert client.get(page(cast.b)).status_code == 200


def test_a_mailed_code_and_the_app_let_in(cast, client, mailoutbox):
    log_in_by_code(client, cast.b.admin.email, mailoutbox)
    assert not is_signed_in(client)
    second_step(client)
    assert client.get(page(cast.b)).status_code == 200


def test_a_wrong_code_lets_nobody_in(cast, client):
    log_in(client, cast.b.admin.email)
    second_step(client, "000000")
    assert not is_signed_in(client)


def test_a_recovery_code_lets_in_once(cast, client):
    with tenant.serving(scope=Scope.ACCOUNTS):
        codes = RecoveryCodes.activate(User.objects.get(pk=cast.b.admin.id))
        code = codes.generate_codes()[0]
    log_in(client, cast.b.admin.email)
    second_step(client, code)
    assert client.get(page(cast.b)).status_code == 200
    client.post(reverse("account_logout"))
    log_in(client, cast.b.admin.email)
    second_step(client, code)
    assert not is_signed_in(client)


def test_a_new_password_does_not_replace_the_second_step(cast, client, mailoutbox):
    reset_password(client, cast.b.admin.email, "Uusi-salasana-2026", mailoutbox)
    assert not is_signed_in(client)
    answer = log_in(client, cast.b.admin.email, "Uusi-salasana-2026")
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(client)


def test_a_session_from_before_is_asked_for_the_second_step_and_comes_back(cast, sign_in):
    """As after a sign-in when the company, or the person, did not have it yet."""
    client = sign_in(cast.b.admin)
    people = reverse("people", args=[cast.b.id])
    answer = client.get(people)
    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(answer.url, {"code": "000000"}).status_code == 200
    assert client.get(people).status_code == 302
    answer = client.post(answer.url, {"code": totp()})
    assert answer.url == people
    assert client.get(people).status_code == 200


def test_setting_it_up_in_the_session_leads_into_the_company(cast, client, time_machine):
    log_in(client, cast.a.admin.email)
    assert client.get(page(cast.a)).url == reverse("mfa_index")
    asked = client.get(reverse("mfa_activate_totp"))
    if asked.status_code == 302:
        asked = client.post(asked.url, {"password": PASSWORD}, follow=True)
    secret = asked.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": totp(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    with tenant.serving(scope=Scope.ACCOUNTS):
        stored = Authenticator.objects.get(user_id=cast.a.admin.id, type="totp")
        assert secret not in str(stored.data)
    back = client.get(page(cast.a)).url
    assert back.startswith(reverse("mfa_reauthenticate"))
    wait(time_machine)
    assert client.post(back, {"code": totp(secret)}).url == page(cast.a)
    assert client.get(page(cast.a)).status_code == 200


def test_a_session_is_worth_no_more_than_the_authenticator_behind_it(cast, sign_in):
    """Somebody else may have taken it away, to let in a person who has lost it."""
    client = sign_in(cast.b.admin, mfa=True)
    assert client.get(page(cast.b)).status_code == 200
    with tenant.serving(scope=Scope.ACCOUNTS):
        Authenticator.objects.filter(user_id=cast.b.admin.id).delete()
    assert sent_to_set_up(client, cast.b)
    staff = sign_in(cast.staff.support, mfa=True)
    assert staff.get(reverse("admin:index")).status_code == 200
    with tenant.using("staff"), tenant.serving(scope=Scope.ACCOUNTS):
        Authenticator.objects.filter(user_id=cast.staff.support.id).delete()
    assert staff.get(reverse("admin:index")).url == reverse("mfa_index")


def test_ones_own_place_in_such_a_company_is_not_changed_without_it(cast, sign_in):
    membership = cast.a.membership(cast.accountant)
    key = {"table": "persons_membership", "key": membership, "column": "office"}
    address = reverse("inspection_edit", kwargs=key)
    client = sign_in(cast.accountant)
    assert client.get(address).url == reverse("mfa_index")
    assert client.post(address, {"office": "Turku"}).url == reverse("mfa_index")
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.get(pk=membership).office == "Lohja"
        Organisation.objects.update(mfa_required=False)
    assert client.get(address).status_code == 200
    assert client.post(address, {"office": "Turku"}).url == reverse("inspection")


def test_ones_own_account_can_be_corrected_without_it(cast, sign_in):
    key = {"table": "accounts_user", "key": cast.accountant.id, "column": "phone"}
    address = reverse("inspection_edit", kwargs=key)
    assert sign_in(cast.accountant).get(address).status_code == 200


def test_nobody_erases_themselves_from_such_a_company_without_it(cast, sign_in):
    client = sign_in(cast.a.reader)
    for ask in (client.get, client.post):
        assert ask(reverse("erase_me")).url == reverse("mfa_index")
    assert client.get(reverse("inspection")).status_code == 200
    assert sign_in(cast.stranger).get(reverse("erase_me")).status_code == 200


def test_no_company_page_opens_without_the_second_step(cast, client, figure):
    log_in(client, cast.a.admin.email)
    opened = [address for address in pages(cast.a) if client.get(address).status_code != 302]
    assert opened == []
    figure("check 24", "0 sessions without a second step reach a company that requires it")
