"""The measuring register: a small one, and all that it must have in common with a real one."""

from collections.abc import Iterator
from hashlib import md5
from io import StringIO
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from stdnum.fi import ytunnus

from accounts.models import User
from dig1 import devdb
from dig1.benchdata import databases, filling
from registry.company import tenant
from registry.company.access import companies_of
from registry.company.models import Organisation
from registry.company.roles import RIGHTS_OF, Role
from registry.payments.models import Payment
from registry.persons.models import Membership
from tests.databases import new_name
from tests.environment import ADDRESSES

COMPANIES = 50
FIRST = UUID(bytes=md5(b"company1", usedforsecurity=False).digest())
ADMIN = UUID(bytes=md5(b"person1", usedforsecurity=False).digest())
SCHEMA = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tablename, indexname, indexdef, true FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled = 'O'
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT relname, 'security', relforcerowsecurity::text, relrowsecurity
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    ORDER BY 1, 2, 3
"""


@pytest.fixture(scope="module")
def unfilled(django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker: str) -> str:
    """The name of a database that is to become the register."""
    name = new_name(worker)
    with django_db_blocker.unblock(), databases.made(name):
        call_command("prepare", verbosity=0)
    return name


@pytest.fixture(scope="module")
def schema_before(unfilled: str) -> list[tuple]:
    return rows(unfilled, SCHEMA)


@pytest.fixture(scope="module")
def register(
    unfilled: str, schema_before: list[tuple], django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A filled register, which all connections go to."""
    with django_db_blocker.unblock(), databases.connected(unfilled):
        filling.fill(companies=COMPANIES, tell=lambda *_: None)
        with django_db_blocker.block():
            yield unfilled
    devdb.drop_database(ADDRESSES, unfilled)


@pytest.fixture(scope="module")
def made_by_command(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, str]]:
    """The database that the command has made, and what it printed."""
    out = StringIO()
    name = databases.name(filling.SMALLEST)
    with django_db_blocker.unblock():
        call_command("benchdata", organisations=filling.SMALLEST, stdout=out)
    yield name, out.getvalue()
    devdb.drop_database(ADDRESSES, name)


def rows(database: str, query: str) -> list[tuple]:
    """As the administrator, whom row-level security doesn't bind."""
    with psycopg.connect(devdb.databases.with_database(ADDRESSES["admin"], database)) as admin:
        return admin.execute(query).fetchall()


def count(database: str, what: str) -> int:
    return rows(database, f"SELECT count(*) FROM {what}")[0][0]


def test_it_has_as_many_companies_as_asked_for_and_an_account_for_every_person(register):
    assert count(register, "company_organisation") == COMPANIES
    assert count(register, "relationship_relationship") == COMPANIES
    people = count(register, "accounts_user")
    assert people > 3 * COMPANIES
    assert count(register, "account_emailaddress WHERE verified") == people
    assert count(register, "persons_membership") >= people


def test_it_has_payments_sales_and_services(register):
    events = [
        count(register, table)
        for table in ("payments_payment", "payments_sale", "payments_serviceevent")
    ]
    assert min(events) > COMPANIES


def test_business_ids_are_valid_and_no_two_alike(register):
    found = [value for (value,) in rows(register, "SELECT business_id FROM company_organisation")]
    assert len(set(found)) == COMPANIES
    assert all(ytunnus.is_valid(value) for value in found)


def test_the_first_company_has_50_people_and_most_have_10_at_most(register):
    sizes = dict(
        rows(register, "SELECT organisation_id, count(*) FROM persons_membership GROUP BY 1")
    )
    assert sizes[FIRST] == 50
    assert sorted(sizes.values())[COMPANIES // 2] <= 10


def test_every_company_has_an_admin_who_has_the_rights_of_one(register):
    assert (
        count(
            register,
            "company_organisation o WHERE NOT EXISTS (SELECT FROM persons_membership m"
            " WHERE m.organisation_id = o.id AND m.role = 'admin')",
        )
        == 0
    )
    with tenant.serving(person=ADMIN):
        (company,) = companies_of(ADMIN)
        assert company.is_admin
        assert company.rights == RIGHTS_OF[Role.ADMIN]


def test_nobody_can_sign_in_with_a_password(register):
    with tenant.serving(person=ADMIN):
        assert not User.objects.get(pk=ADMIN).has_usable_password()
    assert count(register, "accounts_user WHERE password NOT LIKE '!%'") == 0


def test_indexes_references_guards_and_security_are_as_before_and_hold(register, schema_before):
    after = rows(register, SCHEMA)
    assert after == schema_before
    assert all(holds for *_rest, kind, holds in after if kind.startswith("FOREIGN KEY"))


def test_a_company_sees_its_own_rows_only_and_without_a_context_there_are_none(register):
    for model in (Organisation, Membership, Payment, User):
        assert not model.objects.exists()
    with tenant.serving(organisation=FIRST):
        assert [company.pk for company in Organisation.objects.all()] == [FIRST]
        assert Membership.objects.count() == User.objects.count() == 50
        assert set(Payment.objects.values_list("organisation_id", flat=True)) == {FIRST}


def test_the_command_makes_a_database_of_its_own_and_tells_the_rows(made_by_command):
    name, told = made_by_command
    assert databases.is_complete(name)
    assert count(name, "company_organisation") == filling.SMALLEST
    assert f"{filling.SMALLEST} company_organisation" in told


def test_fewer_companies_than_the_shape_needs_are_refused():
    with pytest.raises(CommandError, match="At least 45"):
        call_command("benchdata", organisations=44)


def test_a_production_server_gets_no_such_register(settings: Settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="DIG1_ENV=local"):
        call_command("benchdata", organisations=COMPANIES)
