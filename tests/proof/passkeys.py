"""Passkeys as they are stored, without a device that holds the other half."""

from allauth.mfa.models import Authenticator
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from tests.cast import Person

# A point of the curve P-256: anybody's public key, its base point.
PUBLIC_KEY = ES256(
    {
        1: 2,
        3: -7,
        -1: 1,
        -2: bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        -3: bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
    }
)


def add_passkey(person: Person) -> int:
    """The key of the person's new row."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        return Authenticator.objects.create(
            user=User(id=person.id),
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "avain", "credential": credential(person.id.bytes)},
        ).pk


def credential(identifier: bytes) -> dict[str, object]:
    """What a browser sends when it has made a key."""
    made = AttestedCredentialData.create(Aaguid.NONE, identifier, PUBLIC_KEY)
    device = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 0, made)
    client = CollectedClientData.create("webauthn.create", bytes(32), "http://localhost")
    return {
        "id": websafe_encode(identifier),
        "rawId": websafe_encode(identifier),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "attestationObject": websafe_encode(AttestationObject.create("none", device, {})),
            "clientDataJSON": websafe_encode(client),
        },
    }
