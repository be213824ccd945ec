"""Erasure as its users meet it: preview, confirmation, refusal, result."""

import pytest
from django.db import connections, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.persons.models import Membership
from registry.rights import ordering, pipeline
from registry.rights.models import ErasureRun
from registry.rights.preview import preview_company, preview_person
from tests.rights.confirming import (
    account_exists,
    company_url,
    confirm,
    fingerprint_of,
    is_member,
    person_url,
)

# --- the whole company -------------------------------------------------------------------------


def test_the_preview_counts_and_names_what_is_retained(cast, sign_in):
    page = sign_in(cast.a.admin).get(company_url(cast.a))
    preview = page.context["preview"]
    counted = {line.step.table.name: line.rows for line in preview.going}
    assert counted["persons_membership"] == 4
    assert counted["accounts_user"] == 3  # the accountant belongs to B too
    assert {line.step.table.name for line in preview.retained} == {
        "payments_payment",
        "payments_sale",
    }
    assert all(line.until.isoformat() == "2032-12-31" for line in preview.retained)
    assert "1336/1997" in page.content.decode()


def test_the_preview_changes_nothing(cast, sign_in):
    sign_in(cast.a.admin).get(company_url(cast.a))
    assert is_member(cast.a, cast.a.member)


def test_it_asks_to_authenticate_again(cast, sign_in):
    answer = sign_in(cast.a.admin, fresh=False).get(company_url(cast.a))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    answer = sign_in(cast.a.admin, fresh=False).post(company_url(cast.a), {})
    assert answer.url.startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("typed", ["", "Björk Testi Ab", "Aalto"])
def test_it_wants_the_company_s_name_typed(cast, sign_in, typed):
    page = confirm(sign_in(cast.a.admin), company_url(cast.a), company_name=typed)
    assert page.status_code == 200
    assert page.context["form"].errors["company_name"]
    assert is_member(cast.a, cast.a.member)


def test_case_and_spaces_of_the_name_don_t_matter(cast, sign_in):
    answer = confirm(sign_in(cast.a.admin), company_url(cast.a), company_name="aalto  testi OY ")
    assert answer.status_code == 302


def test_a_preview_that_no_longer_fits_is_shown_again(cast, sign_in):
    client = sign_in(cast.a.admin)
    old = fingerprint_of(client.get(company_url(cast.a)))
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        Organisation(pk=cast.a.id).trade_names.create(name="Uusi nimi")
    page = client.post(company_url(cast.a), {"fingerprint": old, "company_name": cast.a.name})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert page.context["form"]["company_name"].value() == cast.a.name
    assert fingerprint_of(page) != old


def test_the_admin_is_signed_out_and_sees_the_verified_result(cast, sign_in):
    client = sign_in(cast.a.admin)
    answer = confirm(client, company_url(cast.a), company_name=cast.a.name)
    page = client.get(answer.url)
    assert page.status_code == 200
    assert page.context["results"][0]["run"].verified_at
    assert not page.wsgi_request.user.is_authenticated
    assert client.get(reverse("inspection")).status_code == 302


def test_the_company_is_a_tombstone_and_its_pages_are_gone(cast, sign_in):
    confirm(sign_in(cast.a.admin), company_url(cast.a), company_name=cast.a.name)
    with tenant.serving(organisation=cast.a.id):
        tombstone = Organisation.objects.get()
    assert tombstone.name == tombstone.business_id == tombstone.email == ""
    assert tombstone.erased_at
    assert sign_in(cast.accountant).get(reverse("company", args=[cast.a.id])).status_code == 404


def test_whoever_belongs_elsewhere_keeps_account_and_session(cast, sign_in):
    accountant = sign_in(cast.accountant)
    confirm(sign_in(cast.a.admin), company_url(cast.a), company_name=cast.a.name)
    assert account_exists(cast.accountant)
    assert not account_exists(cast.a.member)
    assert accountant.get(reverse("company", args=[cast.b.id])).status_code == 200


def test_the_session_of_an_erased_member_ends_at_once(cast, sign_in):
    member = sign_in(cast.a.member)
    confirm(sign_in(cast.a.admin), company_url(cast.a), company_name=cast.a.name)
    answer = member.get(reverse("inspection"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_nothing_new_is_stored_about_an_erased_company(cast):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        fingerprint = preview_company(organisation=cast.a.id).fingerprint
        ordering.order_company_erasure(
            organisation=cast.a.id, orderer=cast.a.admin.id, fingerprint=fingerprint
        )
        with pytest.raises(IntegrityError, match="erased"), transaction.atomic():
            Membership.objects.create(organisation_id=cast.a.id, user_id=cast.stranger.id)


def test_it_takes_a_constant_number_of_statements(cast):
    """Set-based: a company of many persons is erased by as many statements as one of few."""
    few = statements_to_preview(cast)
    with tenant.serving(scope=Scope.ACCOUNTS):
        people = User.objects.bulk_create(User(email=f"n{n}@a.example") for n in range(20))
    for person in people:
        with tenant.serving(organisation=cast.a.id, person=person.pk):
            Membership.objects.create(organisation_id=cast.a.id, user=person)
    assert statements_to_preview(cast) == few


def statements_to_preview(cast):
    with (
        tenant.serving(organisation=cast.a.id, person=cast.a.admin.id),
        CaptureQueriesContext(connections["default"]) as queries,
    ):
        preview_company(organisation=cast.a.id)
    return len(queries)


# --- one person --------------------------------------------------------------------------------


def test_the_admin_erases_one_person(cast, sign_in):
    answer = confirm(sign_in(cast.a.admin), person_url(cast.a, cast.a.member))
    assert answer.status_code == 302
    assert not is_member(cast.a, cast.a.member)
    assert not account_exists(cast.a.member)
    assert is_member(cast.a, cast.a.reader)


def test_the_admin_stays_signed_in_and_sees_the_result(cast, sign_in):
    client = sign_in(cast.a.admin)
    page = client.get(confirm(client, person_url(cast.a, cast.a.member)).url)
    assert page.context["results"][0]["run"].scope == ErasureRun.Scope.PERSON
    assert page.context["results"][0]["run"].verified_at
    assert page.wsgi_request.user.is_authenticated


def test_a_person_of_two_companies_keeps_the_other(cast, sign_in):
    confirm(sign_in(cast.a.admin), person_url(cast.a, cast.accountant))
    assert not is_member(cast.a, cast.accountant)
    assert is_member(cast.b, cast.accountant)
    assert account_exists(cast.accountant)


def test_the_only_admin_can_not_be_erased(cast, sign_in):
    page = sign_in(cast.a.admin).get(person_url(cast.a, cast.a.admin))
    assert page.status_code == 409
    assert reverse("hand_over", args=[cast.a.id]) in page.content.decode()
    page = sign_in(cast.a.admin).post(person_url(cast.a, cast.a.admin), {"fingerprint": "x"})
    assert page.status_code == 409


def test_the_database_keeps_the_last_admin_too(own_database, cast):
    with (
        pytest.raises(IntegrityError, match="admin"),
        tenant.serving(organisation=cast.a.id, person=cast.a.admin.id),
    ):
        Membership.objects.filter(user_id=cast.a.admin.id).update(role="member")


def test_pending_invitations_of_an_erased_admin_are_withdrawn(cast):
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        membership = cast.b.membership(cast.b.admin)
        whose = {
            "organisation": cast.b.id,
            "person": cast.b.admin.id,
            "membership": membership,
        }
        run = ordering.order_person_erasure(
            **whose,
            orderer=cast.accountant.id,
            fingerprint=preview_person(**whose).fingerprint,
        )
        pipeline.advance(run=run.pk, organisation=cast.b.id)
        assert run.steps.filter(table_name="persons_invitation", action="deleted").exists()


# --- oneself -----------------------------------------------------------------------------------


def test_a_member_leaves_and_goes(cast, sign_in):
    client = sign_in(cast.a.member)
    page = client.get(confirm(client, reverse("leave", args=[cast.a.id])).url)
    assert page.context["results"][0]["run"].verified_at
    assert not account_exists(cast.a.member)


def test_a_member_erases_themself_from_everywhere(cast, sign_in):
    client = sign_in(cast.accountant)
    answer = confirm(client, reverse("erase_me"))
    page = client.get(answer.url)
    assert [result["run"].scope for result in page.context["results"]] == [
        ErasureRun.Scope.PERSON,
        ErasureRun.Scope.PERSON,
        ErasureRun.Scope.ACCOUNT,
    ]
    assert all(result["run"].verified_at for result in page.context["results"])
    assert not account_exists(cast.accountant)
    assert not is_member(cast.b, cast.accountant)


def test_somebody_without_a_company_erases_their_account(cast, sign_in):
    client = sign_in(cast.stranger)
    assert client.get(confirm(client, reverse("erase_me")).url).status_code == 200
    assert not account_exists(cast.stranger)


def test_the_last_admin_must_hand_over_or_erase_the_company(cast, sign_in):
    for url in (reverse("erase_me"), reverse("leave", args=[cast.a.id])):
        page = sign_in(cast.a.admin).get(url)
        assert page.status_code == 409
        assert reverse("company_erase", args=[cast.a.id]) in page.content.decode()


def test_an_invitation_that_waits_elsewhere_goes_with_the_account(cast, sign_in):
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        invitation = Organisation(pk=cast.b.id).invitations.get()
        invitation.email = cast.stranger.email
        invitation.save()
    client = sign_in(cast.stranger)
    confirm(client, reverse("erase_me"))
    with tenant.serving(organisation=cast.b.id):
        assert not Organisation(pk=cast.b.id).invitations.exists()


@pytest.mark.parametrize("what", ["the company", "the person"])
def test_of_staff_in_a_company_only_the_membership_goes(cast, sign_in, what):
    staff = cast.staff.support
    with tenant.serving(organisation=cast.c.id, person=staff.id):
        joined = Membership.objects.create(organisation_id=cast.c.id, user_id=staff.id)
    client = sign_in(cast.c.admin, mfa=True)
    if what == "the company":
        answer = confirm(client, company_url(cast.c), company_name=cast.c.name)
    else:
        answer = confirm(client, reverse("person_erase", args=[cast.c.id, joined.pk]))
    assert answer.status_code == 302
    assert account_exists(staff) and not is_member(cast.c, staff)
    assert account_exists(cast.c.admin) == (what == "the person")


def test_staff_do_not_erase_themselves(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True, site="default")
    assert client.get(reverse("erase_me")).status_code == 409
    assert client.post(reverse("erase_me"), {"fingerprint": "x"}).status_code == 409
    assert account_exists(cast.staff.support)


# --- the result --------------------------------------------------------------------------------


def test_the_result_s_address_can_not_be_forged(cast, client, sign_in):
    admin = sign_in(cast.a.admin)
    url = confirm(admin, person_url(cast.a, cast.a.member)).url
    assert client.get(url).status_code == 200
    assert client.get(url[:-4] + "abc/").status_code == 404
    assert client.get(reverse("erasure", args=["nonsense"])).status_code == 404
