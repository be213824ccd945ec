"""Carry one erasure out, as the worker does: python -m bench.erase DATABASE RUN ORGANISATION."""

import os
import sys
from uuid import UUID

import django

database, run, organisation = sys.argv[1:]
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
os.environ["BENCH_DATABASE"] = database
django.setup()

from registry.company import tenant  # noqa: E402
from registry.rights import pipeline  # noqa: E402

with tenant.using("worker"):
    pipeline.advance(run=UUID(run), organisation=UUID(organisation))
