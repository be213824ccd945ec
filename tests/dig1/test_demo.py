"""The demo: companies and people that a newcomer can sign in as."""

import re
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.models import User
from dig1.demo import ACCOUNTANT, ADMINISTRATOR, COMPANIES, STAFF
from dig1.management.commands.setup_groups import GROUPS
from registry.company import tenant
from registry.company.access import companies_of
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.payments.models import Payment, Sale, ServiceEvent
from registry.persons.models import Invitation
from registry.relationship.models import Relationship

DEMO_IDS = [company.business_id for company in COMPANIES]


@pytest.fixture
def printed(own_database: str, settings: Settings, tmp_path: Path) -> str:
    """What the command printed. It commits, over two connections: so a database of its own."""
    settings.DATA_DIR = tmp_path
    return run_demo()


def run_demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def password_in(printed: str) -> str:
    return re.search(r"password (\S+)", printed)[1]


def test_every_printed_account_has_the_printed_password_and_a_verified_address(printed):
    with tenant.serving(scope=Scope.ACCOUNTS):
        for address in re.findall(r"^  (\S+@\S+)", printed, re.MULTILINE):
            user = User.objects.get(email=address)
            assert user.check_password(password_in(printed))
            assert user.emailaddress_set.get().verified


def test_a_person_signs_in_with_it_and_sees_their_company(printed, client):
    response = client.post(
        "/tili/login/",
        {"login": "paakayttaja@esimerkki.example", "password": password_in(printed)},
        follow=True,
    )
    assert "Esimerkki Oy" in response.content.decode()


def test_the_companies_are_identified_and_have_rows_of_every_kind(printed):
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        for company in Organisation.objects.filter(business_id__in=DEMO_IDS):
            assert company.identified_at
            for model in (Payment, Sale, ServiceEvent, Relationship, Invitation):
                assert model.objects.filter(organisation=company).exists()


def test_the_invited_got_their_mail(printed):
    assert {to for message in mail.outbox for to in message.to} == {
        company.invited for company in COMPANIES
    }


def test_the_accountant_is_in_both_companies(printed):
    with tenant.serving(scope=Scope.ACCOUNTS):
        accountant = User.objects.get(email=ACCOUNTANT).pk
    with tenant.serving(person=accountant):
        assert {company.name for company in companies_of(accountant)} == {
            company.name for company in COMPANIES
        }


def test_each_group_of_the_staff_has_an_account_with_two_step_sign_in(printed):
    assert set(STAFF.values()) == set(GROUPS)
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        for address, group in STAFF.items():
            user = User.objects.get(email=address)
            assert user.is_staff and not user.is_superuser
            assert [one.name for one in user.groups.all()] == [group]
            assert user.authenticator_set.filter(type=Authenticator.Type.TOTP).exists()


def test_the_administrators_second_step_is_printed(printed):
    assert f"otpauth://totp/{ADMINISTRATOR.replace('@', '%40')}?secret=" in printed
    assert len(re.search(r"each once: ([\d ]+)", printed)[1].split()) == 10


def test_a_second_time_it_makes_nothing_and_prints_the_same(printed):
    with tenant.serving(scope=Scope.ACCOUNTS):
        before = User.objects.count()
    assert run_demo() == printed
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert User.objects.count() == before


def test_the_password_is_kept_for_its_user_alone(printed, tmp_path):
    file = tmp_path / "demo_password.txt"
    assert file.read_text() == password_in(printed)
    assert file.stat().st_mode & 0o077 == 0


def test_a_deleted_account_is_neither_printed_nor_made_again(printed):
    with tenant.serving(scope=Scope.ACCOUNTS):
        User.objects.filter(email="lukija@esimerkki.example").update(email="muu@esimerkki.example")
    again = run_demo()
    assert "lukija@esimerkki.example" not in again
    assert "jasen@esimerkki.example" in again


def test_production_gets_no_demo(settings: Settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="DIG1_ENV=local"):
        call_command("demo")
