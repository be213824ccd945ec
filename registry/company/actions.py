"""What changes a company. A database trigger writes the history of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry.company import tenant
from registry.company.models import Organisation, TradeName
from registry.company.queries import BASICS, basics


class ChangedMeanwhile(Exception):
    """Somebody else has saved since the form was opened."""


def change_basics(
    *, organisation: UUID, version: str, values: Mapping[str, Any], trade_names: Iterable[str]
) -> None:
    """Store the basic data and trade names, if they still are what ``version`` was made of.

    ``values`` has every column of ``BASICS``. Raises ChangedMeanwhile otherwise, ValidationError
    when a trade name is listed twice; then nothing is stored.
    """
    with transaction.atomic(using=tenant.alias()):
        if basics(organisation, lock=True).version != version:
            raise ChangedMeanwhile
        Organisation.objects.filter(pk=organisation).update(
            **{column: values[column] for column in BASICS}
        )
        set_trade_names(organisation=organisation, names=trade_names)


def set_trade_names(*, organisation: UUID, names: Iterable[str]) -> None:
    """The company has exactly these trade names. Raises ValidationError if two are the same.

    Which are the same the database says, whose small letters are not quite Python's.
    """
    wanted = list(names)
    try:
        with transaction.atomic(using=tenant.alias()):
            held = TradeName.objects.filter(organisation_id=organisation)
            held.exclude(name__in=wanted).delete()
            there = set(held.values_list("name", flat=True))
            TradeName.objects.bulk_create(
                TradeName(organisation_id=organisation, name=name)
                for name in wanted
                if name not in there
            )
    except IntegrityError as error:
        twice = ValidationError(_("The same trade name is listed twice."), code="twice")
        raise ValidationError({"trade_names": twice}) from error


def require_mfa(*, organisation: UUID, required: bool) -> None:
    """From the next page on, the company's pages open only after a two-step sign-in, or again
    without."""
    Organisation.objects.filter(pk=organisation).update(mfa_required=required)
