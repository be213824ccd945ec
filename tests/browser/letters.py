"""What stands in the letters that the mail server has received."""

import re
from email import message_from_bytes, policy

from aiosmtpd.smtp import Envelope

CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", re.MULTILINE)
LINK = re.compile(r"https?://\S+/kutsu/\S+")
DATA_LINK = re.compile(r"https?://\S+/omat-tiedot/linkki/avaa/\S+")


def code_to(address: str, letters: list[Envelope]) -> str:
    """The code in the newest letter to the address."""
    return found(CODE, address, letters)


def invitation_to(address: str, letters: list[Envelope]) -> str:
    """The link in the newest letter to the address."""
    return found(LINK, address, letters)


def data_link_to(address: str, letters: list[Envelope]) -> str:
    """The link to what is stored about the address, in the newest letter to it."""
    return found(DATA_LINK, address, letters)


def found(pattern: re.Pattern[str], address: str, letters: list[Envelope]) -> str:
    texts = [text(letter) for letter in letters if letter.rcpt_tos == [address]]
    assert texts, f"no letter to {address}"
    match = pattern.search(texts[-1])
    assert match, texts[-1]
    return match.group(match.lastindex or 0)


def text(letter: Envelope) -> str:
    message = message_from_bytes(letter.content, policy=policy.default)
    return message.get_body(("plain",)).get_content()
