"""The proof proves something: with any one declaration gone, it turns red.

A declaration that shapes the erasure is removed and the company erased for real, in a copy of
one database with canaries. One that shapes nothing there (a column that goes with its row, an
exemption) is removed too, and must turn the system check red.
"""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import DatabaseError

from dig1 import devdb
from registry.company import tenant
from registry.declarations.checks import contradictions, undeclared
from registry.declarations.declare import Personal, declarations
from registry.declarations.plan import plan
from registry.declarations.vocabulary import Erase
from registry.rights.erasure import ErasureIncomplete
from registry.rights.pipeline import NotVerified
from tests import databases
from tests.environment import ADDRESSES
from tests.erasing import erase_company
from tests.proof.canary import all_powerful, left_of, release, rows_of_b, tables_naming, tokens
from tests.proof.test_canary import what_may_stay

TABLES = plan().tables  # as declared, whatever a mutant forgets
BY_ROW = sorted(
    label
    for label, declaration in declarations.items()
    if (declaration.tenant or declaration.subject) and not declaration.outlives
)
BY_COLUMN = sorted(
    (label, column)
    for label, declaration in declarations.items()
    for column, spec in declaration.columns.items()
    if isinstance(spec, Personal) and spec.erase in (Erase.SCRUB, Erase.NULL, Erase.SEVER)
)


@pytest.fixture(scope="module")
def aviary(django_db_setup, django_db_blocker, cast, worker):
    """One database with canaries, to be copied for each mutation."""
    name = databases.new_name(worker)
    with django_db_blocker.unblock():
        devdb.create_database(ADDRESSES, name, template=databases.template())
        with all_powerful(name) as admin:
            a, _b = release(admin, cast)
            b_before = rows_of_b(admin, cast)
        yield name, a, b_before
        devdb.drop_database(ADDRESSES, name)


@pytest.fixture
def mutant(monkeypatch):
    """``mutant(label, declaration or None)``: the plan with one declaration changed or gone."""

    def mutate(label, declaration):
        if declaration is None:
            monkeypatch.delitem(declarations, label)
        else:
            monkeypatch.setitem(declarations, label, declaration)
        plan.cache_clear()

    yield mutate
    monkeypatch.undo()
    plan.cache_clear()


def proof_is_green(aviary, cast, worker, django_db_blocker):
    """Erase company A by the present plan in a copy of the aviary, and search it."""
    template, a, b_before = aviary
    name = databases.new_name(worker)
    with django_db_blocker.unblock():
        devdb.create_database(ADDRESSES, name, template=template)
        try:
            with databases.connected_to(name):
                try:
                    erase_company(cast.a, by=cast.a.admin)
                except (DatabaseError, ErasureIncomplete, NotVerified, KeyError):
                    return False
                finally:
                    tenant.forget()
            with all_powerful(name) as admin:
                admin.execute("DELETE FROM procrastinate_jobs")  # no worker has done them here
                found = tokens(admin)
                whole = rows_of_b(admin, cast, TABLES) == b_before
        finally:
            devdb.drop_database(ADDRESSES, name)
    return (
        left_of(a, found) <= LAWFUL and tables_naming(cast.a.id, found) <= LAWFUL_TABLES and whole
    )


LAWFUL = what_may_stay()
LAWFUL_TABLES = {table for table, _column in LAWFUL}


def test_unchanged_it_is_green(aviary, cast, worker, django_db_blocker):
    assert proof_is_green(aviary, cast, worker, django_db_blocker)


@pytest.mark.parametrize("label", BY_ROW)
def test_without_a_table_it_turns_red(label, aviary, cast, worker, django_db_blocker, mutant):
    declared = declarations[label]
    if any(isinstance(s, Personal) and s.erase is Erase.RETAIN for s in declared.columns.values()):
        # A retained table that is not declared keeps its rows: the check has to tell.
        mutant(label, None)
        assert list(undeclared(declarations, apps.get_models(include_auto_created=True)))
    else:
        mutant(label, None)
        assert not proof_is_green(aviary, cast, worker, django_db_blocker)


@pytest.mark.parametrize(("label", "column"), BY_COLUMN)
def test_without_a_column_it_turns_red(
    label, column, aviary, cast, worker, django_db_blocker, mutant
):
    declared = declarations[label]
    columns = {name: spec for name, spec in declared.columns.items() if name != column}
    mutant(label, replace(declared, columns=columns))
    assert not proof_is_green(aviary, cast, worker, django_db_blocker)


def test_without_any_column_at_all_the_check_turns_red(mutant, figure):
    everything = list(apps.get_models(include_auto_created=True))
    removed = 0
    for label, declared in list(declarations.items()):
        if "." not in label:
            continue  # a table without a model: the check of the database tells
        for column in declared.columns:
            columns = {name: spec for name, spec in declared.columns.items() if name != column}
            without = declarations | {label: replace(declared, columns=columns)}
            assert list(undeclared(without, everything)), f"{label}.{column}"
            removed += 1
    assert not list(undeclared(declarations, everything))
    assert not list(contradictions(declarations))
    figure("mutations", f"{removed} of {removed} missing columns found by the check")
