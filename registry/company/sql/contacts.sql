-- Which companies have something stored about exactly this email address: for people without an
-- account, who get in by a link mailed to it and are then shown each company's rows under that
-- company's own context. A page at a time, by key, beginning after ``beyond``. The tables to ask
-- are filled in from the plan (isolation.py).
CREATE OR REPLACE FUNCTION sec.companies_of_address(address text, beyond uuid, most integer)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.scope() IS DISTINCT FROM 'accounts' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT organisation FROM ({rows}) AS about (organisation)
        WHERE beyond IS NULL OR organisation > beyond
        ORDER BY organisation LIMIT most;
END $$;
REVOKE ALL ON FUNCTION sec.companies_of_address(text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.companies_of_address(text, uuid, integer) TO dig1_web;
