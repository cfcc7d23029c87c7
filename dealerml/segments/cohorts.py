"""Cohorts: of the dealers that began together, how many still order, and how much?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.words import Sentence, Spoken

Z = 1.959963984540054  # of a 95 % interval
# Dealers that order in the first quarters of an export most likely did so before it began.
ALREADY_QUARTERS, MONTHS, YEAR = 2, 3, 4
FEWEST = 5


@dataclass(frozen=True)
class Cohorts(Spoken):
    """Dealers by the quarter of their first order, and what became of them.

    ``table`` has one row per cohort and quarter since, complete quarters alone:
        ``cohort``          text, calendar quarter of the first order month, such as 2024-Q1
        ``quarters_since``  int, 0 is the quarter of the first order
        ``dealers``         int, in the cohort
        ``ordered``         int, of them, those whose net amount of the quarter is above zero
        ``share``           float 0-1, ordered ÷ dealers
        ``lo``, ``hi``      float 0-1, 95 % interval of the share (Wilson)
        ``amount``          float, net amount of the cohort in the quarter
        ``amount_ratio``    float, that ÷ its amount one quarter after the first, which is the
                            first whole one; missing where that is not above zero
        ``is_censored``     bool, the cohort began with the export: its dealers are older than it
    ``shares`` and ``amounts`` are share and amount_ratio as square tables, cohorts × quarters.
    """

    shares: pd.DataFrame
    amounts: pd.DataFrame


def follow_cohorts(series: pd.DataFrame) -> Cohorts:
    """How many of the dealers that began in a quarter still order in later ones?

    Parameters
    ----------
    series
        Result of `build_series`: dealers × months.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
    https://doi.org/10.1080/01621459.1927.10502953

    Examples
    --------
    Of two dealers that began in the first quarter one orders in the second.

    >>> months = pd.period_range("2024-01", "2024-06", freq="M")
    >>> series = pd.DataFrame([[5, 0, 0, 0, 2, 0], [1, 0, 0, 0, 0, 0]], columns=months)
    >>> follow_cohorts(series).table[["cohort", "quarters_since", "dealers", "ordered"]]
        cohort  quarters_since  dealers  ordered
    0  2024-Q1               0        2        2
    1  2024-Q1               1        2        1
    """
    numbers = _quarter_numbers(series)
    quarters = _whole_quarters(series, numbers)
    first = numbers[series.notna().to_numpy().argmax(axis=1)] if series.size else numbers[:0]
    rows = []
    for cohort in sorted(set(first) & set(quarters.columns)):
        own = quarters.loc[first == cohort, [n for n in quarters.columns if n >= cohort]]
        is_censored = cohort - numbers[0] < ALREADY_QUARTERS
        rows += [(*row, is_censored) for row in _follow(int(cohort), own)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    shares, amounts = (
        table.pivot_table(index="cohort", columns="quarters_since", values=value)
        for value in ("share", "amount_ratio")
    )
    return Cohorts(table, _say(table), shares, amounts)


COLUMNS = [
    *("cohort", "quarters_since", "dealers", "ordered", "share", "lo", "hi"),
    *("amount", "amount_ratio", "is_censored"),
]


def measure_interval(successes: int, trials: int) -> tuple[float, float]:
    """Between which shares does the true one lie, 95 times in 100?

    Examples
    --------
    >>> [round(limit, 3) for limit in measure_interval(1, 2)]
    [0.095, 0.905]
    """
    if not trials:
        return float("nan"), float("nan")
    share, part = successes / trials, Z * Z / trials
    middle = (share + part / 2) / (1 + part)
    half = Z * np.sqrt(share * (1 - share) / trials + part / trials / 4) / (1 + part)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _quarter_numbers(series: pd.DataFrame) -> np.ndarray:
    """The quarter of each month, counted from year 0."""
    months = pd.PeriodIndex(series.columns, freq="M")
    return np.asarray(months.year * 4 + months.quarter - 1, dtype="int64")


def _whole_quarters(series: pd.DataFrame, numbers: np.ndarray) -> pd.DataFrame:
    """Amounts of each dealer in each quarter of which all three months are there."""
    found, counts = np.unique(numbers, return_counts=True)
    values = series.fillna(0.0).to_numpy(dtype="float64")
    sums = {
        int(number): values[:, numbers == number].sum(axis=1) for number in found[counts == MONTHS]
    }
    return pd.DataFrame(sums, index=series.index)


def _follow(cohort: int, own: pd.DataFrame) -> list[tuple[object, ...]]:
    name, dealers = f"{cohort // 4}-Q{cohort % 4 + 1}", len(own)
    amounts = own.to_numpy().sum(axis=0)
    base = float(amounts[1]) if len(amounts) > 1 else 0.0
    rows: list[tuple[object, ...]] = []
    for since, amount in enumerate(amounts):
        ordered = int((own.iloc[:, since] > 0).sum())
        limits = measure_interval(ordered, dealers)
        ratio = float(amount) / base if base > 0 else float("nan")
        counted = (dealers, ordered, ordered / dealers, *limits, float(amount), ratio)
        rows.append((name, since, *counted))
    return rows


def _say(table: pd.DataFrame) -> tuple[Sentence, ...]:
    told = table[~table["is_censored"].astype("bool") & (table["quarters_since"] == YEAR)]
    dealers = int(told["dealers"].sum())
    if dealers < FEWEST:
        return (Sentence("segments.cohorts_nothing", {"n": dealers, "needed": FEWEST}),)
    ordered = int(told["ordered"].sum())
    lo, hi = measure_interval(ordered, dealers)
    values = {"n": dealers, "share": ordered / dealers, "lo": lo, "hi": hi}
    return (Sentence("segments.cohorts_summary", values),)
