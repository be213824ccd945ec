"""Vouchers are kept six years from the end of the year in which their fiscal year ended."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.payments.actions import record_payment, record_sale
from registry.payments.models import Payment
from registry.payments.retention import end_of_fiscal_year, retain_until
from registry.rights import pipeline, retention
from registry.rights.models import ErasureRun
from registry.rights.ordering import order_company_erasure
from registry.rights.preview import preview_company
from tests.cast import CAST
from tests.proof.canary import all_powerful
from tests.rights.clock import SetClock, set_clock

DATES = st.dates(date(1999, 1, 1), date(2105, 12, 31))
ENDS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")


# --- the last day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dated_on", "fiscal_year_end", "kept_until"),
    [
        (date(2026, 1, 1), "12-31", date(2032, 12, 31)),
        (date(2026, 12, 31), "12-31", date(2032, 12, 31)),
        (date(2027, 1, 1), "12-31", date(2033, 12, 31)),
        (date(2024, 3, 31), "03-31", date(2030, 12, 31)),
        (date(2024, 4, 1), "03-31", date(2031, 12, 31)),
        (date(2026, 6, 30), "06-30", date(2032, 12, 31)),
        (date(2026, 7, 1), "06-30", date(2033, 12, 31)),
        (date(2026, 12, 31), "06-30", date(2033, 12, 31)),
        (date(2027, 1, 1), "06-30", date(2033, 12, 31)),
        (date(2026, 9, 30), "09-30", date(2032, 12, 31)),
        (date(2026, 10, 1), "09-30", date(2033, 12, 31)),
        (date(2024, 2, 29), "02-28", date(2030, 12, 31)),
        (date(2024, 2, 29), "02-29", date(2030, 12, 31)),
        (date(2024, 3, 1), "02-28", date(2031, 12, 31)),
        (date(2023, 2, 28), "02-29", date(2029, 12, 31)),
        (date(2023, 3, 1), "02-29", date(2030, 12, 31)),
        (date(2026, 5, 1), "04-31", date(2033, 12, 31)),
    ],
)
def test_the_end_follows_from_the_fiscal_year(dated_on, fiscal_year_end, kept_until):
    assert retain_until(dated_on, fiscal_year_end) == kept_until


@given(DATES, ENDS)
def test_every_voucher_is_kept_to_the_end_of_a_year_and_at_least_six_years(dated_on, ends):
    until = retain_until(dated_on, ends)
    assert (until.month, until.day) == (12, 31)
    assert until.year - dated_on.year in (6, 7)


@given(DATES, ENDS)
def test_a_later_voucher_is_never_kept_for_less_long(dated_on, ends):
    assert retain_until(dated_on + timedelta(days=1), ends) >= retain_until(dated_on, ends)


@given(st.integers(1999, 2105), ENDS)
def test_the_fiscal_year_begins_on_the_day_after_it_ended(year, ends):
    last = end_of_fiscal_year(year, ends)
    assert retain_until(last, ends).year == year + 6
    assert retain_until(last + timedelta(days=1), ends).year == year + 7


# --- until then, and no longer -------------------------------------------------------------------

# Around the end of the fiscal year, and the last day on which the voucher of that date is kept.
VOUCHERS = [
    ("12-31", date(2026, 12, 31), 2032),
    ("12-31", date(2027, 1, 1), 2033),
    ("03-31", date(2027, 3, 31), 2033),
    ("03-31", date(2027, 4, 1), 2034),
    ("06-30", date(2026, 6, 30), 2032),
    ("06-30", date(2026, 7, 1), 2033),
    ("02-29", date(2028, 2, 29), 2034),
    ("02-29", date(2028, 3, 1), 2035),
]


@pytest.fixture
def clock(own_database: str) -> Iterator[SetClock]:
    with set_clock(own_database) as clock:
        yield clock


def record(*, dated_on: date) -> None:
    """A sale and a payment of company A, as Dig1's staff enter them."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        stated = {
            "organisation": Organisation.objects.get(pk=CAST.a.id),
            "dated_on": dated_on,
            "net": Decimal("10.00"),
            "vat": Decimal("2.55"),
        }
        record_sale(number="boundary", description="Dig1 GDPR Online Assessment", **stated)
        record_payment(number="boundary", method=Payment.Method.CARD, **stated)


def erase_company(settings: Settings) -> None:
    settings.ERASURE_HOLD_MINUTES = 0
    with tenant.serving(organisation=CAST.a.id, person=CAST.a.admin.id):
        run = order_company_erasure(
            organisation=CAST.a.id,
            orderer=CAST.a.admin.id,
            fingerprint=preview_company(organisation=CAST.a.id).fingerprint,
        )
    pipeline.advance(run=run.pk, organisation=CAST.a.id)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=CAST.a.id):
        assert ErasureRun.objects.get(pk=run.pk).certified_at


def vouchers(database: str) -> list[str]:
    """Every byte of the vouchers of the boundary."""
    with all_powerful(database) as admin:
        return [
            row
            for table in ("payments_payment", "payments_sale")
            for (row,) in admin.execute(
                f"SELECT one::text FROM {table} one WHERE number = 'boundary' ORDER BY 1"
            )
        ]


def expire() -> None:
    with tenant.using("worker"):
        retention.expire()


@pytest.mark.parametrize(("fiscal_year_end", "dated_on", "year"), VOUCHERS)
def test_vouchers_of_an_erased_company_stay_untouched_until_the_year_is_over_in_finland(
    own_database, clock, settings, fiscal_year_end, dated_on, year
):
    settings.FISCAL_YEAR_END = fiscal_year_end
    record(dated_on=dated_on)
    before = vouchers(own_database)
    assert len(before) == 2
    erase_company(settings)
    assert vouchers(own_database) == before
    assert not any(CAST.a.admin.email in row or str(CAST.a.admin.id) in row for row in before)
    clock(f"{year}-12-31 23:59:59.999999 Europe/Helsinki")
    expire()
    assert vouchers(own_database) == before
    # It is still the old year in UTC, which is what sessions of the database are in.
    clock(f"{year + 1}-01-01 00:00:00 Europe/Helsinki")
    expire()
    assert vouchers(own_database) == []


def test_those_of_a_customer_go_by_the_same_date(own_database, clock):
    record(dated_on=date(2026, 5, 1))
    clock("2032-12-31 23:59:59 Europe/Helsinki")
    expire()
    assert len(vouchers(own_database)) == 2
    clock("2033-01-01 00:00:00 Europe/Helsinki")
    expire()
    assert vouchers(own_database) == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Etc/GMT+12"])
def test_the_sessions_time_zone_does_not_matter(own_database, clock, zone):
    """Their days are never the same in the first and the last of these zones."""
    record(dated_on=date(2026, 5, 1))
    clock("2032-12-31 23:59:59 Europe/Helsinki")
    assert expired(own_database, zone) == 0
    clock("2033-01-01 00:00:00 Europe/Helsinki")
    assert expired(own_database, zone) == 1


def expired(database: str, zone: str) -> int:
    table = plan().table("payments_sale")
    with (
        tenant.using("worker"),
        tenant.serving(scope=Scope.RETENTION),
        connections["worker"].cursor() as cursor,
    ):
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        cursor.execute(
            f"SELECT count(*) FROM {table.name} WHERE number = 'boundary' AND {table.expired}"
        )
        return cursor.fetchone()[0]
