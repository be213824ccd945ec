"""Accounts on the staff site: who works for Dig1, and nobody's password."""

from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from tests.cast import PASSWORD


def page(person) -> str:
    return reverse("admin:accounts_user_change", args=[person.id])


def stored(person) -> User:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        return User.objects.prefetch_related("groups").get(pk=person.id)


def test_no_password_and_no_hash_is_shown(cast, sign_in):
    for person in (cast.staff.support, cast.staff.administrator, cast.staff.superuser):
        shown = sign_in(person, mfa=True).get(page(cast.a.admin)).content.decode()
        assert cast.a.admin.email in shown
        assert "argon2" not in shown
        assert 'type="password"' not in shown


def test_support_changes_no_account(cast, sign_in):
    response = sign_in(cast.staff.support, mfa=True).post(page(cast.a.admin), {"is_staff": "on"})
    assert response.status_code == 403
    assert not stored(cast.a.admin).is_staff


def test_an_administrator_makes_somebody_staff_and_sets_their_groups(cast, sign_in):
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        support = Group.objects.get(name="support")
    data = {"is_active": "on", "is_staff": "on", "groups": [support.pk]}
    response = sign_in(cast.staff.administrator, mfa=True).post(page(cast.stranger), data)
    assert response.status_code == 302
    account = stored(cast.stranger)
    assert account.is_staff
    assert list(account.groups.all()) == [support]


def test_an_administrator_ends_the_use_of_an_account(cast, sign_in):
    sign_in(cast.staff.administrator, mfa=True).post(page(cast.staff.billing), {"is_staff": "on"})
    assert not stored(cast.staff.billing).is_active


def test_nobody_takes_away_their_own_access(cast, sign_in):
    """So one administrator at least is always left: who has just worked here."""
    for person in (cast.staff.administrator, cast.staff.superuser):
        client = sign_in(person, mfa=True)
        assert client.get(page(person)).status_code == 200
        assert client.post(page(person), {}).status_code == 403
        account = stored(person)
        assert account.is_active and account.is_staff
    assert [group.name for group in stored(cast.staff.administrator).groups.all()] == [
        "administrator"
    ]


def test_only_superusers_change_superusers(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    assert client.get(page(cast.staff.superuser)).status_code == 200
    assert client.post(page(cast.staff.superuser), {"is_staff": "on"}).status_code == 403
    assert stored(cast.staff.superuser).is_active
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        User.objects.filter(pk=cast.staff.content.id).update(is_superuser=True)
    client = sign_in(cast.staff.superuser, mfa=True)
    assert client.post(page(cast.staff.content), {"is_staff": "on"}).status_code == 302
    assert not stored(cast.staff.content).is_active


def test_neither_address_nor_password_nor_all_rights_are_set_here(cast, sign_in):
    forged = {
        "is_active": "on",
        "email": "toinen@a.example",
        "password": "pbkdf2",
        "is_superuser": "on",
        "user_permissions": "1",
    }
    sign_in(cast.staff.administrator, mfa=True).post(page(cast.a.admin), forged)
    account = stored(cast.a.admin)
    assert account.email == cast.a.admin.email
    assert account.check_password(PASSWORD)
    assert not account.is_superuser
    assert not account.user_permissions.using("staff").exists()


def test_staff_start_a_password_reset_that_only_its_owner_can_finish(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    address = reverse("admin:accounts_user_password_reset", args=[cast.a.admin.id])
    assert client.get(address).status_code == 200
    assert mail.outbox == []
    assert client.post(address).status_code == 302
    assert [message.to for message in mail.outbox] == [[cast.a.admin.email]]
    assert reverse("account_reset_password") in mail.outbox[0].body
    assert stored(cast.a.admin).check_password(PASSWORD)


def test_those_who_see_no_accounts_start_no_reset(cast, sign_in):
    address = reverse("admin:accounts_user_password_reset", args=[cast.a.admin.id])
    for person in (cast.staff.billing, cast.staff.content):
        assert sign_in(person, mfa=True).post(address).status_code == 403
    assert mail.outbox == []


def test_the_first_administrator_is_made_by_command(capsys):
    call_command("create_staff", "Uusi@Dig1.example", group=["administrator"])
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        account = User.objects.get(email="uusi@dig1.example")
        assert account.is_staff and not account.is_superuser
        # A random one: who has none is never asked to confirm who they are.
        assert account.has_usable_password()
        assert [group.name for group in account.groups.all()] == ["administrator"]
        assert account.emailaddress_set.get().verified
    assert "uusi@dig1.example" not in capsys.readouterr().out
