"""The service's own configuration of gunicorn, for a client that may pause."""

from dig1.gunicorn import *  # noqa: F403

accesslog = "/dev/null"
loglevel = "warning"
keepalive = 600
