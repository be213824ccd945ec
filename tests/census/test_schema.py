"""What must hold of every table (SECURITY check 10), read from PostgreSQL's own catalogue.

Which tables, the declarations say: a new table is covered as soon as it is declared.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from registry.declarations.checks import check_database
from registry.declarations.plan import Table, plan

SERVING = ("dig1_web", "dig1_worker", "dig1_staff")
OF_TENANT = plan().of_tenant
WITH_PEOPLE = tuple(table for table in plan().tables if table.tenant or table.subject)
ORGANISATION = "company_organisation"
# Business IDs are unique among the companies that Dig1 has identified; the trigger
# guard_identity keeps the customers' role from asking this index anything.
ACROSS_TENANTS = {"company_organisation_identified_business_id"}


def ask(query: str, *params: Any) -> list[tuple]:
    with connections["default"].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def of_tenant(test: Callable) -> Callable:
    return pytest.mark.parametrize("table", OF_TENANT, ids=lambda table: table.name)(test)


@pytest.mark.parametrize("table", WITH_PEOPLE, ids=lambda table: table.name)
def test_row_level_security_is_on_and_forced(table: Table) -> None:
    query = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass"
    assert ask(query, table.name) == [(True, True)]


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize("table", WITH_PEOPLE, ids=lambda table: table.name)
def test_every_serving_role_has_a_policy_for_reading_and_writing(table: Table, role: str) -> None:
    found = ask(
        """
        SELECT policyname FROM pg_policies
        WHERE schemaname = 'public' AND tablename = %s AND %s = ANY (roles)
          AND cmd = 'ALL' AND qual IS NOT NULL AND with_check IS NOT NULL
        """,
        table.name,
        role,
    )
    assert found, f"{table.name} has no policy with USING and WITH CHECK for {role}"


@of_tenant
def test_no_policy_is_true_for_a_serving_role(table: Table) -> None:
    open_to_all = ask(
        """
        SELECT policyname FROM pg_policies
        WHERE tablename = %s AND (qual = 'true' OR with_check = 'true' OR 'public' = ANY (roles))
          AND roles <> '{dig1_definer}'
        """,
        table.name,
    )
    assert open_to_all == []


@of_tenant
def test_an_index_leads_with_the_company(table: Table) -> None:
    found = ask(
        """
        SELECT i.indexrelid::regclass::text FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = %s::regclass AND a.attname = %s AND i.indpred IS NULL AND i.indisvalid
        """,
        table.name,
        table.tenant,
    )
    assert found, f"{table.name} needs an index (or unique constraint) that begins with the company"


@of_tenant
def test_keys_to_other_rows_of_companies_carry_the_company(table: Table) -> None:
    """Foreign keys ignore row-level security."""
    keys = ask(
        """
        SELECT k.conname, k.confrelid::regclass::text,
               array_agg(mine.attname::text ORDER BY place),
               array_agg(theirs.attname::text ORDER BY place)
        FROM pg_constraint k
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY
            AS pair (from_column, to_column, place)
        JOIN pg_attribute mine ON mine.attrelid = k.conrelid AND mine.attnum = from_column
        JOIN pg_attribute theirs ON theirs.attrelid = k.confrelid AND theirs.attnum = to_column
        WHERE k.contype = 'f' AND k.conrelid = %s::regclass
        GROUP BY k.conname, k.confrelid
        """,
        table.name,
    )
    tenant_of = {one.name: one.tenant for one in OF_TENANT if one.name != ORGANISATION}
    for name, target, mine, theirs in keys:
        if target in tenant_of:
            pairs = set(zip(mine, theirs, strict=True))
            assert (table.tenant, tenant_of[target]) in pairs, f"{name} crosses companies"
    kept_by_database = {column for _, _, mine, _ in keys for column in mine}
    related = {f.column for f in table.model._meta.concrete_fields if f.related_model}
    assert related <= kept_by_database, "a reference that no key holds"


@of_tenant
def test_what_is_unique_is_unique_within_a_company(table: Table) -> None:
    """Or a duplicate would tell one company about another."""
    unique = ask(
        """
        SELECT i.indexrelid::regclass::text, array_agg(a.attname::text)
        FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary
        GROUP BY i.indexrelid
        """,
        table.name,
    )
    across = {name for name, columns in unique if table.tenant not in columns}
    assert across <= ACROSS_TENANTS


def test_every_table_is_declared() -> None:
    found = {name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert found == {table.name for table in plan().tables}


def test_every_column_is_declared() -> None:
    assert check_database(databases=["default"]) == []


def test_nothing_is_there_that_carries_no_row_level_security() -> None:
    """Materialised views, foreign tables, and views with their owner's eyes."""
    found = ask(
        """
        SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'sec')
          AND (c.relkind IN ('m', 'f')
               OR c.relkind = 'v'
                  AND array_position(c.reloptions, 'security_invoker=true') IS NULL)
        """
    )
    assert found == []


def test_there_are_no_schemas_but_ours() -> None:
    query = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY nspname"
    assert ask(query) == [("information_schema",), ("public",), ("sec",)]


def test_the_public_has_no_right_to_any_table() -> None:
    granted = ask(
        """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE n.nspname IN ('public', 'sec') AND acl.grantee = 0
        """
    )
    assert granted == []


def test_functions_with_rights_of_their_own_are_the_definers_and_find_only_the_catalogue() -> None:
    functions = ask(
        """
        SELECT proname, proowner::regrole::text, 'search_path=pg_catalog, pg_temp' = ANY (proconfig)
        FROM pg_proc WHERE prosecdef AND pronamespace NOT IN ('pg_catalog'::regnamespace)
        """
    )
    assert functions
    assert {(owner, pinned) for _, owner, pinned in functions} == {("dig1_definer", True)}


def test_serving_roles_own_nothing() -> None:
    owned = ask(
        """
        SELECT r.rolname, d.classid::regclass, d.objid FROM pg_shdepend d
        JOIN pg_roles r ON r.oid = d.refobjid AND d.refclassid = 'pg_authid'::regclass
        WHERE d.deptype = 'o' AND r.rolname = ANY (%s)
        """,
        list(SERVING),
    )
    assert owned == []


def test_the_figure_of_check_10(figure: Callable[[str, str], None]) -> None:
    guarded = ask(
        """
        SELECT relname FROM pg_class c
        WHERE relname = ANY (%s) AND relrowsecurity AND relforcerowsecurity
          AND (SELECT count(DISTINCT role) FROM pg_policies p, unnest(p.roles) AS role
               WHERE p.tablename = c.relname AND p.cmd = 'ALL' AND p.with_check IS NOT NULL
                 AND role = ANY (%s)) = 3
        """,
        [table.name for table in WITH_PEOPLE],
        list(SERVING),
    )
    figure("check 10", f"{len(guarded)} of {len(WITH_PEOPLE)} tables under row-level security")
    assert len(guarded) == len(WITH_PEOPLE)
