"""How gunicorn serves: `gunicorn --config python:dig1.gunicorn dig1.wsgi`."""

import os
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

LONGEST_SHOWN = 36  # identifiers stay, the secret links of invitations and resets don't


class PersonlessLog(Logger):
    """One line a request: nobody's network address, no query string, no secret of a link."""

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        path = "/".join(
            part if len(part) <= LONGEST_SHOWN else "…" for part in environ["PATH_INFO"].split("/")
        )
        return super().atoms(resp, req, environ, request_time) | {"U": path}


bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4  # somebody on a slow line holds a thread, never a worker
timeout = 30
control_socket_disable = True
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(M)s ms"
logger_class = PersonlessLog
