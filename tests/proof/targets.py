"""Addresses to try: of each route, one's own object, somebody else's, a deleted one, and none."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from registry.company import blobs, tenant
from registry.company.models import AccessEvent, Change
from registry.notice.approved import latest
from registry.persons.models import Invitation, Membership
from registry.rights.capability import token_of as capability
from registry.rights.links import new_link
from registry.rights.models import ErasureRun
from registry.rights.models.export import named
from tests.cast import CAST, QUESTION, Company, evidence_of, export_of, key
from tests.census.matrix import STAFF_MODELS, detail_pattern
from tests.census.personas import Persona
from tests.census.rules import Target
from tests.clients import forget
from tests.persons.links import token_of
from tests.proof.passkeys import add_passkey

ABSENT = key("nobody-and-nothing")
COMPANIES = {company.letter: company for company in CAST.living}
LONG_GONE = {
    "membership_id": "membership_gone",
    "invitation_id": "invitation_gone",
    "export_id": "export_gone",
    "request_id": "request_gone",
    "assessment_id": "assessment_gone",
    "measure_id": "measure_gone",
    "evidence_id": "evidence_gone",
}
# What stands in an address and is the same for everybody.
CONTENT = {"section": "governance", "question": QUESTION}


@dataclass(frozen=True)
class Scene:
    """What the cast has not: deleted rows, passkeys, and the keys that the database chose.

    ``link``: the secret of a link to what is stored about an address.
    """

    passkeys: dict[UUID, int]  # by person: of all those who sign in by two steps
    change: int  # a line in A's history
    look: int  # at one of A's people
    link: str


def set_the_scene() -> Scene:
    for company in (CAST.a, CAST.b):
        delete_a_member_and_an_invitation(company)
    owners = (CAST.b.admin, *CAST.staff.everybody)
    passkeys = {person.id: add_passkey(person) for person in owners}
    with tenant.serving(organisation=CAST.a.id):
        change = Change.objects.filter(organisation_id=CAST.a.id).earliest("pk").pk
        look = AccessEvent.objects.filter(organisation_id=CAST.a.id).earliest("pk").pk
    write_the_files()
    link = new_link(CAST.a.invited)
    forget("default")
    return Scene(passkeys, change, look, link)


def write_the_files() -> None:
    """Those that rows name; what is there stays. No rollback brings a deleted one back."""
    for company in CAST.living:
        for file in (named(export_of(company), ""), evidence_of(company).file.name):
            with suppress(FileExistsError):
                blobs.write(file, [b"The file."])


def delete_a_member_and_an_invitation(company: Company) -> None:
    with tenant.serving(organisation=company.id, person=CAST.stranger.id):
        gone = Membership.objects.create(
            id=company.row("membership_gone"),
            organisation_id=company.id,
            user_id=CAST.stranger.id,
        )
        gone.delete()
    with tenant.serving(organisation=company.id, person=company.admin.id):
        gone = Invitation.objects.get(pk=company.row("invitation"))
        gone.pk, gone.email = company.row("invitation_gone"), "peruttu@muualla.example"
        gone.save(force_insert=True)
        gone.delete()


def targets(route: str, parameters: frozenset[str], who: Persona, scene: Scene) -> list[Target]:
    """The addresses of a route that a persona is to try."""
    if route.startswith(("admin:", "hallinta/")):
        return list(of_staff(route, parameters, scene))
    if "organisation_id" in parameters:
        return list(of_company(route, parameters - {"organisation_id"}, who))
    make = BY_PARAMETERS.get(parameters)
    return list(make(route, who, scene)) if make else [Target(reverse(route))]


# --- companies -----------------------------------------------------------------------------------


def of_company(route: str, child: frozenset[str], who: Persona) -> Iterator[Target]:
    own = [COMPANIES[letter] for letter in who.roles]
    foreign = next(company for company in CAST.living if company not in own)
    children = children_in if child else without_child
    parameter = innermost(child)
    for company in own:
        # One's own row in another company of one's own is the likeliest to be let through.
        other = next((one for one in own if one is not company), foreign)
        for target in children(route, child, company, other):
            mine = parameter != "export_id" or who.person == company.admin
            yield replace(target, found=target.found and mine)
    for about, company in (("foreign", foreign.id), ("deleted", CAST.d.id), ("absent", ABSENT)):
        path = reverse(route, kwargs={"organisation_id": company, **kwargs_of(child, foreign)})
        yield Target(path, about, foreign.letter if company == foreign.id else "", bool(company))


def innermost(child: frozenset[str]) -> str:
    """The parameter that decides: a child's child stands in a child of its own company."""
    keys = child - {*CONTENT}
    return next(iter(keys - {"assessment_id"}), "assessment_id") if keys else ""


def kwargs_of(child: frozenset[str], company: Company) -> dict[str, object]:
    return {one: CONTENT.get(one) or child_of(company, one) for one in child}


def without_child(
    route: str, child: frozenset[str], own: Company, foreign: Company
) -> Iterator[Target]:
    yield Target(reverse(route, args=[own.id]), company=own.letter)


def children_in(
    route: str, child: frozenset[str], own: Company, foreign: Company
) -> Iterator[Target]:
    parameter = innermost(child)
    gone = own.row(LONG_GONE[parameter])
    for about, row in (
        ("own", child_of(own, parameter)),
        ("foreign child", child_of(foreign, parameter)),
        ("deleted child", gone),
        ("absent child", ABSENT),
    ):
        kwargs = kwargs_of(child, own) | {"organisation_id": own.id, parameter: row}
        yield Target(reverse(route, kwargs=kwargs), about, own.letter, found=about == "own")


def child_of(company: Company, parameter: str) -> UUID:
    if parameter == "membership_id":
        return company.membership(company.people[-1][0])
    return company.row(parameter.removesuffix("_id"))


# --- a person's own, and addresses that are secrets -----------------------------------------------


def phones(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    """One's own phone, to be corrected in place; whether one is staff, to ask for a correction."""
    mine, not_mine = ("phone", "is_staff") if route == "inspection_edit" else ("is_staff", "phone")
    me = who.person.id if who.person else ABSENT
    other = CAST.a.reader if who.person != CAST.a.reader else CAST.a.member
    for about, table, row, column in (
        ("own", "accounts_user", me, mine),
        ("own, not to be edited", "accounts_user", me, not_mine),
        ("foreign", "accounts_user", other.id, mine),
        ("foreign", "persons_membership", CAST.c.membership(CAST.c.admin), "office"),
        ("deleted", "accounts_user", CAST.ex_person.id, mine),
        ("absent", "accounts_user", ABSENT, mine),
    ):
        yield Target(reverse(route, args=[table, row, column]), about, found=about == "own")


def own_rows(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    me = who.person.id if who.person else ABSENT
    for about, table, row in (
        ("own", "accounts_user", me),
        ("own, nothing to ask", "rights_correctionrequest", CAST.a.row("request")),
        ("foreign", "accounts_user", CAST.c.admin.id),
        ("foreign", "persons_membership", CAST.c.membership(CAST.c.admin)),
        ("deleted", "accounts_user", CAST.ex_person.id),
        ("absent", "no_such_table", ABSENT),
    ):
        yield Target(reverse(route, args=[table, row]), about, found=about == "own")


def own_requests(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    """Whether a request was one's own, or there at all, the answer is the same."""
    for about, row in (("own", CAST.a.row("request")), ("absent", ABSENT)):
        yield Target(reverse(route, args=[row]), about)


def links(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    """Secret addresses: they open to everybody who has one, and to nobody who makes one up."""
    if route == "invitation":
        good, gone, missing = token_of(CAST.a), token_of(CAST.d), 410
    elif route == "access_link_open":
        good, gone, missing = scene.link, scene.link[::-1], 410
    else:
        good, gone = (
            capability(ErasureRun(pk=run, organisation_id=CAST.a.id))
            for run in (CAST.a.row("erasurerun"), ABSENT)
        )
        missing = 404
    for about, token in (("own", good), ("deleted", gone), ("forged", good[:-1] + "?")):
        yield Target(reverse(route, args=[token]), about, found=about == "own", missing=missing)


def addresses(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    """Nobody has opened a link to an address: whose it is decides nothing yet."""
    for about, company in (("own", CAST.a.id), ("foreign", CAST.b.id), ("absent", ABSENT)):
        yield Target(reverse(route, args=[company]), about)


def notices(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    more = {"language": "sv"} if route == "notice_file" else {}
    for about, version in (("own", latest().name), ("absent", "1999-12-31")):
        path = reverse(route, kwargs={"version": version, **more})
        yield Target(path, about, found=about == "own")


def passkeys(route: str, who: Persona, scene: Scene) -> Iterator[Target]:
    own = scene.passkeys.get(who.person.id) if who.person else None
    foreign = next(passkey for passkey in scene.passkeys.values() if passkey != own)
    if own:
        yield Target(reverse(route, args=[own]))
    for about, passkey in (("foreign", foreign), ("absent", 2**31 - 1)):
        yield Target(reverse(route, args=[passkey]), about, found=False)


Maker = Callable[[str, Persona, Scene], Iterator[Target]]
BY_PARAMETERS: dict[frozenset[str], Maker] = {
    frozenset({"table", "key", "column"}): phones,
    frozenset({"table", "key"}): own_rows,
    frozenset({"request_id"}): own_requests,
    frozenset({"token"}): links,
    frozenset({"pk"}): passkeys,
    frozenset({"company"}): addresses,
    frozenset({"version"}): notices,
    frozenset({"version", "language"}): notices,
}

# --- the staff site ------------------------------------------------------------------------------


def of_staff(route: str, parameters: frozenset[str], scene: Scene) -> Iterator[Target]:
    model = next((name for name in STAFF_MODELS if is_of(route, name)), "")
    if model and parameters:
        (parameter,) = parameters
        for about, row in rows(model, scene):
            kept = about == "deleted" and STAFF_MODELS[model].kept
            yield Target(path_of(route, model, parameter, row), about, found=about == "own" or kept)
    elif route == "admin:view_on_site":
        yield Target(reverse(route, args=[1, CAST.a.id]))
    elif route == "admin:app_list":
        yield Target(reverse(route, args=["company"]))
    elif "url" in parameters:
        yield Target(reverse("admin:index") + "no/such/page/")
    else:
        yield Target(reverse(route))


def is_of(route: str, model: str) -> bool:
    return route.startswith(f"admin:{model}_") or route == detail_pattern(model)


def path_of(route: str, model: str, parameter: str, row: object) -> str:
    if route == detail_pattern(model):
        return f"{reverse(f'admin:{model}_changelist')}{row}/"
    return reverse(route, kwargs={parameter: row})


def rows(model: str, scene: Scene) -> Iterator[tuple[str, object]]:
    """A's row, that of the erased company D (or a deleted one), and none."""
    kind = model.rsplit("_", 1)[1]
    match kind:
        case "user":
            own, deleted = CAST.a.member.id, CAST.ex_person.id
        case "membership":
            own, deleted = CAST.a.membership(CAST.a.member), CAST.a.row("membership_gone")
        case "change":
            own, deleted = scene.change, 0
        case "accessevent":
            own, deleted = scene.look, 0
        case _:
            own, deleted = CAST.a.row(kind), CAST.d.row(kind)
    yield "own", own
    yield "deleted", deleted
    yield "absent", ABSENT
