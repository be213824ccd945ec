"""What a persona gets at an address: the matrix's row, read under the rule of its audience."""

from dataclasses import dataclass

from registry.company.roles import RIGHTS_OF
from tests.census.matrix import (
    CONFIRM,
    GET,
    LOGIN,
    MATRIX,
    POST,
    SECOND_STEP,
    Answer,
    Outcome,
    Row,
    SignIn,
    Staff,
)
from tests.census.personas import Persona


@dataclass(frozen=True)
class Target:
    """An address to ask for.

    ``company`` is the letter of the living company it names; ``found`` whether what else it names
    is there for those whose page it is, ``missing`` what they get when it is not.
    """

    path: str
    about: str = "own"
    company: str = ""
    found: bool = True
    missing: Outcome = 404


def expected(key: str, who: Persona, method: str, at: Target) -> Outcome:
    match MATRIX[key]:
        case Row() as row:
            return in_register(row, who, method, at)
        case SignIn() as row:
            return on_sign_in_pages(row, who, method, at)
        case row:
            return on_staff_site(row, who, method, at)


def in_register(row: Row, who: Persona, method: str, at: Target) -> Outcome:
    """First who one is, then which company, then which method, and only then which row."""
    if row.audience != "public" and not who.signed_in:
        return LOGIN
    if row.audience.startswith("company"):
        if at.company not in who.roles:
            return 404
        if row.right and row.right not in RIGHTS_OF[who.roles[at.company]]:
            return 403
    answer = answer_to(row, method)
    if answer is None:
        return 405
    if method in row.confirm and not who.fresh:
        return CONFIRM
    return given(answer, who) if at.found else at.missing


def on_sign_in_pages(row: SignIn, who: Persona, method: str, at: Target) -> Outcome:
    if not who.signed_in:
        return row.guest[method]
    if row.confirms and not who.fresh:
        return CONFIRM
    answers = (row.two_steps if who.mfa or who.group else None) or row.person
    answer = answers[method]
    return answer if at.found or method == "OPTIONS" or answer == 405 else at.missing


def on_staff_site(row: Staff | None, who: Persona, method: str, at: Target) -> Outcome:
    """``row`` is None for the door, which is no page."""
    if not who.signed_in:
        return row.guest if row else LOGIN
    if not who.group:
        return 404
    if not who.mfa:
        return SECOND_STEP
    if row is None:
        return "admin:index"
    answer = answer_to(row, method)
    if answer is None:
        return 405
    outcome = given(answer, who) if row.admits(who) else 403
    return outcome if at.found or outcome == 403 else row.missing


def answer_to(row: Row | Staff, method: str) -> Answer | None:
    return row.get if method in GET else row.post if method in POST else None


def given(answer: Answer, who: Persona) -> Outcome:
    return answer(who) if callable(answer) else answer
