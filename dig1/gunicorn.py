"""How gunicorn serves: `gunicorn --config python:dig1.gunicorn dig1.wsgi`."""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from gunicorn.config import Config
from gunicorn.glogging import Logger

from dig1.logs import Personless, masked


class PersonlessLog(Logger):
    """One line a request: nobody's network address, no query string, no secret of a link."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.addFilter(Personless())

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        path = quote(environ["PATH_INFO"], encoding="latin-1")  # on one line, whatever it holds
        return super().atoms(resp, req, environ, request_time) | {"U": masked(path)}


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
