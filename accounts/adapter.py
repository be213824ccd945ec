"""How allauth behaves here."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own behaviour; a place for the few rules that differ."""


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of two-step sign-in encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher(purpose: bytes = b"mfa") -> MultiFernet:
    """Encrypts with a key derived from SECRET_KEY, decrypts with the rotated-out ones too.

    A key for each purpose, so that what was encrypted for one never decrypts as another.
    """
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(purpose + key.encode()).digest()))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
