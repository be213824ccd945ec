"""The link to one's data: good once, for 15 minutes, for whoever reads the address's mail."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.models import AccessLink
from tests.clients import ForgetfulClient, sign_in
from tests.rights.asking import ASK, CLOSE, DATA, asked, links, opened
from tests.rights.confirming import company_url, confirm


@pytest.fixture
def link(cast, client, mailoutbox):
    return asked(client, cast.a.invited, mailoutbox)


def session_of(client):
    with tenant.serving(scope=Scope.ACCOUNTS):
        return dict(SessionStore(client.cookies["sessionid"].value).items())


def expire():
    with tenant.serving(scope=Scope.ACCOUNTS):
        AccessLink.objects.update(expires_at=Now() - timedelta(seconds=1))


def make_account(email):
    with tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.create(email=email, password="!")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


# --- the link ----------------------------------------------------------------------------------


def test_looking_at_it_uses_nothing_up(cast, client, link):
    """Mail scanners open what they find."""
    for method in ("get", "head", "get"):
        page = getattr(ForgetfulClient(), method)(link)
        assert page.status_code == 200
        assert cast.a.name not in page.content.decode()
        assert cast.a.invited not in page.content.decode()
    assert len(links()) == 1


def test_the_button_opens_the_data_once(cast, client, link):
    assert client.post(link).url == DATA
    assert links() == []
    page = client.get(DATA)
    assert page.status_code == 200
    assert cast.a.name in page.content.decode() and cast.a.invited in page.content.decode()
    for other in (client, ForgetfulClient()):
        assert other.get(link).status_code == 410
        assert other.post(link).status_code == 410


def test_the_page_of_a_used_link_leads_on(client, link):
    """For who clicked twice, or opens the mail once more."""
    client.post(link)
    page = client.post(link).content.decode()
    assert ASK in page and DATA in page


def test_after_15_minutes_it_is_dead(client, link):
    with tenant.serving(scope=Scope.ACCOUNTS):
        AccessLink.objects.update(expires_at=Now() + timedelta(seconds=5))
    assert client.get(link).status_code == 200
    expire()
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert client.get(DATA).url == ASK


def test_every_bad_link_gets_the_same_page(client, link):
    used = client.post(link) and link
    forged = reverse("access_link_open", args=["x" * 43])
    short = reverse("access_link_open", args=["-"])
    answers = [ForgetfulClient().get(path) for path in (used, forged, short, link[:-2] + "/")]
    assert [answer.status_code for answer in answers] == [410] * 4
    assert len({len(answer.content) for answer in answers}) == 1


def test_two_links_live_beside_each_other(cast, client, link, mailoutbox):
    """The first mail may come last."""
    second = asked(client, cast.a.invited, mailoutbox)
    assert client.get(link).status_code == client.get(second).status_code == 200
    client.post(link)
    assert ForgetfulClient().get(second).status_code == 200


def test_who_is_signed_in_has_to_sign_out_first(cast, link):
    """Or the data would stand in a session that is another's."""
    member = sign_in(cast.b.member)
    for answer in (member.get(link), member.post(link)):
        assert answer.status_code == 200
        assert reverse("account_logout") in answer.content.decode()
    assert len(links()) == 1
    assert member.post(reverse("account_logout"), {"next": link}).url == link
    assert member.post(link).url == DATA


# --- the session it opens ------------------------------------------------------------------------


def test_the_session_is_a_new_one_and_holds_nothing_else(cast, client, link):
    client.get(reverse("account_signup"))
    session = client.session
    with tenant.serving(scope=Scope.ACCOUNTS):
        session["planted"] = "by somebody who knows the key"
        session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post(link)
    assert client.cookies["sessionid"].value != before
    kept = session_of(client)
    assert kept.keys() == {"opened_address", "_session_expiry"}
    stranger = ForgetfulClient()
    stranger.cookies["sessionid"] = before
    assert stranger.get(DATA).url == ASK


def test_the_data_stays_open_for_15_minutes(client, link, time_machine_at):
    client.post(link)
    with time_machine_at(minutes=14):
        assert client.get(DATA).status_code == 200
    with time_machine_at(minutes=15, seconds=1):
        assert client.get(DATA).url == ASK
        assert client.get(DATA, follow=True).status_code == 200


def test_signing_in_meanwhile_does_not_make_it_last_longer(cast, client, link, time_machine_at):
    client.post(link)
    client = sign_in(cast.stranger, client=client)
    with time_machine_at(minutes=16):
        assert client.get(DATA).url == ASK


def test_nobody_gets_in_without_a_link(cast, client, sign_in):
    for visitor in (client, sign_in(cast.a.admin), sign_in(cast.stranger)):
        assert visitor.get(DATA).url == ASK
        assert visitor.get(reverse("address_erase", args=[cast.a.id])).url == ASK
        assert visitor.post(reverse("address_erase", args=[cast.a.id])).url == ASK


def test_it_can_be_closed(cast, client, mailoutbox):
    opened(client, cast.a.invited, mailoutbox)
    assert client.post(CLOSE).url == ASK
    assert client.get(DATA).url == ASK
    assert client.post(CLOSE).url == ASK


def test_closing_it_signs_nobody_out(cast, client, mailoutbox):
    """Who has signed in meanwhile, perhaps to an account just made, stays so."""
    opened(client, cast.a.invited, mailoutbox)
    sign_in(cast.stranger, client=client)
    session = client.session
    with tenant.serving(scope=Scope.ACCOUNTS):
        session["opened_address"] = [cast.a.invited, "2999-01-01T00:00:00+00:00"]
        session.save()
    make_account(cast.a.invited)
    assert client.get(DATA).status_code == 409
    assert client.post(CLOSE).url == ASK
    assert client.get(reverse("inspection")).status_code == 200


def test_the_address_stands_in_no_address_and_no_log(cast, client, link, caplog):
    with caplog.at_level("DEBUG"):
        client.post(link)
        client.get(DATA)
        client.get(link)
    for line in [record.getMessage() for record in caplog.records if record.name[:6] == "django"]:
        assert cast.a.invited not in line
    assert cast.a.invited not in DATA


# --- what happens meanwhile ----------------------------------------------------------------------


def test_with_an_account_the_data_is_behind_the_sign_in(cast, client, link):
    """Its owner may have set up two steps meanwhile."""
    client.post(link)
    make_account(cast.a.invited)
    answer = client.get(DATA)
    assert answer.status_code == 409
    assert cast.a.name not in answer.content.decode()
    assert reverse("inspection") in answer.content.decode()
    assert client.get(DATA).url == ASK


def test_a_link_of_an_address_that_got_an_account_opens_nothing(cast, client, link):
    make_account(cast.a.invited)
    client.post(link)
    assert client.get(DATA).status_code == 409


def test_the_account_s_erasure_takes_the_links_along(cast, client, link, sign_in):
    user = make_account(cast.a.invited)
    account = sign_in(user)
    assert confirm(account, reverse("erase_me")).status_code == 302
    assert links() == []


def test_an_erased_company_shows_nothing(cast, client, link, sign_in):
    client.post(link)
    confirm(sign_in(cast.a.admin), company_url(cast.a), company_name=cast.a.name)
    page = client.get(DATA)
    assert page.status_code == 200
    assert cast.a.name not in page.content.decode()
    assert reverse("address_erase", args=[cast.a.id]) not in page.content.decode()
