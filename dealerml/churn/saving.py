"""What calls have saved: the save rate with its uncertainty, and labels that a log corrects."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.errors import TableError
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

CALLED, HELD_OUT = "called", "held_out"
# True reasons, found out by whoever called, with which no order is not a dealer that left us.
NO_CHURN: Final = ("closed_by_us", "moved", "merged", "seasonal", "project_over")
# How sure the policy's save rate is before anything is known: as if from twenty calls.
PRIOR_CALLS: Final = 20
GRID: Final = 400
LOG_COLUMNS: Final = ("as_of", "dealer_id", "treatment")
MOST_BYTES: Final = 50_000_000


@dataclass(frozen=True)
class SaveRate(Spoken):
    """Share of leaving dealers that stay when somebody calls.

    Parameters
    ----------
    table
        Index ``treatment`` (called, held_out): ``n``, ``stopped`` and ``share`` of those whose
        outcome is known.
    rate, low, high
        Mean and 95 % interval, 0–1.
    """

    rate: float
    low: float
    high: float


def estimate_save_rate(
    log: pd.DataFrame | None = None,
    panel: pd.DataFrame | None = None,
    *,
    policy: "Policy | None" = None,
) -> SaveRate:
    """What share of leaving dealers do calls save, by all that is known so far?

    Parameters
    ----------
    log
        Handled calls: ``as_of`` and ``dealer_id`` of the list, ``treatment`` called or held_out,
        and ``reason`` where the true one was found out. None: the policy's assumption alone.
    panel
        Past slices with ``churned``, in which the outcome of each row of the log is looked up.

    Notes
    -----
    The policy's ``save_rate`` is taken as a beta distribution worth twenty calls. Dealers held out
    of the list at random stop at an unknown rate q, those called at q (1 − γ): what the numbers of
    both say of γ is integrated over q on a grid.

    References
    ----------
    Verbraken, Verbeke, Baesens (2013), A novel profit maximizing metric for measuring
    classification performance of customer churn prediction models,
    https://doi.org/10.1109/TKDE.2012.50

    Examples
    --------
    >>> found = estimate_save_rate()
    >>> round(found.rate, 2), round(found.low, 2), round(found.high, 2)
    (0.3, 0.13, 0.51)
    """
    mean = (policy or load_policy()).costs["save_rate"]
    table = _outcomes(log, panel)
    rates = (np.arange(GRID) + 0.5) / GRID
    weight = _prior(rates, mean) * _likelihood(rates, table)
    weight = weight / weight.sum()
    total = np.cumsum(weight) - weight / 2
    low, high = (float(np.interp(edge, total, rates)) for edge in (0.025, 0.975))
    rate = float((weight * rates).sum())
    values = {"rate": rate, "low": low, "high": high}
    called, held = table["n"].loc[[CALLED, HELD_OUT]].astype("int64")
    if not (called and held):
        return SaveRate(table, (Sentence("churn.save_rate_assumed", values),), rate, low, high)
    counts: dict[str, float] = {"called": called, "held_out": held}
    return SaveRate(table, (Sentence("churn.save_rate", values | counts),), rate, low, high)


def read_calls(path: str | Path) -> pd.DataFrame:
    """Which calls were made, by a log that people filled in?

    Parameters
    ----------
    path
        A CSV file in UTF-8 with ``as_of`` (date of the list, YYYY-MM-DD), ``dealer_id``,
        ``treatment`` (called or held_out) and, where the true one was found out, ``reason``: free
        text, or one of `NO_CHURN` where no order is not a dealer that left us.

    Raises
    ------
    TableError
        If the file cannot be read as such a table, with the first thing that is wrong.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"{path} has more than {MOST_BYTES // 1_000_000} MB: this is no log of calls."
            raise TableError(message)
        log = pd.read_csv(path, dtype="str", encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        message = f"The log of calls {path} cannot be read as CSV in UTF-8: {error}"
        raise TableError(message) from error
    log = log.apply(lambda column: column.str.strip())
    _check_days(log, path)
    return _read_log(log).reset_index()


def correct_labels(panel: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Who was counted as stopped although those who called found another reason?

    Returns
    -------
    The panel with ``churned`` unknown where the log's ``reason`` is one of `NO_CHURN`: a dealer we
    closed, that moved, merged, pauses or finished a project has not left us.

    Raises
    ------
    TableError
        If the log lacks a column.
    """
    known = _read_log(log)
    reasons = known["reason"] if "reason" in known else pd.Series(dtype="str")
    excused = reasons[reasons.isin(NO_CHURN)].index
    return panel.assign(churned=panel["churned"].mask(panel.index.isin(excused)))


def _read_log(log: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in LOG_COLUMNS if name not in log]
    if missing:
        message = (
            f"The log of calls lacks {', '.join(missing)}. It needs {', '.join(LOG_COLUMNS)}, and "
            "reason where the true one was found out."
        )
        raise TableError(message)
    wrong = sorted(set(log["treatment"].dropna()) - {CALLED, HELD_OUT})
    if wrong:
        message = (
            f"The log of calls has {len(wrong)} unknown treatments, first {wrong[0]!r}. "
            f"Known: {CALLED}, {HELD_OUT}."
        )
        raise TableError(message)
    dated = log.assign(as_of=pd.to_datetime(log["as_of"]))
    return dated.drop_duplicates(["as_of", "dealer_id"]).set_index(["as_of", "dealer_id"])


def _check_days(log: pd.DataFrame, path: Path) -> None:
    """Every row has its three facts, and its date is one."""
    for name in LOG_COLUMNS:
        if name in log and log[name].isna().any():
            empty = log[name].isna()
            message = (
                f"{path} has {empty.sum()} rows without {name}, the first in line "
                f"{int(empty.to_numpy().argmax()) + 2}. Fill it in, or remove the row."
            )
            raise TableError(message)
    if "as_of" not in log:
        return
    wrong = log.loc[pd.to_datetime(log["as_of"], format="%Y-%m-%d", errors="coerce").isna()]
    if len(wrong):
        message = (
            f"{path} has {len(wrong)} dates that are not written YYYY-MM-DD, first "
            f"{wrong['as_of'].iloc[0]!r} in line {int(wrong.index[0]) + 2}."
        )
        raise TableError(message)


def _outcomes(log: pd.DataFrame | None, panel: pd.DataFrame | None) -> pd.DataFrame:
    found = pd.DataFrame(0.0, index=[CALLED, HELD_OUT], columns=["n", "stopped"])
    if log is not None and panel is not None and not log.empty:
        known = _read_log(log).join(correct_labels(panel, log)[["churned"]], how="inner")
        known = known.dropna(subset=["churned", "treatment"])
        churned = known["churned"].groupby(known["treatment"])
        counted = {"n": churned.size(), "stopped": churned.sum()}
        found = pd.DataFrame(counted).reindex(found.index).fillna(0.0)
    share = found["stopped"] / found["n"].where(found["n"] > 0)
    return found.assign(share=share).rename_axis("treatment")


def _prior(rates: np.ndarray, mean: float) -> np.ndarray:
    from scipy.stats import beta

    a = PRIOR_CALLS * float(np.clip(mean, 0.01, 0.99))
    return np.asarray(beta.pdf(rates, a, PRIOR_CALLS - a))


def _likelihood(rates: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Chance of what was seen under each save rate, over all rates of stopping."""
    if not (table["n"] > 0).all():
        return np.ones(len(rates))
    n, stopped = (dict(zip(table.index, table[name], strict=True)) for name in ("n", "stopped"))
    kept = {name: n[name] - stopped[name] for name in n}
    stop = ((np.arange(GRID) + 0.5) / GRID)[:, None]
    logs = stopped[HELD_OUT] * np.log(stop) + kept[HELD_OUT] * np.log1p(-stop)
    after = stop * (1 - rates)
    logs = logs + stopped[CALLED] * np.log(after) + kept[CALLED] * np.log1p(-after)
    return np.asarray(np.exp(logs - logs.max()).sum(axis=0))
