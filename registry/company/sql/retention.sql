-- What has expired although its row alone can't tell: whether an account belongs to a company,
-- whether a sign-in's session lives. For the nightly retention, which runs as dig1_worker and sees
-- expired rows only (isolation.py); nobody else may ask.

-- Accounts that belong to no company and have not been used for 30 days; never the staff's.
CREATE OR REPLACE FUNCTION sec.forgotten_accounts() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.scope() IS DISTINCT FROM 'retention' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT account.id FROM public.accounts_user account
        WHERE NOT account.is_staff
          AND greatest(account.date_joined, account.last_login) < now() - interval '30 days'
          AND NOT EXISTS (
              SELECT FROM public.persons_membership WHERE user_id = account.id
          );
END $$;
REVOKE ALL ON FUNCTION sec.forgotten_accounts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.forgotten_accounts() TO dig1_worker;

-- Sign-ins whose session has ended.
CREATE OR REPLACE FUNCTION sec.ended_sign_ins() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.scope() IS DISTINCT FROM 'retention' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT sign_in.id::bigint FROM public.usersessions_usersession sign_in
        WHERE NOT EXISTS (
            SELECT FROM public.django_session session
            WHERE session.session_key = sign_in.session_key AND session.expire_date >= now()
        );
END $$;
REVOKE ALL ON FUNCTION sec.ended_sign_ins() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.ended_sign_ins() TO dig1_worker;
