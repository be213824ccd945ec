"""How long accounting material is kept: Accounting Act 1336/1997, chapter 2, section 10."""

from calendar import monthrange
from datetime import date

VOUCHERS_ARE_KEPT_YEARS = 6


def retain_until(dated_on: date, fiscal_year_end: str) -> date:
    """The last day on which a voucher is kept.

    Vouchers are kept six years from the end of the calendar year in which the fiscal year ended.
    ``fiscal_year_end`` is "MM-DD"; "02-28" and "02-29" both mean the last day of February.
    """
    ended = dated_on.year
    if dated_on > end_of_fiscal_year(ended, fiscal_year_end):
        ended += 1
    return date(ended + VOUCHERS_ARE_KEPT_YEARS, 12, 31)


def end_of_fiscal_year(year: int, fiscal_year_end: str) -> date:
    month, day = map(int, fiscal_year_end.split("-"))
    last = monthrange(year, month)[1]
    return date(year, month, last if month == 2 and day >= 28 else min(day, last))
