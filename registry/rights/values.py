"""One stored value of a row that is about a person or mentions them, as a request quotes it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from registry.company import tenant
from registry.company.models import Organisation
from registry.declarations.plan import Column, Table, plan
from registry.rights.formatting import formatted, lasting
from registry.rights.stored import select
from registry.rights.subject import Predicate, about


@dataclass(frozen=True)
class Stored:
    """A row as it came, as JSON. ``own``: it is about the person, and not only mentions them."""

    table: Table
    row: dict[str, Any]
    own: bool

    @property
    def key(self) -> str:
        return str(self.row["key"])

    @property
    def company(self) -> UUID | None:
        return UUID(self.row["company"]) if self.row.get("company") else None

    @property
    def linked(self) -> str:
        """Whom its links point at: nobody is linked to a row about themselves."""
        return _("somebody else") if self.own else _("you")

    def told(self, column: Column) -> str:
        """The value as people read it."""
        return formatted(column, self.row, self.linked)

    def lasting(self, column: Column) -> str:
        """The value as a request keeps it."""
        return lasting(column, self.row, self.linked)

    def fingerprint(self, column: Column) -> str:
        """Changes whenever the value does."""
        return hashlib.sha256(json.dumps(self.row[column.name]).encode()).hexdigest()


def find(*, person: UUID, table: str, key: str) -> Stored | None:
    """The row with this key that the person sees on the inspection page; None if there is none.

    Under their own context, or that of whoever answers them.
    """
    try:
        declared = plan().table(table)
    except KeyError:
        return None
    rows = about(declared, person)
    if rows is None or "\0" in key:
        return None
    rows &= Predicate(f"{declared.key}::text = %(row_key)s", {"row_key": key})
    columns = tuple(column.name for column in declared.personal_columns)
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(select(declared.name, columns, rows.sql, 1, True), rows.params)
        _name, found = cursor.fetchone()
    if not found:
        return None
    [row] = json.loads(found)
    own = "person_key" not in row or row["person_key"] == str(person)
    return Stored(declared, row, own and bool(declared.subject))


def asked_in(stored: Stored, person: UUID) -> UUID | None:
    """The company that a request about the row belongs to: the row's, if the person does too."""
    member = Organisation.objects.filter(pk=stored.company, memberships__user=person)
    return stored.company if stored.company and member.exists() else None
