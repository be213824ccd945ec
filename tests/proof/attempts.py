"""What attempts are made of: see reading.py and writing.py."""

from dataclasses import dataclass
from uuid import uuid4

from registry.declarations.plan import plan
from tests.cast import CAST
from tests.proof.arena import WITH_PEOPLE

A, B = CAST.a, CAST.b
B_ADMIN, A_ADMIN = B.admin.id, A.admin.id
B_MEMBERSHIP = B.membership(B.admin)
B_RUN = B.row("erasurerun")
NEW = uuid4()

SIGNATURE = "0" * 64
FORGED = f"customer|{B.id}|{B_ADMIN}|99999999999|1|{SIGNATURE}"
# One's own context, read back and changed: the signature is true, but for other claims.
OWN = "current_setting('dig1.context')"
OF_B = f"replace(replace({OWN}, '{A.id}', '{B.id}'), '{A_ADMIN}', '{B_ADMIN}')"
SWEEP = tuple(f"SELECT * FROM {table.name}" for table in WITH_PEOPLE)
# Everything that can be found at all, in one statement.
EVERYTHING = " UNION ALL ".join(f"SELECT t::text FROM {table.name} AS t" for table in WITH_PEOPLE)
OF_TENANT = tuple(table for table in plan().of_tenant if table.name != "company_organisation")


@dataclass(frozen=True)
class Attempt:
    name: str
    statements: tuple[str, ...]


def attempt(name: str, *statements: str) -> Attempt:
    return Attempt(name, statements)
