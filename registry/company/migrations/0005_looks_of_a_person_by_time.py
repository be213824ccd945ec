from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("company", "0004_lock_and_looks")]

    operations = [
        migrations.RemoveIndex(model_name="accessevent", name="access_by_actor"),
        migrations.AddIndex(
            model_name="accessevent",
            index=models.Index(fields=["actor_id", "-at", "-id"], name="access_by_actor"),
        ),
        migrations.RemoveIndex(model_name="accessevent", name="access_by_time"),
        migrations.AddIndex(
            model_name="accessevent",
            index=BrinIndex(fields=["at"], name="access_by_time", autosummarize=True),
        ),
    ]
