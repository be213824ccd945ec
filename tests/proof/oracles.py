"""Questions whose answer, or whose refusal, could tell whether a value is another company's.

Each is asked about a value of B's and about one of nobody's; the answers must be the same.
"""

from dataclasses import dataclass

from tests.cast import CAST, key

A, B = CAST.a, CAST.b
NOBODY = str(key("nobody"))
FREE_BUSINESS_ID = "2100055-2"
NEW = key("new")


@dataclass(frozen=True)
class Oracle:
    name: str
    theirs: str
    nobodys: str
    statements: tuple[str, ...]  # "%" stands for the value


def of_id(name: str, theirs: object, *statements: str) -> Oracle:
    return Oracle(name, str(theirs), NOBODY, statements)


def of_email(name: str, *statements: str) -> Oracle:
    return Oracle(name, B.admin.email, "nobody@b.example", statements)


def of_business_id(name: str, *statements: str) -> Oracle:
    return Oracle(name, B.business_id, FREE_BUSINESS_ID, statements)


INSERT_ACCOUNT = (
    "INSERT INTO accounts_user (id, email, password, phone, is_active, date_joined, is_staff,"
    " is_superuser)"
)
INSERT_MEMBERSHIP = (
    "INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position)"
)

ORACLES = (
    of_id("division by zero", B.id, "SELECT 1 / (CASE WHEN EXISTS (SELECT FROM"
          " company_organisation WHERE id = '%') THEN 0 ELSE 1 END)"),
    of_email("division by zero for an address", "SELECT 1 / (CASE WHEN EXISTS (SELECT FROM"
             " accounts_user WHERE email = '%') THEN 0 ELSE 1 END)"),
    of_business_id("division by zero in the condition", "SELECT 1 FROM company_organisation"
                   " WHERE 1 / (CASE WHEN business_id = '%' THEN 0 ELSE 1 END) = 1"),
    of_business_id("counting", "SELECT count(*) FROM company_organisation"
                   " WHERE business_id = '%'"),
    of_email("an account with that address", f"{INSERT_ACCOUNT} VALUES ('{NEW}', '%', '', '',"
             " true, now(), false, false)"),
    of_email("an account with that address, or nothing", f"{INSERT_ACCOUNT} VALUES ('{NEW}', '%',"
             " '', '', true, now(), false, false) ON CONFLICT DO NOTHING"),
    of_email("that address for one's own account", "UPDATE accounts_user SET email = '%'"
             f" WHERE id = '{A.admin.id}'"),
    of_email("that address to verify", "INSERT INTO account_emailaddress (user_id, email,"
             f' verified, "primary") VALUES (\'{A.admin.id}\', \'%\', true, false)'),
    of_business_id("that Business ID for one's own company",
                   "UPDATE company_organisation SET business_id = '%'"),
    of_business_id("that Business ID, identified by oneself",
                   "UPDATE company_organisation SET business_id = '%', identified_at = now()"),
    of_business_id("a company with that Business ID",
                   "INSERT INTO company_organisation (id, name, business_id, mfa_required,"
                   f" identified_at) VALUES ('{NEW}', '', '%', false, now())"),
    of_id("a company with that key", B.id,
          "INSERT INTO company_organisation (id, name, business_id, mfa_required)"
          " VALUES ('%', '', '', false)"),
    of_id("a reference to that membership", B.membership(B.admin),
          "UPDATE persons_invitation SET invited_by_id = '%'"),
    of_id("a service for that membership", B.membership(B.admin),
          "UPDATE payments_serviceevent SET membership_id = '%'"),
    of_id("a service for that membership, entered", B.membership(B.admin),
          "INSERT INTO payments_serviceevent (id, organisation_id, kind, minutes, membership_id)"
          f" VALUES ('{NEW}', '{A.id}', 'advice', 1, '%')"),
    of_id("a step of that erasure", B.row("erasurerun"),
          "UPDATE rights_erasurestep SET run_id = '%'"),
    of_id("a step of that erasure, entered", B.row("erasurerun"),
          "INSERT INTO rights_erasurestep (organisation_id, run_id, sequence, table_name, action,"
          f" rows, residual, law) VALUES ('{A.id}', '%', 1, '', 'deleted', 0, 0, '')"),
    of_id("a membership for that account", B.admin.id,
          f"{INSERT_MEMBERSHIP} VALUES ('{NEW}', '{A.id}', '%', 'member', '', '')"),
    of_id("one's membership for that account", B.admin.id,
          "UPDATE persons_membership SET user_id = '%' WHERE role = 'reader'"),
    of_id("a right for that account", B.admin.id,
          "INSERT INTO company_organisationuserobjectpermission (organisation_id, user_id,"
          f" permission_id) SELECT '{A.id}', '%', min(id) FROM auth_permission"),
    of_id("a membership of that company", B.id,
          f"{INSERT_MEMBERSHIP} VALUES ('{NEW}', '%', '{A.admin.id}', 'admin', '', '')"),
    of_id("an advance on that company", B.id,
          "UPDATE company_tradename SET organisation_id = '%'"),
    of_id("a group for that account", B.admin.id,
          "INSERT INTO accounts_user_groups (user_id, group_id) VALUES ('%', 1)"),
    of_id("a lock on that company", B.id,
          "SELECT 1 FROM company_organisation WHERE id = '%' FOR UPDATE NOWAIT"),
)  # fmt: skip
