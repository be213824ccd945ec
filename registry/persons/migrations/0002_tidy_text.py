"""Text is tidied and checked by its columns; nothing changes in the database."""

from django.db import migrations, models

import registry.company.fields
import registry.company.validators


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="email",
            field=models.EmailField(
                db_collation="C",
                max_length=254,
                validators=[registry.company.validators.validate_visible],
                verbose_name="email address",
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="office",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="office"
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="position",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="position"
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="office",
            field=registry.company.fields.LineField(
                blank=True,
                help_text="For example: Lohja, head office",
                max_length=120,
                verbose_name="office",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="position",
            field=registry.company.fields.LineField(
                blank=True,
                help_text="For example: HR manager",
                max_length=120,
                verbose_name="position",
            ),
        ),
    ]
