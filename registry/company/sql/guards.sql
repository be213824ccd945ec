-- What must hold whatever the application does. Owned by dig1_owner; run by apply_isolation.

-- 1. Nobody is made staff over the customers' role.
CREATE OR REPLACE FUNCTION public.guard_staff() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user IN ('dig1_web', 'dig1_worker')
       AND (NEW.is_staff OR NEW.is_superuser)
       AND (TG_OP = 'INSERT'
            OR NEW.is_staff IS DISTINCT FROM OLD.is_staff
            OR NEW.is_superuser IS DISTINCT FROM OLD.is_superuser) THEN
        RAISE EXCEPTION 'staff rights are given on the staff site only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER guard_staff
    BEFORE INSERT OR UPDATE OF is_staff, is_superuser ON public.accounts_user
    FOR EACH ROW EXECUTE FUNCTION public.guard_staff();

-- 2. A company has an admin until it is erased: the function is in context.sql.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_trigger
        WHERE tgname = 'guard_admin' AND tgfoid = to_regproc('sec.guard_admin')
          AND tgqual IS NOT NULL
    ) THEN
        DROP TRIGGER IF EXISTS guard_admin ON public.persons_membership;
        CREATE CONSTRAINT TRIGGER guard_admin
            AFTER UPDATE OR DELETE ON public.persons_membership
            DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (OLD.role = 'admin') EXECUTE FUNCTION sec.guard_admin();
    END IF;
    DROP FUNCTION IF EXISTS public.guard_admin();
END $$;

-- 3. The history of changes: who changed which columns when, never the values. The columns come
-- as the trigger's arguments, from the declarations. Asked once a statement, so that an erasure of
-- a hundred thousand rows, which leaves no trace of what it takes, asks once.
CREATE OR REPLACE FUNCTION public.record_change(
    name_of_table text, recorded text[], before jsonb, after jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    present jsonb := coalesce(before, '{}') || coalesce(after, '{}');
    changed text[];
BEGIN
    SELECT array_agg(name ORDER BY name) INTO changed
        FROM jsonb_object_keys(present) AS name
        WHERE name = ANY (recorded) AND after -> name IS DISTINCT FROM before -> name;
    IF changed IS NOT NULL THEN
        INSERT INTO public.company_change
            (organisation_id, table_name, row_id, columns, changed_by, by_staff)
        VALUES (
            coalesce(present ->> 'organisation_id', present ->> 'id')::uuid,
            name_of_table, (present ->> 'id')::uuid, changed,
            sec.person(), coalesce(sec.scope() = 'staff', false)
        );
    END IF;
END $$;

CREATE OR REPLACE FUNCTION public.record_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of a membership that an erasure (in the scope of accounts) takes, the history tells when it
    -- began, and after the end only that there was one.
    IF sec.scope() IS NOT DISTINCT FROM 'accounts' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM public.record_change(TG_TABLE_NAME, TG_ARGV, NULL, to_jsonb(now_row))
            FROM rows_after AS now_row;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM public.record_change(TG_TABLE_NAME, TG_ARGV, to_jsonb(was), NULL)
            FROM rows_before AS was;
    ELSE
        PERFORM public.record_change(TG_TABLE_NAME, TG_ARGV, to_jsonb(was), to_jsonb(now_row))
            FROM rows_before AS was JOIN rows_after AS now_row USING (id);
    END IF;
    RETURN NULL;
END $$;

-- 4. Object rights live no longer than the membership they came with. Nothing cascades: what an
-- erasure forgot must stop it, not vanish unseen.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'rights_of_a_member') THEN
        ALTER TABLE public.company_organisationuserobjectpermission
            ADD CONSTRAINT rights_of_a_member FOREIGN KEY (organisation_id, user_id)
            REFERENCES public.persons_membership (organisation_id, user_id);
    END IF;
END $$;

-- 5. Nothing new is stored about a company that is erased, or locked because it will be. The lock
-- waits for an erasure under way. A row of no company may have none.
CREATE OR REPLACE FUNCTION public.guard_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.organisation_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM FROM public.company_organisation
        WHERE id = NEW.organisation_id AND erased_at IS NULL AND locked_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the company is erased'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'company_erased';
    END IF;
    RETURN NEW;
END $$;

-- 6. Outside the sign-in, people correct only what is theirs to correct (the columns come as
-- arguments). Raised before any unique index could tell who else has an account.
CREATE OR REPLACE FUNCTION public.guard_correction() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user IN ('dig1_web', 'dig1_worker')
       AND sec.scope() IS DISTINCT FROM 'accounts'
       AND to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION 'this is changed on the sign-in pages only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- 7. Only Dig1 identifies a company. Raised before the unique index of identified companies
-- could tell whose Business ID is a customer's.
CREATE OR REPLACE FUNCTION public.guard_identity() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user IN ('dig1_web', 'dig1_worker')
       AND NEW.identified_at IS NOT NULL
       AND (TG_OP = 'INSERT'
            OR (NEW.business_id, NEW.identified_at, NEW.erased_at)
               IS DISTINCT FROM (OLD.business_id, OLD.identified_at, OLD.erased_at)) THEN
        RAISE EXCEPTION 'companies are identified on the staff site only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER guard_identity
    BEFORE INSERT OR UPDATE ON public.company_organisation
    FOR EACH ROW EXECUTE FUNCTION public.guard_identity();

-- 8. People join by themselves, by accepting; nobody enters another into a company, whose
-- colleagues would then see that account.
CREATE OR REPLACE FUNCTION public.guard_joining() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user IN ('dig1_web', 'dig1_worker')
       AND (TG_OP = 'INSERT' AND NEW.user_id IS DISTINCT FROM sec.person()
            OR TG_OP = 'UPDATE' AND (NEW.organisation_id, NEW.user_id)
               IS DISTINCT FROM (OLD.organisation_id, OLD.user_id)) THEN
        RAISE EXCEPTION 'a person joins a company by themselves'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER guard_joining
    BEFORE INSERT OR UPDATE ON public.persons_membership
    FOR EACH ROW EXECUTE FUNCTION public.guard_joining();
