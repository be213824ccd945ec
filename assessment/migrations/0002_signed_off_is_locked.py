"""What is signed off stays as it is, whoever asks: answers are locked with their assessment."""

from django.db import migrations

LOCK = """
    CREATE FUNCTION guard_signed_answer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM assessment_assessment
            WHERE id = NEW.assessment_id AND organisation_id = NEW.organisation_id
              AND signed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the assessment is signed off' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'assessment_is_open';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION guard_signed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the assessment is signed off' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'assessment_is_open';
    END $$;
    CREATE TRIGGER guard_signed BEFORE INSERT OR UPDATE ON assessment_answer
        FOR EACH ROW EXECUTE FUNCTION guard_signed_answer();
    CREATE TRIGGER guard_signed BEFORE INSERT OR UPDATE ON assessment_revision
        FOR EACH ROW EXECUTE FUNCTION guard_signed_answer();
    CREATE TRIGGER guard_signed BEFORE UPDATE ON assessment_assessment
        FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION guard_signed();
"""
UNLOCK = """
    DROP TRIGGER guard_signed ON assessment_answer;
    DROP TRIGGER guard_signed ON assessment_revision;
    DROP TRIGGER guard_signed ON assessment_assessment;
    DROP FUNCTION guard_signed_answer();
    DROP FUNCTION guard_signed();
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]
    operations = [migrations.RunSQL(LOCK, UNLOCK)]
