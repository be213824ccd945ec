"""SQL that an attacker in company A tries, as dig1_web, to read or to change what is B's."""

from dataclasses import dataclass
from uuid import uuid4

from registry.declarations.plan import plan
from tests.cast import CAST
from tests.proof.arena import WITH_PEOPLE

A, B = CAST.a, CAST.b
B_ADMIN, A_ADMIN = B.admin.id, A.admin.id
B_MEMBERSHIP, A_MEMBERSHIP = B.membership(B.admin), A.membership(A.admin)
B_RUN = B.row("erasurerun")
NEW = uuid4()

SIGNATURE = "0" * 64
FORGED = f"customer|{B.id}|{B_ADMIN}|99999999999|1|{SIGNATURE}"
# One's own context, read back and changed: the signature is true, but for other claims.
OWN = "current_setting('dig1.context')"
OF_B = f"replace(replace({OWN}, '{A.id}', '{B.id}'), '{A_ADMIN}', '{B_ADMIN}')"
SWEEP = tuple(f"SELECT * FROM {table.name}" for table in WITH_PEOPLE)
# Everything that can be found at all, in one statement.
EVERYTHING = " UNION ALL ".join(f"SELECT t::text FROM {table.name} AS t" for table in WITH_PEOPLE)
OF_TENANT = tuple(table for table in plan().of_tenant if table.name != "company_organisation")


@dataclass(frozen=True)
class Attempt:
    name: str
    statements: tuple[str, ...]


def attempt(name: str, *statements: str) -> Attempt:
    return Attempt(name, statements)


READING = (
    attempt(
        "asking for the other company",
        *(
            f"SELECT * FROM {table.name} WHERE {table.tenant} = '{B.id}'"
            for table in plan().of_tenant
        ),
    ),
    attempt(
        "a condition that is always true",
        *(
            f"SELECT * FROM {table.name} WHERE {table.tenant} = '{A.id}' OR 1 = 1 --"
            for table in plan().of_tenant
        ),
    ),
    attempt("UNION with everything", f"SELECT 'mine' UNION ALL {EVERYTHING}"),
    attempt("row-level security switched off", "SET LOCAL row_security = off", EVERYTHING),
    attempt("a forged context set before", f"SET LOCAL dig1.context = '{FORGED}'", EVERYTHING),
    attempt("a forged context set for the session", f"SET dig1.context = '{FORGED}'", EVERYTHING),
    attempt(
        "a forged context in a materialised CTE",
        f"WITH forged AS MATERIALIZED (SELECT set_config('dig1.context', '{FORGED}', true))"
        f" SELECT everything.* FROM forged, ({EVERYTHING}) AS everything",
    ),
    attempt(
        "a forged context in a UNION",
        f"SELECT set_config('dig1.context', '{FORGED}', true) UNION ALL {EVERYTHING}",
    ),
    attempt(
        "a forged context in a LATERAL join",
        f"SELECT everything.* FROM (SELECT set_config('dig1.context', '{FORGED}', true)) AS forged,"
        f" LATERAL ({EVERYTHING}) AS everything",
    ),
    attempt(
        "a forged context in the condition",
        "SELECT * FROM company_organisation"
        f" WHERE set_config('dig1.context', '{FORGED}', true) IS NOT NULL",
    ),
    attempt(
        "one's own context with the other company in it",
        f"SELECT set_config('dig1.context', {OF_B}, true)",
        EVERYTHING,
    ),
    attempt(
        "one's own context with the other person in it",
        f"SELECT set_config('dig1.context', replace({OWN}, '{A_ADMIN}', '{B_ADMIN}'), true)",
        EVERYTHING,
    ),
    attempt(
        "one's own context widened to the sign-in",
        f"SELECT set_config('dig1.context', replace({OWN}, 'customer', 'accounts'), true)",
        EVERYTHING,
    ),
    attempt(
        "one's own context widened to staff",
        f"SELECT set_config('dig1.context', replace({OWN}, 'customer', 'staff'), true)",
        EVERYTHING,
    ),
    attempt(
        "one's own context with its claims moved about",
        f"SELECT set_config('dig1.context', regexp_replace({OWN},"
        f" '^customer', 'customer|{B.id}'), true)",
        EVERYTHING,
    ),
    attempt(
        "a signature made without the key",
        "SELECT set_config('dig1.context', claims || '|' ||"
        " encode(sha256(convert_to(claims, 'UTF8')), 'hex'), true) FROM (SELECT"
        f" 'customer|{B.id}|{B_ADMIN}|99999999999|' || pg_backend_pid() AS claims) AS c",
        EVERYTHING,
    ),
    attempt("a reset of the context", "RESET dig1.context", EVERYTHING),
    attempt("a reset of everything", "RESET ALL", EVERYTHING),
    attempt(
        "a savepoint's older context",
        "SAVEPOINT s; SET LOCAL dig1.context = ''; ROLLBACK TO SAVEPOINT s",
        EVERYTHING,
    ),
    attempt(
        "the functions of the context",
        "SELECT sec.claim(1), sec.claim(2), sec.claim(3)",
        f"SELECT set_config('dig1.context', {OF_B}, true)",
        "SELECT sec.organisation()",
        "SELECT * FROM sec.sole_members()",
    ),
    attempt("the key", "SELECT * FROM sec.signing_key"),
    attempt(
        "the staff's search",
        "SELECT sec.search_organisations('björk', 10)",
        "SELECT set_config('enable_seqscan', 'on', true), sec.search_organisations('björk', 10)",
    ),
    attempt(
        "sole members in the name of the other company",
        f"SET LOCAL dig1.context = '{FORGED}'",
        "SELECT * FROM sec.sole_members()",
    ),
    attempt(
        "an error that tells the value",
        *(
            f"SELECT * FROM {table} WHERE CAST({column} AS integer) = 0"
            for table, column in (
                ("company_organisation", "name"),
                ("company_organisation", "business_id"),
                ("accounts_user", "email"),
                ("accounts_user", "password"),
                ("persons_invitation", "email"),
                ("payments_sale", "buyer_name"),
            )
        ),
    ),
    attempt(
        "an error in the order and in the grouping",
        "SELECT 1 FROM company_organisation ORDER BY CAST(name AS integer)",
        "SELECT count(*) FROM accounts_user GROUP BY CAST(email AS integer)",
    ),
    attempt(
        "an anonymous block that raises what it finds",
        "DO $$ DECLARE one record; BEGIN FOR one IN SELECT * FROM company_organisation LOOP"
        " RAISE NOTICE '%', one; END LOOP; END $$",
        "DO $$ BEGIN RAISE EXCEPTION '%', (SELECT string_agg(o::text, ' ')"
        " FROM company_organisation o); END $$",
    ),
    attempt(
        "an anonymous block with a forged context in a subtransaction",
        f"DO $$ BEGIN PERFORM set_config('dig1.context', '{FORGED}', true);"
        " RAISE EXCEPTION '%', (SELECT string_agg(o::text, ' ') FROM company_organisation o);"
        " EXCEPTION WHEN others THEN RAISE NOTICE '%', SQLERRM; END $$",
    ),
    attempt(
        "a function of one's own",
        "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql AS"
        " 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'",
        "SELECT * FROM company_organisation WHERE pg_temp.leak(name)",
    ),
    attempt(
        "XML of a query and of tables",
        "SELECT query_to_xml('SELECT * FROM company_organisation', true, false, '')",
        "SELECT table_to_xml('accounts_user', true, false, '')",
        "SELECT schema_to_xml('public', true, false, '')",
        "SELECT database_to_xml(true, false, '')",
    ),
    attempt(
        "the text statistics of a query",
        "SELECT * FROM ts_stat('SELECT to_tsvector(''simple'', name) FROM company_organisation')",
    ),
    attempt(
        "places of rows",
        "SELECT * FROM company_organisation WHERE ctid = ANY (ARRAY(SELECT"
        " format('(%s,%s)', page, line)::tid FROM generate_series(0, 3) page,"
        " generate_series(1, 60) line))",
    ),
    attempt(
        "a sample of the table",
        "SELECT * FROM company_organisation TABLESAMPLE SYSTEM (100)",
        "SELECT * FROM persons_membership TABLESAMPLE BERNOULLI (100)",
    ),
    attempt(
        "locks on rows",
        "SELECT * FROM persons_membership FOR UPDATE",
        "SELECT * FROM company_organisation FOR KEY SHARE SKIP LOCKED",
    ),
    attempt(
        "all in one text",
        "SELECT string_agg(u::text, ' ') FROM accounts_user AS u",
        "SELECT jsonb_agg(m) FROM persons_membership AS m",
        "SELECT array_agg(o) FROM company_organisation AS o",
    ),
    attempt(
        "windows and recursion",
        "SELECT first_value(name) OVER (ORDER BY business_id) FROM company_organisation",
        "WITH RECURSIVE r AS (SELECT id, name FROM company_organisation UNION"
        " SELECT o.id, o.name FROM company_organisation o, r) SELECT * FROM r",
    ),
    attempt(
        "joins that start from what is one's own",
        "SELECT o.* FROM persons_membership m JOIN persons_membership n USING (user_id)"
        " JOIN company_organisation o ON o.id = n.organisation_id",
        "SELECT s.* FROM auth_permission p"
        " LEFT JOIN company_organisationuserobjectpermission s ON s.permission_id = p.id",
    ),
    attempt(
        "parallel workers",
        "SET LOCAL min_parallel_table_scan_size = 0",
        "SET LOCAL parallel_setup_cost = 0",
        "SET LOCAL parallel_tuple_cost = 0",
        "SET LOCAL enable_indexscan = off",
        EVERYTHING,
    ),
    attempt(
        "indexes only",
        "SET LOCAL enable_seqscan = off",
        "SET LOCAL enable_bitmapscan = off",
        "SELECT name_key FROM company_organisation WHERE name_key >= ''",
        "SELECT email FROM accounts_user WHERE email >= '' ORDER BY email",
        "SELECT business_id FROM company_organisation ORDER BY business_id",
    ),
    attempt("another search path", "SET LOCAL search_path = pg_temp, sec, public", EVERYTHING),
    attempt(
        "a plan that was made for anybody",
        "SET LOCAL plan_cache_mode = force_generic_plan",
        "PREPARE p AS SELECT * FROM company_organisation WHERE id = $1 OR true",
        f"EXECUTE p('{B.id}')",
    ),
    attempt("COPY of tables", *(f"COPY {table.name} TO STDOUT" for table in WITH_PEOPLE)),
    attempt("COPY of a query", f"COPY ({EVERYTHING}) TO STDOUT"),
    attempt(
        "EXPLAIN of what is read",
        "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS) SELECT * FROM company_organisation",
        "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM accounts_user WHERE email > 'a'",
    ),
    attempt(
        "the planner's statistics",
        "SELECT * FROM pg_stats WHERE schemaname = 'public'",
        "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats",
        "SELECT * FROM pg_stats_ext",
        "SELECT * FROM pg_stats_ext_exprs",
    ),
    attempt("the planner's statistics themselves", "SELECT * FROM pg_statistic"),
    attempt("the statistics' data themselves", "SELECT * FROM pg_statistic_ext_data"),
    attempt(
        "the counters of tables",
        "SELECT * FROM pg_stat_all_tables",
        "SELECT * FROM pg_statio_all_tables",
        "SELECT relname, reltuples FROM pg_class",
    ),
    attempt(
        "statements of the other sessions",
        "SELECT * FROM pg_stat_activity",
        "SELECT pg_stat_get_backend_activity(id) FROM pg_stat_get_backend_idset() AS id",
    ),
    attempt(
        "what the session has left",
        "SELECT * FROM pg_prepared_statements",
        "SELECT * FROM pg_cursors",
        "SELECT * FROM pg_settings",
        "SELECT lastval()",
    ),
    attempt("sequences", "SELECT last_value FROM company_change_id_seq"),
    attempt("the current value of a sequence", "SELECT currval('company_change_id_seq')"),
    attempt(
        "large objects",
        "SELECT lo_get(oid) FROM pg_largeobject_metadata",
        "SELECT data FROM pg_largeobject",
    ),
    attempt("passwords", "SELECT id, email, password FROM accounts_user"),
    attempt("sessions", "SELECT * FROM django_session", "SELECT * FROM usersessions_usersession"),
    attempt("secrets of the second step", "SELECT * FROM mfa_authenticator"),
    attempt(
        "addresses of other people",
        "SELECT * FROM account_emailaddress",
        f"SELECT email FROM accounts_user WHERE id = '{B_ADMIN}'",
    ),
    attempt(
        "who is staff",
        "SELECT * FROM accounts_user WHERE is_staff",
        "SELECT * FROM accounts_user_groups",
        "SELECT * FROM django_admin_log",
    ),
    attempt(
        "what is left of the erased",
        f"SELECT * FROM payments_sale WHERE buyer_name <> '' AND organisation_id = '{CAST.d.id}'",
    ),
    attempt("the cache that all share", "SELECT * FROM dig1_cache"),
    attempt(
        "the catalogue of privileges",
        "SELECT * FROM pg_policies",
        "SELECT * FROM information_schema.role_table_grants",
    ),
)

WRITING = (
    attempt(
        "INSERT into the other company",
        *(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("
            f"'id', gen_random_uuid(), 'organisation_id', '{B.id}'))).* FROM {table} t LIMIT 1"
            for table in (
                "relationship_relationship",
                "persons_membership",
                "payments_serviceevent",
            )
        ),
    ),
    attempt(
        "INSERT of one's own membership of the other company",
        "INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position)"
        f" VALUES ('{NEW}', '{B.id}', '{A_ADMIN}', 'admin', '', '')",
    ),
    attempt(
        "INSERT of the other's person into one's own company",
        "INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position)"
        f" VALUES ('{NEW}', '{A.id}', '{B_ADMIN}', 'member', '', '')",
        "SELECT * FROM accounts_user",
    ),
    attempt(
        "UPDATE of a membership to the other's person",
        f"UPDATE persons_membership SET user_id = '{B_ADMIN}' WHERE role = 'reader'",
        "SELECT * FROM accounts_user",
    ),
    attempt(
        "INSERT of a trade name",
        "INSERT INTO company_tradename (id, organisation_id, name)"
        f" VALUES ('{NEW}', '{B.id}', 'Ours now')",
    ),
    attempt(
        "INSERT of an invitation to the other company",
        "INSERT INTO persons_invitation (id, organisation_id, email, role, office, position,"
        f" invited_by_id, secret_digest, expires_at) VALUES ('{NEW}', '{B.id}', 'x@x.example',"
        f" 'admin', '', '', '{B_MEMBERSHIP}', 'x', now())",
    ),
    attempt(
        "INSERT into the other's history",
        "INSERT INTO company_change (organisation_id, table_name, row_id, columns, by_staff)"
        f" VALUES ('{B.id}', 'x', '{NEW}', ARRAY['x'], false)",
    ),
    attempt(
        "INSERT of a right on the other company",
        "INSERT INTO company_organisationuserobjectpermission (organisation_id, user_id,"
        f" permission_id) SELECT '{B.id}', '{A_ADMIN}', id FROM auth_permission",
    ),
    attempt(
        "INSERT of an erasure of the other company",
        "INSERT INTO rights_erasurerun (id, organisation_id, scope, plan_hash, fingerprint)"
        f" VALUES ('{NEW}', '{B.id}', 'organisation', '', '')",
    ),
    attempt(
        "UPDATE of the other's rows",
        *(
            f"UPDATE {table} SET {change} WHERE organisation_id = '{B.id}' RETURNING *"
            for table, change in (
                ("persons_membership", "office = 'x'"),
                ("company_tradename", "name = 'x'"),
                ("persons_invitation", "role = 'admin'"),
                ("payments_serviceevent", "minutes = 1"),
                ("relationship_relationship", "ended_on = now()"),
            )
        ),
    ),
    attempt(
        "UPDATE of all rows",
        "UPDATE company_organisation SET phone = '' RETURNING *",
        "UPDATE persons_membership SET office = '' RETURNING *",
        "UPDATE accounts_user SET phone = '' RETURNING *",
    ),
    attempt(
        "moving the company's rows away",
        *(f"UPDATE {table.name} SET organisation_id = '{B.id}'" for table in OF_TENANT),
    ),
    attempt(
        "moving an invitation",
        f"UPDATE persons_invitation SET organisation_id = '{B.id}',"
        f" invited_by_id = '{B_MEMBERSHIP}'",
    ),
    attempt("moving a trade name", f"UPDATE company_tradename SET organisation_id = '{B.id}'"),
    attempt(
        "moving a service event",
        f"UPDATE payments_serviceevent SET organisation_id = '{B.id}', membership_id = NULL",
    ),
    attempt("becoming the other company", f"UPDATE company_organisation SET id = '{B.id}'"),
    attempt(
        "DELETE of the other's rows",
        *(
            f"DELETE FROM {table.name} WHERE {table.tenant} = '{B.id}' RETURNING *"
            for table in plan().of_tenant
            if not table.is_retained
        ),
    ),
    attempt(
        "DELETE of all rows",
        "DELETE FROM persons_invitation RETURNING *",
        "DELETE FROM company_tradename RETURNING *",
        "DELETE FROM company_change RETURNING *",
    ),
    attempt(
        "DELETE of accounts",
        "DELETE FROM accounts_user RETURNING *",
        "DELETE FROM django_session RETURNING *",
        "DELETE FROM mfa_authenticator RETURNING *",
        "DELETE FROM account_emailaddress RETURNING *",
    ),
    attempt(
        "DELETE USING the other's rows",
        "DELETE FROM persons_invitation i USING persons_membership m"
        f" WHERE m.organisation_id = '{B.id}' RETURNING m.*",
    ),
    attempt(
        "ON CONFLICT DO UPDATE of the other company",
        "INSERT INTO company_organisation (id, name, business_id, mfa_required)"
        f" VALUES ('{B.id}', 'Ours', '', false) ON CONFLICT (id) DO UPDATE SET name = 'Ours'"
        " RETURNING *",
    ),
    attempt(
        "ON CONFLICT DO UPDATE of the other's row",
        "INSERT INTO company_tradename (id, organisation_id, name) VALUES"
        f" ('{B.row('tradename')}', '{A.id}', 'Ours') ON CONFLICT (id) DO UPDATE"
        " SET name = 'Ours' RETURNING *",
    ),
    attempt(
        "ON CONFLICT DO UPDATE of the other's account",
        "INSERT INTO accounts_user (id, email, password, phone, is_active, date_joined,"
        f" is_staff, is_superuser) VALUES ('{NEW}', '{B.admin.email}', '', '', true, now(),"
        " false, false) ON CONFLICT (email) DO UPDATE SET password = 'x' RETURNING *",
    ),
    attempt(
        "MERGE into the other company",
        "MERGE INTO company_organisation o USING (SELECT 1) AS s"
        f" ON o.id = '{B.id}' WHEN MATCHED THEN UPDATE SET name = 'Ours' WHEN NOT MATCHED THEN"
        f" INSERT (id, name, business_id, mfa_required) VALUES ('{B.id}', 'Ours', '', false)",
    ),
    attempt(
        "MERGE of all memberships",
        "MERGE INTO persons_membership m USING accounts_user u ON true WHEN MATCHED THEN DELETE",
    ),
    attempt(
        "an invitation that the other's person has sent",
        f"UPDATE persons_invitation SET invited_by_id = '{B_MEMBERSHIP}'",
    ),
    attempt(
        "a service event of the other's person",
        f"UPDATE payments_serviceevent SET membership_id = '{B_MEMBERSHIP}'",
    ),
    attempt(
        "a service event that belongs nowhere",
        "UPDATE payments_serviceevent SET organisation_id = NULL",
    ),
    attempt("a step in the other's erasure", f"UPDATE rights_erasurestep SET run_id = '{B_RUN}'"),
    attempt(
        "a right for the other's person",
        f"UPDATE company_organisationuserobjectpermission SET user_id = '{B_ADMIN}'",
    ),
    attempt("TRUNCATE", "TRUNCATE persons_membership CASCADE"),
    attempt("COPY into the other company", "COPY company_tradename FROM STDIN"),
    attempt(
        "a new password for the other's person",
        f"UPDATE accounts_user SET password = 'x' WHERE id = '{B_ADMIN}'",
    ),
    attempt(
        "a second step for the other's person",
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
        f" VALUES ('{B_ADMIN}', 'totp', '{{}}', now())",
    ),
    attempt(
        "a session of the other's person",
        "INSERT INTO django_session (session_key, session_data, expire_date)"
        " VALUES ('mine', 'x', now())",
    ),
    attempt("the next values of sequences", "SELECT setval('company_change_id_seq', 1)"),
)
