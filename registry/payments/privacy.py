"""Payment events, declared. Vouchers are retained by law and carry no person by design."""

from functools import partial

from registry.declarations.declare import Personal, declare
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Erase,
    Exempt,
    Law,
    Link,
    Purpose,
    Recipient,
    Retention,
    Source,
)

voucher = partial(
    Personal,
    category=Category.PAYMENT_EVENTS,
    purposes=(Purpose.SERVICE, Purpose.HISTORY),
    basis=Basis.LEGAL_OBLIGATION,
    source=Source.DIG1,
    retention=Retention.ACCOUNTING,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF),
    seen_by_admin=True,
    erase=Erase.RETAIN,
    law=Law.ACCOUNTING_ACT,
    until="retain_until",
)
sold = partial(voucher, category=Category.SERVICE_AND_SALES)

STATED_ON_EVERY_VOUCHER = (
    "number",
    "dated_on",
    "buyer_name",
    "buyer_business_id",
    "buyer_address",
    "net",
    "vat",
    "retain_until",
)

declare(
    "payments.Payment",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        **dict.fromkeys(STATED_ON_EVERY_VOUCHER, voucher()),
        "method": voucher(),
        "reference": voucher(),
    },
)
declare(
    "payments.Sale",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        **dict.fromkeys(STATED_ON_EVERY_VOUCHER, sold()),
        "description": sold(),
    },
)

served = partial(
    Personal,
    category=Category.SERVICE_AND_SALES,
    purposes=(Purpose.SUPPORT, Purpose.HISTORY),
    basis=Basis.LEGITIMATE_INTEREST,
    source=Source.DIG1,
    retention=Retention.RELATIONSHIP,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF),
    seen_by_admin=True,
)

declare(
    "payments.ServiceEvent",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "happened_at": served(),
        "kind": served(),
        "minutes": served(),
        "membership_id": served(link=Link.MEMBERSHIP, retention=Retention.MEMBERSHIP),
    },
)
