"""A made-up panel whose churn follows known rules, so that tests need no features of their own."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from dealerml.churn import ChurnModel, ChurnScores, fit_churn, score_churn
from dealerml.policy import Policy, load_policy

QUARTERS = pd.date_range("2022-03-31", periods=10, freq="QE")


def make_panel(
    *, dealers: int = 300, slices: int = 8, seed: int = 0, churn: float = 1.0
) -> pd.DataFrame:
    """Dealers that stop the sooner, the longer they are silent and the more their amount falls.

    `churn` multiplies the odds: 0 makes nobody stop.
    """
    rng = np.random.default_rng(seed)
    parts = [_slice(rng, date, dealers, churn) for date in QUARTERS[:slices]]
    return pd.concat(parts)


def _slice(rng: np.random.Generator, date: pd.Timestamp, n: int, churn: float) -> pd.DataFrame:
    gap, overdue = rng.gamma(4, 4, n) + 1, rng.gamma(1.5, 0.7, n)
    ratio = rng.lognormal(0, 0.4, n)
    odds = churn * np.exp(-4 + 1.2 * np.minimum(overdue, 4) - 4 * np.log(ratio))
    stops = rng.random(n) < odds / (1 + odds)
    amount = rng.lognormal(8, 1, n)
    index = pd.MultiIndex.from_product(
        [[date], [f"D{i:03d}" for i in range(n)]], names=["as_of", "dealer_id"]
    )
    return pd.DataFrame(
        {
            "status": "active",
            "cohort": True,
            "region": "north",
            "recency_days": np.round(overdue * gap),
            "gap_days": gap,
            "overdue_ratio": overdue,
            "tenure_days": rng.integers(100, 2000, n).astype(float),
            "order_days_365d": np.round(365 / gap),
            "net_amount_365d": amount,
            "year_ratio_90d": ratio,
            "returns_share_365d": np.nan,
            "churned": stops.astype(float),
            "net_amount_next_365d": np.where(stops, 0.2 * amount, amount),
        },
        index=index,
    )


@pytest.fixture(scope="session")
def network() -> Callable[..., pd.DataFrame]:
    return make_panel


@pytest.fixture(scope="session")
def panel() -> pd.DataFrame:
    return make_panel()


@pytest.fixture(scope="session")
def x(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.xs(QUARTERS[7]).drop(columns=["churned", "net_amount_next_365d"])


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture(scope="session")
def model(panel: pd.DataFrame) -> ChurnModel:
    return fit_churn(panel, model="additive_boosting")


@pytest.fixture(scope="session")
def scores(model: ChurnModel, x: pd.DataFrame) -> ChurnScores:
    return score_churn(model, x)
