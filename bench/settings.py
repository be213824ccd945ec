"""The service's own settings, on a measuring register."""

import os

from dig1.settings import *  # noqa: F403
from dig1.settings import DATABASES, STATIC_ROOT

for database in DATABASES.values():
    database["NAME"] = os.environ["BENCH_DATABASE"]

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing one
