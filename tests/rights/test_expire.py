"""What has expired goes every night, whosever it is, and nothing else does."""

from collections.abc import Callable, Iterator
from io import StringIO

import psycopg
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from dig1 import devdb
from registry.company import tenant
from registry.company.tenant import Context, Scope
from registry.declarations.plan import plan
from registry.declarations.vocabulary import Retention
from registry.rights import retention
from registry.rights.steps import Step
from tests.cast import CAST
from tests.clients import sign_in
from tests.environment import ADDRESSES
from tests.proof.canary import all_powerful, tokens

Ask = Callable[..., list[tuple]]
WITH_PEOPLE = tuple(table for table in plan().tables if table.tenant or table.subject)
STAFF = [person.id for person in CAST.staff.everybody]


@pytest.fixture
def ask(own_database: str) -> Iterator[Ask]:
    """``ask(sql, *params)``: the rows of any statement, with a superuser's eyes and hands."""
    with all_powerful(own_database) as admin:

        def run(statement: str, *params: object) -> list[tuple]:
            cursor = admin.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

        yield run


def age_account(ask: Ask, *people: object, joined: str, last_login: str | None = None) -> None:
    ask(
        "UPDATE accounts_user SET date_joined = now() - %s::interval,"
        " last_login = now() - %s::interval WHERE id = ANY (%s)",
        joined,
        last_login,
        list(people),
    )


def age_everything(ask: Ask) -> None:
    """One expired row or more of every kind, of several companies and of none."""
    for person in (CAST.a.member, CAST.b.member, CAST.stranger):
        sign_in(person)
    ask(
        "UPDATE django_session SET expire_date = now() - interval '1 second' WHERE session_key IN"
        " (SELECT session_key FROM usersessions_usersession WHERE user_id = %s)",
        CAST.a.member.id,
    )
    ask("INSERT INTO django_session VALUES ('visitor', '', now() - interval '1 second')")
    ask("INSERT INTO django_session VALUES ('new visitor', '', now() + interval '1 hour')")
    ask(
        "UPDATE persons_invitation SET expires_at = now() - interval '1 second'"
        " WHERE organisation_id = ANY (%s)",
        [CAST.a.id, CAST.c.id],
    )
    for age, person in (("25 hours", CAST.a.admin), ("23 hours", CAST.b.admin)):
        ask(
            "INSERT INTO account_emailconfirmation (created, key, email_address_id)"
            " SELECT now() - %s::interval, id::text, id FROM account_emailaddress"
            " WHERE user_id = %s",
            age,
            person.id,
        )
    for company in (CAST.a, CAST.d):
        for table in ("payments_payment", "payments_sale"):
            ask(
                f"UPDATE {table} SET retain_until = current_date - 1 WHERE organisation_id = %s",
                company.id,
            )
    ask("UPDATE payments_sale SET retain_until = current_date WHERE id = %s", CAST.b.row("sale"))
    age_account(ask, CAST.stranger.id, joined="31 days")
    cache.set("allauth:rl:old", [1.0], -1)
    cache.set("allauth:rl:new", [1.0], 60)


def expire(**options: bool) -> dict[tuple[str, bool], int]:
    with tenant.using("worker"):
        return {(one.table, one.of_account): one.rows for one in retention.expire(**options)}


def keys(ask: Ask, table: str, column: str = "id") -> set:
    return {key for (key,) in ask(f"SELECT {column} FROM {table}")}


# --- by table ------------------------------------------------------------------------------------


def test_ended_sessions_go_with_their_sign_ins_and_visitors_sessions_too(ask):
    age_everything(ask)
    expire()
    assert keys(ask, "usersessions_usersession", "user_id") == {CAST.b.member.id}
    sign_ins = keys(ask, "usersessions_usersession", "session_key")
    assert keys(ask, "django_session", "session_key") == sign_ins | {"new visitor"}


def test_a_sign_in_whose_session_is_gone_goes(ask):
    sign_in(CAST.a.member)
    sign_in(CAST.b.member)
    ask(
        "DELETE FROM django_session WHERE session_key IN (SELECT session_key"
        " FROM usersessions_usersession WHERE user_id = %s)",
        CAST.a.member.id,
    )
    expire()
    assert keys(ask, "usersessions_usersession", "user_id") == {CAST.b.member.id}


def test_expired_invitations_of_all_companies_go(ask):
    age_everything(ask)
    expire()
    assert keys(ask, "persons_invitation", "organisation_id") == {CAST.b.id}


def test_confirmations_go_after_a_day(ask):
    age_everything(ask)
    expire()
    assert len(keys(ask, "account_emailconfirmation")) == 1


def test_expired_counters_go(ask):
    age_everything(ask)
    assert len(keys(ask, "dig1_cache", "cache_key")) == 2
    expire()
    assert keys(ask, "dig1_cache", "cache_key") == {":1:allauth:rl:new"}


@pytest.mark.parametrize("table", ["payments_payment", "payments_sale"])
def test_vouchers_go_by_date_those_of_erased_companies_too(ask, table):
    age_everything(ask)
    expire()  # the last day itself is still one on which it is kept
    assert keys(ask, table, "organisation_id") == {CAST.b.id, CAST.c.id}


# --- accounts ------------------------------------------------------------------------------------


def test_an_account_that_nobody_uses_and_no_company_has_goes_with_all_its_rows(ask, own_database):
    age_everything(ask)
    ask("UPDATE accounts_user SET last_login = date_joined WHERE id = %s", CAST.stranger.id)
    expire()
    with all_powerful(own_database) as admin:
        left = set().union(*tokens(admin).values())
    assert not left & {str(CAST.stranger.id), CAST.stranger.email}


@pytest.mark.parametrize(
    ("joined", "last_login"), [("29 days", None), ("900 days", "29 days"), ("29 days", "28 days")]
)
def test_one_that_is_young_or_in_use_stays(ask, joined, last_login):
    age_account(ask, CAST.stranger.id, joined=joined, last_login=last_login)
    expire()
    assert CAST.stranger.id in keys(ask, "accounts_user")
    assert CAST.stranger.id in keys(ask, "account_emailaddress", "user_id")


def test_those_of_a_company_and_of_the_staff_stay(ask):
    everybody = keys(ask, "accounts_user")
    age_account(ask, *everybody, joined="900 days")
    expire()
    assert everybody - keys(ask, "accounts_user") == {CAST.stranger.id, CAST.ex_admin.id}
    assert set(STAFF) <= keys(ask, "account_emailaddress", "user_id")


def test_one_that_is_used_at_the_same_moment_stays_whole(ask, monkeypatch):
    age_account(ask, CAST.stranger.id, joined="31 days")
    perform = retention.perform

    def with_a_sign_in_meanwhile(step: Step, dry_run: bool) -> int:
        if step.table.name == "accounts_user":
            ask("UPDATE accounts_user SET last_login = now() WHERE id = %s", CAST.stranger.id)
        return perform(step, dry_run)

    monkeypatch.setattr(retention, "perform", with_a_sign_in_meanwhile)
    with pytest.raises(DatabaseError):
        expire()
    assert CAST.stranger.id in keys(ask, "account_emailaddress", "user_id")


def test_the_notice_names_the_time_after_which_accounts_go():
    assert "30 days" in Retention.ACCOUNT.label._args[0]


# --- the run itself ------------------------------------------------------------------------------


def test_a_dry_run_counts_and_changes_nothing(ask, own_database):
    age_everything(ask)

    def everything() -> dict[str, list]:
        tables = [table.name for table in plan().tables]
        return {name: ask(f"SELECT one::text FROM {name} one ORDER BY 1") for name in tables}

    before = everything()
    counted = expire(dry_run=True)
    assert everything() == before
    done = expire()
    expired = {table: rows for (table, of_account), rows in counted.items() if not of_account}
    assert expired == {table: rows for (table, of_account), rows in done.items() if not of_account}
    assert all(expired.values()), "add an expired row of each kind to age_everything"
    assert counted["accounts_user", True] == done["accounts_user", True] == 1
    assert not any(expire().values())


def test_the_command_prints_counts_per_table_and_nobody(ask):
    age_everything(ask)
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    call_command("retention", stdout=out)
    assert "accounts_user: 1 would be deleted, with unused accounts\n" in out.getvalue()
    assert "persons_invitation: 2 deleted, expired\n" in out.getvalue()
    assert "example" not in out.getvalue()


def test_the_command_wants_the_workers_connection(monkeypatch):
    with monkeypatch.context() as without:
        without.delitem(connections.settings, "worker")
        with pytest.raises(CommandError, match="WORKER_DATABASE_URL"):
            call_command("retention")


# --- who may -------------------------------------------------------------------------------------


def rows_seen(alias: str, scope: Scope) -> dict[str, int]:
    with tenant.using(alias), tenant.serving(scope=scope), connections[alias].cursor() as cursor:
        seen = {}
        for table in WITH_PEOPLE:
            cursor.execute(f"SELECT count(*) FROM {table.name}")
            seen[table.name] = cursor.fetchone()[0]
        return {name: count for name, count in seen.items() if count}


def test_the_worker_sees_what_has_expired_and_nothing_else(ask):
    age_everything(ask)
    assert rows_seen("worker", Scope.NOTHING) == {}
    assert rows_seen("worker", Scope.RETENTION) == {
        "account_emailaddress": 1,
        "account_emailconfirmation": 1,
        "accounts_user": 1,
        "django_session": 3,  # of a member and of a visitor, and the forgotten account's
        "payments_payment": 2,
        "payments_sale": 2,
        "persons_invitation": 2,
        "usersessions_usersession": 2,
    }


def test_the_worker_deletes_nothing_else_and_changes_nothing(ask, own_database):
    age_everything(ask)
    before = {table.name: rows_of(ask, table.name) for table in WITH_PEOPLE}
    address = devdb.databases.with_database(ADDRESSES["worker"], own_database)
    with psycopg.connect(address) as worker:
        signed = tenant.sign(Context(Scope.RETENTION), pid=worker.info.backend_pid)
        for table in WITH_PEOPLE:
            with worker.transaction(force_rollback=True):
                worker.execute("SELECT set_config('dig1.context', %s, true)", [signed])
                seen = worker.execute(f"SELECT FROM {table.name}").rowcount
                for statement in (f"DELETE FROM {table.name}", changing(table.name, table.key)):
                    try:
                        with worker.transaction(force_rollback=True):
                            done = worker.execute(statement).rowcount
                    except psycopg.errors.InsufficientPrivilege:
                        continue
                    except psycopg.errors.ForeignKeyViolation:
                        done = seen
                    assert done == (seen if statement.startswith("DELETE") else 0)
                    assert done < before[table.name] or not before[table.name]
    assert before == {table.name: rows_of(ask, table.name) for table in WITH_PEOPLE}


def rows_of(ask: Ask, table: str) -> int:
    return ask(f"SELECT count(*) FROM {table}")[0][0]


def changing(table: str, key: str) -> str:
    return f"UPDATE {table} SET {key} = {key}"


@pytest.mark.parametrize("alias", ["default", "staff"])
@pytest.mark.parametrize("function", ["forgotten_accounts", "ended_sign_ins"])
def test_no_other_role_gains_anything(ask, alias, function):
    age_everything(ask)
    assert rows_seen(alias, Scope.RETENTION) == {}
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        tenant.using(alias),
        tenant.serving(scope=Scope.RETENTION),
        transaction.atomic(using=alias),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(f"SELECT sec.{function}()")


@pytest.mark.parametrize("function", ["forgotten_accounts", "ended_sign_ins"])
def test_the_workers_other_jobs_are_told_nothing(ask, function):
    age_everything(ask)
    for scope in (Scope.NOTHING, Scope.ACCOUNTS, Scope.CUSTOMER):
        with (
            tenant.using("worker"),
            tenant.serving(scope=scope, organisation=CAST.a.id),
            connections["worker"].cursor() as cursor,
        ):
            cursor.execute(f"SELECT sec.{function}()")
            assert cursor.fetchall() == []
