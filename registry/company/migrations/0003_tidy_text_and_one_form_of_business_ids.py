"""Text is tidied and checked by its columns, and a Business ID has one form.

Refuses to run while a row has a Business ID of another form: correct that first.
"""

from django.db import migrations, models

import registry.company.fields
import registry.company.validators


class Migration(migrations.Migration):
    dependencies = [
        ("company", "0002_search_by_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organisation",
            name="business_id",
            field=registry.company.fields.BusinessIdField(
                db_collation="C", max_length=9, verbose_name="Business ID"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="e_invoice_address",
            field=registry.company.fields.LineField(
                blank=True, max_length=40, verbose_name="e-invoice address"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="e_invoice_operator",
            field=registry.company.fields.LineField(
                blank=True, max_length=40, verbose_name="e-invoice operator"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="email",
            field=models.EmailField(
                blank=True,
                max_length=254,
                validators=[registry.company.validators.validate_visible],
                verbose_name="company email address",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="invoicing_city",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="invoicing address: town"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="invoicing_postal_code",
            field=registry.company.fields.LineField(
                blank=True, max_length=16, verbose_name="invoicing address: postal code"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="invoicing_street",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="invoicing address: street or P.O. box"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="name",
            field=registry.company.fields.LineField(max_length=200, verbose_name="company name"),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="other_contact_details",
            field=registry.company.fields.LinesField(
                blank=True, max_length=500, verbose_name="other contact details"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="postal_city",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="postal address: town"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="postal_postal_code",
            field=registry.company.fields.LineField(
                blank=True, max_length=16, verbose_name="postal address: postal code"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="postal_street",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="postal address: street or P.O. box"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="visiting_city",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="visiting address: town"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="visiting_postal_code",
            field=registry.company.fields.LineField(
                blank=True, max_length=16, verbose_name="visiting address: postal code"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="visiting_street",
            field=registry.company.fields.LineField(
                blank=True, max_length=120, verbose_name="visiting address: street"
            ),
        ),
        migrations.AlterField(
            model_name="tradename",
            name="name",
            field=registry.company.fields.LineField(max_length=200, verbose_name="trade name"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("business_id__regex", "^[0-9]{7}-[0-9]$"),
                    models.Q(("business_id", ""), ("erased_at__isnull", False)),
                    _connector="OR",
                ),
                name="company_organisation_business_id_form",
            ),
        ),
    ]
