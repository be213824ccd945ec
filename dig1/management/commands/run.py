import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from dig1 import devdb


class Command(BaseCommand):
    help = "Prepare everything, make the demo companies, and serve on localhost until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "run is for development (DIG1_ENV=local). README.md tells how production starts."
            )
        port = os.environ.get("PORT", "8000")
        with stopping_the_database():
            check_port(port)
            call_command("prepare", verbosity=0)
            settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
            call_command("demo", stdout=self.stdout)
            connections.close_all()
            self.stdout.write(f"Mail is written to files in {settings.EMAIL_FILE_PATH}")
            self.stdout.write(f"Dig1 is at http://localhost:{port}/ (stop with Ctrl-C)")
            self.stdout.flush()
            serve()


@contextmanager
def stopping_the_database() -> Iterator[None]:
    """The embedded server ends with us if it began with us."""
    try:
        yield
    finally:
        connections.close_all()
        if devdb.started_here(settings.DATA_DIR):
            devdb.stop(settings.DATA_DIR)


def check_port(port: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError) as error:
            raise CommandError(
                f"Port {port} can't be used ({error}): stop what uses it, or choose another, "
                "as in: make run PORT=8001"
            ) from error


def serve() -> None:
    """Run web server and worker until one of them ends, or until we are told to end."""
    python = sys.executable
    web = [python, "-m", "gunicorn", "--config", "python:dig1.gunicorn", "dig1.wsgi"]
    worker = [python, "manage.py", "worker"]
    processes = {
        "web server": subprocess.Popen(web),
        "worker": subprocess.Popen(worker, cwd=settings.BASE_DIR),
    }

    told_to_end = []

    def stop(*signals: Any) -> None:
        told_to_end.extend(signals)
        for process in processes.values():
            process.terminate()

    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, stop)
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
    finally:
        ended = [name for name, process in processes.items() if process.poll() is not None]
        stop()
        codes = {name: process.wait() for name, process in processes.items()}
    for name in ended:
        if codes[name] and not told_to_end:
            raise CommandError(f"The {name} ended with an error ({codes[name]}).")
