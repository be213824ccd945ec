-- Companies by any words of their name or of a trade name, for the staff site. Row-level security
-- keeps text search off its indexes (its operators are not leakproof), so dig1_definer, whose
-- policy on these tables is plain true, searches for those who serve staff.

CREATE OR REPLACE FUNCTION sec.search_organisations(words text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off  -- whatever the planner thinks of LIMIT
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    beginning text := lower(words);
    wanted tsquery;
BEGIN
    IF sec.scope() IS DISTINCT FROM 'staff' THEN
        RETURN;
    END IF;
    SELECT string_agg(quote_literal(lexeme) || ':*', ' & ')::tsquery INTO wanted
        FROM unnest(to_tsvector('simple', words));
    RETURN QUERY
        (SELECT id FROM public.company_organisation
            WHERE name_key >= beginning AND name_key < beginning || chr(1114111)
            ORDER BY name_key LIMIT most)
        UNION
        (SELECT id FROM public.company_organisation
            WHERE to_tsvector('simple'::regconfig, coalesce(name, '')) @@ wanted LIMIT most)
        UNION
        (SELECT organisation_id FROM public.company_tradename
            WHERE to_tsvector('simple'::regconfig, coalesce(name, '')) @@ wanted LIMIT most);
END $$;
REVOKE ALL ON FUNCTION sec.search_organisations(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.search_organisations(text, integer) TO dig1_staff;
