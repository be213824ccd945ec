"""A company's payment events, to be paged newest first."""

from uuid import UUID

from django.db.models import QuerySet

from registry.payments.models import Payment, Sale, ServiceEvent


def payments_of(organisation: UUID) -> QuerySet[Payment]:
    return Payment.objects.filter(organisation_id=organisation)


def sales_of(organisation: UUID) -> QuerySet[Sale]:
    return Sale.objects.filter(organisation_id=organisation)


def service_events_of(organisation: UUID) -> QuerySet[ServiceEvent]:
    """With the person served, who is shown by the address of their account."""
    return ServiceEvent.objects.filter(organisation_id=organisation).select_related(
        "membership__user"
    )
