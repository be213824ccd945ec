"""Vouchers are kept six years from the end of the year in which their fiscal year ended."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.payments.retention import end_of_fiscal_year, retain_until

DATES = st.dates(date(1999, 1, 1), date(2105, 12, 31))
ENDS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")


@pytest.mark.parametrize(
    ("dated_on", "fiscal_year_end", "kept_until"),
    [
        (date(2026, 1, 1), "12-31", date(2032, 12, 31)),
        (date(2026, 12, 31), "12-31", date(2032, 12, 31)),
        (date(2027, 1, 1), "12-31", date(2033, 12, 31)),
        (date(2024, 3, 31), "03-31", date(2030, 12, 31)),
        (date(2024, 4, 1), "03-31", date(2031, 12, 31)),
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
