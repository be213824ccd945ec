"""Ways to lose a right in the middle of a session, and what is left of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session

from accounts.models import User
from registry.company import tenant
from registry.company.models import Organisation, OrganisationUserObjectPermission
from registry.company.roles import RIGHTS_OF, Right, Role
from registry.company.tenant import Scope
from registry.persons.actions import change_membership
from tests.cast import CAST, Company, Person
from tests.census.matrix import Outcome
from tests.census.personas import Persona, staff
from tests.erasing import erase_company, erase_person


@dataclass(frozen=True)
class Withdrawal:
    """``then`` is what pages answer that were open before; None: what they answer to guests.

    ``company``: the company whose pages it is about, ``rights``: those that go (None: all go).
    """

    what: str
    who: Persona
    take: Callable[[], object]
    then: Outcome | None
    company: Company | None = None
    rights: frozenset[Right] | None = None


B, ACCOUNTANT = CAST.b, CAST.accountant  # B keeps an admin when the accountant is one no longer
FULL = Persona.of("accountant of A and B", ACCOUNTANT)
MEMBER = Persona.of("member of A", CAST.a.member)


def dismiss(company: Company, person: Person) -> None:
    """Erases the person from the company; the account too, if it was the only one."""
    erase_person(company, person, by=company.admin)


def demote() -> None:
    with tenant.serving(organisation=B.id, person=B.admin.id):
        change_membership(
            organisation=B.id,
            membership=B.membership(ACCOUNTANT),
            role=Role.MEMBER,
            office="Lohja",
            position="",
        )


def revoke(right: Right) -> None:
    with tenant.serving(organisation=B.id, person=B.admin.id):
        OrganisationUserObjectPermission.objects.filter(
            user_id=ACCOUNTANT.id, permission__codename=right.value
        ).delete()


def erase_b() -> None:
    erase_company(B, by=B.admin)


def require_two_steps() -> None:
    with tenant.serving(organisation=B.id, person=B.admin.id):
        Organisation.objects.filter(pk=B.id).update(mfa_required=True)


def change_account(person: Person, **changes: object) -> None:
    with tenant.serving(scope=Scope.ACCOUNTS):
        User.objects.filter(pk=person.id).update(**changes)


def end_sessions() -> None:
    with tenant.serving(scope=Scope.ACCOUNTS):
        Session.objects.all().delete()


FROM_CUSTOMERS = (
    Withdrawal("membership", FULL, lambda: dismiss(B, ACCOUNTANT), 404, B),
    Withdrawal("role of admin", FULL, demote, 403, B, frozenset(Right) - RIGHTS_OF[Role.MEMBER]),
    *(
        Withdrawal(right.value, FULL, lambda right=right: revoke(right), 403, B, frozenset({right}))
        for right in Right
    ),
    Withdrawal("company", FULL, erase_b, 404, B),
    Withdrawal("trust in one step", FULL, require_two_steps, "mfa_index", B),
    Withdrawal("account in use", FULL, lambda: change_account(ACCOUNTANT, is_active=False), None),
    Withdrawal("password", FULL, lambda: change_account(ACCOUNTANT, password="!"), None),
    Withdrawal("session", FULL, end_sessions, None),
    Withdrawal("account", MEMBER, lambda: dismiss(CAST.a, CAST.a.member), None),
)


def as_staff(change: Callable[[User], object]) -> Callable[[], None]:
    """The change of the support's account, made on the staff site."""

    def take() -> None:
        with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
            change(User.objects.get(pk=CAST.staff.support.id))

    return take


def update(**changes: bool) -> Callable[[User], object]:
    return lambda user: User.objects.filter(pk=user.pk).update(**changes)


def leave_group(user: User) -> None:
    user.groups.remove(Group.objects.get(name="support"))


SUPPORT = staff("support")
FROM_STAFF = (
    Withdrawal("group", SUPPORT, as_staff(leave_group), 403),
    Withdrawal("being staff", SUPPORT, as_staff(update(is_staff=False)), 404),
    Withdrawal("account in use", SUPPORT, as_staff(update(is_active=False)), None),
)
