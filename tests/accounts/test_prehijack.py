"""Security check 23: somebody signs up with another's address and waits for its owner to come."""

import pytest
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.accounts.flows import (
    is_signed_in,
    log_in,
    log_in_by_code,
    reset_password,
    sign_up,
    wait,
)
from tests.clients import ForgetfulClient
from tests.persons.links import invited

VICTIM = "uhri@a.example"
ATTACKERS = "Hyökkääjän-oma-1"
VICTIMS = "Uhrin-oma-salasana-2"


@pytest.fixture
def attacker(mailoutbox, time_machine):
    """A browser that has signed up with the victim's address, and can't read the mailbox."""
    client = ForgetfulClient()
    sign_up(client, VICTIM, ATTACKERS)
    assert not is_signed_in(client)
    wait(time_machine)
    return client


def gains_nothing(attacker):
    """Neither the browser left open nor the password chosen at sign-up is good for anything."""
    for address in ("account_email_verification_sent", "account_login", "account_signup"):
        attacker.get(reverse(address))
        assert not is_signed_in(attacker)
    for code in ("", "BBBB-BBBB"):
        attacker.post(reverse("account_email_verification_sent"), {"code": code})
        assert not is_signed_in(attacker)
    changed = {"action": "change", "email": "hyokkaaja@muualla.example"}
    attacker.post(reverse("account_email_verification_sent"), changed)
    assert not is_signed_in(attacker)
    again = ForgetfulClient()
    log_in(again, VICTIM, ATTACKERS)
    assert not is_signed_in(again)
    with tenant.serving(scope=Scope.ACCOUNTS):
        [user] = User.objects.filter(email=VICTIM)
        assert not user.check_password(ATTACKERS)
    return True


def joins(client, link, company):
    client.post(link)
    with tenant.serving(organisation=company.id):
        return Membership.objects.filter(user__email=VICTIM).count() == 1


def test_the_attackers_password_does_not_let_in_before_the_victim_comes(attacker):
    again = ForgetfulClient()
    log_in(again, VICTIM, ATTACKERS)
    assert not is_signed_in(again)


def test_the_victim_signs_up_after_all_and_resets_the_password(
    cast, attacker, client, mailoutbox, figure
):
    """The sign-up mails that there is an account already, and how to reset its password."""
    link = invited(cast.a, VICTIM, mailoutbox)
    client.get(link)
    sign_up(client, VICTIM, VICTIMS, next=link)
    assert reverse("account_reset_password") in mailoutbox[-1].body
    reset_password(client, VICTIM, VICTIMS, mailoutbox)
    assert gains_nothing(attacker)
    assert log_in(client, VICTIM, VICTIMS).url == link
    assert joins(client, link, cast.a)
    assert gains_nothing(attacker)
    figure("check 23", "0 sessions and 0 passwords of a pre-hijacker survive")


def test_the_victim_signs_in_by_a_mailed_code(cast, attacker, client, mailoutbox):
    """It confirms the address, so the password chosen by the other must go in that moment."""
    link = invited(cast.a, VICTIM, mailoutbox)
    client.get(link)
    assert log_in_by_code(client, VICTIM, mailoutbox).url == link
    assert is_signed_in(client)
    assert joins(client, link, cast.a)
    assert gains_nothing(attacker)
    reset_password(ForgetfulClient(), VICTIM, VICTIMS, mailoutbox)
    again = ForgetfulClient()
    log_in(again, VICTIM, VICTIMS)
    assert is_signed_in(again)


def test_who_has_signed_in_before_keeps_the_password(cast, client, mailoutbox):
    log_in(client, cast.stranger.email)
    other = ForgetfulClient()
    log_in_by_code(other, cast.stranger.email, mailoutbox)
    third = ForgetfulClient()
    log_in(third, cast.stranger.email)
    assert is_signed_in(third)


def test_an_account_without_a_password_is_still_asked_to_confirm_who_it_is(
    cast, attacker, client, mailoutbox
):
    """Forgetting the password must not switch off the confirmation before what is destructive."""
    link = invited(cast.a, VICTIM, mailoutbox, role="admin")
    client.get(link)
    log_in_by_code(client, VICTIM, mailoutbox)
    client.post(link)
    answer = client.post(reverse("hand_over", args=[cast.a.id]), {"email": cast.a.member.email})
    assert answer.url.startswith(reverse("account_reauthenticate"))
