"""What is read about a company's people and invitations."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from registry.company import tenant
from registry.company.paging import SIZE, Page, last_shown
from registry.company.roles import Role
from registry.persons.models import Invitation, Membership
from registry.persons.tokens import Claims

# The page that is opened most: composing it with the ORM took longer than running it. Days are
# those of Finland's calendar. Phones are as stored: parsing fifty numbers to space them out would
# take longer than the whole page.
PEOPLE = """
    SELECT m.id, u.email, u.phone, m.office, m.position, m.role,
        (m.joined_at AT TIME ZONE %(zone)s)::date, u.id
    FROM persons_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.organisation_id = %(organisation)s
"""
SEARCH = """
    AND (strpos(upper(u.email), upper(%(search)s)) > 0
        OR strpos(upper(m.office), upper(%(search)s)) > 0
        OR strpos(upper(m.position), upper(%(search)s)) > 0)
"""
ROLE = " AND m.role = %(role)s"
# The first condition lets an index skip to where the page begins.
BEYOND = " AND u.email >= %(email)s AND (u.email > %(email)s OR m.id > %(id)s)"
IN_ORDER = f" ORDER BY u.email, m.id LIMIT {SIZE + 1}"


def people(*, organisation: UUID, search: str = "", role: str = "", after: str = "") -> Page:
    """A page of the company's people by email. Tuples, not objects: nothing is read but shown."""
    last = None
    if after:
        everybody = Membership.objects.filter(organisation_id=organisation)
        last = last_shown(everybody, "user__email", after)
    email, key = last or ("", None)
    query = PEOPLE + SEARCH * bool(search) + ROLE * bool(role) + BEYOND * bool(last) + IN_ORDER
    params = {
        "organisation": organisation,
        "zone": settings.TIME_ZONE,
        "search": search,
        "role": role,
        "email": email,
        "id": key,
    }
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(query, params)
        found = cursor.fetchall()
    more = len(found) > SIZE
    return Page(found[:SIZE], found[SIZE - 1][0] if more else None, last is None)


def invitations(organisation: UUID) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organisation_id=organisation)


def open_invitation(claims: Claims, *, lock: bool = False) -> Invitation | None:
    """The invitation that a link stands for, if it holds and its sender is still an admin.

    Under the context of the company named in the link. ``lock`` keeps both the invitation and
    the sender's role as they are until the transaction ends.
    """
    rows = Invitation.objects.filter(
        pk=claims.invitation,
        organisation_id=claims.organisation,
        expires_at__gt=timezone.now(),
        organisation__erased_at=None,
        organisation__locked_at=None,
        invited_by__role=Role.ADMIN,
    )
    if lock:
        rows = rows.select_related("invited_by").select_for_update(of=("self", "invited_by"))
    else:
        rows = rows.select_related("organisation")
    invitation = rows.first()
    if invitation and constant_time_compare(bytes(invitation.secret_digest), claims.digest):
        return invitation
    return None


def owns_address(*, person: UUID | None, email: str) -> bool:
    """Whether the person has proven to read the mail of exactly this address."""
    return EmailAddress.objects.filter(user_id=person, email=email, verified=True).exists()


def is_member(*, person: UUID, organisation: UUID) -> bool:
    return Membership.objects.filter(organisation_id=organisation, user_id=person).exists()
