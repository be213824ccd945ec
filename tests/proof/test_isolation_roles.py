"""The roles that serve requests have no way out of what they are granted (SECURITY check 11)."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections

from dig1.devdb.databases import with_database
from registry.company import tenant
from registry.company.tenant import Context, Scope
from tests.cast import CAST
from tests.environment import ADDRESSES

ROLES = ("web", "worker", "staff")
ADMINISTRATOR = urlsplit(ADDRESSES["admin"]).username
SUPPORT = CAST.staff.support.id
NO_SUCH_FUNCTION = psycopg.errors.UndefinedFunction.sqlstate
NOT_TO_BE_CALLED = psycopg.errors.FeatureNotSupported.sqlstate
REFUSED = psycopg.errors.InsufficientPrivilege.sqlstate

ESCAPES = (
    # to the machine
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_stat_file('/etc/passwd')",
    "SELECT pg_ls_logdir()",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY public.dig1_cache FROM PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/escaped'",
    "COPY public.dig1_cache FROM '/etc/passwd'",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/escaped')",
    "SELECT dblink_connect('host=127.0.0.1')",
    "CREATE EXTENSION %(extension)s",
    "DROP EXTENSION plpgsql CASCADE",
    "CREATE TRUSTED LANGUAGE escaped HANDLER plpgsql_call_handler",
    "CREATE FUNCTION pg_temp.sh(text) RETURNS int AS 'libc.so.6', 'system' LANGUAGE c",
    "LOAD 'some_library'",
    # to another role
    "SET ROLE dig1_owner",
    "SET ROLE dig1_definer",
    "SET ROLE dig1_migrate",
    f"SET ROLE {ADMINISTRATOR}",
    f"SET SESSION AUTHORIZATION {ADMINISTRATOR}",
    "SET SESSION AUTHORIZATION dig1_owner",
    "GRANT dig1_owner TO CURRENT_USER",
    "GRANT dig1_definer TO CURRENT_USER",
    "GRANT pg_read_all_data TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE ROLE escaped",
    "REASSIGN OWNED BY dig1_owner TO CURRENT_USER",
    # to making things
    "CREATE TABLE public.escaped ()",
    "CREATE TABLE sec.escaped ()",
    "CREATE TEMPORARY TABLE escaped ()",
    "CREATE VIEW public.escaped AS SELECT 1",
    "CREATE FUNCTION public.escaped() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.escaped() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA escaped",
    "CREATE DATABASE escaped",
    "CREATE TABLESPACE escaped LOCATION '/tmp'",
    "CREATE PUBLICATION escaped FOR ALL TABLES",
    "CREATE EVENT TRIGGER escaped ON ddl_command_start EXECUTE FUNCTION sec.guard_admin()",
    "CREATE TRIGGER escaped BEFORE INSERT ON accounts_user EXECUTE FUNCTION public.guard_staff()",
    "CREATE RULE escaped AS ON DELETE TO accounts_user DO INSTEAD NOTHING",
    # to the guards
    "ALTER TABLE persons_membership DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE persons_membership NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE persons_membership OWNER TO CURRENT_USER",
    "ALTER TABLE persons_membership DISABLE TRIGGER ALL",
    "DROP POLICY company ON persons_membership",
    "CREATE POLICY escaped ON persons_membership USING (true)",
    "ALTER POLICY company ON persons_membership USING (true)",
    "TRUNCATE persons_membership CASCADE",
    "DROP TABLE persons_membership CASCADE",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "SET row_security = off; SELECT * FROM persons_membership",
    # to the key of the context
    "SELECT * FROM sec.signing_key",
    "INSERT INTO sec.signing_key VALUES (9, '', '')",
    "UPDATE sec.signing_key SET inner_pad = '', outer_pad = ''",
    "DELETE FROM sec.signing_key",
    "GRANT SELECT ON sec.signing_key TO CURRENT_USER",
    "CREATE OR REPLACE FUNCTION sec.person() RETURNS uuid LANGUAGE sql AS 'SELECT null::uuid'",
    "ALTER FUNCTION sec.claim(integer) SECURITY INVOKER",
    "DROP FUNCTION sec.claim(integer) CASCADE",
    "SELECT sec.guard_admin()",
    # to the server
    "ALTER SYSTEM SET log_statement = 'all'",
    "SET log_statement = 'all'",
    "SET track_activities = on",
    "ALTER DATABASE postgres SET search_path = escaped",
    "SELECT pg_reload_conf()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_physical_replication_slot('escaped')",
    "SELECT pg_terminate_backend(%(other)s)",
    "SELECT pg_cancel_backend(%(other)s)",
    "SELECT pg_stat_reset()",
    # to what the catalogue hides
    "SELECT rolpassword FROM pg_authid",
    "SELECT passwd FROM pg_shadow",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT subconninfo FROM pg_subscription",
    "SELECT * FROM pg_user_mapping",
    # to tables that only migrations write
    "DELETE FROM django_migrations",
    "INSERT INTO auth_permission (name, content_type_id, codename) VALUES ('x', 1, 'x')",
    "UPDATE django_content_type SET model = 'x'",
    # to vouchers, which nobody rewrites
    "UPDATE payments_payment SET net = 0",
    "UPDATE payments_sale SET net = 0",
)
# Errors that refuse in other words than "permission denied".
IN_OTHER_WORDS = {
    "SELECT dblink_connect('host=127.0.0.1')": NO_SUCH_FUNCTION,
    "SELECT sec.guard_admin()": NOT_TO_BE_CALLED,
}

ENTER_VOUCHER = "INSERT INTO payments_payment SELECT * FROM payments_payment"
REWRITE_HISTORY = tuple(
    f"UPDATE company_change SET {column} = {column}"
    for column in ("at", "table_name", "row_id", "columns", "by_staff", "organisation_id")
)
OF_CUSTOMERS_ROLES = {
    "web": (
        *REWRITE_HISTORY,
        ENTER_VOUCHER,
        "DELETE FROM payments_payment",
        "DELETE FROM payments_sale",
        "SELECT sec.forgotten_accounts()",
        "SELECT sec.ended_sign_ins()",
    ),
    "worker": (*REWRITE_HISTORY, ENTER_VOUCHER),
}
TO_STAFF = (
    "UPDATE accounts_user SET is_staff = true",
    "UPDATE accounts_user SET is_superuser = true",
    "INSERT INTO accounts_user (id, email, password, phone, is_active, date_joined, is_staff,"
    " is_superuser) VALUES (gen_random_uuid(), 'x@x.example', '', '', true, now(), true, false)",
    f"INSERT INTO accounts_user_groups (user_id, group_id) SELECT '{SUPPORT}', id FROM auth_group",
    "UPDATE accounts_user_groups SET group_id = group_id",
    "INSERT INTO accounts_user_user_permissions (user_id, permission_id)"
    f" SELECT '{SUPPORT}', id FROM auth_permission",
    "INSERT INTO auth_group (name) VALUES ('escaped')",
    "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (1, 1)",
    "SELECT sec.search_organisations('testi', 10)",
)


def connect(role: str) -> psycopg.Connection:
    """Straight to the database of this process, as the role."""
    name = connections["default"].settings_dict["NAME"]
    return psycopg.connect(with_database(ADDRESSES[role], name), autocommit=True)


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connection(role: str) -> Iterator[psycopg.Connection]:
    with connect(role) as connection:
        yield connection


@pytest.fixture
def blanks() -> Iterator[dict[str, str]]:
    """What some statements name: a session of somebody else's, and an extension to install."""
    with connect("owner") as theirs:
        query = "SELECT name FROM pg_available_extensions WHERE installed_version IS NULL LIMIT 1"
        extension = theirs.execute(query).fetchone()[0]
        yield {"%(other)s": str(theirs.info.backend_pid), "%(extension)s": f'"{extension}"'}


def succeeds(connection: psycopg.Connection, statement: str, blanks: dict[str, str]) -> bool:
    """Whether the statement does anything but be refused, for the right reason."""
    filled = statement
    for blank, value in blanks.items():
        filled = filled.replace(blank, value)
    try:
        connection.execute(filled)
    except psycopg.Error as error:
        return error.sqlstate != IN_OTHER_WORDS.get(statement, REFUSED)
    return True


def test_no_way_out_is_open(
    connection: psycopg.Connection,
    role: str,
    blanks: dict[str, str],
    figure: Callable[[str, str], None],
) -> None:
    escaped = [one for one in ESCAPES if succeeds(connection, one, blanks)]
    figure("check 11", f"{len(escaped)} of {len(ESCAPES)} escapes of {role} succeeded")
    assert escaped == []


@pytest.mark.parametrize("role", ["web", "worker"])
def test_the_customers_roles_make_nobody_staff_and_rewrite_no_voucher(
    connection: psycopg.Connection, role: str, figure: Callable[[str, str], None]
) -> None:
    attempts = [
        (scope, statement)
        for scope in (Scope.ACCOUNTS, Scope.STAFF, Scope.CUSTOMER, Scope.RETENTION)
        for statement in (*OF_CUSTOMERS_ROLES[role], *TO_STAFF)
    ]
    escaped = [one for one in attempts if is_done(connection, *one)]
    tried = f"attempts of {role} at staff's rights and at vouchers"
    figure("check 11", f"{len(escaped)} of {len(attempts)} {tried} succeeded")
    assert escaped == []


def is_done(connection: psycopg.Connection, scope: Scope, statement: str) -> bool:
    """Whether the statement does something under a true context of that scope."""
    context = Context(scope, CAST.a.id, CAST.a.admin.id)
    with connection.transaction(force_rollback=True):
        signed = tenant.sign(context, pid=connection.info.backend_pid)
        connection.execute("SELECT set_config('dig1.context', %s, true)", [signed])
        try:
            with connection.transaction():
                return connection.execute(statement).rowcount > 0
        except psycopg.errors.InsufficientPrivilege:
            return False


def test_the_role_has_no_attribute_of_power(connection: psycopg.Connection) -> None:
    powers = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    query = f"SELECT {powers} FROM pg_roles WHERE rolname = current_user"
    assert connection.execute(query).fetchone() == (False,) * 5


def test_the_role_is_a_member_of_no_other(connection: psycopg.Connection) -> None:
    query = (
        "SELECT rolname FROM pg_roles WHERE rolname <> current_user"
        " AND pg_has_role(current_user, oid, 'MEMBER')"
    )
    assert connection.execute(query).fetchall() == []


def test_the_role_may_create_nowhere(connection: psycopg.Connection) -> None:
    schemas = "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')"
    databases = (
        "SELECT datname FROM pg_database WHERE has_database_privilege(oid, 'CREATE')"
        " OR datname = current_database() AND has_database_privilege(oid, 'TEMPORARY')"
    )
    assert connection.execute(schemas).fetchall() == []
    assert connection.execute(databases).fetchall() == []


def test_the_role_may_hand_on_no_right(connection: psycopg.Connection) -> None:
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND has_table_privilege(oid, 'SELECT WITH GRANT OPTION')"
    )
    assert connection.execute(query).fetchall() == []
