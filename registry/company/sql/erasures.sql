-- Of these accounts, those that an erasure in the context's company leaves alone: they belong to
-- another company, or to Dig1's staff.
CREATE OR REPLACE FUNCTION sec.needed_elsewhere(accounts uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.scope() IS DISTINCT FROM 'accounts' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT account FROM unnest(accounts) AS account
        WHERE EXISTS (SELECT FROM public.accounts_user WHERE id = account AND is_staff)
           OR EXISTS (
               SELECT FROM public.persons_membership
               WHERE user_id = account AND organisation_id IS DISTINCT FROM sec.organisation()
           );
END $$;
REVOKE ALL ON FUNCTION sec.needed_elsewhere(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.needed_elsewhere(uuid[]) TO dig1_web, dig1_worker;

-- The erasures entered in the journal since a moment. A journal that holds none of them is not
-- this database's.
CREATE OR REPLACE FUNCTION sec.journalled_erasures(since timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM public.rights_erasurerun
    WHERE journalled_at >= since AND part_of IS NULL
$$;

-- Which of these erasures the database has not begun, or never heard of: after a restore from a
-- backup those of the journal that have to be done again (before they are entered in the journal
-- they are noted). Answers about keys that whoever asks has already.
CREATE OR REPLACE FUNCTION sec.unknown_erasures(runs uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT run FROM unnest(runs) AS run
        WHERE NOT EXISTS (
            SELECT FROM public.rights_erasurerun WHERE id = run AND noted_at IS NOT NULL
        );
END $$;
