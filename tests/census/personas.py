"""Everybody who may knock: the eyes that the authorisation matrix looks with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.company.roles import Role
from tests.cast import CAST, STAFF_GROUPS, Person


def roles_of(person: Person) -> dict[str, Role]:
    """The person's role in each of their companies, by the company's letter."""
    return {
        company.letter: role
        for company in CAST.living
        for one, role in company.people
        if one == person
    }


@dataclass(frozen=True)
class Persona:
    """A person of the cast in one session; ``person`` is None for somebody not signed in.

    ``lives``: the account still exists. ``fresh``: signed in just now. ``mfa``: by two steps.
    """

    name: str
    person: Person | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    group: str = ""
    lives: bool = True
    fresh: bool = True
    mfa: bool = False

    @classmethod
    def of(cls, name: str, person: Person, **session: bool) -> "Persona":
        return cls(name, person, roles_of(person), **session)

    @property
    def signed_in(self) -> bool:
        return self.person is not None and self.lives

    def __str__(self) -> str:
        return self.name


def staff(group: str, *, mfa: bool = True) -> Persona:
    name = group if mfa else f"{group} without the second step"
    return Persona(name, getattr(CAST.staff, group), group=group, mfa=mfa)


PERSONAS = (
    Persona("anonymous"),
    Persona("erased person", CAST.ex_person, lives=False),
    Persona.of("stranger", CAST.stranger),
    Persona.of("dismissed admin of A", CAST.ex_admin),
    Persona.of("reader of A", CAST.a.reader),
    Persona.of("member of A", CAST.a.member),
    Persona.of("admin of A", CAST.a.admin),
    Persona.of("admin of A hours after signing in", CAST.a.admin, fresh=False),
    Persona.of("admin of B", CAST.b.admin, mfa=True),
    Persona.of("accountant of A and B", CAST.accountant),
    *(staff(group) for group in (*STAFF_GROUPS, "superuser")),
    staff("administrator", mfa=False),
)
