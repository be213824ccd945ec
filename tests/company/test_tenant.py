"""The context of a transaction: what is signed, where it holds, and that it ends."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DataError, connections
from pytest_django.fixtures import Settings

from accounts.models import User
from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Context, Router, Scope
from tests.cast import Cast

Claims = tuple[str | None, UUID | None, UUID | None]
NOTHING: Claims = (None, None, None)


def verified(alias: str = "default") -> Claims:
    """The context as PostgreSQL believes it."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT sec.scope(), sec.organisation(), sec.person()")
        return cursor.fetchone()


def claim(signed: str) -> Claims:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('dig1.context', %s, true)", [signed])
    return verified()


def pid() -> int:
    return connections["default"].connection.info.backend_pid


@pytest.fixture
def context(cast: Cast) -> Context:
    return Context(Scope.CUSTOMER, cast.a.id, cast.a.admin.id)


# --- signing -------------------------------------------------------------------------------------


def test_what_is_signed_is_believed(context: Context) -> None:
    verified()
    signed = tenant.sign(context, pid=pid())
    assert claim(signed) == ("customer", context.organisation, context.person)


def test_claims_may_be_left_out(cast: Cast) -> None:
    verified()
    assert claim(tenant.sign(Context(Scope.ACCOUNTS), pid=pid())) == ("accounts", None, None)
    person = Context(Scope.CUSTOMER, person=cast.a.admin.id)
    assert claim(tenant.sign(person, pid=pid())) == ("customer", None, cast.a.admin.id)


def test_another_backends_context_is_none(context: Context) -> None:
    verified()
    assert claim(tenant.sign(context, pid=pid() + 1)) == NOTHING


@pytest.mark.parametrize(("ago", "holds"), [(290, True), (301, False)])
def test_a_context_expires_after_five_minutes(context: Context, ago: int, holds: bool) -> None:
    verified()
    signed = tenant.sign(context, pid=pid(), now=time.time() - ago)
    assert (claim(signed) != NOTHING) is holds


def test_another_keys_signature_is_none(context: Context, settings: Settings) -> None:
    verified()
    settings.CONTEXT_KEY = "another key, as long as a key must be"
    assert claim(tenant.sign(context, pid=pid())) == NOTHING


def test_a_key_longer_than_a_block_is_hashed_as_the_rfc_says(
    own_database: str, context: Context, settings: Settings
) -> None:
    settings.CONTEXT_KEY = "k" * 65
    call_command("apply_isolation", verbosity=0)
    with tenant.serving(organisation=context.organisation):
        assert verified()[1] == context.organisation


def test_a_key_is_exchanged_without_an_interruption(
    own_database: str, context: Context, settings: Settings
) -> None:
    def believes(key: str) -> bool:
        settings.CONTEXT_KEY = key
        with tenant.serving(organisation=context.organisation):
            return verified()[1] == context.organisation

    old, new = settings.CONTEXT_KEY, "the new key, as long as a key must be"
    settings.CONTEXT_KEY, settings.CONTEXT_KEY_FALLBACKS = new, [old]
    call_command("apply_isolation", verbosity=0)
    assert believes(old)  # a process that has not been restarted yet
    assert believes(new)
    settings.CONTEXT_KEY_FALLBACKS = []
    call_command("apply_isolation", verbosity=0)
    assert believes(new)
    assert not believes(old)


# --- entering ------------------------------------------------------------------------------------


def test_a_context_needs_a_transaction(own_database: str, context: Context) -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        tenant.enter(context)
    assert tenant.current() == Context()


def test_a_context_ends_with_its_transaction(own_database: str, cast: Cast) -> None:
    with tenant.serving(organisation=cast.a.id):
        assert Organisation.objects.get().id == cast.a.id
    assert verified() == NOTHING
    assert not Organisation.objects.exists()


def test_blocks_in_one_another_bring_back_the_context_around(cast: Cast) -> None:
    with tenant.serving(organisation=cast.a.id):
        with tenant.serving(organisation=cast.b.id):
            assert Organisation.objects.get().id == cast.b.id
        assert Organisation.objects.get().id == cast.a.id
        assert tenant.current().organisation == cast.a.id
    assert verified() == NOTHING
    assert tenant.current() == Context()


class Interrupted(Exception):
    pass


def interrupt() -> None:
    raise Interrupted


def fail_in_the_database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@pytest.mark.parametrize(
    ("failure", "error"), [(interrupt, Interrupted), (fail_in_the_database, DataError)]
)
@pytest.mark.parametrize("block", [lambda: tenant.serving(scope=Scope.STAFF), tenant.accounts])
def test_a_block_that_raises_brings_back_the_context_around(
    cast: Cast, block: Callable, failure: Callable[[], None], error: type[Exception]
) -> None:
    with tenant.serving(organisation=cast.a.id):
        around = verified(), tenant.current()
        with pytest.raises(error), block():
            failure()
        assert (verified(), tenant.current()) == around


def test_the_account_tables_open_for_a_block_and_the_company_stays(context: Context) -> None:
    with tenant.serving(organisation=context.organisation, person=context.person):
        colleagues = User.objects.count()
        with tenant.accounts():
            assert verified() == ("accounts", context.organisation, context.person)
            assert User.objects.count() > colleagues
            assert Organisation.objects.get().id == context.organisation
        assert verified() == ("customer", context.organisation, context.person)
        assert User.objects.count() == colleagues


# --- connections -----------------------------------------------------------------------------


def test_queries_go_to_the_connection_that_serves() -> None:
    router = Router()
    assert router.db_for_read(User) == router.db_for_write(User) == "default"
    with tenant.using("staff"):
        assert router.db_for_read(User) == router.db_for_write(User) == "staff"
        assert User.objects.all().db == "staff"
    assert User.objects.all().db == "default"


def test_a_block_that_raises_brings_back_the_connection() -> None:
    with pytest.raises(Interrupted), tenant.using("staff"):
        interrupt()
    assert tenant.alias() == "default"


def test_each_connection_has_its_own_context(cast: Cast) -> None:
    with (
        tenant.serving(organisation=cast.a.id),
        tenant.using("staff"),
        tenant.serving(scope=Scope.STAFF),
    ):
        assert verified("default")[:2] == ("customer", cast.a.id)
        assert verified("staff")[:2] == ("staff", None)


def test_rows_of_either_connection_may_be_related() -> None:
    assert Router().allow_relation(User(), Organisation())


def test_only_the_owner_migrates() -> None:
    allowed = [alias for alias in connections if Router().allow_migrate(alias, "company")]
    assert allowed == ["owner"]
