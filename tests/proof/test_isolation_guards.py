"""What the database itself refuses, whichever way a statement came."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from assessment.models import Assignment, Measure, Mention
from registry.company import tenant
from registry.company.models import Change, Organisation, OrganisationUserObjectPermission
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.payments.models import ServiceEvent
from registry.persons.models import Invitation, Membership
from tests.cast import Cast, Company, Person


@contextmanager
def refused(error: type[Exception], words: str) -> Iterator[None]:
    """Refused in a savepoint, so that the test may go on."""
    with pytest.raises(error, match=words), transaction.atomic():
        yield


@pytest.fixture
def as_admin(cast: Cast) -> Iterator[None]:
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        yield


# --- a company has an admin ------------------------------------------------------------------


def point_no_assessment_at(memberships: QuerySet[Membership]) -> None:
    for model in (Assignment, Mention):
        model.objects.filter(membership__in=memberships).delete()
    Measure.objects.filter(owner__in=memberships).update(owner=None)


def remove(*persons: Person) -> None:
    """The memberships, and before them what points at them."""
    ids = [person.id for person in persons]
    memberships = Membership.objects.filter(user__in=ids)
    OrganisationUserObjectPermission.objects.filter(user__in=ids).delete()
    Invitation.objects.filter(invited_by__in=memberships).delete()
    point_no_assessment_at(memberships)
    ServiceEvent.objects.filter(membership__in=memberships).update(membership=None)
    memberships.delete()


def leave(company: Company, person: Person) -> None:
    """As a request does: under a context of the company, and committed under another."""
    with tenant.serving(organisation=company.id, person=person.id):
        remove(person)


def test_the_last_admin_cannot_leave(own_database: str, cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="always has an admin"):
        leave(cast.a, cast.a.admin)
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.filter(role=Role.ADMIN).count() == 1


def test_the_last_admin_cannot_become_a_member(own_database: str, cast: Cast) -> None:
    with (
        pytest.raises(IntegrityError, match="always has an admin"),
        tenant.serving(organisation=cast.a.id, person=cast.a.admin.id),
    ):
        Membership.objects.filter(user_id=cast.a.admin.id).update(role=Role.READER)


def test_one_of_two_admins_may_leave(own_database: str, cast: Cast) -> None:
    leave(cast.b, cast.accountant)
    with tenant.serving(organisation=cast.b.id):
        assert Membership.objects.get(role=Role.ADMIN).user_id == cast.b.admin.id


def test_of_two_admins_who_leave_at_once_one_stays(own_database: str, cast: Cast) -> None:
    together = Barrier(2, timeout=20)

    def leave_together(person: Person) -> bool:
        try:
            with tenant.serving(organisation=cast.b.id, person=person.id):
                remove(person)
                together.wait()  # both have left before either commits
        except IntegrityError:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(2) as threads:
        left = list(threads.map(leave_together, [cast.b.admin, cast.accountant]))
    assert sorted(left) == [False, True]
    with tenant.serving(organisation=cast.b.id):
        assert Membership.objects.filter(role=Role.ADMIN).count() == 1


def test_an_erased_company_needs_no_admin(own_database: str, cast: Cast) -> None:
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.c.id, person=cast.c.admin.id):
        remove(cast.c.admin)
        Organisation.objects.update(
            name="", business_id="", identified_at=None, erased_at=timezone.now()
        )
    with tenant.serving(organisation=cast.c.id):
        assert not Membership.objects.exists()


# --- nobody is entered, identified or renamed by others ------------------------------------------


@pytest.mark.usefixtures("as_admin")
def test_nobody_enters_another_person_into_a_company(cast: Cast) -> None:
    with refused(ProgrammingError, "joins a company by themselves"):
        Membership.objects.create(organisation_id=cast.a.id, user_id=cast.stranger.id)


@pytest.mark.usefixtures("as_admin")
def test_a_membership_stays_the_persons_own(cast: Cast) -> None:
    with refused(ProgrammingError, "joins a company by themselves"):
        Membership.objects.filter(user_id=cast.a.reader.id).update(user_id=cast.stranger.id)


def test_a_person_joins_by_themselves(cast: Cast) -> None:
    with tenant.serving(organisation=cast.a.id, person=cast.stranger.id):
        Membership.objects.create(organisation_id=cast.a.id, user_id=cast.stranger.id)
        assert Membership.objects.filter(user_id=cast.stranger.id).exists()


@pytest.mark.parametrize("changes", [{"email": "new@a.example"}, {"password": "x"}])
@pytest.mark.usefixtures("as_admin")
def test_an_account_is_changed_by_the_sign_in_only(cast: Cast, changes: dict[str, str]) -> None:
    mine = User.objects.filter(id=cast.a.admin.id)
    with refused(ProgrammingError, "on the sign-in pages only"):
        mine.update(**changes)
    with tenant.accounts():
        assert mine.update(**changes) == 1


@pytest.mark.usefixtures("as_admin")
def test_people_correct_their_own_phone_number_and_no_colleagues(cast: Cast) -> None:
    assert User.objects.filter(id=cast.a.admin.id).update(phone="+358401234567") == 1
    assert User.objects.filter(id=cast.a.reader.id).update(phone="+358401234567") == 0


@pytest.mark.usefixtures("as_admin")
def test_the_business_id_of_an_identified_company_is_changed_by_staff_only(cast: Cast) -> None:
    with refused(ProgrammingError, "identified on the staff site only"):
        Organisation.objects.update(business_id="2100055-2")
    assert Organisation.objects.update(phone="+358401234567") == 1


def test_no_company_identifies_itself(cast: Cast) -> None:
    new = {"id": cast.stranger.id, "name": "Oma Oy", "business_id": "2100055-2"}
    with tenant.serving(organisation=new["id"], person=cast.stranger.id):
        with refused(ProgrammingError, "identified on the staff site only"):
            Organisation.objects.create(**new, identified_at=timezone.now())
        Organisation.objects.create(**new)
        assert Organisation.objects.get().identified_at is None


# --- the history ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("as_admin")
def test_the_history_tells_who_changed_which_columns_and_no_values(cast: Cast) -> None:
    Organisation.objects.update(phone="+358401234567", visiting_city="Lohja")
    change = Change.objects.latest("id")
    assert change.columns == ["phone"]  # the town was Lohja before
    assert (change.changed_by, change.by_staff) == (cast.a.admin.id, False)


def test_changes_by_staff_are_told_apart(cast: Cast) -> None:
    with (
        tenant.using("staff"),
        tenant.serving(scope=Scope.STAFF, person=cast.staff.support.id),
    ):
        Organisation.objects.filter(id=cast.a.id).update(phone="+358401234567")
        change = Change.objects.filter(organisation_id=cast.a.id).latest("id")
        assert (change.changed_by, change.by_staff) == (cast.staff.support.id, True)


@pytest.mark.usefixtures("as_admin")
def test_of_the_history_only_the_link_to_the_person_can_be_cut(cast: Cast) -> None:
    for column, value in (("table_name", "x"), ("columns", ["x"]), ("by_staff", True)):
        with refused(ProgrammingError, "permission denied"):
            Change.objects.update(**{column: value})
    assert Change.objects.update(changed_by=None) > 0
    assert Change.objects.all().delete()[0] > 0


def test_staff_do_not_touch_the_history(cast: Cast) -> None:
    for statement in ("UPDATE company_change SET changed_by = NULL", "DELETE FROM company_change"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            tenant.using("staff"),
            tenant.serving(scope=Scope.STAFF, person=cast.staff.support.id),
            connections["staff"].cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.usefixtures("as_admin")
def test_rights_cannot_outlive_the_membership(cast: Cast) -> None:
    Invitation.objects.all().delete()
    point_no_assessment_at(Membership.objects.filter(user=cast.a.admin.id))
    with refused(IntegrityError, "rights_of_a_member"):
        Membership.objects.filter(user=cast.a.admin.id).delete()
        with connections["default"].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
