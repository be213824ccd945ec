"""Row-level security, grants and keys between tenants' rows, generated from the plan.

``apply`` is run by the owner after every migration. A table that the plan doesn't know gets no
grant, so it is out of reach of every role that serves requests.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connections, models, transaction

from registry.declarations.declare import Via
from registry.declarations.plan import Plan, Table
from registry.declarations.vocabulary import Editor, Exempt, Link

SQL = Path(__file__).parent / "sql"
SERVING_ROLES = "dig1_web, dig1_worker"
ORGANISATION = "company_organisation"
ACCOUNT = "accounts_user"
MEMBERSHIP = "persons_membership"
KEPT_BY_EVERYBODY = "dig1_cache"
KEPT_BY_STAFF = ("auth_group", "auth_group_permissions")
KEPT_BY_WORKER = (
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "rights_retentionline",
    "rights_retentionrun",
)
# What handing a job over to the worker takes; nobody else reads what others have handed over.
HANDED_OVER = {
    "procrastinate_jobs": "INSERT, SELECT (id)",
    "procrastinate_events": "INSERT",
}
# About persons, but the customers' role may only read and erase them.
GIVEN_BY_STAFF = ("accounts_user_groups", "accounts_user_user_permissions", "django_admin_log")
# What the SECURITY DEFINER functions of sql/*.sql read across companies.
READ_BY_DEFINER = {
    MEMBERSHIP: "organisation_id, user_id, role",
    ORGANISATION: "id, name, name_key, erased_at",
    "company_tradename": "organisation_id, name",
    ACCOUNT: "id, is_staff, date_joined, last_login",
    "django_session": "session_key, expire_date",
    "usersessions_usersession": "id, session_key",
    "rights_erasurerun": "id, part_of, noted_at, journalled_at, deleted_at",
}
# The accounts that nobody has used for long, and that belong to no company.
FORGOTTEN = "SELECT sec.forgotten_accounts()"
ACCESS_LOG = "company_accessevent"
LOGS = ("company_change", ACCESS_LOG)
# The tables whose changes are recorded, and which of them: rows of a list come and go.
WITH_HISTORY = {
    "company_organisation": ("UPDATE",),
    "company_tradename": ("INSERT", "UPDATE", "DELETE"),
    "persons_membership": ("INSERT", "UPDATE", "DELETE"),
    "relationship_relationship": ("UPDATE",),
}
ROWS_OF = {
    "INSERT": "NEW TABLE AS rows_after",
    "UPDATE": "OLD TABLE AS rows_before NEW TABLE AS rows_after",
    "DELETE": "OLD TABLE AS rows_before",
}

# Those of an earlier plan too: what is not generated now must not stay.
DROP_POLICIES = """
    DO $$
    DECLARE
        one record;
    BEGIN
        FOR one IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
            EXECUTE format('DROP POLICY %I ON public.%I', one.policyname, one.tablename);
        END LOOP;
    END $$
"""


def apply(plan: Plan) -> None:
    """Bring the database in line with the plan, in one transaction. Safe to run again."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in statements(plan):
            cursor.execute(statement)
        for row in signing_keys():
            cursor.execute("INSERT INTO sec.signing_key VALUES (%s, %s, %s)", row)
        cursor.execute("SET LOCAL ROLE dig1_owner")


def statements(plan: Plan) -> Iterator[str]:
    yield "SET LOCAL ROLE dig1_migrate"
    yield "CREATE SCHEMA IF NOT EXISTS sec AUTHORIZATION dig1_definer"
    yield "SET LOCAL ROLE dig1_owner"
    yield "GRANT USAGE ON SCHEMA public TO dig1_web, dig1_worker, dig1_staff, dig1_definer"
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM dig1_web, dig1_worker, dig1_staff"
    yield "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO dig1_web, dig1_worker, dig1_staff"
    yield "SET LOCAL ROLE dig1_definer"
    yield (SQL / "context.sql").read_text()
    yield (SQL / "search.sql").read_text()
    yield (SQL / "retention.sql").read_text()
    yield (SQL / "access_log.sql").read_text()
    yield (SQL / "erasures.sql").read_text()
    yield (SQL / "contacts.sql").read_text().replace("{rows}", addressed(plan))
    yield "REVOKE ALL ON SCHEMA sec FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA sec TO {SERVING_ROLES}, dig1_staff, dig1_owner"
    yield "DELETE FROM sec.signing_key"
    yield "SET LOCAL ROLE dig1_owner"
    yield DROP_POLICIES
    for table in plan.tables:
        yield from grants(table)
        yield f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY"
        if table.tenant or table.subject:
            yield from policies(table)
            yield from expiry(table)
    for name, columns in READ_BY_DEFINER.items():
        yield f"GRANT SELECT ({columns}) ON {name} TO dig1_definer"
        yield policy(name, "definer", "SELECT", "dig1_definer", "true")
    for table in about_addresses(plan):
        columns = f"{table.tenant}, {table.address}"
        yield f"GRANT SELECT ({columns}) ON {table.name} TO dig1_definer"
        yield policy(table.name, "definer_of_addresses", "SELECT", "dig1_definer", "true")
    yield from composite_keys(plan)
    yield (SQL / "guards.sql").read_text()
    for table in plan.of_tenant:
        if table.name in WITH_HISTORY:
            yield from history(table)
        if not (table.outlives or table.name == ORGANISATION):
            yield from guard_erased(table)
    for table in plan.of_account:
        if corrected_by_subject(table):
            yield from guard_correction(table)
    yield "SET LOCAL ROLE dig1_definer"


def grants(table: Table) -> Iterator[str]:
    """Least privilege by what the table holds."""
    everybody = f"{SERVING_ROLES}, dig1_staff"
    if table.is_retained:  # vouchers: staff enter them, nobody rewrites them, they go by date
        yield f"GRANT SELECT ON {table.name} TO {everybody}"
        yield f"GRANT INSERT ON {table.name} TO dig1_staff"
        yield f"GRANT DELETE ON {table.name} TO dig1_worker"
    elif table.name in LOGS:  # written once; an erasure deletes rows and cuts links
        links = ", ".join(column.name for column in table.link_columns)
        yield f"GRANT SELECT, INSERT ON {table.name} TO {everybody}"
        yield f"GRANT DELETE, UPDATE ({links}) ON {table.name} TO {SERVING_ROLES}"
    elif table.name in GIVEN_BY_STAFF:
        yield f"GRANT SELECT, DELETE ON {table.name} TO {everybody}"
        yield f"GRANT INSERT, UPDATE ON {table.name} TO dig1_staff"
    elif table.name in KEPT_BY_WORKER:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO dig1_worker"
        if table.name in HANDED_OVER:
            yield f"GRANT {HANDED_OVER[table.name]} ON {table.name} TO dig1_web, dig1_staff"
        if table.model:
            yield f"GRANT SELECT ON {table.name} TO dig1_staff"
    elif table.tenant or table.subject or table.name == KEPT_BY_EVERYBODY:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO {everybody}"
    else:
        yield f"GRANT SELECT ON {table.name} TO {everybody}"
        if table.name in KEPT_BY_STAFF:
            yield f"GRANT INSERT, UPDATE, DELETE ON {table.name} TO dig1_staff"


def policy(table: str, name: str, command: str, roles: str, condition: str) -> str:
    check = f" WITH CHECK ({condition})" if command in ("ALL", "UPDATE") else ""
    return f"CREATE POLICY {name} ON {table} FOR {command} TO {roles} USING ({condition}){check}"


def policies(table: Table) -> Iterator[str]:
    """Who sees which rows. ``(SELECT ...)`` makes PostgreSQL verify the context once a query."""
    name = table.name
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    # The comparison stands inside, so that the planner takes it for one of two answers and not
    # for one row in a hundred: lists in the order of an index stay lists of an index.
    yield policy(
        name, "staff", "ALL", "dig1_staff", "(SELECT sec.scope() IN ('staff', 'accounts'))"
    )
    own = own_rows(table)
    signing_in = "(SELECT sec.scope()) = 'accounts'"
    if table.tenant:
        condition = f"{table.tenant} = (SELECT sec.organisation())"
        if table.column(table.tenant).field.null:
            condition += f" OR {table.tenant} IS NULL AND {signing_in}"
        yield policy(name, "company", "ALL", SERVING_ROLES, condition)
        if mentioned := " OR ".join(filter(None, [own, *own_links(table)])):
            yield policy(name, "own", "SELECT", SERVING_ROLES, mentioned)
        if own and table.subject:
            yield policy(name, "own_erasure", "DELETE", SERVING_ROLES, f"{signing_in} AND {own}")
    else:
        yield policy(name, "sign_in", "ALL", SERVING_ROLES, signing_in)
        yield policy(name, "own", "SELECT", SERVING_ROLES, own)
        if corrected_by_subject(table):
            yield policy(name, "own_correction", "UPDATE", SERVING_ROLES, own)
    if name == ACCOUNT:
        yield policy(name, "colleagues", "SELECT", SERVING_ROLES, colleague())
    if name == ACCESS_LOG:
        yield from append_only(table)


def append_only(table: Table) -> Iterator[str]:
    """Rows go by erasure and by retention only, and of a row that stays only its links are cut."""
    cut = " AND ".join(f"{column.name} IS NULL" for column in table.link_columns)
    yield (
        f"CREATE POLICY kept ON {table.name} AS RESTRICTIVE FOR DELETE TO {SERVING_ROLES}"
        " USING ((SELECT sec.scope() IN ('accounts', 'retention')))"
    )
    yield (
        f"CREATE POLICY unchanged ON {table.name} AS RESTRICTIVE FOR UPDATE TO {SERVING_ROLES}"
        f" USING ((SELECT sec.scope()) = 'accounts') WITH CHECK ({cut})"
    )


def expiry(table: Table) -> Iterator[str]:
    """What the nightly retention sees and deletes, whosever it is: expired rows, those of
    forgotten accounts, and no others."""
    forgotten = rows_about(table, f"IN ({FORGOTTEN})")
    if table.tenant and forgotten:
        # What companies hold goes with the membership, and of those there is none any more.
        optional = table.column(table.tenant).field.null
        forgotten = f"{table.tenant} IS NULL AND {forgotten}" if optional else None
    if conditions := " OR ".join(filter(None, [table.expired, forgotten])):
        # The scope stands first, so that jobs in other scopes never ask the rest.
        condition = f"(SELECT sec.scope() = 'retention') AND ({conditions})"
        yield policy(table.name, "expired", "SELECT", "dig1_worker", condition)
        yield policy(table.name, "expiry", "DELETE", "dig1_worker", condition)


def own_rows(table: Table) -> str | None:
    """The rows about the person of the context."""
    person = "(SELECT sec.person())"
    if table.name == ORGANISATION:
        return (
            f"EXISTS (SELECT FROM {MEMBERSHIP} m"
            f" WHERE m.organisation_id = {ORGANISATION}.id AND m.user_id = {person})"
        )
    return rows_about(table, f"= {person}")


def rows_about(table: Table, whom: str) -> str | None:
    """The rows about accounts; ``whom`` is the right side of a comparison with their ids."""
    match table.subject:
        case Via(column, over, key, subject):
            return f"{column} IN (SELECT {key} FROM {over} WHERE {subject} {whom})"
        case str(column):
            return f"{column} {whom}"
    return None


def own_links(table: Table) -> Iterator[str]:
    """The rows of a company that mention the person of the context."""
    person = "(SELECT sec.person())"
    for column in table.link_columns:
        if column.personal.link is Link.ACCOUNT:
            yield f"{column.name} = {person}"
        else:
            yield f"{column.name} IN (SELECT id FROM {MEMBERSHIP} WHERE user_id = {person})"


def colleague() -> str:
    return (
        f"EXISTS (SELECT FROM {MEMBERSHIP} m WHERE m.user_id = {ACCOUNT}.id"
        f" AND m.organisation_id = (SELECT sec.organisation()))"
    )


def about_addresses(plan: Plan) -> list[Table]:
    """Companies' tables whose rows are about an email address, with or without an account."""
    return [table for table in plan.of_tenant if table.address]


def addressed(plan: Plan) -> str:
    """Selects the companies that have a row about the address, for ``sql/contacts.sql``."""
    selects = (
        f"SELECT one.{table.tenant} FROM public.{table.name} one"
        f" WHERE one.{table.address} = companies_of_address.address"
        for table in about_addresses(plan)
    )
    return " UNION ALL ".join(selects) or "SELECT NULL::uuid WHERE false"


def composite_keys(plan: Plan) -> Iterator[str]:
    """Foreign keys ignore row-level security, so a tenant's row may point only at its own."""
    for table in plan.of_tenant:
        for field in table.model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and not field.db_constraint:
                yield from composite_key(table, field, field.related_model._meta.db_table)


def composite_key(table: Table, field: models.ForeignKey, target: str) -> Iterator[str]:
    unique, foreign = f"{target}_of_tenant", f"{table.name}_{field.column}_of_tenant"
    yield missing_constraint(
        unique, f"ALTER TABLE {target} ADD CONSTRAINT {unique} UNIQUE ({table.tenant}, id)"
    )
    yield missing_constraint(
        foreign,
        f"ALTER TABLE {table.name} ADD CONSTRAINT {foreign}"
        f" FOREIGN KEY ({table.tenant}, {field.column})"
        f" REFERENCES {target} (organisation_id, id)",
    )


def missing_constraint(name: str, statement: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}')"
        f" THEN {statement}; END IF; END $$"
    )


def history(table: Table) -> Iterator[str]:
    """The triggers that record which declared columns changed (never their values)."""
    columns = [c.name for c in table.columns if c.spec is not Exempt.KEY]
    arguments = ", ".join(f"'{column}'" for column in columns)
    yield f"DROP TRIGGER IF EXISTS record_change ON {table.name}"  # asked once a row
    for event in WITH_HISTORY[table.name]:
        yield (
            f"CREATE OR REPLACE TRIGGER record_{event.lower()} AFTER {event} ON {table.name}"
            f" REFERENCING {ROWS_OF[event]}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION public.record_changes({arguments})"
        )


def corrected_by_subject(table: Table) -> list[str]:
    """The columns that people correct themselves outside the sign-in pages."""
    return [c.name for c in table.personal_columns if c.personal.editor is Editor.SUBJECT]


def guard_correction(table: Table) -> Iterator[str]:
    """Of their own account, too, people change only those columns."""
    arguments = ", ".join(f"'{column}'" for column in corrected_by_subject(table))
    yield (
        f"CREATE OR REPLACE TRIGGER guard_correction BEFORE UPDATE ON {table.name}"
        f" FOR EACH ROW EXECUTE FUNCTION public.guard_correction({arguments})"
    )


def guard_erased(table: Table) -> Iterator[str]:
    """Nothing new is stored about a company that has been erased, or is being erased."""
    if table.name == ACCESS_LOG:
        yield (
            f"CREATE OR REPLACE TRIGGER guard_erased AFTER INSERT ON {table.name}"
            " REFERENCING NEW TABLE AS looks"
            " FOR EACH STATEMENT EXECUTE FUNCTION sec.guard_looks()"
        )
        return
    yield (
        f"CREATE OR REPLACE TRIGGER guard_erased BEFORE INSERT ON {table.name}"
        f" FOR EACH ROW EXECUTE FUNCTION public.guard_erased()"
    )


def signing_keys() -> Iterator[tuple[int, bytes, bytes]]:
    """The context keys, padded as HMAC-SHA256 (RFC 2104) wants them: the current one, then those
    that are being rotated out."""
    for number, secret in enumerate([settings.CONTEXT_KEY, *settings.CONTEXT_KEY_FALLBACKS]):
        key = secret.encode()
        if len(key) > 64:
            key = hashlib.sha256(key).digest()
        key = key.ljust(64, b"\0")
        yield number, bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)
