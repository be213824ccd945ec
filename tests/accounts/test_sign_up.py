"""Making an account, alone and on the way to a company that has invited."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.accounts.flows import (
    code_in,
    confirm_address,
    is_signed_in,
    log_in,
    reset_password,
    sign_up,
)
from tests.persons.links import invited

EMAIL = "uusi@a.example"


def user(email=EMAIL):
    with tenant.serving(scope=Scope.ACCOUNTS):
        return User.objects.filter(email=email).first()


def joined(company, email=EMAIL):
    with tenant.serving(organisation=company.id):
        return Membership.objects.filter(user__email=email).exists()


def test_it_asks_for_an_address_and_a_password_and_nothing_else(client):
    form = client.get(reverse("account_signup")).context["form"]
    assert list(form.fields) == ["email", "password1"]


def test_nobody_is_signed_in_before_the_address_is_confirmed(client, mailoutbox):
    sign_up(client, EMAIL)
    assert not is_signed_in(client)
    confirm_address(client, mailoutbox)
    assert is_signed_in(client)


def test_an_invited_person_signs_up_confirms_and_joins(cast, client, mailoutbox):
    link = invited(cast.a, EMAIL, mailoutbox)
    client.get(link)
    sign_up(client, EMAIL, next=link)
    assert client.post(link).status_code == 200  # the page again: not signed in yet
    assert not joined(cast.a)
    assert confirm_address(client, mailoutbox).url == link
    assert client.post(link).url == reverse("company", args=[cast.a.id])
    assert joined(cast.a)


def test_an_invited_person_with_an_account_signs_in_and_joins(cast, client, mailoutbox):
    link = invited(cast.a, cast.stranger.email, mailoutbox)
    client.get(link)
    assert log_in(client, cast.stranger.email, next=link).url == link
    client.post(link)
    assert joined(cast.a, cast.stranger.email)


def test_the_way_back_survives_a_forgotten_password(cast, client, mailoutbox):
    link = invited(cast.a, cast.stranger.email, mailoutbox)
    client.get(link)
    reset_password(client, cast.stranger.email, "Uusi-salasana-2026", mailoutbox)
    assert log_in(client, cast.stranger.email, "Uusi-salasana-2026").url == link


def test_an_address_that_has_an_account_gets_the_same_answer(cast, client, mailoutbox):
    answers = [sign_up(client, email) for email in (EMAIL, cast.stranger.email)]
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, reverse("account_email_verification_sent"))
    }
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert User.objects.filter(email=cast.stranger.email).count() == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_mails_call_the_service_by_its_name(client, mailoutbox, settings, language):
    settings.SITE_URL = "https://palvelu.dig1.example"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    sign_up(client, EMAIL)
    [message] = mailoutbox
    assert message.subject.startswith("Dig1: ")
    assert "Dig1" in message.body and "palvelu.dig1.example" in message.body
    assert "testserver" not in message.body and "example.com" not in message.body
    assert code_in(message)


def test_mails_are_in_finnish_by_default(client, mailoutbox):
    sign_up(client, EMAIL)
    assert "Terve" in mailoutbox[0].body


def test_the_account_stores_the_address_in_lower_case(client, mailoutbox):
    sign_up(client, "Uusi@A.Example")
    assert user()
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert EmailAddress.objects.get(user=user()).email == EMAIL
