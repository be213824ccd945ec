-- Of these accounts, those that an erasure in the context's company leaves alone: they belong to
-- another company, or to Dig1's staff.
CREATE OR REPLACE FUNCTION sec.needed_elsewhere(accounts uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here CONSTANT uuid := sec.organisation();  -- verified once, not for every account
BEGIN
    IF sec.scope() IS DISTINCT FROM 'accounts' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT id FROM unnest(accounts) AS account
        JOIN public.accounts_user ON id = account
        WHERE is_staff
        UNION
        SELECT user_id FROM unnest(accounts) AS account
        JOIN public.persons_membership ON user_id = account
        WHERE organisation_id IS DISTINCT FROM here;
END $$;
REVOKE ALL ON FUNCTION sec.needed_elsewhere(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.needed_elsewhere(uuid[]) TO dig1_web, dig1_worker;

-- Whether a journal that holds these erasures is another database's: this one has entered some
-- since then, and none of these.
CREATE OR REPLACE FUNCTION sec.is_foreign_journal(entered uuid[], since timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) > 0 AND count(*) FILTER (WHERE id = ANY (entered)) = 0
    FROM public.rights_erasurerun
    WHERE journalled_at >= since AND part_of IS NULL
$$;

-- Which of these erasures have to be done again after a restore from a backup: those that the
-- database has not begun, or never heard of (before they are entered in the journal they are
-- noted), and of those that came to their end those whose rows are back. Answers about keys that
-- whoever asks has already.
CREATE OR REPLACE FUNCTION sec.undone_erasures(entered uuid[], ended uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT run FROM unnest(entered) AS run
        WHERE NOT EXISTS (
            SELECT FROM public.rights_erasurerun
            WHERE id = run AND noted_at IS NOT NULL
              AND (deleted_at IS NOT NULL OR run <> ALL (ended))
        );
END $$;
