"""Days, months and fiscal periods: the only place where dates become integers."""

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from dealerml.errors import HistoryError

if TYPE_CHECKING:
    import narwhals as nw

EPOCH = dt.date(1970, 1, 1)
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}

# New-year days of the lunar calendar: a festival that moves by up to four weeks between years.
SPRING_FESTIVAL = {
    day.year: day
    for day in map(
        dt.date.fromisoformat,
        """1996-02-19 1997-02-07 1998-01-28 1999-02-16 2000-02-05 2001-01-24 2002-02-12 2003-02-01
        2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03
        2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05
        2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06
        2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08
        2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12""".split(),
    )
}


def as_date(value: str | dt.date) -> dt.date:
    """Which calendar day is meant?

    Raises
    ------
    HistoryError
        If the text is not an ISO date.

    Examples
    --------
    >>> as_date("2025-06-30")
    datetime.date(2025, 6, 30)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        problem = f"{value!r} is not a date. Write it as year-month-day, for example 2025-06-30."
        raise HistoryError(problem) from error


def to_day(value: str | dt.date) -> int:
    """How many days after 1970-01-01 is this date?

    Examples
    --------
    >>> to_day("1970-01-31")
    30
    """
    return (as_date(value) - EPOCH).days


def from_day(day: int) -> dt.date:
    """Which date is this many days after 1970-01-01?

    Examples
    --------
    >>> from_day(30)
    datetime.date(1970, 1, 31)
    """
    return EPOCH + dt.timedelta(days=int(day))


def day_number(date: "nw.Expr") -> "nw.Expr":
    """Which day number has each date of a lazy column?

    Engines disagree about the difference of two dates, never about integers, so the number is
    counted from the year and the day of the year alone.
    """
    year = date.dt.year()
    leap_days = (year - 1969) // 4 - (year - 1901) // 100 + (year - 1601) // 400
    return 365 * (year - 1970) + leap_days + date.dt.ordinal_day() - 1


def month_end(date: str | dt.date) -> dt.date:
    """On which day does the month of this date end?

    Examples
    --------
    >>> month_end("2024-02-10")
    datetime.date(2024, 2, 29)
    """
    day = as_date(date)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(date: dt.date, months: int) -> dt.date:
    """Which is the first day of the month that lies this many months from the month of a date?

    Examples
    --------
    >>> add_months(dt.date(2025, 1, 31), -2)
    datetime.date(2024, 11, 1)
    """
    number = date.year * 12 + date.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def quarter_ends(first: str, last: str) -> list[dt.date]:
    """Which calendar quarters end between two months, both included?

    Examples
    --------
    >>> [str(d) for d in quarter_ends("2024-09", "2025-03")]
    ['2024-09-30', '2024-12-31', '2025-03-31']
    """
    month, end = as_date(f"{first}-01"), as_date(f"{last}-01")
    dates = []
    while month <= end:
        if month.month % 3 == 0:
            dates.append(month_end(month))
        month = add_months(month, 1)
    return dates


def period_bounds(
    as_of: str | dt.date, *, kind: str = "quarter", fiscal_year_start: int = 1
) -> tuple[dt.date, dt.date]:
    """Which fiscal period ends at or before the as-of date, and when did it begin?

    Examples
    --------
    >>> [str(d) for d in period_bounds("2025-06-30")]
    ['2025-04-01', '2025-06-30']
    >>> [str(d) for d in period_bounds("2025-06-29")]
    ['2025-01-01', '2025-03-31']
    """
    if kind not in MONTHS_OF:
        message = f"period {kind!r} is unknown; use one of {', '.join(MONTHS_OF)}."
        raise HistoryError(message)
    day, length = as_date(as_of), MONTHS_OF[kind]
    last = day if day == month_end(day) else add_months(day, 0) - dt.timedelta(days=1)
    months_in = (last.month - fiscal_year_start) % 12 + 1
    end = month_end(add_months(last, -(months_in % length)))
    return add_months(end, 1 - length), end


def same_period_last_year(start: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """Which months of the year before correspond to a period of whole months?

    Examples
    --------
    >>> [str(d) for d in same_period_last_year(dt.date(2024, 1, 1), dt.date(2024, 2, 29))]
    ['2023-01-01', '2023-02-28']
    """
    return add_months(start, -12), month_end(add_months(end, -12))
