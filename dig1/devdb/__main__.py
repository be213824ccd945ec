"""python -m dig1.devdb start|stop|status, for the data folder DIG1_DATA_DIR (./.data)."""

import argparse
import os
import sys
from pathlib import Path

from dig1.devdb import DatabaseUnavailable, ensure, status, stop


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dig1.devdb", description=__doc__)
    verb = parser.add_argument("verb", choices=["start", "stop", "status"]).dest
    chosen = getattr(parser.parse_args(), verb)
    data_dir = Path(os.environ.get("DIG1_DATA_DIR") or ".data")
    try:
        if chosen == "start":
            ensure(data_dir)
        elif chosen == "stop":
            stop(data_dir)
        print(status(data_dir))
    except DatabaseUnavailable as error:
        sys.exit(str(error))


main()
