"""The service's own configuration of gunicorn, without its chatter."""

from dig1.gunicorn import *  # noqa: F403

accesslog = "/dev/null"
loglevel = "warning"
