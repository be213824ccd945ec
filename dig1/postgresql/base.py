"""Django's own backend for PostgreSQL, but that a health check of a silent connection is free."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the server still answers, asked with a query only where there is a doubt.

        Between transactions a server says nothing, unless it goes away: it is enough to look
        whether anything has come. (Django asks at the beginning of every request.)
        """
        if self.connection is None or self.errors_occurred or something_came(self.connection):
            return super().is_usable()
        return True


def something_came(connection: base.Database.Connection) -> bool:
    """Whether there is something to read: a farewell, the end of the connection, or a notice."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
