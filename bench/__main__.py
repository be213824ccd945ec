"""Run all benchmarks, or the one named; see measures.py."""

import argparse
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dig1.settings")
django.setup()

from bench.measures import BENCHMARKS, Registers  # noqa: E402

RESULTS = Path(__file__).with_name("results.json")
ORGANISATIONS = 450_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="?", choices=sorted(BENCHMARKS), metavar="NAME")
    only = parser.parse_args().only
    size = int(os.environ.get("BENCH_ORGANISATIONS", ORGANISATIONS))
    chosen = {only: BENCHMARKS[only]} if only else BENCHMARKS
    results = {}
    with Registers.of(size) as registers:
        for name, measure in chosen.items():
            for result in measure(name, registers):
                print(result.line, flush=True)
                results[result.name] = result.raw
    RESULTS.write_text(json.dumps({"organisations": size, **results}, indent=2) + "\n")
    print(f"Raw figures: {RESULTS}", file=sys.stderr)


main()
