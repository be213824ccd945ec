"""Whoever belongs to a company already gets the rights that their role brings from now on."""

from django.db import migrations

RIGHTS = (
    ("view_personal_data", "view the company's personal data"),
    ("erase_personal_data", "delete the company's personal data"),
    ("manage_people", "invite people and set their roles"),
    ("change_basics", "change the company's basic data"),
    ("view_payments", "view the company's payment events"),
    ("manage_assessments", "start and sign off the company's assessments"),
    ("answer_assessments", "answer the company's assessments"),
)
# The owner of the tables, too, sees rows only while their policies don't bind it; ``prepare`` makes
# them bind again. A company whose erasure waits lets nothing new in but for this, since it may be
# called off. In a new database there is neither a content type nor a member yet.
GIVE = """
    ALTER TABLE persons_membership NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE company_organisationuserobjectpermission NO FORCE ROW LEVEL SECURITY,
        DISABLE TRIGGER USER;
    INSERT INTO auth_permission (name, codename, content_type_id)
        SELECT added.name, added.codename, t.id
        FROM django_content_type t, (VALUES
            ('start and sign off the company''s assessments', 'manage_assessments'),
            ('answer the company''s assessments', 'answer_assessments')
        ) AS added (name, codename)
        WHERE t.app_label = 'company' AND t.model = 'organisation'
        ON CONFLICT DO NOTHING;
    INSERT INTO company_organisationuserobjectpermission (organisation_id, user_id, permission_id)
        SELECT m.organisation_id, m.user_id, p.id
        FROM persons_membership m
        JOIN auth_permission p ON p.codename = 'manage_assessments' AND m.role = 'admin'
            OR p.codename = 'answer_assessments' AND m.role IN ('admin', 'member')
        ON CONFLICT DO NOTHING;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE persons_membership FORCE ROW LEVEL SECURITY;
    ALTER TABLE company_organisationuserobjectpermission FORCE ROW LEVEL SECURITY,
        ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("company", "0005_looks_of_a_person_by_time"),
        ("persons", "0003_invitations_by_email"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="organisation",
            options={
                "default_permissions": ("add", "change", "delete", "view"),
                "permissions": RIGHTS,
                "verbose_name": "company",
                "verbose_name_plural": "companies",
            },
        ),
        migrations.RunSQL(GIVE, migrations.RunSQL.noop),
    ]
