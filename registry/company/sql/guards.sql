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

-- 2. A company has an admin until it is erased. Checked at commit, under a lock of the company,
-- so that of two admins who leave at once only one succeeds.
CREATE OR REPLACE FUNCTION public.guard_admin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.role = 'admin' THEN
        PERFORM FROM public.company_organisation
            WHERE id = OLD.organisation_id AND erased_at IS NULL FOR UPDATE;
        IF FOUND AND NOT EXISTS (
            SELECT FROM public.persons_membership
            WHERE organisation_id = OLD.organisation_id AND role = 'admin'
        ) THEN
            RAISE EXCEPTION 'a company always has an admin'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'persons_membership_last_admin';
        END IF;
    END IF;
    RETURN NULL;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'guard_admin') THEN
        CREATE CONSTRAINT TRIGGER guard_admin
            AFTER UPDATE OR DELETE ON public.persons_membership
            DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION public.guard_admin();
    END IF;
END $$;

-- 3. The history of changes: who changed which columns when, never the values. The columns come
-- as the trigger's arguments, from the declarations.
CREATE OR REPLACE FUNCTION public.record_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    changed text[];
BEGIN
    SELECT array_agg(name ORDER BY name) INTO changed
        FROM jsonb_object_keys(after) AS name
        WHERE name = ANY (TG_ARGV) AND after -> name IS DISTINCT FROM before -> name;
    IF changed IS NOT NULL AND after ->> 'erased_at' IS NULL THEN
        INSERT INTO public.company_change
            (organisation_id, table_name, row_id, columns, changed_by, by_staff)
        VALUES (
            coalesce(after ->> 'organisation_id', after ->> 'id')::uuid,
            TG_TABLE_NAME, (after ->> 'id')::uuid, changed,
            sec.person(), coalesce(sec.scope() = 'staff', false)
        );
    END IF;
    RETURN NULL;
END $$;

-- 4. Object rights live no longer than the membership they came with.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'rights_of_a_member') THEN
        ALTER TABLE public.company_organisationuserobjectpermission
            ADD CONSTRAINT rights_of_a_member FOREIGN KEY (organisation_id, user_id)
            REFERENCES public.persons_membership (organisation_id, user_id) ON DELETE CASCADE;
    END IF;
END $$;

-- 5. Nothing new is stored about an erased company. The lock waits for an erasure under way.
CREATE OR REPLACE FUNCTION public.guard_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.company_organisation
        WHERE id = NEW.organisation_id AND erased_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the company is erased'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'company_erased';
    END IF;
    RETURN NEW;
END $$;
