"""An admin makes somebody else an admin, and chooses what to be afterwards."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from registry.company import tenant
from registry.company.roles import RIGHTS_OF, Right
from registry.persons.actions import hand_over
from registry.persons.models import Membership
from tests.persons.test_change_membership import membership, rights


def url(company):
    return reverse("hand_over", args=[company.id])


def form(person, own_role):
    return {"email": person.email, "own_role": own_role}


def test_it_is_for_admins_of_that_company(cast, sign_in):
    for person, status in [(cast.a.admin, 200), (cast.a.member, 403), (cast.c.admin, 404)]:
        assert sign_in(person).get(url(cast.a)).status_code == status


@pytest.mark.parametrize("own_role", ["member", "reader", "admin"])
def test_the_other_becomes_admin_and_oneself_what_was_chosen(cast, sign_in, own_role):
    answer = sign_in(cast.a.admin).post(url(cast.a), form(cast.a.member, own_role))
    assert answer.url == reverse("company", args=[cast.a.id])
    assert membership(cast.a, cast.a.member).role == "admin"
    assert rights(cast.a, cast.a.member) == set(Right)
    assert membership(cast.a, cast.a.admin).role == own_role
    assert rights(cast.a, cast.a.admin) == RIGHTS_OF[own_role]


def test_case_and_spaces_of_the_address_do_not_matter(cast, sign_in):
    data = {"email": f" {cast.a.member.email.upper()} ", "own_role": "reader"}
    sign_in(cast.a.admin).post(url(cast.a), data)
    assert membership(cast.a, cast.a.member).role == "admin"


def test_people_of_other_companies_and_oneself_are_refused_alike(cast, sign_in):
    client = sign_in(cast.a.admin)
    errors = {
        str(client.post(url(cast.a), form(person, "member")).context["form"].errors)
        for person in (cast.b.admin, cast.stranger, cast.ex_person, cast.a.admin)
    }
    assert len(errors) == 1
    assert membership(cast.a, cast.a.admin).role == "admin"


def test_it_asks_who_one_is(cast, sign_in):
    client = sign_in(cast.a.admin, fresh=False)
    answer = client.post(url(cast.a), form(cast.a.member, "member"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert membership(cast.a, cast.a.member).role == "member"


def test_somebody_who_is_no_longer_admin_hands_nothing_over(cast):
    with (
        tenant.serving(organisation=cast.a.id, person=cast.a.member.id),
        pytest.raises(PermissionDenied),
    ):
        hand_over(
            organisation=cast.a.id,
            giver=cast.a.membership(cast.a.member),
            email=cast.a.reader.email,
            own_role="member",
        )
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.filter(role="admin").count() == 1
