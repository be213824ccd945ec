"""SQL that an attacker in company A tries, as dig1_web, to read what is B's."""

from registry.declarations.plan import plan
from tests.cast import CAST
from tests.proof.arena import WITH_PEOPLE
from tests.proof.attempts import A_ADMIN, B_ADMIN, EVERYTHING, FORGED, OF_B, OWN, A, B, attempt

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
        "who has stored something about an address",
        f"SELECT sec.companies_of_address('{B.invited}', NULL, 10)",
        f"SELECT * FROM company_organisation WHERE id IN"
        f" (SELECT sec.companies_of_address('{B.invited}', NULL, 10))",
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
