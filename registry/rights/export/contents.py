"""What an export holds: the tables, columns and rows that the inspection pages show."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import models

from registry.company.tenant import Context, Scope
from registry.declarations.plan import Column, plan
from registry.declarations.vocabulary import Basis, Display, Source
from registry.rights.inspection import seen_by_admin
from registry.rights.stored import Part
from registry.rights.subject import about, of_accounts, of_address, of_company, of_person

MEMBERS = "SELECT user_id FROM persons_membership WHERE organisation_id = %(organisation)s"
PROVIDED = (Source.SUBJECT, Source.ADMIN_OR_SUBJECT)
AGREED = (Basis.CONSENT, Basis.CONTRACT)


class Kind(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    ADDRESS = "address"


@dataclass(frozen=True)
class Contents:
    """What is read, and under which context.

    ``people``: a sub-select of the accounts that may be named. A column that points at anybody
    else is exported empty: who of Dig1's staff looked is not for others (CJEU C-579/21).
    ``whom``: the parameters that say whom it is about; ``whose``: asks for that one's name.
    """

    kind: Kind
    context: Context
    parts: tuple[Part, ...]
    portable: tuple[Part, ...]
    people: str
    whom: dict[str, UUID | str]
    whose: str


def of_me(person: UUID) -> Contents:
    """Everything stored about a person, as they see it on the inspection page."""
    parts = tuple(
        (table, table.personal_columns, rows)
        for table in plan().tables
        if (rows := about(table, person))
    )
    return Contents(
        Kind.PERSON,
        Context(Scope.CUSTOMER, person=person),
        parts,
        tuple(portable(person)),
        "SELECT %(person)s::uuid",
        {"person": person},
        "SELECT email FROM accounts_user WHERE id = %(person)s",
    )


def of_our_company(organisation: UUID, *, asked_by: UUID) -> Contents:
    """Everything stored about a company, as its admin sees it, with its members' accounts."""
    members = {"organisation": organisation}
    parts = tuple(
        (
            table,
            columns,
            of_company(table, organisation)
            if table.tenant
            else of_accounts(table, MEMBERS, members),
        )
        for table in (*plan().of_tenant, *plan().of_account)
        if (columns := seen_by_admin(table))
    )
    return Contents(
        Kind.COMPANY,
        Context(Scope.CUSTOMER, organisation, asked_by),
        parts,
        (),
        MEMBERS,
        members,
        "SELECT name FROM company_organisation WHERE id = %(organisation)s",
    )


def of_your_address(email: str, organisation: UUID) -> Contents:
    """What one company stores about an address without an account, as its owner sees it."""
    parts = tuple(
        (table, table.personal_columns, of_company(table, organisation) & rows)
        for table in plan().of_tenant
        if (rows := of_address(table, email))
    )
    return Contents(
        Kind.ADDRESS,
        Context(Scope.CUSTOMER, organisation),
        parts,
        (),
        "SELECT NULL::uuid",
        {"email": email},
        "SELECT %(email)s::text",
    )


def portable(person: UUID) -> Iterator[Part]:
    """What a person may take to another service in a machine-readable form (Article 20(1)).

    That is what they have provided themselves, and what is kept by their consent or for a
    contract with them: both are in the declarations. What the service notes by itself, what an
    admin or Dig1 enters, and what is kept for a legitimate interest or by law is theirs to see
    (Article 15), but not portable. Neither is a secret: another service has no use for a hash.
    """
    for table in plan().tables:
        if table.subject and (columns := tuple(filter(is_portable, table.personal_columns))):
            yield table, columns, of_person(table, person)


def is_portable(column: Column) -> bool:
    spec = column.personal
    return (
        spec.source in PROVIDED and spec.basis in AGREED and spec.display is not Display.EXISTENCE
    )


def names_files(column: Column) -> bool:
    """Whether its values name files of the blob store, which are packed as well.

    Of an export itself only the existence is told, so that none is packed into another.
    """
    return (
        isinstance(column.field, models.FileField)
        and column.personal.display is not Display.EXISTENCE
    )
