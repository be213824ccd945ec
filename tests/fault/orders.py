"""Erasures that are ordered and not begun."""

from registry.company import tenant
from registry.rights import ordering
from registry.rights.models import ErasureRun
from registry.rights.preview import preview_company, preview_self
from tests.cast import Cast


def nothing(cast: Cast) -> None:
    """Nobody has ordered anything yet."""


def company(cast: Cast) -> ErasureRun:
    """Of company A, not held."""
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        return ordering.order_company_erasure(
            organisation=cast.a.id,
            orderer=cast.a.admin.id,
            fingerprint=preview_company(organisation=cast.a.id).fingerprint,
            hold_minutes=0,
        )


def oneself(cast: Cast) -> ErasureRun:
    """Of the member of A, everywhere."""
    with tenant.serving(person=cast.a.member.id):
        return ordering.order_own_erasure(
            person=cast.a.member.id,
            fingerprint=preview_self(person=cast.a.member.id).fingerprint,
        )
