"""Whether a file is a genuine certificate: one that this service has signed, unchanged."""

import json
from base64 import b64decode
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.rights.certificate.content import FORMAT, VERSION
from registry.rights.certificate.signing import canonical, fingerprint, public_key


class NotGenuine(Exception):
    """Says in words for people why."""

    def __init__(self, why: Promise) -> None:
        super().__init__(why)
        self.why = why


def signed(content: dict[str, Any], signature: str) -> str:
    """The file that is handed out."""
    said = {"certificate": content, "signature": signature}
    return json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def genuine(file: bytes) -> dict[str, Any]:
    """The content of a file that was handed out. Raises NotGenuine."""
    content, signature = parsed(file)
    if content.get("key") != fingerprint():
        raise NotGenuine(
            _("It names another key than this service's, so this service has not signed it.")
        )
    try:
        public_key().verify(signature, canonical(content))
    except (InvalidSignature, ValueError, RecursionError):
        raise NotGenuine(
            _("The signature does not fit the content: something in the file was changed.")
        ) from None
    return content


def parsed(file: bytes) -> tuple[dict[str, Any], bytes]:
    """Content and signature of what looks like a certificate. Raises NotGenuine."""
    try:
        match json.loads(file, object_pairs_hook=without_duplicates):
            case {
                "certificate": {"format": str(form), "version": int(version)} as content,
                "signature": str(signature),
            } if (form, version) == (FORMAT, VERSION):
                return content, b64decode(signature, validate=True)
    except (ValueError, RecursionError):
        pass
    raise NotGenuine(
        _("It is no certificate of erasure: choose the JSON file as it was downloaded.")
    )


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name given twice people might read one value, and programs the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found
