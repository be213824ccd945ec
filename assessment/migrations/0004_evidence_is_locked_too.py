"""Evidence belongs to what is signed off: none is added or changed afterwards."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_sharing_and_evidence")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER guard_signed BEFORE INSERT OR UPDATE ON assessment_evidence"
            " FOR EACH ROW EXECUTE FUNCTION guard_signed_answer()",
            "DROP TRIGGER guard_signed ON assessment_evidence",
        )
    ]
