-- The signed context (see tenant.py), verified. Owned by dig1_definer; the key is readable by it
-- alone. A context is scope|organisation|person|expiry|backend|signature.

CREATE TABLE IF NOT EXISTS sec.signing_key (
    id smallint PRIMARY KEY,
    inner_pad bytea NOT NULL,  -- the key, padded and masked as RFC 2104 says:
    outer_pad bytea NOT NULL   -- PostgreSQL has sha256 built in, but no HMAC
);
REVOKE ALL ON sec.signing_key FROM PUBLIC;

-- Every policy asks, so it is written for speed. Nothing of the context is believed, or even
-- read, before its signature has been found right.
CREATE OR REPLACE FUNCTION sec.claim(which integer) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    context text := current_setting('dig1.context', true);
    claims text := left(context, -65);
    message bytea := convert_to(claims, 'UTF8');
BEGIN
    PERFORM FROM sec.signing_key
        WHERE encode(sha256(outer_pad || sha256(inner_pad || message)), 'hex') = right(context, 64);
    IF NOT FOUND
       OR split_part(claims, '|', 4)::bigint < extract(epoch FROM clock_timestamp())
       OR split_part(claims, '|', 5)::integer <> pg_backend_pid() THEN
        RETURN NULL;
    END IF;
    RETURN nullif(split_part(claims, '|', which), '');
END $$;

CREATE OR REPLACE FUNCTION sec.scope() RETURNS text
LANGUAGE sql STABLE PARALLEL RESTRICTED AS $$ SELECT sec.claim(1) $$;

CREATE OR REPLACE FUNCTION sec.organisation() RETURNS uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED AS $$ SELECT sec.claim(2)::uuid $$;

CREATE OR REPLACE FUNCTION sec.person() RETURNS uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED AS $$ SELECT sec.claim(3)::uuid $$;

-- Accounts that belong to the context's company and to no other: those that its erasure takes
-- along. Those of Dig1's staff stay. The one question a company may ask across the border, answered only about its own people.
CREATE OR REPLACE FUNCTION sec.sole_members() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT here.user_id FROM public.persons_membership here
        WHERE here.organisation_id = sec.organisation()
          AND NOT EXISTS (
              SELECT FROM public.accounts_user WHERE id = here.user_id AND is_staff
          )
          AND NOT EXISTS (
              SELECT FROM public.persons_membership elsewhere
              WHERE elsewhere.user_id = here.user_id
                AND elsewhere.organisation_id <> here.organisation_id
          );
END $$;

-- A company has an admin until it is erased. Checked at commit, and then any context may be set,
-- or none: so the check looks with eyes of its own. The lock makes of two admins who leave at once
-- only one succeed. The trigger (guards.sql) asks when an admin's row has gone or changed.
CREATE OR REPLACE FUNCTION sec.guard_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('admin of ' || OLD.organisation_id, 0));
    IF EXISTS (
        SELECT FROM public.company_organisation
        WHERE id = OLD.organisation_id AND erased_at IS NULL
    ) AND NOT EXISTS (
        SELECT FROM public.persons_membership
        WHERE organisation_id = OLD.organisation_id AND role = 'admin'
    ) THEN
        RAISE EXCEPTION 'a company always has an admin'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'persons_membership_last_admin';
    END IF;
    RETURN NULL;
END $$;
