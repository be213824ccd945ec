"""Text is tidied and checked by its columns, and a Business ID has one form.

Refuses to run while a row has a Business ID of another form: correct that first.
"""

from django.db import migrations, models

import registry.company.fields


class Migration(migrations.Migration):
    dependencies = [
        ("company", "0003_tidy_text_and_one_form_of_business_ids"),
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="buyer_address",
            field=registry.company.fields.LineField(
                blank=True, max_length=300, verbose_name="buyer: address"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="buyer_business_id",
            field=registry.company.fields.BusinessIdField(
                max_length=9, verbose_name="buyer: Business ID"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="buyer_name",
            field=registry.company.fields.LineField(
                max_length=200, verbose_name="buyer: company name"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="number",
            field=registry.company.fields.LineField(max_length=30, verbose_name="voucher number"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="reference",
            field=registry.company.fields.LineField(
                blank=True, max_length=25, verbose_name="payment reference"
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="buyer_address",
            field=registry.company.fields.LineField(
                blank=True, max_length=300, verbose_name="buyer: address"
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="buyer_business_id",
            field=registry.company.fields.BusinessIdField(
                max_length=9, verbose_name="buyer: Business ID"
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="buyer_name",
            field=registry.company.fields.LineField(
                max_length=200, verbose_name="buyer: company name"
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="description",
            field=registry.company.fields.LineField(
                max_length=200, verbose_name="product or service"
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="number",
            field=registry.company.fields.LineField(max_length=30, verbose_name="voucher number"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("buyer_business_id__regex", "^[0-9]{7}-[0-9]$")),
                name="payments_payment_buyer_business_id_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("buyer_business_id__regex", "^[0-9]{7}-[0-9]$")),
                name="payments_sale_buyer_business_id_form",
            ),
        ),
    ]
