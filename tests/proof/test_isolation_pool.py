"""Connections that serve one company after another keep nothing of any (SECURITY check 13)."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from psycopg.pq import TransactionStatus
from pytest_django.fixtures import Settings

from registry.company import tenant
from registry.company.tenant import Context
from tests.cast import Cast, Company
from tests.clients import ForgetfulClient
from tests.proof.pool_urls import Aborted

THREADS = 6
REQUESTS_OF_EACH = 200
# Five of a hundred requests go wrong.
ENDINGS = ("",) * 95 + ("raise",) * 3 + ("break the transaction", "abort")


def test_no_connection_carries_anything_from_one_company_to_the_next(
    own_database: str,
    cast: Cast,
    sign_in: Callable[..., ForgetfulClient],
    settings: Settings,
    figure: Callable[[str, str], None],
) -> None:
    settings.ROOT_URLCONF = "tests.proof.pool_urls"
    signed_in = {company: session_of(sign_in(company.admin)) for company in cast.living}
    with ThreadPoolExecutor(THREADS) as threads:
        counts = sum(threads.map(lambda seed: serve(seed, signed_in), range(THREADS)), Counter())
    figure(
        "check 13",
        f"{counts['foreign']} wrong-tenant answers and {counts['left over']} contexts left over"
        f" in {counts['requests']} requests of {len(signed_in)} companies over {THREADS}"
        f" connections, {counts['failed']} of them failed or aborted",
    )
    assert counts["foreign"] == counts["left over"] == 0
    assert counts["requests"] == THREADS * REQUESTS_OF_EACH
    assert counts["failed"] > 0


def session_of(client: Client) -> str:
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def serve(seed: int, signed_in: dict[Company, str]) -> Counter:
    """Requests of all companies in turn over the one connection of this thread."""
    chance, counts = random.Random(seed), Counter()
    clients = {company: client_of(session) for company, session in signed_in.items()}
    connection = connections["default"]
    try:
        for _ in range(REQUESTS_OF_EACH):
            company = chance.choice(list(clients))
            found = ask(clients[company], company, chance.choice(ENDINGS))
            counts["requests"] += 1
            counts["failed"] += found is None
            counts["foreign"] += found is not None and found != [str(company.id)]
            counts["left over"] += is_context_left()
    finally:
        connection.close()
    return counts


def client_of(session: str) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session
    return client


def ask(client: Client, company: Company, ending: str) -> list[str] | None:
    """The companies whose rows the page could see; None if it went wrong, as it was asked to."""
    try:
        response = client.get(f"/proof/{company.id}/", {"then": ending})
    except Aborted:
        return None
    if ending:
        assert response.status_code == 500
        return None
    return response.json()["companies"]


def is_context_left() -> bool:
    connection = connections["default"]
    status = connection.connection.info.transaction_status
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('dig1.context', true), '')")
        setting = cursor.fetchone()[0]
    return bool(setting) or status != TransactionStatus.IDLE or tenant.current() != Context()


def test_going_back_to_the_savepoint_before_a_view_opens_nothing(
    cast: Cast, sign_in: Callable[..., ForgetfulClient], settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.proof.pool_urls"
    response = sign_in(cast.a.admin).post(f"/proof/{cast.a.id}/back/")
    assert response.json() == {"addresses": [cast.a.admin.email]}
