"""Erasure when two want it at once, one clicks twice, or something changes meanwhile."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.http import Http404
from django.urls import resolve, reverse

from registry.company import tenant
from registry.company.access import set_rights
from registry.company.blobs import StoreUnavailable
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.persons import tokens
from registry.persons.actions import register_company
from registry.persons.inviting import LinkInvalid, accept
from registry.rights import ordering, pipeline
from registry.rights.models import ErasureSubject
from registry.rights.preview import preview_company
from registry.rights.views import erasure as views
from tests.clients import ForgetfulClient
from tests.erasing import erase_person
from tests.persons.links import invited
from tests.rights.confirming import (
    account_exists,
    company_url,
    fingerprint_of,
    is_member,
    ordered,
    person_url,
)
from tests.working import work


def test_two_admins_at_once_erase_once(own_database, cast):
    """Real transactions: the second waits, and then finds the company gone."""
    outcomes, barrier = [], Barrier(2)

    def erase(person):
        try:
            with tenant.serving(organisation=cast.b.id, person=person.id):
                fingerprint = preview_company(organisation=cast.b.id).fingerprint
                barrier.wait()
                run = ordering.order_company_erasure(
                    organisation=cast.b.id, orderer=person.id, fingerprint=fingerprint
                )
            outcomes.append(run.pk)
        except ordering.ErasureRefused:
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
    lock = views.lock

    def demoted_meanwhile(organisation):
        set_rights(person=cast.b.admin.id, organisation=organisation, role="member")
        return lock(organisation)

    monkeypatch.setattr(views, "lock", demoted_meanwhile)
    assert client.post(url, typed).status_code == 403
    assert is_member(cast.b, cast.b.member)


def test_an_account_that_would_go_only_now_is_shown_first(cast, sign_in):
    """The accountant left B after the preview: now A would take the account along."""
    client = sign_in(cast.a.admin)
    url = person_url(cast.a, cast.accountant)
    old = fingerprint_of(client.get(url))
    erase_person(cast.b, cast.accountant, by=cast.b.admin)
    assert client.post(url, {"fingerprint": old}).status_code == 200
    assert account_exists(cast.accountant)


def test_a_failed_verification_leaves_a_page_that_says_so(cast, sign_in, monkeypatch):
    client = sign_in(cast.a.admin, mfa=True)
    url = person_url(cast.a, cast.a.member)
    answer = client.post(url, {"fingerprint": fingerprint_of(client.get(url))})
    run, organisation = ordered(answer)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "residues", lambda *_: ["persons_membership"])
        with pytest.raises(pipeline.NotVerified):
            pipeline.advance(run=run, organisation=organisation)
    assert not is_member(cast.a, cast.a.member)
    page = client.get(answer.url)
    assert page.context["run"].deleted_at
    assert page.context["run"].verified_at is page.context["run"].certified_at is None
    pipeline.advance(run=run, organisation=organisation)
    assert client.get(answer.url).context["run"].certified_at
    assert not account_exists(cast.a.member)


def test_somebody_who_came_back_meanwhile_stays_and_the_erasure_is_verified(
    cast, sign_in, mailoutbox, monkeypatch
):
    """The store was down for hours, and the accountant was invited and joined again."""
    client, answer = ordered_for_accountant(cast, sign_in)
    run, organisation = ordered(answer)
    stop_before_verifying(run, organisation, monkeypatch)
    assert not is_member(cast.a, cast.accountant)
    link = invited(cast.a, cast.accountant.email, mailoutbox)
    assert sign_in(cast.accountant, mfa=True).post(link).status_code == 302
    pipeline.advance(run=run, organisation=organisation)
    assert client.get(answer.url).context["run"].certified_at
    assert is_member(cast.a, cast.accountant)


def test_a_membership_that_was_to_go_and_is_there_is_no_return(cast, sign_in, monkeypatch):
    _client, answer = ordered_for_accountant(cast, sign_in)
    run, organisation = ordered(answer)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        membership = ErasureSubject.objects.get(run=run).membership_id
    stop_before_verifying(run, organisation, monkeypatch)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation, person=cast.accountant.id):
        Organisation(pk=organisation).memberships.create(pk=membership, user_id=cast.accountant.id)
    with pytest.raises(pipeline.NotVerified):
        pipeline.advance(run=run, organisation=organisation)


def ordered_for_accountant(cast, sign_in):
    """The admin's client, and the answer to their order."""
    client = sign_in(cast.a.admin)
    url = person_url(cast.a, cast.accountant)
    return client, client.post(url, {"fingerprint": fingerprint_of(client.get(url))})


def stop_before_verifying(run, organisation, monkeypatch):
    def down(row):
        raise StoreUnavailable

    steps = [(done, down if done == "files_deleted_at" else step) for done, step in pipeline.STEPS]
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "STEPS", steps)
        with pytest.raises(StoreUnavailable):
            pipeline.advance(run=run, organisation=organisation)


def test_who_ordered_what_could_not_be_done_is_told_why_and_where_to_complain(
    cast, own_database, sign_in, mailoutbox
):
    client = sign_in(cast.accountant)
    client.cookies["django_language"] = "sv"
    leave = reverse("leave", args=[cast.b.id])
    answer = client.post(leave, {"fingerprint": fingerprint_of(client.get(leave))})
    with tenant.serving(organisation=cast.b.id, person=cast.accountant.id):
        Organisation(pk=cast.b.id).memberships.filter(user=cast.b.admin.id).update(role="member")
    work()
    assert client.get(answer.url).context["run"].refused_at
    (letter,) = mailoutbox
    assert letter.to == [cast.accountant.email]
    assert "huvudanvändare" in letter.body
    assert "dataombudsmannen" in letter.body
    assert answer.url in letter.body
    assert "{" not in letter.subject + letter.body


def test_who_was_refused_may_order_again(cast, sign_in):
    """The other admin went meanwhile; then somebody else became one."""
    client = sign_in(cast.accountant)
    leave = reverse("leave", args=[cast.b.id])
    first = client.post(leave, {"fingerprint": fingerprint_of(client.get(leave))})
    with tenant.serving(organisation=cast.b.id, person=cast.accountant.id):
        Organisation(pk=cast.b.id).memberships.filter(user=cast.b.admin.id).update(role="member")
    run, organisation = ordered(first)
    pipeline.advance(run=run, organisation=organisation)
    assert client.get(first.url).context["run"].refused_at
    with tenant.serving(organisation=cast.b.id, person=cast.accountant.id):
        Organisation(pk=cast.b.id).memberships.filter(user=cast.b.admin.id).update(role="admin")
    again = client.post(leave, {"fingerprint": fingerprint_of(client.get(leave))})
    assert ordered(again)[0] != run
    pipeline.advance(run=ordered(again)[0], organisation=organisation)
    assert not is_member(cast.b, cast.accountant)


@pytest.mark.parametrize("how", ["invited", "founding"])
def test_nobody_joins_with_an_account_that_is_about_to_go(cast, sign_in, mailoutbox, how):
    link = invited(cast.b, cast.a.member.email, mailoutbox)
    joiner = sign_in(cast.a.member)
    admin = sign_in(cast.a.admin)
    url = person_url(cast.a, cast.a.member)
    answer = admin.post(url, {"fingerprint": fingerprint_of(admin.get(url))})
    # As if the request had been under way before the order ended the session.
    with pytest.raises((Http404, LinkInvalid)):
        if how == "invited":
            token = resolve(link).kwargs["token"]
            accept(claims=tokens.read(token), person=cast.a.member.id)
        else:
            register_company(
                person=cast.a.member.id,
                name="Uusi Oy",
                business_id="2100055-2",
                office="",
                position="",
            )
    run, organisation = ordered(answer)
    pipeline.advance(run=run, organisation=organisation)
    assert not account_exists(cast.a.member)
    assert joiner.get(reverse("inspection")).status_code == 302
