"""Benchmarks: `make bench`, or `make bench ONLY=NAME`. Ratios, measured in one run."""
