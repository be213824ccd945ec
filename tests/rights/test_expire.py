"""What has expired goes every night, whosever it is, and nothing else does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import psycopg
import pytest
import time_machine
from croniter import croniter
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.db.models import FileField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from dig1 import devdb
from dig1.folder import FolderStorage
from registry.company import blobs, tenant
from registry.company.blobs import StoreUnavailable
from registry.company.tenant import Context, Scope
from registry.declarations.plan import TODAY, plan
from registry.declarations.vocabulary import Retention
from registry.rights import jobs, journal, retention
from registry.rights.journal import Entry, Part
from registry.rights.models import ErasureRun, Export, RetentionRun
from registry.rights.models.export import named
from registry.rights.retention import Reason
from registry.rights.steps import Step
from tests.cast import CAST, Company, key
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
                f"UPDATE {table} SET retain_until = {TODAY} - 1 WHERE organisation_id = %s",
                company.id,
            )
    ask(f"UPDATE payments_sale SET retain_until = {TODAY} WHERE id = %s", CAST.b.row("sale"))
    for table, column, age in (
        ("company_accessevent", "at", "2 years 1 day"),
        ("rights_accesslink", "expires_at", "1 second"),
        ("rights_correctionrequest", "decided_at", "2 years 1 day"),
    ):
        add_pair(ask, table)
        ask(f"UPDATE {table} SET {column} = now() - %s::interval WHERE {OF_A[table]}", age)
    for company in (CAST.a, CAST.b):
        make_export(ask, company, ago="1 second" if company is CAST.a else "-1 hour")
    add_job(ask, "failed", age="31 days")
    add_job(ask, "failed", age="29 days")
    enter_in_journal(days_ago=60)
    enter_in_journal(days_ago=1)
    age_account(ask, CAST.stranger.id, joined="31 days")
    cache.set("allauth:rl:old", [1.0], -1)
    cache.set("allauth:rl:new", [1.0], 60)


OF_A = {
    "company_accessevent": f"person_id = '{CAST.a.member.id}' AND page = 'correction'",
    "rights_accesslink": f"email = '{CAST.a.member.email}'",
    "rights_correctionrequest": f"person_id = '{CAST.a.member.id}'",
}


def add_pair(ask: Ask, table: str) -> None:
    """A row about somebody in A and one about somebody in B."""
    for company in (CAST.a, CAST.b):
        person = company.member
        match table:
            case "company_accessevent":
                ask(
                    "INSERT INTO company_accessevent (organisation_id, person_id, page, by_staff)"
                    " VALUES (%s, %s, 'correction', false)",
                    company.id,
                    person.id,
                )
            case "rights_accesslink":
                ask(
                    "INSERT INTO rights_accesslink (id, email, secret_digest, expires_at)"
                    " VALUES (%s, %s, %s, now() + interval '1 minute')",
                    key(f"link of {person.email}"),
                    person.email,
                    person.email.encode(),
                )
            case "rights_correctionrequest":
                ask(
                    "INSERT INTO rights_correctionrequest (id, organisation_id, person_id,"
                    ' table_name, row_key, "column", old_value, new_value, reason, language,'
                    " due_on, decided_by, decided_at, outcome, answer)"
                    " VALUES (%s, %s, %s, 'persons_membership', '', 'office', '', 'Lohja', '',"
                    " 'fi', current_date, 'admin', now(), 'accepted', '')",
                    key(f"request of {person.email}"),
                    company.id,
                    person.id,
                )


def make_export(ask: Ask, company: Company, *, ago: str) -> str:
    """A company's export, and its file's name, whose time was over then."""
    export = Export(pk=key(f"export of {company.letter}"), organisation_id=company.id)
    name = named(export, "")
    blobs.write(name, [b"everything about the company"])
    ask("DELETE FROM rights_export WHERE organisation_id = %s", company.id)
    ask(
        "INSERT INTO rights_export (id, organisation_id, requested_by_id, requested_at, language,"
        " state, rows_total, rows_done, files_missing, size, file, expires_at)"
        " VALUES (%s, %s, %s, now(), 'fi', 'ready', 1, 1, 0, 1, %s, now() - %s::interval)",
        export.pk,
        company.id,
        company.admin.id,
        name,
        ago,
    )
    return name


def add_job(ask: Ask, status: str, *, age: str) -> int:
    """A job whose last event is that old."""
    (job,) = ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
        " VALUES ('default', 'task', %s, '{}') RETURNING id",
        status,
    )
    ask("DELETE FROM procrastinate_events WHERE job_id = %s", *job)
    ask(
        "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'deferred',"
        " now() - interval '1 year'), (%s, 'failed', now() - %s::interval)",
        *job,
        *job,
        age,
    )
    return job[0]


def enter_in_journal(*, days_ago: int) -> None:
    run = key(f"erased {days_ago} days ago")
    part = Part(run, ErasureRun.Scope.ORGANISATION, CAST.d.id, None, None, [], [])
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        journal.enter(Entry(timezone.now(), timezone.now(), "", "", [part]))


def expire() -> dict[tuple[str, str], int]:
    """What went, as the run has written it down: rows by table and reason."""
    with tenant.using("worker"):
        run = retention.expire()
        assert run.finished_at >= run.started_at
        return recorded(run)


def recorded(run: RetentionRun) -> dict[tuple[str, str], int]:
    return {(line.table_name, line.reason): line.rows for line in run.lines.all()}


def preview() -> dict[tuple[str, str], int]:
    with tenant.using("worker"):
        return {(one.name, one.reason): one.rows for one in retention.preview()}


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


@pytest.mark.parametrize("table", OF_A)
def test_what_has_a_time_of_its_own_goes_when_it_is_over(ask, table):
    age_everything(ask)
    expire()
    (left,) = ask(f"SELECT count(*) FILTER (WHERE {OF_A[table]}), count(*) FROM {table}")
    assert left[0] == 0
    assert left[1] >= 1


@pytest.mark.parametrize("status", ["failed", "cancelled", "aborted", "succeeded"])
def test_jobs_that_ended_long_ago_go_with_their_events(ask, status):
    old, young = (add_job(ask, status, age=age) for age in ("31 days", "29 days"))
    assert expire()["procrastinate_jobs", Reason.EXPIRED] == 1
    assert keys(ask, "procrastinate_jobs") == {young}
    assert old not in keys(ask, "procrastinate_events", "job_id")


@pytest.mark.parametrize("status", ["todo", "doing", "aborting"])
def test_jobs_that_wait_or_are_at_work_stay_however_old(ask, status):
    job = add_job(ask, status, age="900 days")
    expire()
    assert keys(ask, "procrastinate_jobs") == {job}


def test_a_periodic_job_goes_too(ask):
    job = add_job(ask, "failed", age="31 days")
    ask(
        "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id)"
        " VALUES ('task', 1, %s)",
        job,
    )
    expire()
    assert keys(ask, "procrastinate_jobs") == set()
    assert keys(ask, "procrastinate_periodic_defers", "job_id") == {None}


def test_exports_go_with_their_files(ask):
    over = make_export(ask, CAST.a, ago="1 second")
    kept = make_export(ask, CAST.b, ago="-1 minute")
    assert preview()["rights_export", Reason.EXPIRED] == 1
    assert list(blobs.names(CAST.a.id)) == [over]
    assert expire()["rights_export", Reason.EXPIRED] == 1
    assert CAST.a.id not in keys(ask, "rights_export", "organisation_id")
    assert CAST.b.id in keys(ask, "rights_export", "organisation_id")
    assert list(blobs.names(CAST.a.id)) == []
    assert list(blobs.names(CAST.b.id)) == [kept]


def test_an_export_whose_file_can_t_be_deleted_stays_and_the_rest_goes(ask, monkeypatch):
    age_everything(ask)
    with monkeypatch.context() as failing:
        failing.setattr(FolderStorage, "discard", unavailable)
        with pytest.raises(StoreUnavailable):
            expire()
    assert {CAST.a.id, CAST.b.id} <= keys(ask, "rights_export", "organisation_id")
    assert CAST.stranger.id not in keys(ask, "accounts_user")
    assert expire() == {("rights_export", Reason.EXPIRED): 1, ("journal", Reason.EXPIRED): 1}


def unavailable(store: FolderStorage, name: str) -> None:
    raise StoreUnavailable(name)


def test_no_other_rows_that_expire_have_files():
    with_files = [
        table.name
        for table in plan().tables
        if table.expired and any(isinstance(c.field, FileField) for c in table.columns)
    ]
    assert with_files == [retention.EXPORTS]


def test_the_journal_forgets_what_no_backup_can_bring_back(ask, settings):
    settings.BACKUP_DAYS = 35
    for days_ago in (44, 41, 1):
        enter_in_journal(days_ago=days_ago)
    assert expire()["journal", Reason.EXPIRED] == 1
    assert journal.kept().standing == {key("erased 41 days ago"), key("erased 1 days ago")}
    assert expire() == {}


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
    age_everything(ask)
    perform = retention.perform

    def with_a_sign_in_meanwhile(step: Step, dry_run: bool) -> int:
        if step.table.name == "accounts_user":
            ask("UPDATE accounts_user SET last_login = now() WHERE id = %s", CAST.stranger.id)
        return perform(step, dry_run)

    monkeypatch.setattr(retention, "perform", with_a_sign_in_meanwhile)
    with pytest.raises(DatabaseError):
        expire()
    assert CAST.stranger.id in keys(ask, "account_emailaddress", "user_id")
    assert Reason.ACCOUNT not in keys(ask, "rights_retentionline", "reason")


def test_the_notice_names_the_time_after_which_accounts_go():
    assert "30 days" in Retention.ACCOUNT.label._args[0]


# --- the run itself ------------------------------------------------------------------------------


def test_a_dry_run_counts_and_changes_nothing(ask, own_database):
    age_everything(ask)

    def everything() -> dict[str, list]:
        tables = [table.name for table in plan().tables]
        return {name: ask(f"SELECT one::text FROM {name} one ORDER BY 1") for name in tables}

    before, entered = everything(), journal.kept().standing
    counted = preview()
    assert (everything(), journal.kept().standing) == (before, entered)
    done = expire()
    assert done == counted
    expiring = {table.name for table in plan().tables if table.expired} | {"journal"}
    shown = {name for name, reason in done if reason != Reason.ACCOUNT}
    assert shown == expiring, "add an expired row of each kind to age_everything"
    assert done["accounts_user", Reason.ACCOUNT] == 1
    assert expire() == {}


def test_the_command_prints_counts_per_table_and_nobody(ask):
    age_everything(ask)
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert keys(ask, "rights_retentionrun") == {CAST.a.row("retentionrun")}
    call_command("retention", stdout=out)
    shown = out.getvalue()
    assert "accounts_user: 1 would be deleted, the account was no longer used\n" in shown
    assert "persons_invitation: 2 deleted, kept long enough\n" in shown
    assert "payments_sale: 2 deleted, the law's time was up\n" in shown
    assert "example" not in shown
    (run,) = keys(ask, "rights_retentionrun") - {CAST.a.row("retentionrun")}
    assert f"Retention run {run}\n" in shown


def test_the_record_says_why_and_nothing_about_anybody(ask):
    age_everything(ask)
    done = expire()
    assert done["payments_sale", Reason.LAW] == 2
    assert done["persons_invitation", Reason.EXPIRED] == 2
    assert done["accounts_user", Reason.ACCOUNT] == 1
    assert {reason for _, reason in done} == set(Reason)
    assert {name for name, reason in done if reason == Reason.LAW} == {
        "payments_payment",
        "payments_sale",
    }
    record = str(ask("SELECT r::text, l::text FROM rights_retentionrun r, rights_retentionline l"))
    assert not any(str(one) in record for one in (CAST.a.id, CAST.stranger.id, "example"))


def test_one_that_was_stopped_is_unfinished_and_the_next_one_does_the_rest(ask, monkeypatch):
    age_everything(ask)
    perform = retention.perform

    def until_the_power_fails(step: Step, dry_run: bool) -> int:
        if step.table.name == "persons_invitation":
            raise OSError("power")
        return perform(step, dry_run)

    expected = preview()
    with monkeypatch.context() as stopping:
        stopping.setattr(retention, "perform", until_the_power_fails)
        with pytest.raises(OSError, match="power"):
            expire()
    with tenant.using("worker"):
        stopped = RetentionRun.objects.get(finished_at=None)
        before = recorded(stopped)
    assert before, "let it fail after a table from which something went"
    assert ("persons_invitation", Reason.EXPIRED) not in before
    after = expire()
    assert before | after == expected
    assert not before.keys() & after.keys()
    with tenant.using("worker"):
        assert RetentionRun.objects.get(pk=stopped.pk).finished_at is None


def test_what_went_and_the_line_about_it_commit_together(ask, monkeypatch):
    age_everything(ask)
    with monkeypatch.context() as stopping:
        stopping.setattr(retention.RetentionLine.objects, "create", fail)
        with pytest.raises(OSError, match="disk"):
            expire()
    assert keys(ask, "rights_retentionline", "run_id") == {CAST.a.row("retentionrun")}
    assert len(keys(ask, "persons_invitation")) == 3


def fail(**fields: object) -> None:
    raise OSError("disk")


def test_two_do_not_run_at_once(ask, own_database):
    age_everything(ask)
    address = devdb.databases.with_database(ADDRESSES["worker"], own_database)
    with psycopg.connect(address) as other:
        other.execute(f"SELECT pg_advisory_lock({retention.ALONE})")
        with pytest.raises(retention.UnderWay):
            expire()
        with pytest.raises(CommandError, match="Another retention is under way"):
            call_command("retention")
        jobs.expire(timestamp=0)
        assert keys(ask, "rights_retentionrun") == {CAST.a.row("retentionrun")}
        assert preview()  # a look disturbs nobody
        other.execute(f"SELECT pg_advisory_unlock({retention.ALONE})")
    assert expire()


def test_the_lock_is_given_back_whatever_happens(ask, monkeypatch):
    with monkeypatch.context() as stopping:
        stopping.setattr(retention, "perform", lambda step, dry_run: fail())
        with pytest.raises(OSError, match="disk"):
            expire()
    expire()
    assert ask("SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted") == []


def test_it_runs_every_night_in_finland(ask):
    age_everything(ask)
    (nightly,) = (
        periodic
        for periodic in app.periodic_registry.periodic_tasks.values()
        if periodic.task is jobs.expire
    )
    for day, hour in ((datetime(2027, 1, 1, tzinfo=UTC), 2), (datetime(2027, 7, 1, tzinfo=UTC), 3)):
        tick = croniter(nightly.cron, day).get_next(datetime)
        assert tick.astimezone(ZoneInfo("Europe/Helsinki")).strftime("%H:%M") == f"0{hour}:30"
    jobs.expire(timestamp=0)
    with tenant.using("worker"):
        assert recorded(RetentionRun.objects.latest("started_at"))
    assert preview() == {}


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
        "company_accessevent": 1,
        "payments_payment": 2,
        "payments_sale": 2,
        "persons_invitation": 2,
        "rights_accesslink": 1,
        "rights_correctionrequest": 2,
        "rights_export": 1,
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


# --- the staff site ------------------------------------------------------------------------------


RUNS = reverse("admin:rights_retentionrun_changelist")
RUN = reverse("admin:rights_retentionrun_change", args=[CAST.a.row("retentionrun")])


def test_administrators_read_what_went_and_why():
    client = sign_in(CAST.staff.administrator, mfa=True)
    assert RUN in client.get(RUNS).content.decode()
    shown = client.get(RUN).content.decode()
    assert "django_session" in shown
    assert str(Reason.EXPIRED.label) in shown
    assert 'name="_save"' not in shown
    assert client.post(RUN, {}).status_code == 403
    assert sign_in(CAST.staff.support, mfa=True).get(RUNS).status_code == 403


def test_the_lists_ask_as_much_however_many_there_are(ask):
    client = sign_in(CAST.staff.administrator, mfa=True)

    def queries(page: str) -> int:
        with CaptureQueriesContext(connections["staff"]) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    for page in (RUNS, RUN):  # what is asked once in a process is asked here
        queries(page)
    before = [queries(page) for page in (RUNS, RUN)]
    ask(
        "INSERT INTO rights_retentionrun (id, started_at, plan_hash)"
        " SELECT gen_random_uuid(), now(), '' FROM generate_series(1, 30)"
    )
    ask(
        "INSERT INTO rights_retentionline (run_id, sequence, table_name, reason, rows)"
        " SELECT id, n, 'django_session', 'expired', 1"
        " FROM rights_retentionrun, generate_series(2, 30) n"
    )
    assert [queries(page) for page in (RUNS, RUN)] == before
