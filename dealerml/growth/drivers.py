"""What goes with growth: a regression within dealers, which shows associations and no causes."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from dealerml.words import Sentence, Spoken

OUTCOME: Final = "net_amount_90d"
# Features known a quarter before that a manager could move, or would want to know about.
DRIVERS: Final = (
    "contacts_90d",
    "cases_90d",
    "trainings_365d",
    "late_paid_share_90d",
    "returns_share_90d",
    "discount_share_365d",
    "price_index_365d",
    "nps_score",
)
# A driver known of fewer would leave only the dealers that have it.
KNOWN_SHARE: Final = 0.8
FEWEST_DEALERS: Final = 30
FEWEST_DATES: Final = 3


@dataclass(frozen=True)
class Drivers(Spoken):
    """What dealers that grew had done or been given the quarter before.

    Parameters
    ----------
    table
        Index ``driver``, the strongest first: ``growth_effect`` (change of sales, as a share, when
        the driver is one of its usual deviations higher than the dealer's own mean),
        ``effect_low``, ``effect_high`` (95 % interval, errors clustered by dealer),
        ``usual_step`` (that deviation), ``n``, ``dealers``.
    """


def explain_growth(panel: pd.DataFrame, drivers: tuple[str, ...] = DRIVERS) -> Drivers:
    """Which drivers go with a dealer's better quarters, its own level and the season apart?

    The logarithm of each quarter's sales on what was known at the end of the quarter before, with
    fixed effects of dealers and of dates: only how a dealer differs from itself, beyond what all
    dealers did at that time, is compared.

    Parameters
    ----------
    panel
        Rows (as_of, dealer_id) at quarter ends with features, as ``gather_panel`` gives them.
    drivers
        Features tried; those the panel lacks, or that never change, are left out.

    Returns
    -------
    An association: dealers are also visited, trained or supported because they grow. Empty, and
    said why, with less than thirty dealers over three quarters.

    References
    ----------
    Cameron & Miller (2015), A practitioner's guide to cluster-robust inference,
    https://doi.org/10.3368/jhr.50.2.317
    """
    import statsmodels.api as sm

    known = [name for name in drivers if name in panel and panel[name].notna().mean() > KNOWN_SHARE]
    rows = _pair_quarters(panel, known) if OUTCOME in panel else panel.iloc[:0]
    rows = _within(rows, known)
    known = [name for name in known if name in rows and rows[name].std() > 0]
    dealers = rows.index.get_level_values("dealer_id")
    dates = rows.index.get_level_values("as_of").nunique()
    if not known or dealers.nunique() < FEWEST_DEALERS or dates < FEWEST_DATES:
        empty = pd.DataFrame(columns=list(COLUMNS), dtype="float64").rename_axis("driver")
        return Drivers(empty, (Sentence("growth.drivers_nothing"),))
    usual = rows[known].std()
    codes = pd.factorize(dealers)[0]
    fit = sm.OLS(rows["outcome"], rows[known] / usual).fit(
        cov_type="cluster", cov_kwds={"groups": codes, "use_correction": True}
    )
    low, high = fit.conf_int().T.to_numpy()
    table = pd.DataFrame(
        {
            "growth_effect": np.expm1(fit.params),
            "effect_low": np.expm1(low),
            "effect_high": np.expm1(high),
            "usual_step": usual,
            "n": len(rows),
            "dealers": dealers.nunique(),
        },
        index=pd.Index(known, name="driver"),
    )
    table = table.sort_values("growth_effect", key=np.abs, ascending=False, kind="stable")
    return Drivers(table, _said(table))


COLUMNS: Final = ("growth_effect", "effect_low", "effect_high", "usual_step", "n", "dealers")


def _pair_quarters(panel: pd.DataFrame, drivers: list[str]) -> pd.DataFrame:
    """Each quarter's sales beside what was known at the quarter end before, about 90 days ago."""
    dates = panel.index.get_level_values("as_of").unique().sort_values()
    parts = []
    for before, date in pairwise(dates):
        if not 80 <= (date - before).days <= 100:
            continue
        now = panel.loc[date][OUTCOME]
        part = panel.loc[before][drivers].join(now.rename("outcome"), how="inner")
        parts.append(pd.concat({date: part}, names=["as_of"]))
    if not parts:
        return pd.DataFrame(columns=[*drivers, "outcome"], index=panel.index[:0])
    rows = pd.concat(parts)
    # Sums of one quarter only: silent quarters have no logarithm and are churn's business.
    bought: pd.DataFrame = rows[rows["outcome"] > 0].dropna()
    return bought.assign(outcome=np.log(bought["outcome"].astype("float64")))


def _within(rows: pd.DataFrame, drivers: list[str]) -> pd.DataFrame:
    """Deviations from the dealer's and the date's means, until neither is left."""
    if rows.empty:
        return rows
    count = rows.groupby(level="dealer_id")["outcome"].transform("size")
    rows = rows[count > 1].astype("float64")
    for _ in range(20):
        for level in ("dealer_id", "as_of"):
            rows = rows - rows.groupby(level=level).transform("mean")
    # What is left of a driver that never changed is rounding.
    still = [name for name in drivers if name in rows and rows[name].abs().max() < 1e-9]
    return rows.drop(columns=still)


def _said(table: pd.DataFrame) -> tuple[Sentence, ...]:
    sure = table[(table["effect_low"] > 0) | (table["effect_high"] < 0)]
    row = table.iloc[0]
    facts = {"n": int(row["n"]), "dealers": int(row["dealers"]), "tried": len(table)}
    if sure.empty:
        return (Sentence("growth.drivers_none_sure", facts),)
    first = sure.iloc[0]
    ends = {
        "effect": first["growth_effect"],
        "low": first["effect_low"],
        "high": first["effect_high"],
    }
    names = {"driver": Sentence(f"features.column.{sure.index[0]}")}
    return (Sentence("growth.drivers", facts | ends | names | {"sure": len(sure)}),)
