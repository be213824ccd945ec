"""A company's erasure while it is held: who sees it, who calls it off, who hastens it, who is
told."""

import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.payments.models import Sale
from registry.rights.capability import token_of
from registry.rights.models import ErasureRun, ErasureSubject
from tests.rights.confirming import (
    carry_out,
    company_url,
    is_member,
    order,
    ordered,
    person_url,
)
from tests.working import work

ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def a_day(settings):
    settings.ERASURE_HOLD_MINUTES = 24 * 60


@pytest.fixture
def answer(cast, sign_in):
    """Company B's admin has ordered its erasure; the accountant is its other admin."""
    answer = order(sign_in(cast.b.admin, mfa=True), company_url(cast.b), company_name=cast.b.name)
    assert answer.status_code == 302
    return answer


def url(name, company):
    return reverse(name, args=[company.id])


def run_of(answer):
    run, organisation = ordered(answer)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        return ErasureRun.objects.get(pk=run)


def is_locked(company):
    with tenant.serving(organisation=company.id):
        return Organisation.objects.get(pk=company.id).locked_at is not None


def text(page):
    return page.content.decode()


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


# --- held --------------------------------------------------------------------------------------


def test_the_page_says_until_when_it_can_be_called_off(answer, cast, client, sign_in):
    run = run_of(answer)
    assert timedelta(hours=23) < run.not_before - timezone.now() <= timedelta(hours=24)
    until = date_format(timezone.localtime(run.not_before), "SHORT_DATETIME_FORMAT")
    pages = (
        client.get(answer.url),
        sign_in(cast.accountant).get(url("company_locked", cast.b)),
        sign_in(cast.b.admin, mfa=True).get(url("company_locked", cast.b)),
    )
    for page in pages:
        assert page.status_code == 200
        assert until in text(page)
    assert is_member(cast.b, cast.b.member)


@pytest.mark.parametrize("page", ["company", "people", "company_erase", "leave", "payments"])
def test_the_company_s_other_pages_lead_to_the_one_that_says_why(answer, cast, sign_in, page):
    visit = sign_in(cast.accountant).get(url(page, cast.b))
    assert (visit.status_code, visit.url) == (302, url("company_locked", cast.b))


def test_a_person_of_another_company_too_works_on_there(answer, cast, sign_in):
    assert sign_in(cast.accountant).get(url("company", cast.a)).status_code == 200


def test_the_sessions_of_those_who_would_go_have_ended_and_they_may_sign_in_again(
    cast, sign_in, client
):
    member, accountant = sign_in(cast.b.member), sign_in(cast.accountant)
    order(sign_in(cast.b.admin, mfa=True), company_url(cast.b), company_name=cast.b.name)
    assert member.get(reverse("inspection")).status_code == 302
    assert accountant.get(reverse("inspection")).status_code == 200
    assert sign_in(cast.b.member).get(url("company_locked", cast.b)).status_code == 200


def test_members_see_it_and_can_neither_call_it_off_nor_hasten_it(answer, cast, sign_in):
    for person in (cast.b.member, cast.b.reader):
        client = sign_in(person)
        page = client.get(url("company_locked", cast.b))
        assert page.status_code == 200
        assert url("erasure_call_off", cast.b) not in text(page)
        assert url("erasure_hasten", cast.b) not in text(page)
        assert client.post(url("erasure_call_off", cast.b)).status_code == 403
        assert client.get(url("erasure_hasten", cast.b)).status_code == 403
        typed = {"company_name": cast.b.name}
        assert client.post(url("erasure_hasten", cast.b), typed).status_code == 403
    assert is_locked(cast.b)
    assert run_of(answer).is_held


def test_others_find_nothing(answer, cast, sign_in):
    for person in (cast.a.admin, cast.c.admin, cast.stranger):
        client = sign_in(person)
        assert client.get(url("company_locked", cast.b)).status_code == 404
        assert client.post(url("erasure_call_off", cast.b)).status_code == 404
        assert client.get(url("erasure_hasten", cast.b)).status_code == 404
        typed = {"company_name": cast.b.name}
        assert client.post(url("erasure_hasten", cast.b), typed).status_code == 404
    assert is_locked(cast.b)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_forged_address_leads_nowhere(answer, client, place):
    token = token_of(run_of(answer))
    forged = list(token)
    forged[place] = "B" if forged[place] == "A" else "A"
    assert client.get(reverse("erasure", args=["".join(forged)])).status_code == 404
    assert client.get(reverse("erasure", args=[token])).status_code == 200


def test_the_page_says_nothing_about_anybody(answer, cast, client):
    page = text(client.get(answer.url))
    assert cast.b.name not in page
    assert not [person.email for person, _ in cast.b.people if person.email in page]


def test_a_company_that_is_not_locked_has_no_such_page(cast, sign_in):
    visit = sign_in(cast.accountant).get(url("company_locked", cast.b))
    assert (visit.status_code, visit.url) == (302, url("company", cast.b))


def test_staff_enter_no_voucher_for_it_and_are_told_why(own_database, answer, cast, sign_in):
    client = sign_in(cast.staff.billing, mfa=True)
    form = {
        "organisation": str(cast.b.id),
        "number": "M-77",
        "dated_on": "2026-11-24",
        "description": "Dig1",
        "net": "10.00",
        "vat": "2.55",
    }
    page = client.post(reverse("admin:payments_sale_add"), form, headers=ENGLISH)
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        assert not Sale.objects.filter(number="M-77").exists()


# --- called off --------------------------------------------------------------------------------


def test_another_admin_calls_it_off_and_everything_is_as_before(answer, cast, sign_in, client):
    accountant = sign_in(cast.accountant)
    called_off = accountant.post(url("erasure_call_off", cast.b), headers=ENGLISH)
    assert called_off.url == url("company", cast.b)
    assert "called off" in said(called_off)[0]
    assert not is_locked(cast.b)
    for person, mfa in ((cast.b.admin, True), (cast.b.member, False), (cast.accountant, False)):
        assert sign_in(person, mfa=mfa).get(url("company", cast.b)).status_code == 200
    page = client.get(answer.url, headers=ENGLISH)
    assert page.context["run"].called_off_at
    assert "Nothing was deleted" in text(page)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.b.id):
        assert not ErasureSubject.objects.exists()


def test_the_one_who_ordered_it_may_call_it_off(answer, cast, sign_in):
    sign_in(cast.b.admin, mfa=True).post(url("erasure_call_off", cast.b))
    assert not is_locked(cast.b)


def test_what_was_called_off_is_never_carried_out(answer, cast, sign_in):
    sign_in(cast.accountant).post(url("erasure_call_off", cast.b))
    carry_out(answer)
    assert is_member(cast.b, cast.b.member)
    assert run_of(answer).noted_at is None


def test_after_a_call_off_another_order_is_carried_out(answer, cast, sign_in):
    sign_in(cast.accountant).post(url("erasure_call_off", cast.b))
    client = sign_in(cast.b.admin, mfa=True)
    again = order(client, company_url(cast.b), company_name=cast.b.name)
    assert ordered(again) != ordered(answer)
    carry_out(again)
    assert run_of(again).certified_at
    assert not is_member(cast.b, cast.b.member)


def test_calling_off_twice_says_the_same_and_does_nothing(answer, cast, sign_in):
    accountant = sign_in(cast.accountant)
    first = accountant.post(url("erasure_call_off", cast.b), headers=ENGLISH)
    second = accountant.post(url("erasure_call_off", cast.b), headers=ENGLISH)
    assert (
        said(first)[-1] == said(second)[-1] == "The deletion was called off. Nothing was deleted."
    )
    assert not is_locked(cast.b)


def test_what_has_begun_can_not_be_called_off(answer, cast, sign_in):
    run = run_of(answer)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.b.id):
        ErasureRun.objects.filter(pk=run.pk).update(noted_at=timezone.now())
    accountant = sign_in(cast.accountant)
    page = accountant.get(url("company_locked", cast.b))
    assert url("erasure_call_off", cast.b) not in text(page)
    assert "too late" in said(accountant.post(url("erasure_call_off", cast.b), headers=ENGLISH))[-1]
    assert is_locked(cast.b)


def test_a_get_calls_nothing_off(answer, cast, sign_in):
    assert sign_in(cast.accountant).get(url("erasure_call_off", cast.b)).status_code == 405
    assert is_locked(cast.b)


# --- hastened ----------------------------------------------------------------------------------


def test_a_second_admin_hastens_it(answer, cast, sign_in):
    client = sign_in(cast.accountant)
    assert url("erasure_hasten", cast.b) in text(client.get(url("company_locked", cast.b)))
    done = client.post(url("erasure_hasten", cast.b), {"company_name": cast.b.name})
    assert done.url == answer.url
    assert run_of(answer).not_before <= timezone.now()
    carry_out(answer)
    assert run_of(answer).certified_at


def test_the_one_who_ordered_it_can_not_hasten_it(answer, cast, sign_in):
    client = sign_in(cast.b.admin, mfa=True)
    assert url("erasure_hasten", cast.b) not in text(client.get(url("company_locked", cast.b)))
    client.post(url("erasure_hasten", cast.b), {"company_name": cast.b.name})
    assert run_of(answer).not_before > timezone.now() + timedelta(hours=23)


def test_hastening_asks_who_one_is_again_and_for_the_name(answer, cast, sign_in):
    stale = sign_in(cast.accountant, fresh=False).get(url("erasure_hasten", cast.b))
    assert stale.url.startswith(reverse("account_reauthenticate"))
    client = sign_in(cast.accountant)
    page = client.post(url("erasure_hasten", cast.b), {"company_name": cast.a.name})
    assert page.status_code == 200
    assert page.context["form"].errors["company_name"]
    assert page.context["form"]["company_name"].value() == cast.a.name
    assert run_of(answer).not_before > timezone.now() + timedelta(hours=23)


def test_hastening_what_was_called_off_does_nothing(answer, cast, sign_in):
    client = sign_in(cast.accountant)
    client.post(url("erasure_call_off", cast.b))
    late = client.post(url("erasure_hasten", cast.b), {"company_name": cast.b.name})
    assert late.status_code == 302
    carry_out(answer)
    assert is_member(cast.b, cast.b.member)


# --- mail --------------------------------------------------------------------------------------


def letters(smtp):
    """Recipient, subject and text of what has arrived."""
    found = []
    for envelope in smtp:
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_content().replace("\r\n", "\n")
        found.append((envelope.rcpt_tos[0], message["Subject"].strip(), body))
    return sorted(found)


def some_time_passes():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name ~ 'tell_admin'"
        )


@pytest.mark.parametrize(
    ("language", "subject", "word"),
    [
        ("fi", "Yrityksen Björk Testi Ab tiedot poistetaan", "poistetaan"),
        ("sv", "Uppgifterna om Björk Testi Ab raderas", "raderas"),
        ("en", "The data of Björk Testi Ab will be deleted", "deleted"),
    ],
)
def test_every_admin_is_told_in_the_language_of_the_order(
    own_database, cast, sign_in, smtp, settings, language, subject, word
):
    client = sign_in(cast.b.admin, mfa=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = order(client, company_url(cast.b), company_name=cast.b.name)
    work()
    told = letters(smtp)
    assert [to for to, _, _ in told] == sorted([cast.b.admin.email, cast.accountant.email])
    run = run_of(answer)
    with override(language):
        until = date_format(timezone.localtime(run.not_before), "SHORT_DATETIME_FORMAT")
    for _, about, body in told:
        assert about.startswith(subject)
        assert settings.SITE_URL + url("company_locked", cast.b) in body
        assert settings.SITE_URL + answer.url in body
        assert word in body
        assert until in body


def test_every_admin_is_told_that_it_was_called_off(own_database, cast, sign_in, smtp):
    order(sign_in(cast.b.admin, mfa=True), company_url(cast.b), company_name=cast.b.name)
    work()
    smtp.clear()
    sign_in(cast.accountant).post(url("erasure_call_off", cast.b))
    work()
    told = letters(smtp)
    assert [to for to, _, _ in told] == sorted([cast.b.admin.email, cast.accountant.email])
    assert all("peruttu" in subject for _, subject, _ in told)
    assert all(reverse("company", args=[cast.b.id]) in body for _, _, body in told)
    assert not any(reverse("company_locked", args=[cast.b.id]) in body for _, _, body in told)


def test_mail_that_can_not_be_sent_now_is_sent_later_and_once(
    own_database, cast, sign_in, smtp, settings
):
    port = settings.EMAIL_PORT
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.EMAIL_PORT = closed.getsockname()[1]
    order(sign_in(cast.b.admin, mfa=True), company_url(cast.b), company_name=cast.b.name)
    for _ in range(3):
        some_time_passes()
        work()
    assert smtp == []
    assert is_locked(cast.b)
    settings.EMAIL_PORT = port
    some_time_passes()
    work()
    some_time_passes()
    work()
    assert len(letters(smtp)) == 2


def test_mail_that_waits_hinders_no_erasure(own_database, cast, sign_in, smtp, settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.EMAIL_PORT = closed.getsockname()[1]
    settings.ERASURE_HOLD_MINUTES = 0
    client = sign_in(cast.b.admin, mfa=True)
    answer = order(client, company_url(cast.b), company_name=cast.b.name)
    work()
    assert run_of(answer).certified_at


def test_the_order_of_a_single_person_locks_nothing(cast, sign_in):
    order(sign_in(cast.a.admin), person_url(cast.a, cast.a.member))
    assert not is_locked(cast.a)
