"""Loading: orders pushed into the last days of a period, and missing after it."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import narwhals as nw
import numpy as np
import pandas as pd

from dealerml.dates import period_bounds, to_day
from dealerml.features import first_whole_month
from dealerml.growth.amounts import period_spans
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.growth.amounts import Span
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

LAST_DAYS: Final = 10
DECIMALS: Final = 4  # those that amounts are stored with
AFTER_DAYS: Final = 30
USUAL_PERIODS: Final = 8
FEWEST_PERIODS: Final = 4
# Excess counts from half of the dealer's usual last days and a fifth of its usual period on, and is
# confirmed where the days after bring less than so much of what they usually bring.
LARGE: Final = 0.5
LARGE_SHARE: Final = 0.2
DIP: Final = 0.5
SUSPECTED, CONFIRMED, DISPROVED = "suspected", "confirmed", "disproved"
PERIODS: Final = ("current", "previous")
YEAR_AGO: Final = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True)
class Loading(Spoken):
    """Who ordered more than it used to at the end of a period, and whether it was loading.

    Parameters
    ----------
    table
        One row per ``period`` (current, previous) and dealer whose last ten days stood out:
        ``last_days_amount``, ``usual_amount`` (median of its eight periods before),
        ``excess_amount``, ``after_amount`` (the 30 days after; empty until they are over),
        ``usual_after_amount``, ``stock_days`` (days of sales in stock after it, where counted) and
        ``loading_status``: suspected (not known yet), confirmed (the days after, or the stock, say
        so) or disproved (they do not). The largest excess first.
    totals
        Index ``period``: ``net_amount``, ``excess_amount`` of suspected and confirmed, ``dealers``,
        ``growth`` on last year as booked, ``growth_without_excess`` with the excess of both
        years left out; shown beside each other, never instead.
    """

    totals: pd.DataFrame


def find_loading(
    snapshot: "Snapshot",
    *,
    policy: "Policy | None" = None,
    period: str | None = None,
    stock_days: pd.Series | None = None,
) -> Loading:
    """How much of the period's sales may have been pushed into its last days?

    Parameters
    ----------
    period
        ``month``, ``quarter`` or ``year``; from the policy where not given.
    stock_days
        Days of sales in stock by dealer id, counted after the end of the period, such as
        ``stock_cover_days``; where given it decides: more than twice the median of all dealers
        confirms, less disproves.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> find_loading(example_tables().as_of("2025-06-30")).table.empty
    True
    """
    from dealerml.policy import load_policy

    policy = policy or load_policy()
    spans = period_spans(snapshot.as_of, policy.definitions, period)
    kind = str(period or policy.definitions["period"])
    fiscal = int(policy.definitions["fiscal_year_start"])
    chain, back = _chain(spans["this"], kind, fiscal), YEAR_AGO[kind]
    amounts = _amounts(snapshot, chain)
    found, totals = [], []
    for at, name in enumerate(PERIODS):
        dealers = _judge(amounts, snapshot, chain, at=at)
        if stock_days is not None and name == "current":
            dealers = _by_stock(dealers, stock_days)
        found.append(dealers.assign(period=name))
        year_ago = _judge(amounts, snapshot, chain, at=at + back)
        known = chain[at + back][0] >= first_whole_month(snapshot.begin)
        before = amounts[f"whole_{at + back}"].sum() if known else np.nan
        now = amounts[f"whole_{at}"].sum()
        totals.append(_total(now, before, dealers, year_ago).rename(name))
    table = pd.concat(found).rename_axis("dealer_id").reset_index()
    table = table.sort_values(
        ["period", "excess_amount", "dealer_id"], ascending=[True, False, True]
    )
    columns = ["period", "dealer_id", *COLUMNS]
    sums = pd.DataFrame(totals).rename_axis("period")
    return Loading(table[columns].reset_index(drop=True), _said(sums, table), sums)


COLUMNS: Final = (
    "last_days_amount",
    "usual_amount",
    "excess_amount",
    "after_amount",
    "usual_after_amount",
    "stock_days",
    "loading_status",
)


def _chain(span: "Span", kind: str, fiscal: int) -> list["Span"]:
    """The period and the one before, those of last year, and the eight before each."""
    chain = [span]
    for _ in range(len(PERIODS) - 1 + USUAL_PERIODS + YEAR_AGO[kind]):
        before = chain[-1][0] - dt.timedelta(days=1)
        chain.append(period_bounds(before, kind=kind, fiscal_year_start=fiscal))
    return chain


def _amounts(snapshot: "Snapshot", chain: list["Span"]) -> pd.DataFrame:
    """Index dealer_id; amounts of the last days (end_0 …), after them (after_0 …), and periods."""
    spans = {}
    for at, (start, end) in enumerate(chain):
        spans[f"end_{at}"] = (end - dt.timedelta(days=LAST_DAYS - 1), end)
        spans[f"after_{at}"] = (end + dt.timedelta(days=1), end + dt.timedelta(days=AFTER_DAYS))
        spans[f"whole_{at}"] = (start, end)
    first, last = to_day(chain[-1][0]), to_day(chain[0][1] + dt.timedelta(days=AFTER_DAYS))
    day = nw.col("day")
    days = snapshot.days.filter((day >= first) & (day <= last))
    rows = days.select("dealer_id", "day", nw.col("net_amount").cast(nw.Float64()))
    table = rows.collect("pandas").to_native().sort_values(["dealer_id", "day"])
    codes, dealers = pd.factorize(table["dealer_id"])
    number, amount = table["day"].to_numpy(), table["net_amount"].to_numpy()
    sums = {}
    for name, (start, end) in spans.items():
        inside = (number >= to_day(start)) & (number <= to_day(end))
        sums[name] = np.bincount(codes[inside], amount[inside], minlength=len(dealers))
    # Days are read once for all spans; what floats lose in adding them is far below a cent.
    return pd.DataFrame(sums, index=pd.Index(dealers, name="dealer_id")).round(DECIMALS)


def _judge(
    amounts: pd.DataFrame, snapshot: "Snapshot", chain: list["Span"], *, at: int
) -> pd.DataFrame:
    """Whose last days of one period of the chain stood out of the eight periods before it?"""
    before = range(at + 1, at + 1 + USUAL_PERIODS)
    known = [n for n in before if chain[n][0] >= first_whole_month(snapshot.begin)]
    last_days = amounts[f"end_{at}"]
    table = pd.DataFrame({"last_days_amount": last_days})
    if len(known) < FEWEST_PERIODS:
        return table.iloc[:0].reindex(columns=list(COLUMNS)).astype({"loading_status": "str"})
    usual = amounts[[f"end_{n}" for n in known]].median(axis=1)
    after = amounts[[f"after_{n}" for n in known]].median(axis=1)
    over = snapshot.as_of >= chain[at][1] + dt.timedelta(days=AFTER_DAYS)
    table = table.assign(
        usual_amount=usual,
        excess_amount=last_days - usual,
        after_amount=amounts[f"after_{at}"] if over else np.nan,
        usual_after_amount=after,
        stock_days=np.nan,
    )
    # Of a dealer that bought in less than half of the periods nothing is usual.
    wholes = amounts[[f"whole_{n}" for n in known]]
    often = (wholes > 0).sum(axis=1) >= max(len(known) / 2, FEWEST_PERIODS)
    large = (table["excess_amount"] > LARGE * table["usual_amount"]) & often
    large &= table["excess_amount"] > LARGE_SHARE * wholes.median(axis=1)
    # Beyond chance: above all of its own last days but one, which may have been loaded too.
    ends = np.sort(amounts[[f"end_{n}" for n in known]].to_numpy(), axis=1)
    beyond = last_days > ends[:, -2]
    table = table[large & beyond]
    dip = (table["after_amount"] < DIP * table["usual_after_amount"]) & (
        table["usual_after_amount"] > 0
    )
    status = np.where(dip, CONFIRMED, DISPROVED)
    status = np.where(table["after_amount"].isna(), SUSPECTED, status)
    return table.assign(loading_status=pd.Series(status, table.index, dtype="str"))[list(COLUMNS)]


def _by_stock(dealers: pd.DataFrame, stock_days: pd.Series) -> pd.DataFrame:
    cover = stock_days.reindex(dealers.index)
    high = 2 * stock_days.median()
    told = pd.Series(np.where(cover > high, CONFIRMED, DISPROVED), dealers.index)
    status = dealers["loading_status"].where(cover.isna(), told).astype("str")
    return dealers.assign(stock_days=cover, loading_status=status)


def _total(now: float, before: float, dealers: pd.DataFrame, year_ago: pd.DataFrame) -> pd.Series:
    counted, then = (
        table[table["loading_status"] != DISPROVED]["excess_amount"]
        for table in (dealers, year_ago)
    )
    growth = now / before - 1 if before > 0 else np.nan
    left = before - then.sum()
    without = (now - counted.sum()) / left - 1 if left > 0 else np.nan
    figures = {"net_amount": now, "excess_amount": counted.sum(), "dealers": float(len(counted))}
    return pd.Series(figures | {"growth": growth, "growth_without_excess": without})


def _said(totals: pd.DataFrame, table: pd.DataFrame) -> tuple[Sentence, ...]:
    row = totals.loc["current"]
    if not row["dealers"]:
        said = [Sentence("growth.loading_none")]
    else:
        share = row["excess_amount"] / row["net_amount"] if row["net_amount"] > 0 else np.nan
        facts = {"n": row["dealers"], "excess": row["excess_amount"], "share": share}
        said = [Sentence("growth.loading", facts)]
        if pd.notna(row["growth_without_excess"]):
            both = {"growth": row["growth"], "without": row["growth_without_excess"]}
            said.append(Sentence("growth.loading_growth", both))
    before = table[table["period"] == "previous"]["loading_status"].value_counts()
    if before.sum():
        counts = {name: int(before.get(name, 0)) for name in (SUSPECTED, CONFIRMED, DISPROVED)}
        said.append(Sentence("growth.loading_before", counts | {"n": int(before.sum())}))
    return tuple(said)
