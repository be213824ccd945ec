"""SQL that an attacker in company A tries, as dig1_web, to change what is B's."""

from registry.declarations.plan import plan
from tests.proof.attempts import (
    A_ADMIN,
    B_ADMIN,
    B_MEMBERSHIP,
    B_RUN,
    NEW,
    OF_TENANT,
    A,
    B,
    attempt,
)

WRITING = (
    attempt(
        "INSERT into the other company",
        *(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("
            f"'id', gen_random_uuid(), 'organisation_id', '{B.id}'))).* FROM {table} t LIMIT 1"
            for table in (
                "relationship_relationship",
                "persons_membership",
                "payments_serviceevent",
            )
        ),
    ),
    attempt(
        "INSERT of one's own membership of the other company",
        "INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position)"
        f" VALUES ('{NEW}', '{B.id}', '{A_ADMIN}', 'admin', '', '')",
    ),
    attempt(
        "INSERT of the other's person into one's own company",
        "INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position)"
        f" VALUES ('{NEW}', '{A.id}', '{B_ADMIN}', 'member', '', '')",
        "SELECT * FROM accounts_user",
    ),
    attempt(
        "UPDATE of a membership to the other's person",
        f"UPDATE persons_membership SET user_id = '{B_ADMIN}' WHERE role = 'reader'",
        "SELECT * FROM accounts_user",
    ),
    attempt(
        "INSERT of a trade name",
        "INSERT INTO company_tradename (id, organisation_id, name)"
        f" VALUES ('{NEW}', '{B.id}', 'Ours now')",
    ),
    attempt(
        "INSERT of an invitation to the other company",
        "INSERT INTO persons_invitation (id, organisation_id, email, role, office, position,"
        f" invited_by_id, secret_digest, expires_at) VALUES ('{NEW}', '{B.id}', 'x@x.example',"
        f" 'admin', '', '', '{B_MEMBERSHIP}', 'x', now())",
    ),
    attempt(
        "INSERT into the other's history",
        "INSERT INTO company_change (organisation_id, table_name, row_id, columns, by_staff)"
        f" VALUES ('{B.id}', 'x', '{NEW}', ARRAY['x'], false)",
    ),
    attempt(
        "INSERT of a right on the other company",
        "INSERT INTO company_organisationuserobjectpermission (organisation_id, user_id,"
        f" permission_id) SELECT '{B.id}', '{A_ADMIN}', id FROM auth_permission",
    ),
    attempt(
        "INSERT of an erasure of the other company",
        "INSERT INTO rights_erasurerun (id, organisation_id, scope, plan_hash, fingerprint)"
        f" VALUES ('{NEW}', '{B.id}', 'organisation', '', '')",
    ),
    attempt(
        "UPDATE of the other's rows",
        *(
            f"UPDATE {table} SET {change} WHERE organisation_id = '{B.id}' RETURNING *"
            for table, change in (
                ("persons_membership", "office = 'x'"),
                ("company_tradename", "name = 'x'"),
                ("persons_invitation", "role = 'admin'"),
                ("payments_serviceevent", "minutes = 1"),
                ("relationship_relationship", "ended_on = now()"),
            )
        ),
    ),
    attempt(
        "UPDATE of all rows",
        "UPDATE company_organisation SET phone = '' RETURNING *",
        "UPDATE persons_membership SET office = '' RETURNING *",
        "UPDATE accounts_user SET phone = '' RETURNING *",
    ),
    attempt(
        "moving the company's rows away",
        *(f"UPDATE {table.name} SET organisation_id = '{B.id}'" for table in OF_TENANT),
    ),
    attempt(
        "moving an invitation",
        f"UPDATE persons_invitation SET organisation_id = '{B.id}',"
        f" invited_by_id = '{B_MEMBERSHIP}'",
    ),
    attempt("moving a trade name", f"UPDATE company_tradename SET organisation_id = '{B.id}'"),
    attempt(
        "moving a service event",
        f"UPDATE payments_serviceevent SET organisation_id = '{B.id}', membership_id = NULL",
    ),
    attempt("becoming the other company", f"UPDATE company_organisation SET id = '{B.id}'"),
    attempt(
        "DELETE of the other's rows",
        *(
            f"DELETE FROM {table.name} WHERE {table.tenant} = '{B.id}' RETURNING *"
            for table in plan().of_tenant
            if not table.is_retained
        ),
    ),
    attempt(
        "DELETE of all rows",
        "DELETE FROM persons_invitation RETURNING *",
        "DELETE FROM company_tradename RETURNING *",
        "DELETE FROM company_change RETURNING *",
    ),
    attempt(
        "DELETE of accounts",
        "DELETE FROM accounts_user RETURNING *",
        "DELETE FROM django_session RETURNING *",
        "DELETE FROM mfa_authenticator RETURNING *",
        "DELETE FROM account_emailaddress RETURNING *",
    ),
    attempt(
        "DELETE USING the other's rows",
        "DELETE FROM persons_invitation i USING persons_membership m"
        f" WHERE m.organisation_id = '{B.id}' RETURNING m.*",
    ),
    attempt(
        "ON CONFLICT DO UPDATE of the other company",
        "INSERT INTO company_organisation (id, name, business_id, mfa_required)"
        f" VALUES ('{B.id}', 'Ours', '', false) ON CONFLICT (id) DO UPDATE SET name = 'Ours'"
        " RETURNING *",
    ),
    attempt(
        "ON CONFLICT DO UPDATE of the other's row",
        "INSERT INTO company_tradename (id, organisation_id, name) VALUES"
        f" ('{B.row('tradename')}', '{A.id}', 'Ours') ON CONFLICT (id) DO UPDATE"
        " SET name = 'Ours' RETURNING *",
    ),
    attempt(
        "ON CONFLICT DO UPDATE of the other's account",
        "INSERT INTO accounts_user (id, email, password, phone, is_active, date_joined,"
        f" is_staff, is_superuser) VALUES ('{NEW}', '{B.admin.email}', '', '', true, now(),"
        " false, false) ON CONFLICT (email) DO UPDATE SET password = 'x' RETURNING *",
    ),
    attempt(
        "MERGE into the other company",
        "MERGE INTO company_organisation o USING (SELECT 1) AS s"
        f" ON o.id = '{B.id}' WHEN MATCHED THEN UPDATE SET name = 'Ours' WHEN NOT MATCHED THEN"
        f" INSERT (id, name, business_id, mfa_required) VALUES ('{B.id}', 'Ours', '', false)",
    ),
    attempt(
        "MERGE of all memberships",
        "MERGE INTO persons_membership m USING accounts_user u ON true WHEN MATCHED THEN DELETE",
    ),
    attempt(
        "an invitation that the other's person has sent",
        f"UPDATE persons_invitation SET invited_by_id = '{B_MEMBERSHIP}'",
    ),
    attempt(
        "a service event of the other's person",
        f"UPDATE payments_serviceevent SET membership_id = '{B_MEMBERSHIP}'",
    ),
    attempt(
        "a service event that belongs nowhere",
        "UPDATE payments_serviceevent SET organisation_id = NULL",
    ),
    attempt("a step in the other's erasure", f"UPDATE rights_erasurestep SET run_id = '{B_RUN}'"),
    attempt(
        "a right for the other's person",
        f"UPDATE company_organisationuserobjectpermission SET user_id = '{B_ADMIN}'",
    ),
    attempt("TRUNCATE", "TRUNCATE persons_membership CASCADE"),
    attempt("COPY into the other company", "COPY company_tradename FROM STDIN"),
    attempt(
        "a new password for the other's person",
        f"UPDATE accounts_user SET password = 'x' WHERE id = '{B_ADMIN}'",
    ),
    attempt(
        "a second step for the other's person",
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
        f" VALUES ('{B_ADMIN}', 'totp', '{{}}', now())",
    ),
    attempt(
        "a session of the other's person",
        "INSERT INTO django_session (session_key, session_data, expire_date)"
        " VALUES ('mine', 'x', now())",
    ),
    attempt("the next values of sequences", "SELECT setval('company_change_id_seq', 1)"),
)
