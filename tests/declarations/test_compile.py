"""The plan: immutable, hashed, children before parents."""

from dataclasses import FrozenInstanceError, replace

import pytest
from django.utils import translation

from registry.declarations.declare import declarations, stores
from registry.declarations.plan import canonical, compile_plan, plan
from registry.declarations.vocabulary import Basis, Category, Purpose, Retention, Section


def compiled(**changed):
    return compile_plan((declarations | changed).values(), stores.values())


def test_the_same_declarations_have_the_same_hash():
    assert compiled().hash == plan().hash


def test_any_change_changes_the_hash():
    declared = declarations["persons.Membership"]
    office = replace(declared.columns["office"], basis=Basis.CONSENT)
    changed = replace(declared, columns={**declared.columns, "office": office})
    assert compiled(**{"persons.Membership": changed}).hash != plan().hash


def test_a_column_called_title_or_label_is_declared_like_any():
    declared = declarations["payments.Sale"]
    renamed = {"title": declared.columns[next(iter(declared.columns))]}
    changed = replace(declared, columns={**declared.columns, **renamed})
    assert (
        canonical((changed,), ())["tables"]["payments.Sale"]["columns"].keys()
        == changed.columns.keys()
    )


def test_the_hash_does_not_depend_on_the_language():
    before = plan().hash
    with translation.override("sv"):
        assert compiled().hash == before


def test_nobody_changes_the_plan():
    with pytest.raises(FrozenInstanceError):
        plan().hash = "other"
    with pytest.raises(FrozenInstanceError):
        plan().tables[0].tenant = None


def test_rows_that_point_at_others_come_first():
    order = [table.name for table in plan().tables]
    for table in plan().tables:
        for field in table.model._meta.concrete_fields if table.model else ():
            if field.related_model and field.related_model is not table.model:
                target = field.related_model._meta.db_table
                assert order.index(table.name) < order.index(target), (table.name, target)


def test_every_purpose_and_section_of_the_notice_is_in_use():
    used = {
        purpose
        for table in plan().tables
        for column in table.personal_columns
        for purpose in column.personal.purposes
    }
    assert used == set(Purpose)
    assert all(list(plan().columns_of(section)) for section in Section)


@pytest.mark.parametrize("vocabulary", [Purpose, Basis, Retention, Section, Category])
def test_every_term_has_a_label_and_a_dpv_term(vocabulary):
    for term in vocabulary:
        assert str(term.label)
        assert ":" in term.dpv


def test_what_a_law_retains_expires_on_its_date_and_the_rest_as_declared():
    expired = {table.name: table.expired for table in plan().tables if table.expired}
    assert expired.pop("payments_payment") == expired.pop("payments_sale")
    assert set(expired) == {
        "account_emailconfirmation",
        "company_accessevent",
        "dig1_cache",
        "django_session",
        "persons_invitation",
        "procrastinate_jobs",
        "rights_accesslink",
        "rights_correctionrequest",
        "rights_export",
        "usersessions_usersession",
    }


def test_an_unknown_table_or_column_is_a_key_error():
    with pytest.raises(KeyError):
        plan().table("no_such_table")
    with pytest.raises(KeyError):
        plan().table("persons_membership").column("no_such_column")
