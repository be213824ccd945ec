"""The canary proof: after erasing A nothing of A is left but what a law retains, and B is whole."""

import logging

import pytest
from django.core import mail
from django.urls import reverse

from registry.declarations.plan import plan
from registry.declarations.vocabulary import Erase
from tests.erasing import erase_person
from tests.proof.canary import (
    TOKEN,
    all_powerful,
    left_of,
    people_of,
    release,
    rows_of_b,
    tables_naming,
    tokens,
)
from tests.working import work


def what_may_stay():
    """What a law retains, and the exempted columns of rows that outlive their company."""
    return {
        (table.name, column.name)
        for table in plan().of_tenant
        if table.is_retained or table.is_tombstone or table.outlives
        for column in table.columns
        if column.personal is None or column.personal.erase is Erase.RETAIN
    }


def tables_that_may_stay():
    return {table for table, _column in what_may_stay()}


def retained(place):
    table, column = place
    spec = plan().table(table).column(column).personal
    return spec is not None and spec.erase is Erase.RETAIN


@pytest.fixture
def everything_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def test_erasing_a_company_leaves_nothing_but_what_a_law_retains(
    own_database, cast, sign_in, everything_is_logged, figure, settings
):
    settings.ERASURE_HOLD_MINUTES = 0
    with all_powerful(own_database) as admin:
        a, b = release(admin, cast)
        before = rows_of_b(admin, cast)
        assert left_of(a, tokens(admin)) == set(a.placed.values())

        result = erase_by_the_admin(cast, sign_in)

        after = tokens(admin)
        assert left_of(a, after) <= what_may_stay()
        assert {place for place in a.placed.values() if retained(place)} <= left_of(a, after)
        assert rows_of_b(admin, cast) == before
        assert left_of(b, after) == set(b.placed.values())
        assert tables_naming(cast.a.id, after) <= tables_that_may_stay()
        everywhere = set().union(*after.values())
        assert not everywhere & set(people_of(cast, "a"))
        assert not everywhere & {str(cast.a.membership(person)) for person, _ in cast.a.people}
        assert all(each["run"].certified_at for each in result.context["results"])
    written = everything_is_logged.text + result.content.decode()
    assert not set(TOKEN.findall(written)) & a.placed.keys()
    # The admins are told, before it is deleted, which company it is about; nothing else.
    sent = "".join(message.subject + message.body for message in mail.outbox)
    told = {a.placed[token] for token in a.placed.keys() & set(TOKEN.findall(sent))}
    assert told == {("company_organisation", "name")}
    figure("canary", f"{len(a.placed)} canaries of A, {len(b.placed)} of B: 0 left, 0 changed")


def erase_by_the_admin(cast, sign_in):
    """In the browser's way: preview, the company's name typed, the page of the result."""
    client = sign_in(cast.a.admin, mfa=True)
    url = reverse("company_erase", args=[cast.a.id])
    preview = client.get(url)
    assert preview.status_code == 200
    form = preview.context["form"]
    answer = client.post(
        url, {"fingerprint": form["fingerprint"].value(), "company_name": form.name}
    )
    assert answer.status_code == 302, answer.content.decode()
    work()
    return client.get(answer.url)


def test_erasing_a_person_leaves_nothing_of_them_and_all_of_the_rest(own_database, cast):
    person, membership = cast.a.people[-2][0], cast.a.membership(cast.a.people[-2][0])
    with all_powerful(own_database) as admin:
        admin.execute("UPDATE company_change SET changed_by = %s", [person.id])
        admin.execute(
            "UPDATE payments_serviceevent SET membership_id = %s WHERE organisation_id = %s",
            [membership, cast.a.id],
        )
        before = tokens(admin)
        assert erase_person(cast.a, person, by=cast.a.admin).certified_at
        after = tokens(admin)
    gone = {str(person.id), str(membership), person.email}
    assert gone <= set().union(*before.values())
    # Company B's history is B's: the same account may have changed something there.
    in_a = {name: words for name, words in after.items() if name != "company_change"}
    assert not gone & set().union(*in_a.values())
    for other, _role in (*cast.a.people, *cast.b.people):
        if other != person:
            assert other.email in after["accounts_user"]


def test_a_person_of_two_companies_keeps_account_and_the_other_company(own_database, cast):
    membership = cast.a.membership(cast.accountant)
    with all_powerful(own_database) as admin:
        before = rows_of_b(admin, cast)
        assert erase_person(cast.a, cast.accountant, by=cast.a.admin).certified_at
        assert rows_of_b(admin, cast) == before
        # A's history keeps the key of the membership, which leads nowhere now; no link to a person.
        assert {name for name, words in tokens(admin).items() if str(membership) in words} == {
            "company_change"
        }
        severed = "SELECT changed_by FROM company_change WHERE row_id = %s"
        assert admin.execute(severed, [membership]).fetchall() == [(None,)]
