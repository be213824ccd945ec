"""Nothing is stored that is not declared, and no declaration contradicts itself."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from registry.declarations import checks
from registry.declarations.checks import contradictions, undeclared
from registry.declarations.declare import declarations, declare
from registry.declarations.vocabulary import Erase, Exempt, Law, Recipient

MEMBERSHIP = "persons.Membership"


def everything():
    return apps.get_models(include_auto_created=True)


def problems(label, **changes):
    """The ids of what the checks say of one changed declaration."""
    changed = {label: replace(declarations[label], **changes)}
    found = [*contradictions(changed), *undeclared(declarations | changed, everything())]
    return {message.id for message in found}


def columns_with(label, name, **changes):
    columns = dict(declarations[label].columns)
    return columns | {name: replace(columns[name], **changes)}


def test_as_declared_there_is_nothing_to_say():
    assert checks.check_models() == []


def test_every_column_of_the_database_is_declared():
    assert checks.check_database(databases=["default"]) == []


def test_a_column_without_a_declaration_fails():
    columns = {n: s for n, s in declarations[MEMBERSHIP].columns.items() if n != "office"}
    assert problems(MEMBERSHIP, columns=columns) == {"privacy.E002"}


def test_a_declaration_without_a_column_fails():
    columns = dict(declarations[MEMBERSHIP].columns) | {"shoe_size": Exempt.STATE}
    assert problems(MEMBERSHIP, columns=columns) == {"privacy.E003"}


def test_a_table_without_a_declaration_fails():
    without = {label: d for label, d in declarations.items() if label != MEMBERSHIP}
    assert [message.id for message in undeclared(without, everything())] == ["privacy.E001"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tenant": "no_such"}, "privacy.E004"),
        ({"tenant": None, "subject": None}, "privacy.E005"),
        ({"outlives": True}, "privacy.E012"),
        ({"columns": columns_with(MEMBERSHIP, "office", purposes=())}, "privacy.E006"),
        ({"columns": columns_with(MEMBERSHIP, "office", erase=Erase.RETAIN)}, "privacy.E007"),
        ({"columns": columns_with(MEMBERSHIP, "office", law=Law.ACCOUNTING_ACT)}, None),
        (
            {
                "columns": columns_with(
                    MEMBERSHIP,
                    "office",
                    erase=Erase.RETAIN,
                    law=Law.ACCOUNTING_ACT,
                    until="no_such",
                )
            },
            "privacy.E008",
        ),
        ({"columns": columns_with(MEMBERSHIP, "office", erase=Erase.SCRUB)}, "privacy.E010"),
        ({"columns": columns_with(MEMBERSHIP, "office", seen_by_admin=False)}, "privacy.E014"),
        (
            {"columns": columns_with(MEMBERSHIP, "office", recipients=(Recipient.STAFF,))},
            "privacy.E014",
        ),
    ],
)
def test_a_contradiction_fails(changes, problem):
    found = problems(MEMBERSHIP, **changes)
    assert (problem in found) if problem else not found


def test_a_table_is_declared_once():
    with pytest.raises(ValueError, match="twice"):
        declare(MEMBERSHIP, columns={})


def test_the_command_stops_on_a_missing_declaration(monkeypatch):
    monkeypatch.delitem(declarations, MEMBERSHIP)
    with pytest.raises(SystemCheckError, match=MEMBERSHIP):
        call_command("check")
