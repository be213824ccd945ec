"""Every search is a range of an index, through row-level security and on a large table.

The rows are committed to a database of the test's own, and the planner is left free.
"""

import psycopg
import pytest
from django.db import connections

from accounts.lists import beginning
from accounts.models import User
from dig1 import devdb
from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.persons.models import Membership
from tests.environment import ADDRESSES

COMPANIES = 20_000
LARGE = ("accounts_user", "company_organisation", "company_tradename", "persons_membership")
FILL = f"""
    SET session_replication_role = replica;
    INSERT INTO company_organisation (id, name, business_id, mfa_required, phone, email,
            other_contact_details, e_invoice_address, e_invoice_operator,
            visiting_street, visiting_postal_code, visiting_city,
            postal_street, postal_postal_code, postal_city,
            invoicing_street, invoicing_postal_code, invoicing_city)
        SELECT gen_random_uuid(), 'Yritys ' || md5(n::text) || ' Oy', lpad(n::text, 7, '0') || '-0',
            false, '', '', '', '', '', '', '', '', '', '', '', '', '', ''
        FROM generate_series(1, {COMPANIES}) AS n;
    INSERT INTO company_tradename (id, organisation_id, name)
        SELECT gen_random_uuid(), id, 'Apunimi ' || business_id FROM company_organisation;
    INSERT INTO accounts_user (id, email, password, phone, is_staff, is_active, is_superuser,
            date_joined)
        SELECT id, md5(business_id) || '@suuri.example', '', '', false, true, false, now()
        FROM company_organisation WHERE business_id <> '';
    INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position)
        SELECT gen_random_uuid(), o.id, o.id, 'member', '', ''
        FROM company_organisation o JOIN accounts_user u ON u.id = o.id;
    ANALYZE {", ".join(LARGE)};
"""
# What sec.search_organisations asks, as its owner asks it.
BY_WORDS = """
    SELECT id FROM public.company_organisation
        WHERE to_tsvector('simple'::regconfig, coalesce(name, '')) @@ 'abcd:*'::tsquery LIMIT 200
"""
BY_TRADE_NAME = """
    SELECT organisation_id FROM public.company_tradename
        WHERE to_tsvector('simple'::regconfig, coalesce(name, '')) @@ '0001234:*'::tsquery LIMIT 200
"""
BY_WHOLE_NAME = """
    SELECT id FROM public.company_organisation
        WHERE name_key >= 'yritys a' AND name_key < 'yritys b' ORDER BY name_key LIMIT 200
"""


@pytest.fixture
def large(own_database):
    """The administrator's connection to a database with many companies and persons."""
    address = devdb.databases.with_database(ADDRESSES["admin"], own_database)
    with psycopg.connect(address, autocommit=True) as admin:
        for statement in FILL.split(";"):
            if statement.strip():
                admin.execute(statement)
        yield admin


def plan_of(queryset) -> str:
    with connections["staff"].cursor() as cursor:
        cursor.execute(*explained(queryset))
        return "\n".join(line for (line,) in cursor)


def explained(queryset) -> tuple[str, tuple]:
    sql, parameters = queryset.query.get_compiler("staff").as_sql()
    return f"EXPLAIN {sql}", parameters


def test_no_search_of_staff_reads_a_whole_table(large, figure):
    ten = [row[0] for row in large.execute("SELECT id FROM company_organisation LIMIT 10")]
    searches = {
        "person by email": User.objects.filter(**beginning("email", "abc")).order_by("email")[:51],
        "staff": User.objects.filter(is_staff=True).order_by("email", "id")[:51],
        "company by Business ID": Organisation.objects.filter(**beginning("business_id", "0001")),
        "company by person": Organisation.objects.filter(
            **beginning("memberships__user__email", "abcd")
        )[:200],
        "companies found": Organisation.objects.filter(pk__in=ten).order_by("name_key", "id")[:51],
        "companies in order": Organisation.objects.filter(name_key__gt="", erased_at=None).order_by(
            "name_key", "id"
        )[:51],
        "members of companies": Membership.objects.filter(organisation_id__in=ten)[:51],
        "memberships of persons": Membership.objects.filter(user_id__in=ten)[:51],
    }
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        plans = {name: plan_of(queryset) for name, queryset in searches.items()}
    large.execute("SET ROLE dig1_definer")
    large.execute("SET enable_seqscan = off")  # as the function says
    for name, sql in (
        ("company by words", BY_WORDS),
        ("company by trade name", BY_TRADE_NAME),
        ("company by whole name", BY_WHOLE_NAME),
    ):
        plans[name] = "\n".join(line for (line,) in large.execute(f"EXPLAIN {sql}"))
    reading_all = {
        name: plan for name, plan in plans.items() if "Seq Scan" in plan or "Index" not in plan
    }
    assert reading_all == {}
    figure("staff search", f"{len(plans)} kinds of search on {COMPANIES} companies, 0 whole tables")


def test_the_function_of_the_search_asks_what_is_explained_here(large):
    source = large.execute(
        "SELECT prosrc, proconfig FROM pg_proc WHERE proname = 'search_organisations'"
    ).fetchone()
    expression = "to_tsvector('simple'::regconfig, coalesce(name, '')) @@"
    assert source[0].count(expression) == 2
    assert "enable_seqscan=off" in source[1]
