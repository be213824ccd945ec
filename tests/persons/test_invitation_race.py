"""Security check 22: many accept one invitation at the same time."""

from collections import Counter
from threading import Barrier, Thread

from django.db import connections
from django.urls import reverse

from registry.company import tenant
from registry.company.models import Organisation, OrganisationUserObjectPermission
from registry.company.roles import Right
from registry.persons.models import Membership
from tests.clients import sign_in
from tests.persons.links import invitations, invited
from tests.rights.confirming import confirm

PARALLEL = 50


def at_once(*jobs):
    """Every job in a thread of its own, all started at the same moment."""
    ready = Barrier(len(jobs))

    def run(job):
        ready.wait()
        try:
            job()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def members(company, person):
    with tenant.serving(organisation=company.id):
        return Membership.objects.filter(user_id=person.id).count()


def test_fifty_acceptances_at_once_make_one_membership(cast, own_database, mailoutbox, figure):
    link = invited(cast.a, cast.stranger.email, mailoutbox, role="admin")
    clients = [sign_in(cast.stranger) for _ in range(PARALLEL)]
    answers = Counter()

    def accept(client):
        answers[client.post(link).status_code] += 1

    at_once(*(lambda client=client: accept(client) for client in clients))
    made = members(cast.a, cast.stranger)
    assert made == 1
    assert answers == {302: PARALLEL}
    with tenant.serving(organisation=cast.a.id):
        held = OrganisationUserObjectPermission.objects.filter(user_id=cast.stranger.id)
        assert held.count() == len(Right)
    assert [row.email for row in invitations(cast.a)] == [cast.a.invited]
    figure("check 22", f"{PARALLEL} parallel acceptances made {made} membership")


def test_of_many_people_with_one_link_only_the_invited_one_joins(cast, own_database, mailoutbox):
    link = invited(cast.a, cast.stranger.email, mailoutbox)
    people = [cast.stranger, cast.ex_admin, cast.b.member, cast.b.reader, cast.c.admin] * 4
    clients = [sign_in(person) for person in people]
    at_once(*(lambda client=client: client.post(link) for client in clients))
    assert members(cast.a, cast.stranger) == 1
    assert [members(cast.a, person) for person in people[1:5]] == [0] * 4


def test_an_acceptance_and_a_withdrawal_at_once_do_not_both_succeed(cast, own_database, mailoutbox):
    for _ in range(5):
        link = invited(cast.a, cast.stranger.email, mailoutbox)
        [row] = [row for row in invitations(cast.a) if row.email == cast.stranger.email]
        joiner, admin = sign_in(cast.stranger), sign_in(cast.a.admin)
        answers = {}

        def join(client=joiner, link=link, answers=answers):
            answers["join"] = client.post(link).status_code

        def withdraw(client=admin, key=row.pk):
            client.post(reverse("invitation_revoke", args=[cast.a.id, key]))

        at_once(join, withdraw)
        assert (answers["join"], members(cast.a, cast.stranger)) in [(302, 1), (410, 0)]
        with tenant.serving(organisation=cast.a.id):
            Organisation(pk=cast.a.id).user_rights.filter(user_id=cast.stranger.id).delete()
            Membership.objects.filter(user_id=cast.stranger.id).delete()


def test_an_acceptance_and_the_senders_demotion_at_once_end_in_order(
    cast, own_database, mailoutbox
):
    """Whichever comes first: no answer is an error, and nobody waits for the other for ever."""
    link = invited(cast.b, cast.stranger.email, mailoutbox, role="admin")
    joiner, other_admin = sign_in(cast.stranger), sign_in(cast.accountant)
    answers = {}

    def join():
        answers["join"] = joiner.post(link).status_code

    def demote():
        answers["demote"] = other_admin.post(
            reverse("person_edit", args=[cast.b.id, cast.b.membership(cast.b.admin)]),
            {"role": "reader", "office": "", "position": ""},
        ).status_code

    at_once(join, demote)
    assert answers["demote"] == 302
    assert (answers["join"], members(cast.b, cast.stranger)) in [(302, 1), (410, 0)]


def test_an_acceptance_and_the_senders_leaving_at_once_end_in_order(cast, own_database, mailoutbox):
    link = invited(cast.b, cast.stranger.email, mailoutbox)
    joiner, sender = sign_in(cast.stranger), sign_in(cast.b.admin, mfa=True)
    leave, answers = reverse("leave", args=[cast.b.id]), {}

    def join():
        answers["join"] = joiner.post(link).status_code

    def go():
        answers["leave"] = confirm(sender, leave).status_code

    at_once(join, go)
    # An acceptance in between changes what leaving deletes: then the preview is shown again.
    assert answers["leave"] in (302, 200)
    assert (answers["join"], members(cast.b, cast.stranger)) in [(302, 1), (410, 0)]
