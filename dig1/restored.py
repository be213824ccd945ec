"""The guard after a restore: nobody is served from a database in which erased data is back.

The journal of erasures is kept outside the database. Until every erasure in it is known to the
database, all that is answered is 503. Where the journal can't be read, too: whether erased data
is back is then not known.
"""

import logging
import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from django.db import DatabaseError

from registry.company.blobs import StoreUnavailable
from registry.rights.replay import ForeignJournal, missing

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 10
PAGE = (
    b"<!DOCTYPE html><html lang='fi'><meta charset='utf-8'><title>Dig1</title>"
    b"<h1>Palvelu on hetken poissa k\xc3\xa4yt\xc3\xb6st\xc3\xa4</h1>"
    b"<p>Palautamme tietoja varmuuskopiosta. Yrit\xc3\xa4 hetken kuluttua uudelleen.</p>"
    b"<p lang='sv'>Tj\xc3\xa4nsten \xc3\xa4r tillf\xc3\xa4lligt ur bruk. F\xc3\xb6rs\xc3\xb6k"
    b" igen om en stund.</p>"
    b"<p lang='en'>The service is out of use for a moment. Please try again in a while.</p>"
)


def unreplayed() -> int:
    """How many erasures of the journal the database doesn't know. Raises StoreUnavailable."""
    return len(missing())


class Guarded:
    """A WSGI application that begins to serve when nothing is left to be erased again."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.is_open = False
        self.looked_at = -float(SECONDS_BETWEEN_LOOKS)
        self.looking = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not self.is_open:
            self.look()
        if self.is_open:
            return self.application(environ, start_response)
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Retry-After", "60"),
            ("Cache-Control", "no-store"),
        ]
        start_response("503 Service Unavailable", headers)
        return [PAGE]

    def look(self) -> None:
        with self.looking:
            if self.is_open or time.monotonic() - self.looked_at < SECONDS_BETWEEN_LOOKS:
                return
            try:
                count = unreplayed()
            except (StoreUnavailable, DatabaseError, ForeignJournal) as error:
                logger.error("The journal of erasures can't be checked: %s", type(error).__name__)
            else:
                self.is_open = not count
                if count:
                    logger.error(
                        "%s erasures have to be done again: run manage.py replay_erasures", count
                    )
            self.looked_at = time.monotonic()
