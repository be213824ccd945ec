-- The database roles of Dig1, and the database that belongs to them. PostgreSQL 15 to 18.
--
-- Run by the server's administrator, connected to the application's own database:
--     psql -v ON_ERROR_STOP=1 -f infra/roles.sql "host=... dbname=dig1 user=..."
-- and then give the four login roles their passwords (\password dig1_migrate, ...).
--
-- Safe to run again. The administrator needs CREATEROLE and to own the database (or to be a
-- superuser): a managed server's administrator will do. What each role may do *inside* the
-- database (tables, policies, functions) is granted later by `manage.py apply_isolation`.
--
--   dig1_owner     owns the database and everything in it; nobody logs in as it
--   dig1_definer   owns the few SECURITY DEFINER functions; nobody logs in as it
--   dig1_migrate   migrations: logs in and acts as dig1_owner
--   dig1_web       serves customers
--   dig1_staff     serves the admin site
--   dig1_worker    runs jobs

BEGIN;

-- 1. Roles. One that exists with more rights than it should is an error, never quietly accepted.
DO $$
DECLARE
    wanted record;
    present pg_roles;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('dig1_owner', false), ('dig1_definer', false), ('dig1_migrate', true),
            ('dig1_web', true), ('dig1_staff', true), ('dig1_worker', true)
        ) AS list (name, logs_in)
    LOOP
        SELECT * INTO present FROM pg_roles WHERE rolname = wanted.name;
        IF NOT FOUND THEN
            EXECUTE format(
                'CREATE ROLE %I %s NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION',
                wanted.name, CASE WHEN wanted.logs_in THEN 'LOGIN' ELSE 'NOLOGIN' END
            );
        ELSIF present.rolsuper OR present.rolbypassrls OR present.rolcreatedb OR present.rolcreaterole
              OR present.rolreplication OR present.rolcanlogin <> wanted.logs_in THEN
            RAISE EXCEPTION 'role % exists with other attributes than it should have', wanted.name
                USING HINT = 'It must be NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE '
                             'NOREPLICATION, and LOGIN only if it is meant to log in.';
        END IF;
    END LOOP;
END $$;

-- 2. Memberships: dig1_migrate alone has any. An administrator who is no superuser must be a
-- member of dig1_owner to hand the database over to it, for the length of this script only.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['dig1_owner', 'dig1_definer'] LOOP
        IF NOT EXISTS (
            SELECT FROM pg_auth_members
            WHERE roleid = role_name::regrole AND member = 'dig1_migrate'::regrole
        ) THEN
            EXECUTE format('GRANT %I TO dig1_migrate', role_name);
        END IF;
    END LOOP;

    SELECT m.member::regrole::text INTO role_name FROM pg_auth_members m
    WHERE m.member IN ('dig1_owner'::regrole, 'dig1_definer'::regrole, 'dig1_web'::regrole,
                       'dig1_staff'::regrole, 'dig1_worker'::regrole);
    IF FOUND THEN
        RAISE EXCEPTION 'role % is a member of another role, and should be of none', role_name;
    END IF;

    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT dig1_owner TO %I', current_user);
    END IF;
END $$;

-- 3. The database belongs to dig1_owner, and nobody else gets in or may make anything in it.
DO $$
DECLARE
    db CONSTANT name := current_database();
BEGIN
    IF (SELECT datdba FROM pg_database WHERE datname = db) <> 'dig1_owner'::regrole THEN
        EXECUTE format('ALTER DATABASE %I OWNER TO dig1_owner', db);
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', db);
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO dig1_migrate, dig1_web, dig1_staff, dig1_worker, %I',
        db, current_user  -- the administrator too, to run this again
    );
    IF (SELECT nspowner FROM pg_namespace WHERE nspname = 'public') <> 'dig1_owner'::regrole THEN
        ALTER SCHEMA public OWNER TO dig1_owner;
    END IF;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
END $$;

-- 4. Settings of this database. Values of rows stay out of the server's log: no statements, no
-- parameters, no DETAIL lines; and out of pg_stat_activity, where one session of a role reads the
-- statements of all the others. Some of these only a superuser (or whom GRANT SET ON PARAMETER
-- allows) may set here; on a managed server set the ones named in the warning server-wide.
DO $$
DECLARE
    db CONSTANT name := current_database();
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('log_statement', 'none'),
            ('log_min_error_statement', 'panic'),
            ('log_error_verbosity', 'terse'),
            ('log_parameter_max_length', '0'),
            ('log_parameter_max_length_on_error', '0'),
            ('track_activities', 'off')
        ) AS list (name, value)
    LOOP
        BEGIN
            EXECUTE format('ALTER DATABASE %I SET %I = %L', db, wanted.name, wanted.value);
        EXCEPTION WHEN insufficient_privilege THEN
            IF current_setting(wanted.name) <> wanted.value THEN
                RAISE WARNING 'set % = % in the parameters of the server', wanted.name, wanted.value;
            END IF;
        END;
    END LOOP;

    FOR wanted IN
        SELECT * FROM (VALUES
            -- Migrations act as the owner, whoever runs them, and never queue long behind traffic.
            ('dig1_migrate', 'role', 'dig1_owner'),
            ('dig1_migrate', 'lock_timeout', '5s'),
            ('dig1_web', 'statement_timeout', '15s'),
            ('dig1_web', 'idle_in_transaction_session_timeout', '60s'),
            ('dig1_staff', 'statement_timeout', '60s'),
            ('dig1_staff', 'idle_in_transaction_session_timeout', '60s')
        ) AS list (role_name, name, value)
    LOOP
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET %I = %L',
                       wanted.role_name, db, wanted.name, wanted.value);
    END LOOP;
END $$;

-- 5. The administrator's membership of step 2 ends.
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('REVOKE dig1_owner FROM %I', current_user);
    END IF;
END $$;

COMMIT;
