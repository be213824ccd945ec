"""Dig1 identifies a company: the Business ID on the contract is this customer's."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from registry.company import tenant
from registry.company.models import Organisation


class AlreadyIdentified(Exception):
    """Another company with the same Business ID has been identified."""


def same_business_id(company: Organisation) -> QuerySet[Organisation]:
    """Other companies that claim the Business ID: duplicates, mistakes or impostors."""
    others = Organisation.objects.filter(business_id=company.business_id, erased_at=None)
    return others.exclude(pk=company.pk).order_by("created_at", "id")


def identify(*, organisation: UUID) -> None:
    """Note that the company is who it says. Raises AlreadyIdentified if another one is."""
    found = Organisation.objects.filter(pk=organisation, identified_at=None, erased_at=None)
    try:
        with transaction.atomic(using=tenant.alias()):
            found.update(identified_at=timezone.now())
    except IntegrityError as error:
        raise AlreadyIdentified from error
