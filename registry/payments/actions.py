"""Recording of payment events. Dig1's staff and imports do it, over the staff's connection.

Vouchers are never rewritten: what is wrong is corrected by another voucher. The buyer stands on
them as the company's data are on the day of recording. Every action raises ValidationError when
something is missing or the number is taken.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from registry.company.models import Organisation
from registry.payments.models import Payment, Sale, ServiceEvent
from registry.payments.retention import retain_until

Row = TypeVar("Row", Sale, Payment, ServiceEvent)


def record_sale(
    *,
    organisation: Organisation,
    number: str,
    dated_on: date,
    description: str,
    net: Decimal,
    vat: Decimal,
) -> Sale:
    """Record a sale that has been invoiced to the company."""
    stated = voucher(organisation=organisation, dated_on=dated_on)
    return stored(Sale(number=number, description=description, net=net, vat=vat, **stated))


def record_payment(
    *,
    organisation: Organisation,
    number: str,
    dated_on: date,
    method: Payment.Method,
    net: Decimal,
    vat: Decimal,
    reference: str = "",
) -> Payment:
    """Record a payment from the company, or a refund to it."""
    stated = voucher(organisation=organisation, dated_on=dated_on)
    return stored(
        Payment(number=number, method=method, net=net, vat=vat, reference=reference, **stated)
    )


def record_service_event(
    *,
    organisation: Organisation,
    kind: ServiceEvent.Kind,
    minutes: int,
    happened_at: datetime,
    membership: UUID | None = None,
) -> ServiceEvent:
    """Record a service measure for the company; ``membership`` is the person served, if one was."""
    event = ServiceEvent(
        organisation=organisation,
        kind=kind,
        minutes=minutes,
        happened_at=happened_at,
        membership_id=membership,
    )
    return stored(event)


def voucher(*, organisation: Organisation, dated_on: date) -> dict[str, Any]:
    """What a voucher states besides its own figures."""
    return {
        "organisation": organisation,
        "dated_on": dated_on,
        "buyer_name": organisation.name,
        "buyer_business_id": organisation.business_id,
        "buyer_address": address_on_invoices(organisation),
        "retain_until": retain_until(dated_on, settings.FISCAL_YEAR_END),
    }


def address_on_invoices(organisation: Organisation) -> str:
    """The invoicing address, or the next best that the company has given."""
    for kind in ("invoicing", "postal", "visiting"):
        street, postal_code, city = (
            getattr(organisation, f"{kind}_{part}") for part in ("street", "postal_code", "city")
        )
        if address := ", ".join(filter(None, (street, f"{postal_code} {city}".strip()))):
            return address
    return ""


def stored(row: Row) -> Row:
    row.full_clean()
    row.save(force_insert=True)
    return row
