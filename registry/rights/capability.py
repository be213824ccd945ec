"""The address at which an erasure is followed: whoever holds it may look, since the account of
whoever ordered it may be gone. It shows counts and times, nothing about anybody."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from registry.rights.models import ErasureRun

NOBODY = UUID(int=0)  # stands for no company


def signer() -> Signer:
    """With the key of the certificates, which outlives the keys of sessions."""
    return Signer(key=settings.CERTIFICATE_KEY, salt="registry.rights.capability", sep=".")


def token_of(run: ErasureRun) -> str:
    keys = run.pk.bytes + (run.organisation_id or NOBODY).bytes
    return signer().sign(urlsafe_b64encode(keys).decode().rstrip("="))


def opened(token: str) -> tuple[UUID, UUID | None]:
    """The run and its company. Raises BadSignature if we have not made the token."""
    keys = urlsafe_b64decode(signer().unsign(token) + "=")
    if len(keys) != 32:
        raise BadSignature
    run, organisation = UUID(bytes=keys[:16]), UUID(bytes=keys[16:])
    return run, None if organisation == NOBODY else organisation
