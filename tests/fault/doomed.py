"""Processes of the service that die at a chosen event, as by `kill -9` or a power cut.

Each is forked from a server that has loaded Django already, and lives on a database and a folder
of files that it is given. Its events are the places at which it can be killed: the begin and end
of every step of an erasure, every statement, every file. One that is not doomed writes them down,
so that the tests know all there are.
"""

import faulthandler
import multiprocessing
import os
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.urls import reverse
from django.utils.translation import gettext, override
from procrastinate.contrib.django import app

from dig1 import folder
from dig1.restored import Guarded
from dig1.wsgi import django_application
from registry.company import blobs
from registry.rights import journal, pipeline
from registry.rights.jobs import retry_stalled

ROLES = {"default": "web", "staff": "staff", "worker": "worker", "owner": "owner"}
CONTEXT_SETTING = "SELECT set_config('dig1.context'"  # changes nothing that is stored

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.environment", "tests.fault.doomed"])
# What takes a second is loaded before the fork: addresses and texts.
reverse("home")
for language, _name in settings.LANGUAGES:
    with override(language):
        gettext("Home")


@dataclass(frozen=True)
class Event:
    """A place in the life of a process: the ``number``-th time that ``name`` has happened."""

    name: str
    number: int = 1

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


@dataclass(frozen=True)
class Place:
    """Where a process lives: addresses of its database by role, and the folder of its files."""

    addresses: dict[str, str]
    folder: Path

    @property
    def events(self) -> Path:
        return self.folder / "events.txt"


@dataclass
class Fate:
    """What becomes of the process: at ``doom`` (or never) it is killed, or ``strikes``."""

    place: Place
    doom: Event | None = None
    strikes: Callable[[], None] | None = None  # None: the process itself is killed
    happened: Counter[str] = field(default_factory=Counter)

    def event(self, name: str) -> None:
        self.happened[name] += 1
        now = Event(name, self.happened[name])
        if self.doom is None:
            with self.place.events.open("a") as file:
                file.write(f"{now.name}\t{now.number}\n")
        elif now == self.doom:
            if self.strikes:
                self.strikes()
            else:
                os.kill(os.getpid(), signal.SIGKILL)


def begin(life: Callable[..., None], fate: Fate, *more: Any) -> multiprocessing.Process:
    """Start a process: ``life`` is one of those below."""
    process = context.Process(target=live, args=(life, fate, *more), daemon=True)
    process.start()
    return process


def live(life: Callable[..., None], fate: Fate, *more: Any) -> None:
    faulthandler.enable()
    log = os.open(fate.place.folder / "process.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for alias, role in ROLES.items():
        connections.settings[alias].update(
            {
                key: value
                for key, value in dj_database_url.parse(fate.place.addresses[role]).items()
                if key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
            }
        )
    for alias, name in (("default", "blobs"), ("journal", "journal")):
        settings.STORAGES[alias]["OPTIONS"]["location"] = fate.place.folder / name
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(fate.place.folder / "mail")
    life(fate, *more)


# --- lives -------------------------------------------------------------------------------------


def worker(fate: Fate) -> None:
    """`manage.py worker`, but that nothing goes by the clock except the taking over of jobs:
    canaries bear dates of long ago."""
    kept = {key: task for key, task in periodic().items() if task.task is retry_stalled}
    periodic().clear()
    periodic().update(kept)
    watch_erasures(fate)
    call_command("worker")


def periodic() -> dict[Any, Any]:
    return app.periodic_registry.periodic_tasks


def web(fate: Fate, listener: socket.socket) -> None:
    """The web server, on a socket that is bound already."""
    server = ThreadedWSGIServer(listener.getsockname(), WSGIRequestHandler, bind_and_activate=False)
    server.socket = listener
    server.server_bind = lambda: None
    server.server_name, server.server_port = listener.getsockname()
    server.setup_environ()
    server.set_app(watched(Guarded(django_application), fate))
    server.server_activate()
    server.serve_forever()


def replaying(fate: Fate) -> None:
    """`manage.py replay_erasures`"""
    watch_erasures(fate)
    call_command("replay_erasures")


# --- events ------------------------------------------------------------------------------------


def watch_erasures(fate: Fate) -> None:
    """Events of the pipeline, by step."""
    running = ["none"]

    def event(what: str) -> None:
        fate.event(f"{running[0]}: {what}")

    def watched_step(step: Callable[..., None]) -> Callable[..., None]:
        @wraps(step)
        def run(*args: Any) -> None:
            running[0] = step.__name__
            event("begins")
            with statements(event):
                step(*args)
            event("done")

        return run

    pipeline.STEPS = tuple((done, watched_step(step)) for done, step in pipeline.STEPS)
    after(pipeline, "finish", lambda: event("noted as done"))
    after_block(pipeline, "at_work", lambda: event("committed"))
    after(journal, "add", lambda: event("entered in the journal"))
    after(folder.FolderStorage, "begin", lambda: event("file begun"))
    after(folder, "sync", lambda: event("file linked"))
    after(blobs, "delete", lambda: event("file deleted"))
    after(folder.FolderStorage, "discard", lambda: event("file discarded"))


@contextmanager
def statements(event: Callable[[str], None], alias: str = "worker") -> Iterator[None]:
    """An event after every statement of the block that may change something."""

    def wrapper(execute: Any, sql: Any, *args: Any) -> Any:
        result = execute(sql, *args)
        if not str(sql).startswith(CONTEXT_SETTING):
            event("statement")
        return result

    with connections[alias].execute_wrapper(wrapper):
        yield


def watched(application: Callable[..., Any], fate: Fate) -> Callable[..., Any]:
    """Events of requests that change something: their statements, and the answer."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        with ExitStack() as stack:
            if environ["REQUEST_METHOD"] == "POST":
                fate.event("request")
                stack.enter_context(statements(fate.event, "default"))
            response = application(environ, start_response)
            if environ["REQUEST_METHOD"] == "POST":
                fate.event("committed")
            return response

    return answer


def after(owner: Any, name: str, then: Callable[[], None]) -> None:
    """Have ``then`` called after each call of a function."""
    real = getattr(owner, name)

    @wraps(real)
    def called(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        then()
        return result

    setattr(owner, name, called)


def after_block(owner: Any, name: str, then: Callable[[], None]) -> None:
    """The same for a context manager, whose block has then ended well."""
    real = getattr(owner, name)

    @contextmanager
    def entered(*args: Any, **kwargs: Any) -> Iterator[Any]:
        with real(*args, **kwargs) as value:
            yield value
        then()

    setattr(owner, name, entered)
