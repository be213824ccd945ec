"""The signature of certificates: Ed25519 (RFC 8032) over canonical JSON (RFC 8785).

Anybody can check one with the public key, which the service publishes; nobody without
``CERTIFICATE_KEY`` can make one.
"""

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

# What the key is derived for (RFC 5869), so that nothing else that uses the setting shares it.
PURPOSE = b"Dig1 certificate of erasure, Ed25519"
SEED_BYTES = 32


def private_key() -> Ed25519PrivateKey:
    """HKDF-SHA256 of the setting, without salt, is the seed of the key."""
    derived = HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(derived.derive(settings.CERTIFICATE_KEY.encode()))


def public_key() -> Ed25519PublicKey:
    return private_key().public_key()


def public_pem() -> str:
    """The public key as programs take it."""
    encoded = public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return encoded.decode()


def fingerprint() -> str:
    """SHA-256 of the public key (its DER form), by which certificates name it."""
    encoded = public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(encoded).hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """The one way to write a content down: keys in order, no spaces, UTF-8.

    That is RFC 8785 for what certificates hold: texts, whole numbers, lists, null.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(content: dict[str, Any]) -> str:
    return b64encode(private_key().sign(canonical(content))).decode()
