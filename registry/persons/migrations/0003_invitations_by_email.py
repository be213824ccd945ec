"""What is stored about an address is looked for among all companies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0002_tidy_text"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["email"], name="invitation_by_email"),
        ),
    ]
