"""How good forecasts were for which dealers: the backtest by class, stage or any other group."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dealerml.growth.backtest import BACKTEST_COLUMNS, backtest_forecasts
from dealerml.growth.forecast import past_forecasts
from dealerml.growth.history import read_history
from dealerml.growth.levels import make_levels

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot


def backtest_groups(
    source: "Snapshot | pd.DataFrame",
    groups: pd.Series,
    *,
    horizon: int = 90,
    as_of: dt.date | None = None,
    policy: "Policy | None" = None,
) -> pd.DataFrame:
    """How far off were past forecasts of each group of dealers, beside repeating last year?

    Parameters
    ----------
    source
        A snapshot, or monthly amounts as `build_series` gives them.
    groups
        Any name by dealer id, such as ``abc_class`` or ``lifecycle``; those of today, so that a
        group of stopped dealers was harder to forecast than anybody could know.
    horizon, as_of, policy
        As in `forecast_sales`.

    Returns
    -------
    Columns ``group``, then those of `backtest_forecasts` of single dealers, each with its n
    (``series`` × ``origins``).
    """
    history = read_history(source, horizon=horizon, as_of=as_of, policy=policy)
    if history.too_short:
        return pd.DataFrame(columns=["group", *BACKTEST_COLUMNS])
    made = past_forecasts(history)
    known = groups.reindex(history.series.index)
    tables = []
    for name in sorted(known.dropna().unique()):
        rows = (known == name).to_numpy()
        part = {
            method: replace(each, means=each.means[:, rows], active=each.active[:, rows])
            for method, each in made.items()
        }
        found = backtest_forecasts(
            history.y[rows],
            part,
            levels=make_levels(history.series.index[np.flatnonzero(rows)], None)[:1],
            horizon_months=history.horizon_months,
            origins=history.test_origins,
        )
        tables.append(found.assign(group=name))
    if not tables:
        return pd.DataFrame(columns=["group", *BACKTEST_COLUMNS])
    return pd.concat(tables, ignore_index=True)[["group", *BACKTEST_COLUMNS]]
