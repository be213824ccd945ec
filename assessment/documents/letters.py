"""Which letters of what people wrote a document can hold."""

import re
import unicodedata

# Controls, surrogates, places of private use and letters that don't exist: XML can't hold some,
# and none says anything. Invisible marks of direction could make a text read as another.
DROPPED = {"Cc", "Cs", "Co", "Cn"}
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """One line without letters that no format can hold."""
    spaced = re.sub(r"[\t\n\r\v\f\x85\u2028\u2029]+", " ", DIRECTIONS.sub("", text))
    composed = unicodedata.normalize("NFC", spaced)
    return "".join(one for one in composed if unicodedata.category(one) not in DROPPED).strip(" ")
