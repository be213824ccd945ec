"""Which companies a search of Dig1's staff finds. Every branch is a range of one index."""

import re
from uuid import UUID

from django.db import connections

from accounts.lists import beginning
from registry.company import tenant
from registry.company.models import Organisation
from registry.company.validators import business_id

MOST = 200
BEGINNING_OF_BUSINESS_ID = re.compile(r"[0-9]{3,7}|[0-9]{7}-[0-9]?")


def find_organisations(text: str) -> list[UUID]:
    """At most some hundreds of companies, found by identifier, Business ID, a person's email
    address or words of the name, each from its beginning. For the staff's context only."""
    text = business_id(text)
    try:
        return [UUID(text)]
    except ValueError:
        pass
    if "@" in text:
        return by_person(text)
    if BEGINNING_OF_BUSINESS_ID.fullmatch(text):
        return by_business_id(text)
    return by_name(text) or by_person(text)


def by_person(text: str) -> list[UUID]:
    found = Organisation.objects.filter(**beginning("memberships__user__email", text.lower()))
    return list(found.values_list("id", flat=True)[:MOST])


def by_business_id(text: str) -> list[UUID]:
    found = Organisation.objects.filter(**beginning("business_id", text))
    return list(found.order_by("business_id").values_list("id", flat=True)[:MOST])


def by_name(text: str) -> list[UUID]:
    """``sql/search.sql``: beginnings of any words of the name or of a trade name."""
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute("SELECT sec.search_organisations(%s, %s)", [text, MOST])
        return [row[0] for row in cursor]
