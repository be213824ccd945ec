-- Which of these erasures the database has never heard of: after a restore from a backup those of
-- the journal that have to be done again. Answers about keys that whoever asks has already.
CREATE OR REPLACE FUNCTION sec.unknown_erasures(runs uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT run FROM unnest(runs) AS run
        WHERE NOT EXISTS (SELECT FROM public.rights_erasurerun WHERE id = run);
END $$;
