"""Make one export, as the worker does, and print the most memory that this process ever had, in MB:
python -m bench.export DATABASE EXPORT ORGANISATION PERSON."""

import os
import resource
import sys
from uuid import UUID

import django

database, *keys = sys.argv[1:]
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
os.environ["BENCH_DATABASE"] = database
django.setup()

from registry.company import tenant  # noqa: E402
from registry.rights.export import making  # noqa: E402

export, organisation, person = map(UUID, keys)
with tenant.using("worker"):
    making.make(export=export, organisation=organisation, person=person)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
