"""A model fitted on past slices, and the two numbers that make its risk mean what it says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dealerml.churn.inputs import available_columns, feature_frame
from dealerml.churn.models import ModelFunction, columns_of
from dealerml.churn.slices import at_dates, enough_events, mature_dates, slice_dates

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

    from dealerml.policy import Policy

SURE = 1e-6  # a forest may say 0 or 1, whose log-odds are not finite
NEWTON_STEPS = 20


@dataclass(frozen=True)
class Fitted:
    """A fitted pipeline with its calibration: log-odds = slope × raw log-odds + intercept.

    Parameters
    ----------
    columns
        The features that the pipeline reads.
    calibration_events
        Churners of the later slices that slope and intercept come from; 0 where there were too few,
        and the raw log-odds are taken as they are.
    """

    pipeline: Any
    columns: tuple[str, ...]
    slope: float = 1.0
    intercept: float = 0.0
    calibration_events: int = 0

    def log_odds(self, frame: pd.DataFrame) -> pd.Series:
        """How likely does each dealer churn, as calibrated log-odds?"""
        return self.slope * self.raw(frame) + self.intercept

    def raw(self, frame: pd.DataFrame) -> pd.Series:
        """What does the pipeline itself say, before calibration?"""
        numbers = feature_frame(frame, self.columns)
        if not len(numbers):
            return pd.Series(0.0, index=frame.index)
        return pd.Series(_raw_log_odds(self.pipeline, numbers), index=frame.index)


# Labelled rows, what makes the pipeline, and the seed → the fitted model.
FitFunction = Callable[[pd.DataFrame, ModelFunction, int], Fitted]


@dataclass(frozen=True)
class FitSettings:
    """How is a model fitted: when labels are known, and how much the calibration needs?"""

    label_days: int
    calibration_slices: int
    calibration_events: int
    calibration_shift: float = 0.0
    random_state: int = 0


def fit_settings(policy: "Policy", *, label_days: int, random_state: int = 0) -> FitSettings:
    """How are models fitted under this policy?"""
    return FitSettings(
        label_days=label_days,
        calibration_slices=policy.churn["calibration_slices"],
        calibration_events=policy.churn["calibration_events"],
        calibration_shift=policy.churn["calibration_shift"],
        random_state=random_state,
    )


def fit_calibrated(
    rows: pd.DataFrame,
    make: ModelFunction,
    *,
    settings: FitSettings,
    fit: FitFunction | None = None,
) -> Fitted:
    """Which model follows from these labelled rows, calibrated on later slices than its own?

    Slope and intercept come from the last slices as predicted by a model fitted only on slices
    whose labels were known before them; the intercept is then drawn towards the newest of them, as
    the level of churn moves from quarter to quarter. The model itself is then fitted on all rows:
    the same recipe with the latest behaviour in it.

    Parameters
    ----------
    fit
        What fits the uncalibrated model, such as `fit_once`; `fit_plain` where None.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines, in Advances in Large Margin
    Classifiers, MIT Press.
    """
    # One thread: the same numbers everywhere, and on a busy machine several times faster than two.
    fit = fit or fit_plain
    with one_thread():
        final = fit(rows, make, settings.random_state)
        later, earlier = _split(rows, settings)
        if not (
            enough_events(later, needed=settings.calibration_events)
            and enough_events(earlier, needed=2)
        ):
            return final
        past = fit(earlier, make, settings.random_state)
        slope, intercept = _sigmoid(past.raw(later).to_numpy(), later["churned"].to_numpy())
        newest = at_dates(later, slice_dates(later)[-1:])
        said = slope * past.raw(newest).to_numpy() + intercept
        intercept += _shift(said, newest["churned"].to_numpy(), spread=settings.calibration_shift)
    if slope <= 0:  # the earlier model ranks the later slices the wrong way round
        return final
    events = int(later["churned"].sum())
    return Fitted(final.pipeline, final.columns, slope, intercept, events)


def fit_plain(rows: pd.DataFrame, make: ModelFunction, random_state: int) -> Fitted:
    """Which model follows from these labelled rows, not calibrated?"""
    columns = available_columns(rows)
    pipeline = make(columns, random_state)
    columns = columns_of(pipeline, columns)
    labels = rows["churned"].to_numpy(dtype=int)
    return Fitted(pipeline.fit(feature_frame(rows, columns), labels), tuple(columns))


def fit_once() -> FitFunction:
    """`fit_plain` for one model and one table: the same slices are fitted only once.

    The model that is tested on a date was fitted on what calibrates the one of a year later.
    """
    known: dict[tuple[pd.Timestamp, ...], Fitted] = {}

    def fit(rows: pd.DataFrame, make: ModelFunction, random_state: int) -> Fitted:
        dates = tuple(slice_dates(rows))
        if dates not in known:
            known[dates] = fit_plain(rows, make, random_state)
        return known[dates]

    return fit


def _split(rows: pd.DataFrame, settings: FitSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    dates = slice_dates(rows)
    last = dates[-settings.calibration_slices :]
    known = mature_dates(dates, last[0], label_days=settings.label_days)
    return at_dates(rows, last), at_dates(rows, known)


def _sigmoid(raw: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    # Platt's smoothed targets keep the slope finite where the classes happen to be separable: each
    # row counts as both labels, with the weight of its target.
    events = labels.sum()
    stays = len(labels) - events
    target = np.where(labels == 1, (events + 1) / (events + 2), 1 / (stays + 2))
    twice = np.concatenate([raw, raw])[:, None]
    both = np.repeat([1, 0], len(raw))
    curve = LogisticRegression(C=1e6, max_iter=1000)
    curve.fit(twice, both, sample_weight=np.concatenate([target, 1 - target]))
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def _shift(log_odds: np.ndarray, labels: np.ndarray, *, spread: float) -> float:
    """How far has the level moved by the newest slice, taken as normal around zero before?"""
    from scipy.special import expit

    if not spread:
        return 0.0
    moved, held = 0.0, 1 / spread**2
    for _ in range(NEWTON_STEPS):
        risk = expit(log_odds + moved)
        slope = (risk * (1 - risk)).sum() + held
        moved += ((labels - risk).sum() - held * moved) / slope
    return float(moved)


@cache
def _thread_pools() -> "ThreadpoolController":
    """The thread pools of scikit-learn: looking for them takes as long as a small fit does."""
    import sklearn.ensemble  # noqa: F401 - brings the pools that fits use
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Within it, sums are added up in one order: several threads would change the last digits."""
    limited: AbstractContextManager[object] = _thread_pools().limit(limits=1)
    return limited


def _raw_log_odds(pipeline: Any, numbers: pd.DataFrame) -> np.ndarray:
    with one_thread():
        if hasattr(pipeline, "decision_function"):
            return np.asarray(pipeline.decision_function(numbers), dtype=float)
        risk = np.clip(pipeline.predict_proba(numbers)[:, 1], SURE, 1 - SURE)
    return np.asarray(np.log(risk / (1 - risk)))
