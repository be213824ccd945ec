"""What the logs never hold: addresses of persons, and links that let in whoever holds them."""

import logging
import re

# Identifiers (36 characters) stay, so that faults can be found; the links' secrets are longer.
HIDDEN = re.compile(
    r"(?<=/)[^/\s]{37,}"  # a long part of a path
    r"|(?<=/)[^/\n]*(?:@|%40)[^/\s]*"  # a part of a path that may be an email address
    r"|(?<![^/\s])[^/\s]*(?:@|%40)[^/\s]*"  # such a word elsewhere
)


def masked(text: str) -> str:
    return HIDDEN.sub("…", text)


class Personless(logging.Filter):
    """Masks messages and tracebacks: Django's own tell whole paths, the database's whole rows."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info:
            traceback = logging.Formatter().formatException(record.exc_info)
            record.exc_text = masked(traceback)
        return True
