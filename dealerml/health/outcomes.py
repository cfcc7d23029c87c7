"""What followed each tenth of the scores, and how sure the gaps between bands are."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from dealerml.health.bands import BANDS
from dealerml.health.metrics import column
from dealerml.health.shares import share_by

TENTHS: Final = 10
# Two dates are a quarter apart if the days between them differ from it by no more than this.
SLACK_DAYS: Final = 10
PAYMENT: Final = "late_paid_share_90d"
OUTCOMES: Final = ("churned_share", "amount_change", "late_paid_share")


def find_next_payment(panel: pd.DataFrame, horizon: int) -> pd.Series:
    """Which share of the dealer's money came late within the horizon after each date?

    Returns
    -------
    0 to 1 on the index of `panel`, read from the dealer's row of the date that lies the horizon
    ahead; NaN where there is no such date or nothing was due.
    """
    late = column(panel, PAYMENT)
    dates = panel.index.get_level_values("as_of")
    found = pd.Series(np.nan, index=panel.index, name="late_next")
    known = dates.unique().sort_values()
    for date in known:
        ahead = (known - date).days - horizon
        near = known[np.abs(ahead) <= SLACK_DAYS]
        if len(near):
            rows = dates == date
            dealers = panel.index.get_level_values("dealer_id")[rows]
            found.loc[rows] = late.loc[near[0]].reindex(dealers).to_numpy()
    return found


def list_tenths(pairs: pd.DataFrame) -> pd.DataFrame:
    """What followed each tenth of the scores, the lowest first?

    Parameters
    ----------
    pairs
        ``health`` and ``churned`` (0 or 1) of dealers on past dates.

    Returns
    -------
    Index ``tenth``, 1 to 10 (fewer where many scores are equal): ``scores``, ``health_from``,
    ``churned_share`` with its Wilson interval ``lo95``, ``hi95``, and ``inverted``: 1 where more
    stopped than in some lower tenth, beyond both intervals.

    Examples
    --------
    >>> pairs = pd.DataFrame({"health": range(20), "churned": [1.0] * 4 + [0.0] * 16})
    >>> list_tenths(pairs)["churned_share"].tolist()[:3]
    [1.0, 1.0, 0.0]
    """
    rank = pairs["health"].rank(method="average", pct=True)
    tenths = pd.Series(np.ceil((rank * TENTHS).round(9)), pairs.index)
    tenth = tenths.clip(1, TENTHS).astype("int64").rename("tenth")
    stopped = share_by(pairs["churned"], tenth)
    table = pd.DataFrame(
        {
            "scores": stopped["n"],
            "health_from": pairs["health"].groupby(tenth).min(),
            "churned_share": stopped["share"],
            "lo95": stopped["low"],
            "hi95": stopped["high"],
        }
    )
    lowest = table["hi95"].cummin().shift()
    return table.assign(inverted=(table["lo95"] > lowest).astype("int64"))


def compare_bands(pairs: pd.DataFrame, *, n_bootstrap: int, random_state: int) -> pd.DataFrame:
    """How much worse did each band fare than the next better one, and how sure is that?

    Parameters
    ----------
    pairs
        ``band, churned, net_amount_next, net_amount_before, late_next``, index
        ``(as_of, dealer_id)``.

    Returns
    -------
    Index (``followed_by``, ``band``): the outcome, ``churned_share``, ``amount_change`` (next
    quarter on the same days of last year) or ``late_paid_share``, and the worse of the two bands.
    ``band_gap`` (worse minus better), ``gap_low``, ``gap_high`` (95 %, drawing dealers with all
    their dates, so that both bands rest on the same draw) and ``n``, pairs of the worse band.
    Outcomes that nobody has data for are left out.
    """
    if pairs.empty:
        return pd.DataFrame(columns=["band_gap", "gap_low", "gap_high", "n"])
    codes, dealers = pd.factorize(pairs.index.get_level_values("dealer_id"))
    sums = _sum_dealers(pairs, codes, len(dealers))
    random = np.random.default_rng(random_state)
    drawn = random.multinomial(len(dealers), np.full(len(dealers), 1 / len(dealers)), n_bootstrap)
    rows = {}
    for outcome in OUTCOMES:
        found = _ratios(sums, outcome, np.ones((1, len(dealers))))[0]
        again = _ratios(sums, outcome, drawn)
        for at, worse in enumerate(BANDS[:-1]):
            gap = found[at] - found[at + 1]
            if np.isfinite(gap):
                gaps = again[:, at] - again[:, at + 1]
                low, high = np.nanpercentile(gaps, [2.5, 97.5])
                n = int((pairs["band"] == worse).sum())
                rows[outcome, worse] = {"band_gap": gap, "gap_low": low, "gap_high": high, "n": n}
    index = pd.MultiIndex.from_tuples(rows, names=["followed_by", "band"]) if rows else None
    return pd.DataFrame(list(rows.values()), index=index)


def _sum_dealers(
    pairs: pd.DataFrame, codes: np.ndarray, n: int
) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """By outcome: what is counted and of how much, for each band and dealer."""
    known = pairs["late_next"].notna()
    parts = {
        "churned_share": (pairs["churned"], pairs["churned"].notna().astype("float64")),
        "amount_change": (pairs["net_amount_next"], pairs["net_amount_before"]),
        "late_paid_share": (pairs["late_next"], known.astype("float64")),
    }
    at = pd.Categorical(pairs["band"], categories=list(BANDS)).codes.astype("int64")
    place = at * n + codes
    size = n * len(BANDS)
    return {
        name: tuple(  # type: ignore[misc]
            np.bincount(place, weights=each.fillna(0.0), minlength=size).reshape(len(BANDS), n)
            for each in both
        )
        for name, both in parts.items()
    }


def _ratios(
    sums: Mapping[str, tuple[np.ndarray, np.ndarray]], outcome: str, drawn: np.ndarray
) -> np.ndarray:
    """Draw × band: the outcome where each dealer counts as often as it was drawn."""
    above, below = (drawn @ each.T for each in sums[outcome])
    ratio = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return np.asarray(ratio - 1 if outcome == "amount_change" else ratio)
