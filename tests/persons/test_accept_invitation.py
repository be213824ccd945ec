"""The page behind an invitation's link, and joining a company from it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from registry.company import tenant
from registry.company.models import Organisation, OrganisationUserObjectPermission
from registry.company.roles import Right
from registry.company.tenant import Scope
from registry.persons import tokens
from registry.persons.models import Membership
from tests.persons.links import invitations, invited, link_of, token_of
from tests.rights.confirming import confirm


def memberships(company, person):
    with tenant.serving(organisation=company.id):
        return list(Membership.objects.filter(user_id=person.id))


@pytest.fixture
def invitee(cast):
    """An account of the address that A's open invitation was sent to."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.create(email=cast.a.invited, password="!")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


# --- looking --------------------------------------------------------------------------------


def test_it_tells_who_invites_and_what_is_stored(cast, client):
    page = client.get(link_of(cast.a))
    text = page.content.decode()
    assert page.status_code == 200
    assert cast.a.name in text and cast.a.business_id in text
    assert "Tietoja sinusta" in text and "14 artikla" in text
    assert reverse("account_signup") in text and reverse("account_login") in text
    assert cast.a.invited not in text


def test_looking_joins_nothing(cast, invitee, sign_in):
    page = sign_in(invitee).get(link_of(cast.a))
    assert page.status_code == 200
    assert memberships(cast.a, invitee) == []


def test_somebody_else_sees_the_address_masked_and_can_sign_out(cast, sign_in):
    client = sign_in(cast.stranger)
    page = client.get(link_of(cast.a), headers={"accept-language": "en"})
    text = page.content.decode()
    assert cast.a.invited not in text
    assert "k…@a….example" in text
    assert reverse("account_logout") in text
    assert "Join the company</button>" not in text


def test_signing_out_leads_back_to_the_invitation(cast, sign_in):
    client = sign_in(cast.stranger)
    link = link_of(cast.a)
    answer = client.post(reverse("account_logout"), {"next": link})
    assert answer.url == link
    assert reverse("account_signup") in client.get(answer.url).content.decode()


def test_the_sign_up_form_tells_nobody_the_invited_address(cast, client):
    """Whoever holds the link may look, but an address is for its owner to give."""
    link = link_of(cast.a)
    client.get(link)
    page = client.get(reverse("account_signup"), {"next": link})
    assert page.context["form"]["email"].value() is None
    assert cast.a.invited not in page.content.decode()
    assert link in page.content.decode()


def test_a_visitors_session_keeps_the_way_back_only(cast, client, sign_in):
    """So that after the company's erasure a dead link is all that may be left."""
    link = link_of(cast.a)
    client.get(link)
    with tenant.serving(scope=Scope.ACCOUNTS):
        session = SessionStore(client.cookies["sessionid"].value)
        assert dict(session.items()) == {"invited_path": link}
    erase = reverse("company_erase", args=[cast.a.id])
    assert confirm(sign_in(cast.a.admin), erase, company_name=cast.a.name).status_code == 302
    assert client.get(link).status_code == 410


def test_every_bad_link_gets_the_same_page(cast, client, sign_in, time_machine):
    good = token_of(cast.a)
    bad = {
        "empty": "-",
        "truncated": good[:-1],
        "wrong secret": token_of(cast.a, secret="another"),
        "no such row": tokens.make(
            organisation=cast.a.id, invitation=cast.a.id, secret=b"another secret"
        ),
        "another company": tokens.make(
            organisation=cast.c.id,
            invitation=cast.a.row("invitation"),
            secret=cast.a.invitation_secret.encode(),
        ),
        "erased company": token_of(cast.d),
    }
    answers = {
        kind: client.get(reverse("invitation", args=[token]), headers={"accept-language": "en"})
        for kind, token in bad.items()
    }
    assert {answer.status_code for answer in answers.values()} == {410}
    texts = {re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", a.content) for a in answers.values()}
    assert len(texts) == 1


def test_every_flipped_bit_breaks_the_link(cast, client):
    good = token_of(cast.a)
    for place in range(len(good)):
        other = "A" if good[place] != "A" else "B"
        token = good[:place] + other + good[place + 1 :]
        assert tokens.read(token) is None, place
    assert tokens.read(good) is not None


# --- joining --------------------------------------------------------------------------------


def test_the_invited_person_joins_with_what_was_offered(cast, invitee, sign_in):
    client = sign_in(invitee)
    page = client.get(link_of(cast.a), headers={"accept-language": "en"})
    assert "Join the company</button>" in page.content.decode()
    answer = client.post(link_of(cast.a))
    assert answer.url == reverse("company", args=[cast.a.id])
    [membership] = memberships(cast.a, invitee)
    assert membership.role == "member"
    assert invitations(cast.a) == []
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(("role", "rights"), [("admin", set(Right)), ("reader", set())])
def test_the_role_brings_its_rights(cast, sign_in, mailoutbox, role, rights):
    link = invited(cast.a, cast.stranger.email, mailoutbox, role)
    sign_in(cast.stranger).post(link)
    [membership] = memberships(cast.a, cast.stranger)
    assert (membership.role, membership.office) == (role, "Turku")
    with tenant.serving(organisation=cast.a.id):
        held = OrganisationUserObjectPermission.objects.filter(user_id=cast.stranger.id)
        assert set(held.values_list("permission__codename", flat=True)) == rights


def test_the_link_works_once(cast, invitee, sign_in):
    client = sign_in(invitee)
    client.post(link_of(cast.a))
    assert client.get(link_of(cast.a)).status_code == 410
    with tenant.serving(organisation=cast.a.id):
        Organisation(pk=cast.a.id).user_rights.filter(user_id=invitee.pk).delete()
        Membership.objects.filter(user_id=invitee.pk).delete()
    assert client.post(link_of(cast.a)).status_code == 410
    assert memberships(cast.a, invitee) == []


def test_a_second_click_on_the_button_leads_to_the_company_too(cast, invitee, sign_in):
    client = sign_in(invitee)
    answers = [client.post(link_of(cast.a)) for _ in range(2)]
    assert {answer.url for answer in answers} == {reverse("company", args=[cast.a.id])}
    assert len(memberships(cast.a, invitee)) == 1


def test_without_signing_in_nobody_joins(cast, client):
    assert client.post(link_of(cast.a)).status_code == 200
    assert len(invitations(cast.a)) == 1


def test_another_account_does_not_join(cast, sign_in):
    """The mail was forwarded, or the link was found in somebody's browser."""
    for person in (cast.stranger, cast.b.admin, cast.ex_admin):
        assert sign_in(person, mfa=True).post(link_of(cast.a)).status_code == 410
        assert memberships(cast.a, person) == []
    assert len(invitations(cast.a)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "kutsuttu+1@a.example",
        "kut.suttu@a.example",
        "kutsuttu@a.example.muualla.example",
        "kutѕuttu@a.example",  # a Cyrillic letter
        "kutſuttu@a.example",  # a long s, which some rules of comparison take for an s
        "ｋutsuttu@a.example",  # full width
        "kutsuttu@ａ.example",
        "kutsuttu@A.EXAMPLE.",
    ],
)
def test_an_address_that_looks_like_the_invited_one_is_another(cast, sign_in, address):
    with tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.create(email=address.lower(), password="!")
        EmailAddress.objects.create(user=user, email=address.lower(), verified=True, primary=True)
    assert sign_in(user).post(link_of(cast.a)).status_code == 410
    assert memberships(cast.a, user) == []


def test_an_address_that_is_not_confirmed_does_not_count(cast, sign_in):
    with tenant.serving(scope=Scope.ACCOUNTS):
        EmailAddress.objects.create(user_id=cast.stranger.id, email=cast.a.invited, verified=False)
    assert sign_in(cast.stranger).post(link_of(cast.a)).status_code == 410


def test_an_invitation_typed_in_capitals_reaches_its_person(cast, sign_in, mailoutbox):
    admin = sign_in(cast.a.admin)
    data = {"email": cast.stranger.email.upper(), "role": "reader"}
    admin.post(reverse("invitations", args=[cast.a.id]), data)
    [row] = [row for row in invitations(cast.a) if row.email != cast.a.invited]
    assert row.email == cast.stranger.email


def test_an_expired_link_admits_nobody(cast, invitee, sign_in, time_machine):
    client, link = sign_in(invitee), link_of(cast.a)
    time_machine.move_to(timezone.now() + timedelta(days=14, minutes=1))
    client = sign_in(invitee)
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert memberships(cast.a, invitee) == []


def test_the_row_expires_too_whatever_the_link_says(cast, invitee, sign_in):
    with tenant.serving(organisation=cast.a.id):
        cast_row = Organisation.objects.get().invitations
        cast_row.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert sign_in(invitee).post(link_of(cast.a)).status_code == 410


def test_a_link_withdrawn_while_the_page_is_open_admits_nobody(cast, invitee, sign_in):
    client = sign_in(invitee)
    assert client.get(link_of(cast.a)).status_code == 200
    revoke = reverse("invitation_revoke", args=[cast.a.id, cast.a.row("invitation")])
    sign_in(cast.a.admin).post(revoke)
    assert client.post(link_of(cast.a)).status_code == 410
    assert memberships(cast.a, invitee) == []


def test_a_sender_who_is_no_longer_admin_lets_nobody_in(cast, sign_in, mailoutbox):
    link = invited(cast.b, cast.stranger.email, mailoutbox, role="admin")
    with tenant.serving(organisation=cast.b.id):
        Membership.objects.filter(user_id=cast.b.admin.id).update(role="reader")
    assert sign_in(cast.stranger).get(link).status_code == 410
    assert sign_in(cast.stranger).post(link).status_code == 410
    assert memberships(cast.b, cast.stranger) == []


def test_a_sender_who_has_left_lets_nobody_in(cast, sign_in, mailoutbox):
    link = invited(cast.b, cast.stranger.email, mailoutbox)
    leave = reverse("leave", args=[cast.b.id])
    assert confirm(sign_in(cast.b.admin, mfa=True), leave).status_code == 302
    assert sign_in(cast.stranger).get(link).status_code == 410
    assert sign_in(cast.stranger).post(link).status_code == 410
    assert memberships(cast.b, cast.stranger) == []


def test_who_belongs_to_the_company_already_keeps_the_role(cast, invitee, sign_in):
    """Invited as a member while, meanwhile, they became a reader by another way."""
    with tenant.serving(organisation=cast.a.id, person=invitee.pk):
        Membership.objects.create(organisation_id=cast.a.id, user=invitee, role="reader")
    sign_in(invitee).post(link_of(cast.a))
    [membership] = memberships(cast.a, invitee)
    assert membership.role == "reader"
    assert invitations(cast.a) == []


def test_joining_an_erased_company_is_refused(cast, invitee, sign_in):
    client = sign_in(invitee)
    assert client.get(link_of(cast.a)).status_code == 200
    erase = reverse("company_erase", args=[cast.a.id])
    assert confirm(sign_in(cast.a.admin), erase, company_name=cast.a.name).status_code == 302
    assert client.post(link_of(cast.a)).status_code == 410
    assert memberships(cast.a, invitee) == []


def test_joining_forgets_the_invitation_in_the_session(cast, invitee, sign_in, client):
    client.get(link_of(cast.a))
    client = sign_in(invitee)
    client.post(link_of(cast.a))
    with tenant.serving(scope=Scope.ACCOUNTS):
        session = SessionStore(client.cookies["sessionid"].value)
        assert "invited_path" not in session
