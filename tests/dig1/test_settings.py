"""The start of the service: a wrong or missing variable is told in one clear sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern

from dig1 import settings as started

REPOSITORY = Path(__file__).parents[2]
PRODUCTION = {
    "DIG1_ENV": "production",
    "DATABASE_URL": "postgres://dig1_web:x@db.example/dig1?sslmode=verify-full",
    "SECRET_KEY": 40 * "s",
    "CONTEXT_KEY": 40 * "c",
    "CERTIFICATE_KEY": 40 * "z",
    "AZURE_STORAGE_ACCOUNT": "dig1files",
    "ALLOWED_HOSTS": "palvelu.dig1.example",
    "SITE_URL": "https://palvelu.dig1.example",
    "EMAIL_URL": "submission://user:password@mail.example:587",
    "DEFAULT_FROM_EMAIL": "Dig1 <dig1@dig1.example>",
}
MISSING = (*PRODUCTION.keys() - {"DIG1_ENV"},)
WRONG = (
    ("DIG1_ENV", "testing"),
    ("DATABASE_URL", "mysql://dig1_web:x@db.example/dig1"),
    ("DATABASE_URL", "db.example"),
    ("STAFF_DATABASE_URL", "sqlite:///dig1"),
    ("WORKER_DATABASE_URL", "db.example"),
    ("OWNER_DATABASE_URL", "db.example"),
    ("SECRET_KEY", "short"),
    ("CONTEXT_KEY", "short"),
    ("CERTIFICATE_KEY", "short"),
    ("AZURE_STORAGE_ACCOUNT", "files.example/"),
    ("AZURE_STORAGE_CONNECTION_STRING", "AccountName=dig1files;AccountKey=eA=="),
    ("ERASURE_HOLD_MINUTES", "-1"),
    ("ERASURE_HOLD_MINUTES", "a day"),
    ("BACKUP_DAYS", "-1"),
    ("BACKUP_DAYS", "35 days"),
    ("ALLOWED_HOSTS", ""),
    ("SITE_URL", "http://palvelu.dig1.example"),
    ("SITE_URL", "palvelu.dig1.example"),
    ("EMAIL_URL", "gopher://mail.example"),
    ("STAFF_PATH", "hallinta"),
    ("STAFF_PATH", "tili/"),
    ("STAFF_PATH", "yritykset/"),
    ("STAFF_PATH", "static/"),
    ("TRUSTED_PROXIES", "-1"),
    ("TRUSTED_PROXIES", "many"),
    ("FISCAL_YEAR_END", "31.12."),
    ("DEBUG", "perhaps"),
)


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """A process in production that reads its settings; a variable of None is missing."""
    variables = {"PATH": os.environ["PATH"]} | PRODUCTION | changes
    return subprocess.run(
        [sys.executable, "-c", "import dig1.settings"],
        cwd=REPOSITORY,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
    )


def is_told(answer: subprocess.CompletedProcess[str], name: str) -> bool:
    return (
        answer.returncode == 1
        and answer.stdout == ""
        and answer.stderr.count("\n") == 1
        and answer.stderr.startswith("Dig1 cannot start: ")
        and f'"{name}"' in answer.stderr
        and "README.md" in answer.stderr
    )


def test_with_all_variables_it_starts():
    answer = start()
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_folder_does_in_place_of_the_storage_account():
    answer = start(AZURE_STORAGE_ACCOUNT=None, BLOB_DIR="/srv/dig1")
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("name", sorted(MISSING))
def test_a_missing_variable_is_told(name):
    answer = start(**{name: None})
    assert is_told(answer, name), answer.stderr


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_variable_is_told(name, value):
    answer = start(**{name: value})
    assert is_told(answer, name), answer.stderr
    assert "short" not in answer.stderr and ":x@" not in answer.stderr


def test_every_variable_of_the_table_is_tried():
    """But for those that take any text, and those of the programs that serve."""
    readme = (REPOSITORY / "README.md").read_text()
    rows = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| `")]
    named = {name.strip(" `") for row in rows for name in row.split(",") if "`" in name}
    named = {name for name in named if name.isupper()}
    free = {"SECRET_KEY_FALLBACKS", "CONTEXT_KEY_FALLBACKS"}
    free |= {"STATIC_ROOT", "DIG1_DATA_DIR", "BLOB_DIR"}
    serving = {"DIG1_DURABLE", "PGBIN", "HOST", "PORT", "WEB_CONCURRENCY"}
    assert named - free - serving == {name for name, _ in WRONG} | {*MISSING}


def test_the_staffs_site_can_stand_in_front_of_no_other_page():
    taken = {
        str(entry.pattern).partition("/")[0] + "/"
        for part in get_resolver().url_patterns
        for entry in (part.url_patterns if str(part.pattern) == "" else [part])
        if isinstance(entry.pattern, RoutePattern) and str(entry.pattern)
    }
    taken = taken - {started.STAFF_PATH} | {started.STATIC_URL.lstrip("/")}
    assert taken == started.TAKEN_PATHS
