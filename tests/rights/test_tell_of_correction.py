"""Who is told of a request for correction, and of its answer, by mail: later if need be."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights import telling
from registry.rights.correction_messages import text
from tests.rights.requesting import (
    answer,
    answer_url,
    answered,
    ask,
    open_of,
    role_url,
    staff_url,
    value_url,
)
from tests.working import work

LANGUAGES = ("fi", "sv", "en")


def in_language(client, language):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def subject_of(name):
    return text(name).split("\n", 1)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_admin_of_the_company_is_told_and_nothing_is_said_of_what(
    cast, own_database, sign_in, mailoutbox, language
):
    client = in_language(sign_in(cast.b.member), language)
    assert ask(client, role_url(cast.b, cast.b.member), "admin").status_code == 302
    assert mailoutbox == []
    work()
    assert sorted(to for letter in mailoutbox for to in letter.to) == sorted(
        [cast.b.admin.email, cast.accountant.email]
    )
    (one,) = open_of(cast.b.member)
    for letter in mailoutbox:
        assert letter.subject == subject_of(f"correction_asked.{language}").format(
            company=cast.b.name
        )
        assert answer_url(cast.b, one.pk) in letter.body
        assert "{" not in letter.body
        for private in (cast.b.member.email, "Kirjattu väärin", "admin@b"):
            assert private not in letter.subject + letter.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_the_person_is_told_of_the_answer_in_the_language_they_asked_in(
    cast, own_database, sign_in, mailoutbox, language, outcome
):
    client = in_language(sign_in(cast.a.member), language)
    ask(client, role_url(cast.a, cast.a.member), "reader")
    work()
    mailoutbox.clear()
    (one,) = open_of(cast.a.member)
    answer(sign_in(cast.a.admin), answer_url(cast.a, one.pk), outcome, "Näin on sovittu.")
    work()
    (letter,) = mailoutbox
    assert letter.to == [cast.a.member.email]
    assert letter.subject == subject_of(f"correction_{outcome}.{language}")
    assert reverse("inspection") in letter.body
    assert ("tietosuoja.fi" in letter.body) == (outcome == "refused")
    assert "{" not in letter.body
    assert "Näin on sovittu" not in letter.body


def test_an_answer_of_the_staff_is_told_too(cast, own_database, sign_in, mailoutbox):
    """Also of a request that belongs to no company."""
    url = value_url("accounts_user", cast.stranger.id, "is_active")
    ask(sign_in(cast.stranger), url, "ei")
    work()
    assert mailoutbox == []  # the staff see it in their list
    (one,) = open_of(cast.stranger)
    support = sign_in(cast.staff.support, mfa=True)
    answer(support, staff_url(one.pk), "accepted", "Tehty.")
    answer(support, staff_url(cast.a.row("correctionrequest")), "refused", "Ei.")
    work()
    assert [letter.to for letter in mailoutbox] == [[cast.stranger.email], [cast.a.admin.email]]


def test_an_answer_that_is_undone_is_not_told(cast, own_database, sign_in, monkeypatch):
    """The job is handed over in the transaction of the answer, on the staff's connection too."""

    def broken(*args, **keys):
        raise RuntimeError

    monkeypatch.setattr("registry.rights.admin.CorrectionRequestAdmin.log_change", broken)
    support = sign_in(cast.staff.support, mfa=True)
    with pytest.raises(RuntimeError):
        answer(support, staff_url(cast.a.row("correctionrequest")), "refused", "Ei.")
    assert answered(cast.a, cast.a.row("correctionrequest")).decided_at is None
    with tenant.using("worker"):
        assert not ProcrastinateJob.objects.filter(task_name__endswith="tell_requester").exists()


def test_what_is_withdrawn_or_answered_is_not_told_any_more(
    cast, own_database, sign_in, mailoutbox
):
    client = sign_in(cast.a.member)
    ask(client, role_url(cast.a, cast.a.member), "reader")
    (one,) = open_of(cast.a.member)
    client.post(reverse("correction_withdraw", args=[one.pk]))
    telling.tell_requester(request=str(one.pk), organisation=str(cast.a.id))
    work()
    assert mailoutbox == []


def test_somebody_who_is_gone_is_not_written_to(cast, own_database, mailoutbox):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        open_of(cast.a.reader)[0].delete()
    telling.tell_requester(request=str(cast.a.row("request")), organisation=str(cast.a.id))
    telling.tell_of_request(
        request=str(cast.a.row("request")),
        organisation=str(cast.a.id),
        membership=str(cast.a.row("membership_gone")),
    )
    assert mailoutbox == []


def test_a_mail_server_that_is_down_loses_neither_answer_nor_mail(
    cast, own_database, sign_in, smtp, settings
):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there
    url = answer_url(cast.a, cast.a.row("request"))
    assert answer(sign_in(cast.a.admin), url, "refused", "Ei.").status_code == 302
    work()
    assert answered(cast.a, cast.a.row("request")).outcome == "refused"
    with tenant.using("worker"):
        job = ProcrastinateJob.objects.get(task_name__endswith="tell_requester")
    assert (job.status, job.attempts) == ("todo", 1)
    assert set(job.args) == {"request", "organisation"}
    settings.EMAIL_PORT = port
    telling.tell_requester(**job.args)
    (letter,) = smtp
    message = message_from_bytes(letter.content, policy=default)
    assert message["Subject"] == subject_of("correction_refused.fi")
    assert letter.rcpt_tos == [cast.a.reader.email]


def test_no_text_is_missing():
    for name in ("asked", "accepted", "refused"):
        assert len({text(f"correction_{name}.{language}") for language in LANGUAGES}) == 3
    assert mail.outbox == []
