"""The certificate of an erasure: what was done, what is kept and by which law, signed.

``content`` says it, ``signing`` signs it, ``verify`` tells whether a file is genuine; ``described``
and ``pdf`` put it into words for people.
"""

from registry.rights.certificate.content import certify

__all__ = ["certify"]
