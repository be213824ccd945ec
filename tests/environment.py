"""The settings of a test session. Import it before anything that reads Django's settings.

The tests have a data folder, and in it an embedded server, of their own: below the user's, quick
and forgetful. A DATABASE_URL of the user's is kept: then the tests make their databases there.
"""

import os
from pathlib import Path

import django

from dig1 import devdb

if "DIG1_TEST_RUN" not in os.environ:  # pytest-xdist's workers inherit all of this
    folder = Path(os.environ.get("DIG1_DATA_DIR") or Path(__file__).parents[1] / ".data")
    os.environ["DIG1_DATA_DIR"] = str(folder / "test")
    os.environ["DIG1_TEST_RUN"] = str(os.getpid())
    os.environ["DIG1_ENV"] = "local"
    os.environ["DIG1_DURABLE"] = "false"
    os.environ["DJANGO_SETTINGS_MODULE"] = "dig1.settings"

DATA_DIR = Path(os.environ["DIG1_DATA_DIR"])
# The session's process, whichever worker this is: its databases bear its number.
RUN = os.environ["DIG1_TEST_RUN"]
ADDRESSES = devdb.ensure(DATA_DIR, os.environ.get("DATABASE_URL") or None, durable=False)

(DATA_DIR / "static").mkdir(exist_ok=True)  # or whitenoise warns

django.setup()
