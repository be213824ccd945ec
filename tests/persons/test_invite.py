"""An admin invites an address, sends the invitation again, and withdraws it."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from registry.company import tenant
from registry.company.paging import SIZE
from registry.persons.models import Invitation
from tests.cast import PASSWORD
from tests.persons.links import invitations, link_in, link_of
from tests.persons.selects import selects

FORM = {"email": "uusi@a.example", "role": "member", "office": "Turku", "position": "Juristi"}


def url(company):
    return reverse("invitations", args=[company.id])


def again(company):
    return reverse("invitation_again", args=[company.id, company.row("invitation")])


def withdraw(company):
    return reverse("invitation_revoke", args=[company.id, company.row("invitation")])


def test_it_lists_the_companys_open_invitations(cast, sign_in):
    page = sign_in(cast.a.admin).get(url(cast.a)).content.decode()
    assert cast.a.invited in page
    assert cast.b.invited not in page


def test_it_is_for_admins_of_that_company(cast, sign_in, mailoutbox):
    for person, status in [(cast.a.member, 403), (cast.a.reader, 403), (cast.c.admin, 404)]:
        client = sign_in(person)
        assert client.get(url(cast.a)).status_code == status
        for address in (url(cast.a), again(cast.a), withdraw(cast.a)):
            assert client.post(address, FORM).status_code == status
    assert [row.email for row in invitations(cast.a)] == [cast.a.invited]
    assert mailoutbox == []


def test_it_mails_a_link_and_stores_the_digest_of_its_secret_only(
    cast, client, sign_in, mailoutbox
):
    answer = sign_in(cast.a.admin).post(url(cast.a), FORM)
    assert answer.url == url(cast.a)
    [message] = mailoutbox
    assert message.to == ["uusi@a.example"]
    _old, new = invitations(cast.a)
    assert (new.email, new.role, new.office, new.position) == tuple(FORM.values())
    assert new.invited_by_id == cast.a.membership(cast.a.admin)
    assert len(bytes(new.secret_digest)) == hashlib.sha256().digest_size
    assert new.expires_at - new.sent_at == timedelta(days=14)
    assert client.get(link_in(message)).status_code == 200


def test_nothing_in_the_link_is_personal_data(cast, sign_in, mailoutbox):
    sign_in(cast.a.admin).post(url(cast.a), FORM)
    link = link_in(mailoutbox[0])
    assert "uusi" not in link and "@" not in link


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fi", "Tietoja sinusta"), ("sv", "Uppgifter om dig"), ("en", "Data about you")],
)
def test_the_mail_is_in_the_senders_language_and_tells_what_article_14_wants(
    cast, sign_in, mailoutbox, settings, language, heading
):
    client = sign_in(cast.a.admin)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.post(url(cast.a), FORM)
    [message] = mailoutbox
    assert heading in message.body
    assert "Sillmanintie 51, 08700" in message.body  # the controller
    assert settings.SITE_URL + reverse("notice") in message.body
    assert "**" not in message.body and "{" not in message.body
    assert cast.a.name in message.body and cast.a.business_id in message.body


def test_a_companys_name_forges_no_header_and_no_paragraph(cast, sign_in, mailoutbox):
    forged = "Oy\r\nBcc: kaikki@muualla.example\r\n\r\nHei"
    with (
        tenant.serving(organisation=cast.a.id, person=cast.a.admin.id),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE company_organisation SET name = %s", [forged])
    sign_in(cast.a.admin).post(url(cast.a), FORM)
    [message] = mailoutbox
    assert message.recipients() == ["uusi@a.example"]
    assert "\n" not in message.message()["Subject"]
    assert "Oy Bcc: kaikki@muualla.example Hei" in message.body


@pytest.mark.parametrize(
    "address",
    ["a@a.example\r\nBcc: b@b.example", "a@a.example,b@b.example", "a@a\u200bb.example"],
)
def test_only_one_address_is_invited(cast, sign_in, mailoutbox, address):
    page = sign_in(cast.a.admin).post(url(cast.a), FORM | {"email": address})
    assert page.context["form"].errors["email"]
    assert mailoutbox == []


def test_the_address_is_stored_in_lower_case(cast, sign_in):
    sign_in(cast.a.admin).post(url(cast.a), FORM | {"email": "Uusi@A.Example"})
    assert "uusi@a.example" in [row.email for row in invitations(cast.a)]


def test_ones_own_people_are_not_invited(cast, sign_in, mailoutbox):
    page = sign_in(cast.a.admin).post(url(cast.a), FORM | {"email": cast.a.member.email.upper()})
    assert page.context["form"].errors["email"]
    assert mailoutbox == []


def test_an_address_is_invited_once(cast, sign_in, mailoutbox):
    page = sign_in(cast.a.admin).post(url(cast.a), FORM | {"email": cast.a.invited})
    assert page.context["form"].errors["email"]
    assert mailoutbox == []


def test_an_expired_invitation_is_replaced_by_a_new_one(
    cast, client, sign_in, mailoutbox, time_machine
):
    old_link = link_of(cast.a)
    time_machine.move_to(timezone.now() + timedelta(days=15))
    admin = sign_in(cast.a.admin)
    assert admin.post(url(cast.a), FORM | {"email": cast.a.invited}).status_code == 302
    [row] = invitations(cast.a)
    assert (row.email, row.office, row.position) == (cast.a.invited, "Turku", "Juristi")
    assert client.get(link_in(mailoutbox[0])).status_code == 200
    assert client.get(old_link).status_code == 410


def test_an_address_with_an_account_gets_the_same_answer_and_mail_as_one_without(
    cast, sign_in, mailoutbox
):
    """Else an admin could find out who uses Dig1 elsewhere."""
    client = sign_in(cast.a.admin)
    addresses = [cast.b.member.email, "olematon@muualla.example"]
    answers = [
        client.post(url(cast.a), FORM | {"email": address}, follow=True) for address in addresses
    ]
    assert [answer.redirect_chain for answer in answers] == [[(url(cast.a), 302)]] * 2
    mails = [
        message.body.replace(link_in(message), "").replace(address, "")
        for message, address in zip(mailoutbox, addresses, strict=True)
    ]
    assert mails[0] == mails[1]


def test_inviting_an_admin_asks_who_one_is(cast, sign_in, mailoutbox):
    client = sign_in(cast.a.admin, fresh=False)
    answer = client.post(url(cast.a), FORM | {"role": "admin"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert mailoutbox == []
    answer = client.post(answer.url, {"password": PASSWORD})
    assert answer.url == url(cast.a)
    assert invitations(cast.a)[-1].role == "admin"


def test_when_the_mail_server_takes_nothing_nothing_is_stored(cast, sign_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = sign_in(cast.a.admin)
    page = client.post(url(cast.a), FORM)
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert 'value="uusi@a.example"' in page.content.decode()
    [before] = invitations(cast.a)
    assert before.email == cast.a.invited
    client.post(again(cast.a))
    assert invitations(cast.a)[0].sent_at == before.sent_at


def test_it_goes_over_smtp(cast, sign_in, smtp):
    sign_in(cast.a.admin).post(url(cast.a), FORM)
    [envelope] = smtp
    assert envelope.rcpt_tos == ["uusi@a.example"]


def test_a_link_sent_again_replaces_the_one_before(cast, client, sign_in, mailoutbox, time_machine):
    old_link = link_of(cast.a)
    assert client.get(old_link).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(days=15))  # it has expired meanwhile
    admin = sign_in(cast.a.admin)
    assert "badge-warning" in admin.get(url(cast.a)).content.decode()
    assert admin.post(again(cast.a)).url == url(cast.a)
    [row] = invitations(cast.a)
    assert row.pk == cast.a.row("invitation")
    assert client.get(link_in(mailoutbox[0])).status_code == 200
    assert client.get(old_link).status_code == 410


def test_a_withdrawn_link_is_dead(cast, client, sign_in):
    link = link_of(cast.a)
    sign_in(cast.a.admin).post(withdraw(cast.a))
    assert invitations(cast.a) == []
    assert client.get(link).status_code == 410


def test_links_do_nothing_by_being_fetched(cast, sign_in, mailoutbox):
    client = sign_in(cast.a.admin)
    assert client.get(withdraw(cast.a)).status_code == 405
    assert client.get(again(cast.a)).status_code == 405
    assert len(invitations(cast.a)) == 1


def test_invitations_of_another_company_are_not_found(cast, sign_in):
    client = sign_in(cast.a.admin)
    for name in ("invitation_again", "invitation_revoke"):
        address = reverse(name, args=[cast.a.id, cast.b.row("invitation")])
        assert client.post(address).status_code == 404
    assert len(invitations(cast.b)) == 1


def test_a_company_sends_fifty_an_hour(cast, sign_in, mailoutbox, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    client = sign_in(cast.a.admin)
    answers = [
        client.post(url(cast.a), FORM | {"email": f"uusi{n}@a.example"}).status_code
        for n in range(51)
    ]
    assert answers == [302] * 50 + [429]
    assert len(mailoutbox) == 50
    # Other companies are not held up.
    assert sign_in(cast.c.admin).post(url(cast.c), FORM).status_code == 302


def test_an_address_gets_five_an_hour_from_a_company(cast, sign_in, mailoutbox):
    client = sign_in(cast.a.admin)
    answers = [client.post(again(cast.a)).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mailoutbox) == 5


def test_the_number_of_queries_does_not_grow_with_the_invitations(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as few:
        client.get(url(cast.a))
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        Invitation.objects.bulk_create(
            Invitation(
                organisation_id=cast.a.id,
                email=f"uusi{n}@a.example",
                invited_by_id=cast.a.membership(cast.a.admin),
                secret_digest=b"x" * 32,
                expires_at=timezone.now(),
            )
            for n in range(SIZE)
        )
    with selects() as many:
        page = client.get(url(cast.a))
    assert len(page.context["page"].rows) == SIZE
    assert page.context["page"].next_url
    assert len(few) == len(many) == 4  # session, account, companies, invitations
