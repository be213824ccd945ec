"""Erasure when two want it at once, one clicks twice, or something changes meanwhile."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.urls import reverse

from registry.company import tenant
from registry.company.access import set_rights
from registry.rights import erasure, verification
from registry.rights.preview import preview_company, preview_person
from tests.clients import ForgetfulClient
from tests.rights.confirming import (
    account_exists,
    company_url,
    fingerprint_of,
    is_member,
    person_url,
)


def test_two_admins_at_once_erase_once(own_database, cast):
    """Real transactions: the second waits, and then finds the company gone."""
    outcomes, barrier = [], Barrier(2)

    def erase(person):
        try:
            with tenant.serving(organisation=cast.b.id, person=person.id):
                fingerprint = preview_company(organisation=cast.b.id).fingerprint
                barrier.wait()
                run = erasure.erase_company(organisation=cast.b.id, fingerprint=fingerprint)
            outcomes.append(run.pk)
        except erasure.ErasureRefused:
            outcomes.append("refused")
        finally:
            tenant.forget()
            connections.close_all()

    threads = [Thread(target=erase, args=[p]) for p in (cast.b.admin, cast.accountant)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(type, outcomes), key=str) == sorted([str, type(cast.b.id)], key=str)


def test_a_second_click_leads_to_the_same_result(cast, sign_in):
    client = sign_in(cast.a.admin)
    url = person_url(cast.a, cast.a.member)
    typed = {"fingerprint": fingerprint_of(client.get(url))}
    first, second = client.post(url, typed), client.post(url, typed)
    assert second.status_code == 302
    results = [client.get(answer.url).context["results"] for answer in (first, second)]
    assert [part["run"].pk for part in results[0]] == [part["run"].pk for part in results[1]]


@pytest.mark.parametrize("what", ["company", "leave", "myself"])
def test_a_double_click_never_fails(own_database, cast, sign_in, what):
    """Two requests at once, in real transactions: both answer with the way to the result."""
    person, url, typed = {
        "company": (cast.b.admin, company_url(cast.b), {"company_name": cast.b.name}),
        "leave": (cast.a.member, reverse("leave", args=[cast.a.id]), {}),
        "myself": (cast.accountant, reverse("erase_me"), {}),
    }[what]
    client = sign_in(person, mfa=True)
    typed = typed | {"fingerprint": fingerprint_of(client.get(url))}
    answers, barrier = [], Barrier(2)

    def click():
        browser = sign_in_again(client)
        barrier.wait()
        answers.append(browser.post(url, typed))
        connections.close_all()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {302}
    ways = {answer.url.split("/")[1] for answer in answers}
    assert ways <= {"poisto", "tili"}  # to the result, or for a latecomer to the sign-in
    assert "poisto" in ways


def sign_in_again(client):
    """The same browser in another thread."""
    other = ForgetfulClient()
    other.cookies = client.cookies
    return other


def test_an_admin_demoted_meanwhile_erases_nothing(cast, sign_in, monkeypatch):
    client = sign_in(cast.b.admin, mfa=True)
    url = person_url(cast.b, cast.b.member)
    typed = {"fingerprint": fingerprint_of(client.get(url))}
    lock = erasure.lock

    def demoted_meanwhile(organisation):
        lock(organisation)
        set_rights(person=cast.b.admin.id, organisation=organisation, role="member")

    monkeypatch.setattr(erasure, "lock", demoted_meanwhile)
    assert client.post(url, typed).status_code == 403
    assert is_member(cast.b, cast.b.member)


def test_an_account_that_would_go_only_now_is_shown_first(cast, sign_in):
    """The accountant left B after the preview: now A would take the account along."""
    client = sign_in(cast.a.admin)
    url = person_url(cast.a, cast.accountant)
    old = fingerprint_of(client.get(url))
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        whose = {
            "organisation": cast.b.id,
            "person": cast.accountant.id,
            "membership": cast.b.membership(cast.accountant),
        }
        erasure.erase_person(**whose, fingerprint=preview_person(**whose).fingerprint)
    assert client.post(url, {"fingerprint": old}).status_code == 200
    assert account_exists(cast.accountant)


def test_a_failed_verification_leaves_a_result_that_says_so(
    own_database, cast, sign_in, monkeypatch
):
    client = sign_in(cast.a.admin, mfa=True)
    url = person_url(cast.a, cast.a.member)
    typed = {"fingerprint": fingerprint_of(client.get(url))}
    with monkeypatch.context() as broken:
        broken.setattr(verification, "residues", lambda *_: 1 / 0)
        answer = client.post(url, typed)
    assert answer.status_code == 302
    assert not is_member(cast.a, cast.a.member)
    with monkeypatch.context() as broken:
        broken.setattr(verification, "residues", lambda *_: ["persons_membership"])
        page = client.get(answer.url)
    assert page.context["results"][0]["run"].verified_at is None
    assert client.get(answer.url).context["results"][0]["run"].verified_at
