"""The link of an invitation: signed, expiring, and of no use without the row it points at.

It names the company, so that the page can enter that company's context: only a link that we have
signed opens one. The secret makes it single: a link sent again replaces the one before.
"""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

LIFETIME = timedelta(days=settings.INVITATION_DAYS)
UUID_BYTES = 16

signer = signing.TimestampSigner(salt="registry.persons.invitation")


@dataclass(frozen=True)
class Claims:
    """What a link says once its signature has been verified."""

    organisation: UUID
    invitation: UUID
    digest: bytes


def new_secret() -> bytes:
    return secrets.token_bytes(UUID_BYTES)


def digest(secret: bytes) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret).digest()


def make(*, organisation: UUID, invitation: UUID, secret: bytes) -> str:
    """The token of a link."""
    return signer.sign(urlsafe_b64encode(organisation.bytes + invitation.bytes + secret).decode())


def read(token: str) -> Claims | None:
    """The claims of a token; None if it is forged, damaged or too old."""
    try:
        content = urlsafe_b64decode(signer.unsign(token, max_age=LIFETIME))
    except signing.BadSignature:
        return None
    return Claims(
        UUID(bytes=content[:UUID_BYTES]),
        UUID(bytes=content[UUID_BYTES : 2 * UUID_BYTES]),
        digest(content[2 * UUID_BYTES :]),
    )
