"""Asking for a link to what is stored about an address without an account."""

import hashlib
import re
import smtplib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Invitation
from tests.clients import ForgetfulClient
from tests.rights.asking import ASK, SENT, ask, asked, link_in, links

UNKNOWN = "tuntematon@muualla.example"


def test_the_registered_address_gets_a_link(cast, client, mailoutbox):
    answer = ask(client, cast.a.invited)
    assert answer.url == SENT
    [message] = mailoutbox
    assert message.to == [cast.a.invited]
    [row] = links()
    assert row.email == cast.a.invited
    assert row.expires_at - row.sent_at == timedelta(minutes=15)
    secret = link_in(message.body).split("/")[-2]
    assert bytes(row.secret_digest) == hashlib.sha256(secret.encode()).digest()


def test_nothing_in_the_link_is_personal_data(cast, client, mailoutbox):
    link = asked(client, cast.a.invited, mailoutbox)
    assert "@" not in link and "kutsuttu" not in link and str(cast.a.id) not in link
    assert len(link.split("/")[-2]) > 36  # so that the logs mask it


def test_an_address_with_an_account_is_led_to_the_sign_in(cast, client, mailoutbox):
    ask(client, cast.b.admin.email)
    [message] = mailoutbox
    assert reverse("account_login") in message.body
    assert link_in(message.body) is None
    assert links() == []


def test_an_invited_address_with_an_account_is_led_to_the_sign_in_too(
    cast, client, sign_in, mailoutbox
):
    with tenant.serving(organisation=cast.a.id):
        Invitation.objects.update(email=cast.stranger.email)
    ask(client, cast.stranger.email)
    assert link_in(mailoutbox[-1].body) is None
    assert links() == []


def test_an_unknown_address_is_told_that_nothing_is_stored(client, mailoutbox):
    """Article 15 gives that right, too."""
    ask(client, UNKNOWN)
    [message] = mailoutbox
    assert message.to == [UNKNOWN]
    assert "rekisterissä ei ole tietoja" in message.body
    assert link_in(message.body) is None
    assert links() == []


def test_the_answer_is_the_same_whatever_the_address(cast, client, mailoutbox):
    hidden = re.compile(r'csrfmiddlewaretoken" value="\w+|[\w.]+@[\w.]+')
    pages = set()
    for email in (cast.a.invited, cast.b.admin.email, UNKNOWN, cast.staff.support.email):
        page = ask(client, email, follow=True)
        assert page.redirect_chain == [(SENT, 302)]
        assert email in page.content.decode()
        pages.add(hidden.sub("", page.content.decode()))
    assert len(pages) == 1
    assert len(mailoutbox) == 4  # one each, so that it takes as long


@pytest.mark.parametrize("email", ["KUTSUTTU@A.EXAMPLE", " Kutsuttu@a.Example "])
def test_capitals_make_no_difference(cast, client, mailoutbox, email):
    assert asked(client, email, mailoutbox)
    assert mailoutbox[0].to == [cast.a.invited]


@pytest.mark.parametrize(
    "email",
    [
        "kutsuttu+1@a.example",
        "kut.suttu@a.example",
        "kutsuttu@a.example.muualla.example",
        "kutsuttu@а.example",  # a Cyrillic letter
    ],
)
def test_an_address_that_looks_like_it_is_another(client, mailoutbox, email):
    assert asked(client, email, mailoutbox) is None
    assert mailoutbox[0].to == [email]
    assert links() == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ei-osoite",
        "a@a.example\r\nBcc: b@b.example",
        "a@a.example,b@b.example",
        "a@a\u200bb.example",
        "a\0@a.example",
        "kutѕuttu@a.example",  # a Cyrillic letter
        "kutſuttu@a.example",  # a long s, which some rules of comparison take for an s
        "ｋutsuttu@a.example",  # full width
        "kutsuttu@ａ.example",  # full width: mail would go to another domain than is looked for
        "kutsuttu@straße.example",  # as would this one's
        "kutsuttu@" + 300 * "a" + ".example",
        300_000 * "a" + "@a.example",
    ],
)
def test_what_is_no_address_gets_a_message_and_no_mail(client, mailoutbox, email):
    page = ask(client, email)
    assert page.status_code == 200
    assert page.context["form"].errors["email"]
    assert mailoutbox == []


def test_nothing_typed_is_lost(client):
    assert 'value="väärin@"' in ask(client, "väärin@").content.decode()


@pytest.mark.parametrize(("language", "word"), [("fi", "Linkki"), ("sv", "Länk"), ("en", "Link")])
def test_the_mail_is_in_the_language_of_the_page(
    cast, client, mailoutbox, settings, language, word
):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for email in (cast.a.invited, cast.b.admin.email, UNKNOWN):
        ask(client, email)
    assert mailoutbox[0].subject.startswith(word)
    for message in mailoutbox:
        assert "{" not in message.body and "{" not in message.subject
        assert settings.SITE_URL + reverse("contact") in message.body


def test_somebody_s_mailbox_is_not_flooded(cast, client, mailoutbox):
    for _ in range(3):
        assert ask(client, cast.a.invited).status_code == 302
    assert ask(client, cast.a.invited.upper()).status_code == 429
    assert len(mailoutbox) == 3
    assert ask(client, cast.b.invited).status_code == 302


def test_unknown_addresses_are_limited_alike(client, mailoutbox):
    assert [ask(client, UNKNOWN).status_code for _ in range(4)] == [302, 302, 302, 429]


def test_one_visitor_asks_about_few_addresses(client, mailoutbox):
    answers = [ask(client, f"kuka{number}@muualla.example").status_code for number in range(21)]
    assert answers == [302] * 20 + [429]
    elsewhere = client.post(ASK, {"email": "kuka99@muualla.example"}, REMOTE_ADDR="192.0.2.9")
    assert elsewhere.status_code == 302


def test_if_the_mail_server_takes_no_mail_it_says_so_and_stores_nothing(
    cast, client, monkeypatch, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for email in (cast.a.invited, UNKNOWN):
        page = ask(client, email)
        assert page.status_code == 200
        assert page.context["form"].non_field_errors()
        assert f'value="{email}"' in page.content.decode()
    assert links() == []


def test_it_goes_over_a_real_mail_server(cast, client, smtp):
    ask(client, cast.a.invited)
    [letter] = smtp
    assert letter.rcpt_tos == [cast.a.invited]
    message = message_from_bytes(letter.content, policy=policy.default)
    body = message.get_body(("plain",)).get_content()
    assert client.get(link_in(body)).status_code == 200


def test_a_refused_recipient_is_told_apart_by_nobody(cast, client, smtp, monkeypatch):
    def refuse(self, *arguments, **more):
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr(smtplib.SMTP, "sendmail", refuse)
    pages = {email: ask(client, email) for email in (cast.a.invited, UNKNOWN)}
    errors = {email: page.context["form"].errors.as_text() for email, page in pages.items()}
    assert len(set(errors.values())) == 1
    assert smtp == [] and links() == []


def test_an_erased_company_has_nothing(cast, client, mailoutbox):
    assert asked(client, f"kutsuttu@{cast.d.letter}.example", mailoutbox) is None


def test_known_and_unknown_addresses_take_the_same_number_of_queries(cast, mailoutbox):
    counts = set()
    for email in (cast.a.invited, cast.b.admin.email, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            ask(ForgetfulClient(), email)
        counts.add(len(queries))
    assert counts == {52}


def test_an_address_that_an_account_has_beside_its_own_is_no_stranger(cast, client, mailoutbox):
    """A new address of an account, before it has been verified."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        EmailAddress.objects.create(user_id=cast.stranger.id, email=UNKNOWN, verified=False)
    ask(client, UNKNOWN)
    (letter,) = mailoutbox
    assert reverse("account_login") in letter.body


def test_no_scope_but_the_accounts_tells_which_companies_know_an_address(cast):
    question = "SELECT sec.companies_of_address(%s, NULL, 10)"
    contexts = (
        {"scope": Scope.NOTHING},
        {"organisation": cast.a.id, "person": cast.a.admin.id},
        {"person": cast.stranger.id},
    )
    for context in contexts:
        with tenant.serving(**context):
            assert rows(question, cast.a.invited) == []
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert rows(question, cast.a.invited) == [(cast.a.id,)]
        assert rows(question, "") == rows(question, "%") == []


def test_only_those_who_serve_customers_may_ask_that(cast):
    allowed = rows(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('dig1_web', 'dig1_worker', 'dig1_staff')"
        " AND has_function_privilege(rolname,"
        " 'sec.companies_of_address(text, uuid, integer)', 'EXECUTE')"
    )
    assert allowed == [("dig1_web",)]


def rows(query, *params):
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
