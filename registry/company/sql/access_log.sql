-- Notes who was shown whose data (access_log.py): pairs of a company and a person. Who looks, and
-- whether for Dig1, the context says. A look at one of a company's people belongs to the company;
-- one at anybody else belongs to their account, and only staff can make it. So whatever erases the
-- membership, or the account, finds its looks. Nobody's look at themself is noted.
CREATE OR REPLACE FUNCTION sec.log_access(on_page text, companies uuid[], persons uuid[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    actor uuid := sec.person();
    staff boolean := sec.scope() = 'staff';
BEGIN
    IF actor IS NULL THEN
        RAISE EXCEPTION 'a look has somebody who looks';
    END IF;
    -- An erasure under way is waited for, so that what follows sees who is left. In one order, so
    -- that no two wait for each other.
    PERFORM FROM public.company_organisation
        WHERE id = ANY (companies) ORDER BY id FOR KEY SHARE;
    INSERT INTO public.company_accessevent (organisation_id, person_id, actor_id, by_staff, page)
        SELECT member.organisation_id, member.user_id, actor, staff, on_page
        FROM (SELECT DISTINCT * FROM unnest(companies, persons)) AS shown (company, person)
        JOIN public.persons_membership AS member
            ON member.organisation_id = shown.company AND member.user_id = shown.person
        WHERE member.user_id <> actor;
    IF staff THEN
        INSERT INTO public.company_accessevent (person_id, actor_id, by_staff, page)
            SELECT account.id, actor, staff, on_page
            FROM public.accounts_user AS account
            WHERE account.id <> actor AND account.id IN (
                SELECT shown.person FROM unnest(companies, persons) AS shown (company, person)
                WHERE NOT EXISTS (
                    SELECT FROM public.persons_membership
                    WHERE organisation_id = shown.company AND user_id = shown.person
                )
            )
            FOR KEY SHARE OF account;
    END IF;
END $$;

-- Nothing is noted about an erased company, as guards.sql has it of all tables; but once a
-- statement, since a page writes many rows, and with eyes of its own, since that is quicker. The
-- lock has been taken above. What a locked company stores is still looked at, by staff.
CREATE OR REPLACE FUNCTION sec.guard_looks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.company_organisation
        WHERE id IN (SELECT organisation_id FROM looks) AND erased_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the company is erased'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'company_erased';
    END IF;
    RETURN NULL;
END $$;
