"""SECURITY.md check 6: object rights come over one gate, and nothing else opens a company."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
from django.test import Client
from django.urls import reverse
from guardian.models import GroupObjectPermission, UserObjectPermission

from accounts.models import User
from registry.company import tenant
from registry.company.access import organisations_with
from registry.company.models import (
    OrganisationGroupObjectPermission,
    OrganisationUserObjectPermission,
)
from registry.company.roles import Right, Role
from registry.company.tenant import Scope
from registry.persons.actions import add_member
from tests.cast import CAST, Company, Person
from tests.clients import sign_in
from tests.proof.test_isolation_roles import connect
from tests.proof.withdrawals import dismiss, erase_b

ROOT = Path(__file__).parents[2]
OURS = ("accounts", "assessment", "bench", "consent", "dig1", "registry")
# The gate asks guardian, and the models of rights derive from guardian's.
ALLOWED = {
    "registry/company/access.py": {"guardian.shortcuts"},
    "registry/company/models.py": {"guardian.models"},
}
# Each lets superusers, global permissions or groups through, or writes rights past the gate.
BARE = {
    "assign_perm",
    "bulk_assign_perm",
    "bulk_remove_perm",
    "get_groups_with_perms",
    "get_objects_for_group",
    "get_objects_for_user",
    "get_perms",
    "get_perms_for_model",
    "get_user_perms",
    "get_users_with_perms",
    "has_perm",
    "has_perms",
    "ObjectPermissionChecker",
    "permission_required",
    "remove_perm",
}
FOR_ADMINS = ("people", "company_data", "company_edit", "payments", "company_erase", "invitations")


def sources() -> Iterator[tuple[str, ast.AST]]:
    for package in OURS:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text())


def imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] == "guardian"}


def named(tree: ast.AST) -> set[str]:
    return {
        getattr(node, "id", None) or getattr(node, "attr", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }


# --- in the sources ------------------------------------------------------------------------------


def test_nothing_but_the_gate_asks_guardian(figure: Callable[[str, str], None]) -> None:
    trees = list(sources())
    stray = {
        path: wrong for path, tree in trees if (wrong := imported(tree) - ALLOWED.get(path, set()))
    }
    figure("check 6", f"{len(stray)} of {len(trees)} source files ask guardian past the gate")
    assert not stray, f"Use registry/company/access.py instead: {stray}"


def test_no_question_is_put_that_superusers_always_answer_with_yes() -> None:
    bare = {
        path: wrong
        for path, tree in sources()
        if path != "registry/company/access.py" and (wrong := named(tree) & BARE)
    }
    assert not bare, f"Wear company_page(Right...) or call organisations_with instead: {bare}"


def test_the_gate_shuts_guardians_two_back_doors() -> None:
    tree = ast.parse((ROOT / "registry/company/access.py").read_text())
    calls = [
        {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords[1:]}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_objects_for_user"
    ]
    assert calls == [{"accept_global_perms": False, "with_superuser": False}]


# --- in the database -----------------------------------------------------------------------------


def count(connection: psycopg.Connection, table: str) -> int:
    """As the server's administrator, who sees every row."""
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_no_right_is_stored_where_it_could_be_orphaned() -> None:
    generic = (UserObjectPermission, GroupObjectPermission, OrganisationGroupObjectPermission)
    with connect("admin") as admin:
        assert count(admin, OrganisationUserObjectPermission._meta.db_table) > 0
        assert [count(admin, model._meta.db_table) for model in generic] == [0, 0, 0]


def pages_of(client: Client, company: Company) -> set[int]:
    return {client.get(reverse(name, args=[company.id])).status_code for name in FOR_ADMINS}


def with_rights(person: Person) -> set[UUID]:
    """The companies that the gate's wrapper finds, whichever the right."""
    with tenant.serving(person=person.id):
        user = User.objects.get(pk=person.id)
        return {company.pk for right in Right for company in organisations_with(user, right)}


def empower(*persons: Person) -> None:
    """All that a slip could give at once: every permission, a group with them, and superuser."""
    with connect("admin") as admin:
        for statement in (
            "INSERT INTO accounts_user_user_permissions (user_id, permission_id)"
            " SELECT u.id, p.id FROM accounts_user u, auth_permission p WHERE u.id = ANY (%s)",
            "INSERT INTO accounts_user_groups (user_id, group_id)"
            " SELECT u.id, g.id FROM accounts_user u, auth_group g WHERE u.id = ANY (%s)",
            "INSERT INTO auth_group_permissions (group_id, permission_id)"
            " SELECT g.id, p.id FROM auth_group g, auth_permission p WHERE %s::uuid[] <> '{}'"
            " ON CONFLICT DO NOTHING",
            "UPDATE accounts_user SET is_superuser = true, is_staff = true WHERE id = ANY (%s)",
        ):
            given = admin.execute(statement, [[person.id for person in persons]]).rowcount
            assert given >= len(persons), statement


def test_global_permissions_and_being_superuser_open_no_company(own_database: str) -> None:
    empower(CAST.a.member, CAST.stranger, CAST.ex_admin, CAST.staff.superuser)
    assert pages_of(sign_in(CAST.a.member, site="default"), CAST.a) == {403}
    for person in (CAST.stranger, CAST.ex_admin, CAST.staff.superuser):
        assert pages_of(sign_in(person, mfa=True, site="default"), CAST.a) == {404}
        assert with_rights(person) == set()
    assert with_rights(CAST.a.member) == with_rights(CAST.a.admin) == {CAST.a.id}


def test_whoever_comes_back_has_the_rights_of_the_new_role_only() -> None:
    dismiss(CAST.b, CAST.accountant)
    with tenant.serving(organisation=CAST.b.id, person=CAST.accountant.id):
        add_member(
            organisation=CAST.b.id,
            person=CAST.accountant.id,
            role=Role.READER,
            office="",
            position="",
        )
    client = sign_in(CAST.accountant)
    assert client.get(reverse("company", args=[CAST.b.id])).status_code == 200
    assert pages_of(client, CAST.b) == {403}
    assert with_rights(CAST.accountant) == {CAST.a.id}  # where the accountant is a member


def test_an_account_made_anew_under_the_same_key_has_no_right() -> None:
    dismiss(CAST.b, CAST.b.reader)
    with tenant.serving(scope=Scope.ACCOUNTS):
        User.objects.create(id=CAST.b.reader.id, email=CAST.b.reader.email)
    client = sign_in(CAST.b.reader)
    assert pages_of(client, CAST.b) == {404}
    assert client.get(reverse("company", args=[CAST.b.id])).status_code == 404


def test_no_right_outlives_an_erased_company() -> None:
    before = with_rights(CAST.accountant)
    erase_b()
    assert (before, with_rights(CAST.accountant)) == (
        {CAST.a.id, CAST.b.id},
        {CAST.a.id},
    )
    with tenant.serving(organisation=CAST.b.id):
        assert not OrganisationUserObjectPermission.objects.exists()
