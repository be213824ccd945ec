"""What was true at the gate may not be once the company is locked: then nothing is done."""

import pytest
from django.urls import reverse

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.persons import actions
from registry.persons.models import Invitation, Membership
from tests.persons.links import invitations
from tests.persons.test_change_membership import membership
from tests.persons.test_invitation_race import at_once

PLACE = {"office": "Turku", "position": "Juristi"}


def pages(company):
    """Everything that changes who is in the company: address and form."""
    invitation = [company.id, company.row("invitation")]
    return {
        "person_edit": (
            reverse("person_edit", args=[company.id, company.membership(company.member)]),
            PLACE | {"role": "admin"},
        ),
        "hand_over": (
            reverse("hand_over", args=[company.id]),
            {"email": company.member.email, "own_role": "member"},
        ),
        "invitations": (
            reverse("invitations", args=[company.id]),
            PLACE | {"email": "uusi@b.example", "role": "member"},
        ),
        "invitation_again": (reverse("invitation_again", args=invitation), {}),
        "invitation_revoke": (reverse("invitation_revoke", args=invitation), {}),
    }


@pytest.fixture
def meanwhile(monkeypatch):
    """``meanwhile(change)``: somebody else's change, done between the gate and the lock."""
    real = actions.lock

    def arrange(change):
        def lock(organisation):
            monkeypatch.setattr(actions, "lock", real)
            change()
            real(organisation)

        monkeypatch.setattr(actions, "lock", lock)

    return arrange


@pytest.mark.parametrize(
    "page", ["person_edit", "hand_over", *("invitations", "invitation_again", "invitation_revoke")]
)
def test_an_admin_who_is_one_no_longer_changes_nothing(cast, sign_in, meanwhile, mailoutbox, page):
    before = [(row.pk, row.sent_at) for row in invitations(cast.b)]

    def demote():
        actions.change_membership(
            organisation=cast.b.id,
            membership=cast.b.membership(cast.b.admin),
            role=Role.READER,
            **PLACE,
        )

    meanwhile(demote)
    address, form = pages(cast.b)[page]
    assert sign_in(cast.b.admin, mfa=True).post(address, form).status_code == 403
    assert membership(cast.b, cast.b.member).role == "member"
    assert [(row.pk, row.sent_at) for row in invitations(cast.b)] == before
    assert mailoutbox == []


def test_a_person_who_has_left_is_not_found(cast, sign_in, meanwhile):
    def leave():
        company = Organisation(pk=cast.b.id)
        company.user_rights.filter(user_id=cast.b.reader.id).delete()
        company.memberships.filter(user_id=cast.b.reader.id).delete()

    meanwhile(leave)
    address = reverse("person_edit", args=[cast.b.id, cast.b.membership(cast.b.reader)])
    answer = sign_in(cast.b.admin, mfa=True).post(address, PLACE | {"role": "member"})
    assert answer.status_code == 404


def test_an_invitation_that_has_been_withdrawn_is_not_sent_again(
    cast, sign_in, meanwhile, mailoutbox
):
    meanwhile(lambda: Invitation.objects.all().delete())
    address, form = pages(cast.a)["invitation_again"]
    assert sign_in(cast.a.admin).post(address, form).status_code == 404
    assert mailoutbox == []


def test_sending_again_and_withdrawing_at_once_end_in_order(cast, own_database, sign_in):
    for _ in range(5):
        with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
            [row] = Invitation.objects.all()
        one, other = sign_in(cast.b.admin, mfa=True), sign_in(cast.accountant, mfa=True)
        answers = {}

        def post(name, client, answers=answers):
            answers[name] = client.post(pages(cast.b)[name][0]).status_code

        at_once(
            lambda post=post, one=one: post("invitation_again", one),
            lambda post=post, other=other: post("invitation_revoke", other),
        )
        assert answers["invitation_again"] in (302, 404)
        assert answers["invitation_revoke"] == 302
        assert invitations(cast.b) == []
        with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
            row.save(force_insert=True)


def test_of_two_hand_overs_at_once_the_second_is_refused(cast, own_database, sign_in):
    clients = [sign_in(cast.a.admin), sign_in(cast.a.admin)]
    answers = []
    address, form = pages(cast.a)["hand_over"]
    at_once(*(lambda c=c: answers.append(c.post(address, form).status_code) for c in clients))
    assert sorted(answers) == [302, 403]
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.filter(role="admin").count() == 1
