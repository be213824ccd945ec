"""The limit: the same templates with the same rows, without middleware, session or database.

A WSGI application. When it starts, it asks the service itself for each page (BENCH_PAGES) and
keeps the template and all that it was given; after that it has no database to ask.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template import Context
from django.template import Template as CompiledTemplate
from django.template.backends.django import Template
from django.test import Client

from dig1.benchdata import databases

get_wsgi_application()


def captured(path: str, cookie: str) -> tuple[CompiledTemplate, dict[str, Any]]:
    """The template that answers the path, and its whole context."""
    rendered = []
    render = Template.render

    def listening(self: Template, context: Any = None, request: Any = None) -> str:
        context = dict(context or {})
        if request is not None:  # a page; forms and their fields are templates too
            for processor in self.backend.engine.template_context_processors:
                context = processor(request) | context
            # An iterator would be empty the second time.
            context = {k: list(v) if isinstance(v, Iterator) else v for k, v in context.items()}
            rendered.append((self.template, context))
        return self.template.render(Context(context, autoescape=self.backend.engine.autoescape))

    Template.render = listening
    try:
        answer = Client(headers={"host": "localhost", "cookie": cookie}).get(path)
    finally:
        Template.render = render
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    (page,) = rendered
    return page


PAGES = {path: captured(path, cookie) for path, cookie in json.loads(os.environ["BENCH_PAGES"])}
databases.switch(dict.fromkeys(connections, "no_such_database"))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    template, context = PAGES[environ["PATH_INFO"]]
    body = template.render(Context(context)).encode()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
