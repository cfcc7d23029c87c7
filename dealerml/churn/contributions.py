"""How much does each feature add to the risk of each dealer, exactly?"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.churn.calibration import Fitted
from dealerml.churn.inputs import family_of, feature_frame
from dealerml.churn.shapley import attribute_trees, is_boosted

# Sums of a few dozen floats of size ten agree far better than this where a model is additive.
EXACT: Final = 1e-9


@dataclass(frozen=True)
class Background:
    """The dealers that contributions are measured against.

    Parameters
    ----------
    reference
        One value per feature: the median dealer.
    means
        Per feature, the mean over the dealers of what its value adds beyond the reference, in
        calibrated log-odds.
    base
        Log-odds of the average dealer: what remains when all contributions are zero.
    """

    reference: pd.Series
    means: pd.Series
    base: float


def describe_background(fitted: Fitted, rows: pd.DataFrame) -> Background | None:
    """Against which dealers are contributions measured? None if reasons would not add up."""
    numbers = feature_frame(rows, fitted.columns)
    reference = numbers.median()
    effects = _effects(fitted, numbers, reference)
    start = fitted.log_odds(reference.to_frame().T).iloc[0]
    gap = (start + effects.sum(axis=1) - fitted.log_odds(rows)).abs().max()
    if not gap <= EXACT:
        return None
    means = effects.mean()
    return Background(reference, means, float(start + means.sum()))


def explain(fitted: Fitted, x: pd.DataFrame, background: Background) -> pd.DataFrame:
    """How much does each feature raise or lower each dealer's log-odds, against the average dealer?

    Returns
    -------
    Dealers × features, log-odds. A row plus ``background.base`` is the dealer's calibrated log-odds
    exactly. Where the model is a sum of one-feature functions, each is read off by putting the
    dealer's value into the reference dealer; in boosted trees, in which features act together,
    their joint effect is shared out by Shapley values (see `attribute_trees`).
    """
    numbers = feature_frame(x, fitted.columns)
    return _effects(fitted, numbers, background.reference) - background.means


def sum_families(contributions: pd.DataFrame) -> pd.DataFrame:
    """How much does each family of features contribute? Sums, so they still add up exactly."""
    families = [family_of(name) for name in contributions.columns]
    return contributions.T.groupby(families, sort=True).sum().T


def _effects(fitted: Fitted, numbers: pd.DataFrame, reference: pd.Series) -> pd.DataFrame:
    if is_boosted(fitted.pipeline):
        values = attribute_trees(fitted.pipeline, numbers.to_numpy(), reference.to_numpy())
        return pd.DataFrame(fitted.slope * values, numbers.index, list(fitted.columns))
    start = fitted.log_odds(reference.to_frame().T).iloc[0]
    effects = {name: _effect(fitted, numbers[name], reference) - start for name in fitted.columns}
    return pd.DataFrame(effects, index=numbers.index, columns=list(fitted.columns), dtype=float)


def _effect(fitted: Fitted, values: pd.Series, reference: pd.Series) -> np.ndarray:
    if values.empty:
        return np.zeros(0)
    # A count has few different values: each is asked for once.
    different, place = np.unique(values.to_numpy(), return_inverse=True)
    alike = np.tile(reference.to_numpy(dtype="float64"), (len(different), 1))
    asked = pd.DataFrame(alike, columns=reference.index).assign(**{str(values.name): different})
    answer = fitted.log_odds(asked)
    return np.asarray(answer.to_numpy()[place])
