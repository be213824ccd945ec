"""A watch over free text: an assessment is no place for an individual's data.

Personal identity codes are refused by the columns themselves. What only looks like somebody's
address or number is kept, and the person is told.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
PHONE = re.compile(r"(?<![\w.,/-])(?:\+\d|0\d)(?:[ -]?\d){5,13}(?![\w/-])")
MESSAGES = (
    (EMAIL, _("This looks like an email address: don't write an individual's data here.")),
    (PHONE, _("This looks like a phone number: don't write an individual's data here.")),
)


def personal_data_in(*texts: str) -> list[Promise]:
    """What the person is to be told of the texts, each thing once."""
    return [message for pattern, message in MESSAGES if any(map(pattern.search, texts))]
