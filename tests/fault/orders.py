"""Erasures that are ordered and not begun."""

from registry.company import tenant
from registry.rights import ordering
from registry.rights.models import ErasureRun
from registry.rights.preview import preview_self
from tests.cast import Cast
from tests.erasing import order_company


def nothing(cast: Cast) -> None:
    """Nobody has ordered anything yet."""


def company(cast: Cast) -> ErasureRun:
    """Of company A, not held."""
    return order_company(cast.a, minutes=0)


def oneself(cast: Cast) -> ErasureRun:
    """Of the member of A, everywhere."""
    with tenant.serving(person=cast.a.member.id):
        return ordering.order_own_erasure(
            person=cast.a.member.id,
            fingerprint=preview_self(person=cast.a.member.id).fingerprint,
        )
