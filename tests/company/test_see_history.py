"""An admin sees who changed which columns when, in words."""

import pytest
from django.urls import reverse

from registry.company import tenant
from registry.company.models import Change, Organisation
from registry.company.paging import SIZE
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.company.english import in_english
from tests.persons.selects import selects
from tests.rights.confirming import confirm


def url(company):
    return reverse("company_history", args=[company.id])


def forget_history(company):
    with tenant.serving(organisation=company.id):
        Change.objects.filter(organisation_id=company.id).delete()


def change_city(company, person=None, times=1):
    with tenant.serving(organisation=company.id, person=person):
        for number in range(times):
            Organisation.objects.filter(pk=company.id).update(postal_city=f"Kunta {number}")


def test_it_tells_who_changed_what(cast):
    forget_history(cast.a)
    change_city(cast.a, cast.a.admin.id)
    (entry,) = in_english(cast.a.admin).get(url(cast.a)).context["entries"]
    assert (entry.who, entry.table, entry.columns) == (
        cast.a.admin.email,
        "companies",
        ["postal address: town"],
    )


def test_it_tells_whose_membership_changed(cast):
    forget_history(cast.a)
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        Membership.objects.filter(user_id=cast.a.reader.id).update(office="Turku", position="X")
    (entry,) = in_english(cast.a.admin).get(url(cast.a)).context["entries"]
    assert (entry.table, entry.about, entry.columns) == (
        "memberships",
        cast.a.reader.email,
        ["office", "position"],
    )


def test_it_tells_who_joined(cast):
    forget_history(cast.a)
    with tenant.serving(organisation=cast.a.id, person=cast.stranger.id):
        joined = Membership.objects.create(organisation_id=cast.a.id, user_id=cast.stranger.id)
    (entry,) = in_english(cast.a.admin).get(url(cast.a)).context["entries"]
    assert (entry.who, entry.about) == (cast.stranger.email, cast.stranger.email)
    assert "joined the company" in entry.columns
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        joined.delete()  # by hand: an erasure leaves no entry of its own
    left, joined = in_english(cast.a.admin).get(url(cast.a)).context["entries"]
    assert (left.who, left.about) == (cast.a.admin.email, "deleted person")
    assert (joined.who, joined.about) == ("a person no longer in the company", "deleted person")


def test_of_an_erased_person_it_tells_only_that_somebody_joined(cast, sign_in):
    forget_history(cast.a)
    with tenant.serving(organisation=cast.a.id, person=cast.stranger.id):
        joined = Membership.objects.create(organisation_id=cast.a.id, user_id=cast.stranger.id)
    erase = reverse("person_erase", args=[cast.a.id, joined.pk])
    admin = sign_in(cast.a.admin, mfa=True)
    assert confirm(admin, erase).status_code == 302
    (entry,) = in_english(cast.a.admin).get(url(cast.a)).context["entries"]
    assert (entry.who, entry.about) == ("deleted person", "deleted person")


def test_it_tells_of_trade_names_that_came_and_went(cast):
    forget_history(cast.a)
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        names = Organisation(pk=cast.a.id).trade_names
        names.create(name="Uusi nimi")
        names.filter(name="Uusi nimi").delete()
    entries = in_english(cast.a.admin).get(url(cast.a)).context["entries"]
    assert [entry.table for entry in entries] == ["trade names", "trade names"]
    assert "trade name" in entries[0].columns


def test_staff_are_shown_as_dig1(cast, sign_in):
    forget_history(cast.c)
    with tenant.serving(organisation=cast.c.id):
        Change.objects.create(
            organisation_id=cast.c.id,
            table_name="company_organisation",
            row_id=cast.c.id,
            columns=["business_id"],
            changed_by=cast.staff.support.id,
            by_staff=True,
        )
    page = sign_in(cast.c.admin).get(url(cast.c))
    assert [entry.who for entry in page.context["entries"]] == ["Dig1"]
    assert cast.staff.support.email not in page.content.decode()


def test_the_staff_role_is_recorded_as_dig1(cast):
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF, person=cast.staff.support.id):
        Organisation.objects.filter(pk=cast.c.id).update(name="Cembra Uusi Oy")
        assert Change.objects.filter(organisation_id=cast.c.id).latest("pk").by_staff


@pytest.mark.parametrize(
    ("person", "shown"),
    [("gone", "deleted person"), ("left", "a person no longer in the company")],
)
def test_people_who_are_gone_are_not_named(cast, person, shown):
    forget_history(cast.a)
    change_city(cast.a, None if person == "gone" else cast.ex_admin.id)
    page = in_english(cast.a.admin).get(url(cast.a))
    assert [entry.who for entry in page.context["entries"]] == [shown]
    assert cast.ex_admin.email not in page.content.decode()


def test_a_column_that_is_stored_no_more_keeps_its_old_name(cast, sign_in):
    forget_history(cast.a)
    with tenant.serving(organisation=cast.a.id):
        Change.objects.create(
            organisation_id=cast.a.id,
            table_name="company_organisation",
            row_id=cast.a.id,
            columns=["fax"],
        )
    (entry,) = sign_in(cast.a.admin).get(url(cast.a)).context["entries"]
    assert entry.columns == ["fax"]


def test_it_shows_only_the_own_companys_changes(cast, sign_in):
    forget_history(cast.b)
    change_city(cast.a, cast.accountant.id)
    page = sign_in(cast.accountant).get(url(cast.b))
    assert page.context["entries"] == [] and page.status_code == 200


def test_the_newest_stand_first_and_pages_hold_each_once(cast, sign_in):
    forget_history(cast.a)
    change_city(cast.a, cast.a.admin.id, times=SIZE + 7)
    client = sign_in(cast.a.admin)
    first = client.get(url(cast.a)).context["page"]
    second = client.get(url(cast.a) + first.next_url).context["page"]
    keys = [change.pk for change in first.rows + second.rows]
    assert len(first.rows) == SIZE and keys == sorted(set(keys), reverse=True)
    assert len(keys) == SIZE + 7 and second.next_url == ""


@pytest.mark.parametrize("place", ["nonsense", "9" * 30, "-1", "\x00"])
def test_an_unknown_place_begins_anew(cast, sign_in, place):
    page = sign_in(cast.a.admin).get(url(cast.a), {"jalkeen": place})
    assert page.status_code == 200 and len(page.context["entries"]) > 0


def test_it_is_for_admins_of_that_company(cast, sign_in):
    for person, status in ((cast.a.member, 403), (cast.a.reader, 403), (cast.b.admin, 404)):
        assert sign_in(person).get(url(cast.a)).status_code == status


def test_many_changes_need_no_more_queries_than_one(cast, sign_in):
    forget_history(cast.a)
    client = sign_in(cast.a.admin)
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        Membership.objects.filter(user_id=cast.a.reader.id).update(office="Turku")
    with selects() as with_one:
        client.get(url(cast.a))
    change_city(cast.a, cast.a.member.id, times=SIZE)
    with selects() as with_many:
        client.get(url(cast.a))
    assert len(with_many) == len(with_one) - 1 <= 7  # no membership is among the newest fifty
