"""One link and many clicks at the same moment; an invitation refused and accepted at once."""

from collections import Counter

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Invitation, Membership
from tests.clients import ForgetfulClient, sign_in
from tests.persons.links import link_of
from tests.persons.test_invitation_race import at_once
from tests.rights.asking import DATA, asked, erase_url, links, opened

PARALLEL = 10


def test_of_many_who_open_a_link_at_once_one_gets_in(cast, own_database, client, mailoutbox):
    link = asked(client, cast.a.invited, mailoutbox)
    visitors = [ForgetfulClient() for _ in range(PARALLEL)]
    answers = Counter()

    def open_it(visitor):
        answers[visitor.post(link).status_code] += 1

    at_once(*(lambda visitor=visitor: open_it(visitor) for visitor in visitors))
    assert answers == {302: 1, 410: PARALLEL - 1}
    assert [visitor.get(DATA).status_code for visitor in visitors].count(200) == 1
    assert links() == []


def test_a_refusal_clicked_twice_at_once_answers_twice_the_same(
    cast, own_database, client, mailoutbox
):
    opened(client, cast.a.invited, mailoutbox)
    twin = ForgetfulClient()
    twin.cookies["sessionid"] = client.cookies["sessionid"].value
    answers = []
    at_once(
        *(lambda one=one: answers.append(one.post(erase_url(cast.a)).url) for one in (client, twin))
    )
    assert answers == [DATA, DATA]
    with tenant.serving(organisation=cast.a.id):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("attempt", range(3))
def test_an_invitation_refused_and_accepted_at_once_ends_one_way(
    cast, own_database, client, mailoutbox, attempt
):
    """Its owner signs up in one window and refuses in another: no half, and no error."""
    opened(client, cast.a.invited, mailoutbox)
    answers, address = {}, cast.a.invited

    def sign_up_and_join():
        with tenant.serving(scope=Scope.ACCOUNTS):
            user = User.objects.create(email=address, password="!")
            EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        answers["join"] = sign_in(user).post(link_of(cast.a)).status_code

    at_once(
        sign_up_and_join,
        lambda: answers.update(refuse=client.post(erase_url(cast.a)).status_code),
    )
    with tenant.serving(organisation=cast.a.id):
        joined = Membership.objects.filter(user__email=address).count()
        assert not Invitation.objects.exists()
    # Whoever has an account by then is led to the sign-in.
    assert (answers["refuse"], answers["join"], joined) in [
        (302, 302, 1),
        (409, 302, 1),
        (302, 410, 0),
    ]
