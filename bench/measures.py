"""The benchmarks: what is compared with what, and the goal.

Everything is measured in the same run, alternating between the two sides, in several rounds; the
figure is the median of the rounds' ratios. So it holds whatever the machine, and whatever else
it was doing.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle
from statistics import median, quantiles

from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.client import Visitor, requests_a_second
from bench.erasing import erasing, reading_meanwhile
from bench.exporting import exporting, memory
from bench.reporting import report_pdf
from bench.results import Result
from bench.servers import serving
from bench.subjects import Page, pages
from dig1.benchdata import databases

SMALL = 225  # companies, with 1,000 people
ROUNDS = 5
SECONDS = 2.0
REQUESTS = 100  # of each side, a round
WARM_UP = 20
# All that goes to the database counts: transaction, contexts, session, account, header, page.
MOST_QUERIES = {
    "people_list": 10,
    "inspection": 8,
    "section_page": 14,
    "results_page": 13,
    "staff_search": 12,
}
LIMITED = ("people_list", "inspection", "section_page", "results_page")


class Registers:
    """A large and a small register, filled if they are missing, with the service on each."""

    def __init__(self, size: int, stack: ExitStack) -> None:
        self.stack = stack
        self.large, self.small = (filled(companies) for companies in (size, SMALL))
        self.pages = {name: pages(name) for name in (self.large, self.small)}
        self.ports: dict[tuple[str, str], int] = {}

    @classmethod
    @contextmanager
    def of(cls, size: int) -> Iterator["Registers"]:
        with ExitStack() as stack:
            yield cls(size, stack)

    def port(self, database: str, application: str = "dig1.wsgi") -> int:
        """Where the application serves the register; started when first asked for."""
        key = (database, application)
        if key not in self.ports:
            captured = [page for name in LIMITED for page in self.pages[database][name]]
            self.ports[key] = self.stack.enter_context(serving(application, database, captured))
        return self.ports[key]


def filled(companies: int) -> str:
    """The database of a register of that size, brought up to this version."""
    name = databases.name(companies)
    if not databases.is_complete(name):
        call_command("benchdata", organisations=companies, stdout=sys.stderr)
    with databases.connected(name):
        call_command("prepare", verbosity=0)
    return name


def against_the_limit(name: str, registers: Registers) -> Iterator[Result]:
    """Requests a second of a page, against its template alone."""
    page = registers.pages[registers.small][name][0]
    sides = {
        "page": registers.port(registers.small),
        "limit": registers.port(registers.small, "bench.reference"),
    }
    lengths = {side: Visitor(port).ask(page).length for side, port in sides.items()}
    if abs(lengths["page"] - lengths["limit"]) > 16:
        raise RuntimeError(f"The limit of {name} renders something else: {lengths}")
    rates: dict[str, list[float]] = {side: [] for side in sides}
    for port in sides.values():
        requests_a_second(port, page, seconds=1)
    for _ in range(ROUNDS):
        for side, port in sides.items():
            rates[side].append(requests_a_second(port, page, seconds=SECONDS))
    ratio = median(a / b for a, b in zip(rates["page"], rates["limit"], strict=True))
    yield Result(name, ratio, 0.6, True, {"requests_a_second": rates, "bytes": lengths})


def at_scale(page: str, name: str, registers: Registers) -> Iterator[Result]:
    """The slowest twentieth of a page's answers, in the large register against the small."""
    sides = {}
    for side in (registers.large, registers.small):
        sides[side] = (Visitor(registers.port(side)), cycle(registers.pages[side][page]))
    p95: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(ROUNDS + 1):
        times: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(REQUESTS if number else WARM_UP):
            for side, (visitor, asked) in sides.items():
                times[side].append(visitor.ask(next(asked)).seconds)
        if number:
            for side in sides:
                p95[side].append(quantiles(times[side], n=20)[-1])
    ratio = median(p95[registers.large][i] / p95[registers.small][i] for i in range(ROUNDS))
    yield Result(name, ratio, 1.2, False, {"p95_seconds": p95})


def queries(name: str, registers: Registers) -> Iterator[Result]:
    """How many queries each page makes, in the large register."""
    with databases.connected(registers.large):
        for page, asked in registers.pages[registers.large].items():
            counts = [count_queries(one) for one in asked]
            yield Result(f"{page}_{name}", max(counts), MOST_QUERIES[page], False, {"all": counts})


def count_queries(page: Page) -> int:
    with ExitStack() as stack:
        counted = [
            stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in ("default", "staff")
        ]
        answer = Client(headers={"host": "localhost", "cookie": page.cookie}).get(page.path)
    assert answer.status_code == 200, f"{page.path} answered {answer.status_code}"
    return sum(len(one) for one in counted)


BENCHMARKS: dict[str, Callable[[str, Registers], Iterator[Result]]] = {
    **dict.fromkeys(LIMITED, against_the_limit),
    "report_pdf": report_pdf,
    "people_list_scale": partial(at_scale, "people_list"),
    "inspection_scale": partial(at_scale, "inspection"),
    "staff_search_scale": partial(at_scale, "staff_search"),
    "queries": queries,
    "erasing": erasing,
    "reading_meanwhile": reading_meanwhile,
    "export": exporting,
    "export_memory": memory,
}
