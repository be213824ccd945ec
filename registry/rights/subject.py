"""Whose rows: the one builder of predicates under inspection, preview, erasure and scan.

A predicate is SQL over one declared table, with named parameters. Names of tables and columns
come from the compiled plan only, values always travel as parameters.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from registry.declarations.declare import Via
from registry.declarations.plan import Table
from registry.declarations.vocabulary import Link


@dataclass(frozen=True)
class Predicate:
    sql: str
    params: dict[str, Any] = field(default_factory=dict)

    def __and__(self, other: "Predicate") -> "Predicate":
        return Predicate(f"({self.sql}) AND ({other.sql})", self.params | other.params)

    def __or__(self, other: "Predicate") -> "Predicate":
        return Predicate(f"({self.sql}) OR ({other.sql})", self.params | other.params)


def of_company(table: Table, organisation: UUID) -> Predicate:
    """The rows of one company."""
    return Predicate(f"{table.tenant} = %(organisation)s", {"organisation": organisation})


def of_no_company(table: Table, rows: Predicate) -> Predicate | None:
    """Those of the rows that belong to no company, or None where all rows belong to one."""
    if not table.tenant:
        return rows
    optional = table.column(table.tenant).field.null
    return rows & Predicate(f"{table.tenant} IS NULL") if optional else None


def of_accounts(table: Table, accounts: str, params: dict[str, Any]) -> Predicate:
    """The rows about accounts, given as a sub-select of their ids."""
    # As an array, since an index looks many keys up at once, and a join one after the other.
    return those(table, f"= ANY(ARRAY({accounts}))", params)


def of_person(table: Table, person: UUID) -> Predicate:
    """The rows about one person."""
    return those(table, "= %(person)s", {"person": person})


def those(table: Table, condition: str, params: dict[str, Any]) -> Predicate:
    """The rows whose account fulfils the condition."""
    match table.subject:
        case Via(column, over, key, subject):
            accounts = f"SELECT {key} FROM {over} WHERE {subject} {condition}"
            return Predicate(f"{column} IN ({accounts})", params)
        case column:
            return Predicate(f"{column} {condition}", params)


def of_address(table: Table, email: str) -> Predicate | None:
    """The rows about one email address, exactly as stored; None if the table's are about none."""
    return Predicate(f"{table.address} = %(email)s", {"email": email}) if table.address else None


def linked_to(table: Table, person: UUID) -> Predicate | None:
    """The rows that mention the person in a link column, or None if the table has none."""
    found = None
    for column in table.link_columns:
        if column.personal.link is Link.ACCOUNT:
            one = f"{column.name} = %(person)s"
        else:
            one = f"{column.name} IN (SELECT id FROM persons_membership WHERE user_id = %(person)s)"
        predicate = Predicate(one, {"person": person})
        found = predicate if found is None else found | predicate
    return found


def about(table: Table, person: UUID) -> Predicate | None:
    """The rows about a person or mentioning them: what Article 15 shows."""
    predicates = [of_person(table, person)] if table.subject else []
    if links := linked_to(table, person):
        predicates.append(links)
    if not predicates:
        return None
    return predicates[0] if len(predicates) == 1 else predicates[0] | predicates[1]
