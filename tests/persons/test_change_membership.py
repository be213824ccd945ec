"""An admin changes office, position and role of one of the company's people."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse

from registry.company import tenant
from registry.company.models import OrganisationUserObjectPermission
from registry.company.roles import Right, Role
from registry.persons.actions import change_membership
from registry.persons.models import Membership
from tests.cast import PASSWORD
from tests.persons.selects import selects


def url(company, person):
    return reverse("person_edit", args=[company.id, company.membership(person)])


def form(role):
    return {"office": "Turku", "position": "Uusi tehtävä", "role": role}


def membership(company, person):
    with tenant.serving(organisation=company.id):
        return Membership.objects.get(user_id=person.id)


def rights(company, person):
    with tenant.serving(organisation=company.id):
        rows = OrganisationUserObjectPermission.objects.filter(user_id=person.id)
        return set(rows.values_list("permission__codename", flat=True))


def test_the_form_shows_what_is_stored(cast, sign_in):
    page = sign_in(cast.a.admin).get(url(cast.a, cast.a.member)).content.decode()
    assert 'value="member of a"' in page and cast.a.member.email in page


def test_it_is_for_admins_of_that_company(cast, sign_in):
    address = url(cast.a, cast.a.member)
    for person, status in [(cast.a.member, 403), (cast.a.reader, 403), (cast.c.admin, 404)]:
        client = sign_in(person)
        assert client.get(address).status_code == status
        assert client.post(address, form("admin")).status_code == status
    assert membership(cast.a, cast.a.member).role == "member"


def test_people_of_another_company_are_not_found(cast, sign_in):
    foreign = reverse("person_edit", args=[cast.a.id, cast.b.membership(cast.b.member)])
    assert sign_in(cast.a.admin).get(foreign).status_code == 404
    assert sign_in(cast.a.admin).post(foreign, form("admin")).status_code == 404


def test_it_saves_office_and_position(cast, sign_in):
    answer = sign_in(cast.a.admin).post(url(cast.a, cast.a.member), form("member"))
    assert answer.url == reverse("person", args=[cast.a.id, cast.a.membership(cast.a.member)])
    changed = membership(cast.a, cast.a.member)
    assert (changed.office, changed.position) == ("Turku", "Uusi tehtävä")


def test_a_new_admin_gets_all_rights_and_a_former_one_loses_them(cast, sign_in):
    client = sign_in(cast.a.admin)
    client.post(url(cast.a, cast.a.member), form("admin"))
    assert rights(cast.a, cast.a.member) == set(Right)
    client.post(url(cast.a, cast.a.member), form("reader"))
    assert rights(cast.a, cast.a.member) == set()
    assert membership(cast.a, cast.a.member).role == "reader"


def test_the_last_admin_stays_admin(cast, sign_in):
    page = sign_in(cast.a.admin).post(url(cast.a, cast.a.admin), form("member"))
    assert page.status_code == 200
    assert page.context["form"].errors["role"]
    saved = membership(cast.a, cast.a.admin)
    assert saved.role == "admin" and saved.office == "Lohja"
    assert rights(cast.a, cast.a.admin) == set(Right)


def test_an_admin_among_several_may_step_down(cast, sign_in):
    answer = sign_in(cast.b.admin, mfa=True).post(url(cast.b, cast.b.admin), form("reader"))
    assert answer.url == reverse("company", args=[cast.b.id])
    assert rights(cast.b, cast.b.admin) == set()


def test_an_unknown_role_is_refused(cast, sign_in):
    page = sign_in(cast.a.admin).post(url(cast.a, cast.a.member), form("superuser"))
    assert page.context["form"].errors["role"]


def test_identity_codes_do_not_belong_in_the_register(cast, sign_in):
    data = form("member") | {"position": "131052-308T"}
    page = sign_in(cast.a.admin).post(url(cast.a, cast.a.member), data)
    assert page.context["form"].errors["position"]


def test_it_asks_who_one_is_and_then_does_what_was_asked(cast, sign_in):
    client = sign_in(cast.a.admin, fresh=False)
    answer = client.post(url(cast.a, cast.a.member), form("admin"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert membership(cast.a, cast.a.member).role == "member"
    answer = client.post(answer.url, {"password": PASSWORD})
    assert answer.url == reverse("person", args=[cast.a.id, cast.a.membership(cast.a.member)])
    assert membership(cast.a, cast.a.member).role == "admin"


def test_a_wrong_password_changes_nothing(cast, sign_in):
    client = sign_in(cast.a.admin, fresh=False)
    answer = client.post(url(cast.a, cast.a.member), form("admin"))
    assert client.post(answer.url, {"password": "arvaus-arvaus-1"}).status_code == 200
    assert membership(cast.a, cast.a.member).role == "member"


def test_of_two_admins_who_demote_each_other_one_remains(cast, own_database):
    both_ready, refused = Barrier(2), []

    def demote(by, whom):
        both_ready.wait()
        try:
            with tenant.serving(organisation=cast.b.id, person=by.id):
                change_membership(
                    organisation=cast.b.id,
                    membership=cast.b.membership(whom),
                    role=Role.READER,
                    office="",
                    position="",
                )
        except ValidationError as error:
            refused.append(error)
        connections.close_all()

    admins = cast.b.admin, cast.accountant
    threads = [Thread(target=demote, args=pair) for pair in (admins, admins[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roles = [membership(cast.b, person).role for person in admins]
    assert sorted(roles) == ["admin", "reader"]
    assert len(refused) == 1


def test_the_form_is_shown_with_few_queries(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as read:
        client.get(url(cast.a, cast.a.member))
    assert len(read) == 4  # session, account, companies, the person


def test_the_action_needs_the_companys_context(cast):
    with (
        tenant.serving(organisation=cast.b.id, person=cast.b.admin.id),
        pytest.raises(Membership.DoesNotExist),
    ):
        change_membership(
            organisation=cast.b.id,
            membership=cast.a.membership(cast.a.member),
            role=Role.ADMIN,
            office="",
            position="",
        )
