"""The customer relationship, declared."""

from functools import partial

from registry.declarations.declare import Personal, declare
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Editor,
    Exempt,
    Purpose,
    Recipient,
    Retention,
    Source,
)

period = partial(
    Personal,
    category=Category.RELATIONSHIP_PERIOD,
    purposes=(Purpose.SERVICE, Purpose.HISTORY),
    basis=Basis.CONTRACT,
    source=Source.DIG1,
    retention=Retention.RELATIONSHIP,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF),
    editor=Editor.STAFF,
    seen_by_admin=True,
)

declare(
    "relationship.Relationship",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "started_on": period(source=Source.SYSTEM),  # at registration; staff may correct it
        "ended_on": period(),
    },
)
