from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0005_files_of_an_erasure_when_known"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                fields=("organisation", "requested_by_id"), name="rights_export_one_each"
            ),
        ),
    ]
