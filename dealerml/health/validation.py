"""Was the score right before: did red dealers stop ordering more often than green ones?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dealerml.health.bands import BANDS
from dealerml.health.outcomes import compare_bands, find_next_payment, list_tenths
from dealerml.health.score import score_health
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

# The features look at the same 90 days of last year, so amounts are compared for this horizon only.
HORIZON_OF_LAST_YEAR: Final = 90


@dataclass(frozen=True)
class HealthValidation(Spoken):
    """What became of red, amber and green dealers.

    Parameters
    ----------
    table
        See `validate_health`.
    by_date
        The same columns for each past date, index ``(as_of, band)``.
    verdict
        apart, ordered, not_ordered, missing_band or nothing.
    tenths
        What followed each tenth of the scores, see `list_tenths`.
    gaps
        How much worse each band fared than the next, see `compare_bands`.
    """

    by_date: pd.DataFrame
    verdict: str
    tenths: pd.DataFrame
    gaps: pd.DataFrame


def validate_health(
    panel: pd.DataFrame,
    *,
    policy: Policy | None = None,
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> HealthValidation:
    """Did dealers that were red stop ordering more often than amber and green ones?

    Parameters
    ----------
    panel
        Features of past dates with the labels ``churned`` and ``net_amount_next``; index
        ``(as_of, dealer_id)``.
    policy
        Parts, weights, anchors and bands; the shipped defaults if absent.

    Returns
    -------
    HealthValidation whose table has the index ``band`` (red, amber, green) and
        ``scores``         count; dealer and date pairs with a score and a known outcome
        ``dealers``        count; different dealers among them
        ``churned``        count; pairs without a qualifying order within the horizon
        ``churned_share``  0 to 1; NaN for an empty band
        ``lo95, hi95``     0 to 1; Wilson interval of the share
        ``net_amount_next``, ``net_amount_before``
                           money; of the horizon, and of the same days a year earlier, of dealers
                           that bought then
        ``amount_change``  ratio − 1 of the two; NaN without a positive amount before
        ``late_paid_share``  0 to 1; mean share of the money due in the next quarter that came
                           late; NaN without payments or without a date a quarter ahead

    Notes
    -----
    The Wilson interval counts every pair as independent. A dealer that appears on several dates
    makes it somewhat too narrow: ``gaps`` draws whole dealers instead.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    https://doi.org/10.1080/01621459.1927.10502953

    Examples
    --------
    A was on time and ordered again, B was late and did not:

    >>> index = pd.MultiIndex.from_product(
    ...     [pd.to_datetime(["2025-03-31"]), ["A", "B"]], names=["as_of", "dealer_id"]
    ... )
    >>> panel = pd.DataFrame(
    ...     {"overdue_ratio": [1.0, 3.0], "year_ratio_90d": [1.1, 0.4], "churned": [0.0, 1.0]},
    ...     index=index,
    ... )
    >>> validate_health(panel).table[["scores", "churned_share", "lo95", "hi95"]].round(2)
           scores  churned_share  lo95  hi95
    band
    red         1            1.0  0.21  1.00
    amber       0            NaN   NaN   NaN
    green       1            0.0  0.00  0.79
    """
    policy = policy or load_policy()
    horizon = int(policy.definitions["horizon"])
    graded = score_health(panel, policy=policy).table[["health", "band"]]
    pairs = _pairs(panel, horizon).join(graded)
    pairs = pairs.dropna(subset=["band", "churned"])
    table = _summarise(pairs, ["band"]).reindex(pd.Index(BANDS, name="band"))
    table[["scores", "dealers", "churned"]] = table[["scores", "dealers", "churned"]].fillna(0)
    table = table.astype(dict.fromkeys(("scores", "dealers", "churned"), "int64"))
    by_date = _summarise(pairs, ["as_of", "band"])
    verdict = judge_order(table)
    tenths = list_tenths(pairs)
    gaps = compare_bands(pairs, n_bootstrap=n_bootstrap, random_state=random_state)
    said = (*_say(table, by_date, verdict, horizon), *_say_more(tenths, gaps))
    return HealthValidation(table, said, by_date, verdict, tenths, gaps)


def judge_order(table: pd.DataFrame) -> str:
    """Are the bands in the right order?

    Returns
    -------
    ``nothing`` without any outcome, ``missing_band`` if a band is empty, ``not_ordered`` if a worse
    band stopped no more often than the next better, ``ordered`` if it did but intervals overlap,
    ``apart`` if they do not.
    """
    if not table["scores"].sum():
        return "nothing"
    if (table["scores"] == 0).any():
        return "missing_band"
    share, lo, hi = (table[name].loc[list(BANDS)].tolist() for name in COMPARED)
    if not share[0] > share[1] > share[2]:
        return "not_ordered"
    return "apart" if lo[0] > hi[1] and lo[1] > hi[2] else "ordered"


COMPARED: Final = ("churned_share", "lo95", "hi95")


def _pairs(panel: pd.DataFrame, horizon: int) -> pd.DataFrame:
    names = {
        "net_amount_next": "net_amount_next",
        "net_amount_before": "net_amount_ahead_last_year",
    }
    late = find_next_payment(panel, horizon)
    pairs = pd.DataFrame({"churned": panel["churned"], "late_next": late}, index=panel.index)
    for name, source in names.items():
        known = source in panel.columns and horizon == HORIZON_OF_LAST_YEAR
        pairs[name] = panel[source] if known else float("nan")
    comparable = pairs["net_amount_next"].notna() & pairs["net_amount_before"].gt(0)
    return pairs.assign(**{name: pairs[name].where(comparable) for name in names})


def _summarise(pairs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    from statsmodels.stats.proportion import proportion_confint

    rows = pairs.reset_index()
    table = rows.groupby(keys, sort=True).agg(
        scores=("churned", "size"),
        dealers=("dealer_id", "nunique"),
        churned=("churned", "sum"),
        net_amount_next=("net_amount_next", "sum"),
        net_amount_before=("net_amount_before", "sum"),
        late_paid_share=("late_next", "mean"),
    )
    low, high = proportion_confint(table["churned"], table["scores"], method="wilson")
    before = table["net_amount_before"].where(table["net_amount_before"] > 0)
    return table.assign(
        churned_share=table["churned"] / table["scores"],
        lo95=low,
        hi95=high,
        amount_change=table["net_amount_next"] / before - 1,
    )


def _say(
    table: pd.DataFrame, by_date: pd.DataFrame, verdict: str, horizon: int
) -> Iterator[Sentence]:
    if verdict == "nothing":
        yield Sentence("health.validation.nothing")
        return
    shares = {band: table["churned_share"][band] for band in BANDS}
    dates = by_date.index.get_level_values("as_of").nunique()
    counts = {"n": int(table["scores"].sum()), "dates": dates, "horizon": horizon}
    yield Sentence("health.validation.rates", {**shares, **counts})
    empty = [Sentence(f"health.band.{band}") for band in BANDS if table["scores"][band] == 0]
    yield Sentence(f"health.validation.{verdict}", {"bands": empty})
    changes = {band: table["amount_change"][band] for band in BANDS}
    if not table["amount_change"].isna().any():
        yield Sentence("health.validation.amounts", {**changes, "horizon": horizon})


def _say_more(tenths: pd.DataFrame, gaps: pd.DataFrame) -> Iterator[Sentence]:
    if len(tenths) > 1:
        inverted = int(tenths["inverted"].sum())
        key = "tenths_inverted" if inverted else "tenths_ordered"
        yield Sentence(f"health.validation.{key}", {"n": len(tenths), "inverted": inverted})
    if len(gaps) and ("late_paid_share", "red") in gaps.index:
        row = gaps.loc[[("late_paid_share", "red")]].iloc[0]
        facts = {name: float(row[name]) for name in ("band_gap", "gap_low", "gap_high")}
        yield Sentence("health.validation.payment", facts)
