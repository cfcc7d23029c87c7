"""The churn model of one as-of date: what was fitted, on what, and what drives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from dealerml.churn.backtest import backtest_churn
from dealerml.churn.calibration import Fitted, fit_calibrated, fit_settings
from dealerml.churn.choice import choose_model
from dealerml.churn.contributions import (
    Background,
    describe_background,
    explain,
    sum_families,
)
from dealerml.churn.definitions import known_after, say_definition
from dealerml.churn.inputs import refuse_leaks
from dealerml.churn.models import CHURN_MODELS, ModelFunction, model_name
from dealerml.churn.slices import at_dates, enough_events, labelled_rows, slice_dates
from dealerml.errors import HistoryError
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy


@dataclass(frozen=True)
class ChurnModel(Spoken):
    """A fitted churn model, or the plain statement that none can be fitted.

    Parameters
    ----------
    table
        Index ``family`` of features, ``effect``: mean absolute contribution to the log-odds among
        the dealers of the latest slice, the largest first. Empty without exact contributions.
    name
        Key in the registry of models; None where nothing could be fitted.
    fitted
        Pipeline with its calibration; None where nothing could be fitted.
    background
        The dealers that contributions are measured against; None where the model is not additive.
    definition
        What churned means here.
    slices
        As-of dates of the rows it was fitted on.
    n, events
        Rows and churners it was fitted on.
    """

    name: str | None
    fitted: Fitted | None
    background: Background | None
    definition: Sentence
    horizon_days: int
    slices: tuple[pd.Timestamp, ...] = field(default=())
    n: int = 0
    events: int = 0


def fit_churn(
    panel: pd.DataFrame,
    models: Mapping[str, ModelFunction] = CHURN_MODELS,
    *,
    model: str | None = None,
    horizon_days: int | None = None,
    posting_lag_days: int = 0,
    random_state: int = 0,
    policy: "Policy | None" = None,
) -> ChurnModel:
    """Which model tells who may stop ordering?

    Parameters
    ----------
    panel
        Rows (as_of, dealer_id) with features and ``churned``, from ``build_panel``.
    model
        A name in ``models``. If absent the models are backtested and ``choose_model`` decides; give
        the name of its choice to save the time where a backtest is at hand.
    horizon_days, posting_lag_days
        As in ``backtest_churn``.

    Returns
    -------
    A model without pipeline, and ``said`` tells why, where there are too few churners.

    Examples
    --------
    Three dealers are too few to learn from, and that is what is said.

    >>> from dealerml.features import build_panel
    >>> from dealerml.tables import example_tables
    >>> model = fit_churn(build_panel(example_tables().as_of("2025-06-30"), ["2025-03-31"]))
    >>> model.name is None, model.said[0].text
    (True, 'No risk is given: of 0 past cases 0 stopped ordering; at least 10 that stopped
    and 10 that stayed are needed.')
    """
    policy = policy or load_policy()
    horizon_days = horizon_days or policy.definitions["horizon"]
    if model is None:
        ends = {"horizon_days": horizon_days, "posting_lag_days": posting_lag_days}
        backtest = backtest_churn(panel, models, random_state=random_state, policy=policy, **ends)
        choice = choose_model(backtest, panel, policy)
        name, why = choice.name, choice.said
    else:
        _check_known(model, models)
        name, why = model, ()
    rows = labelled_rows(panel)
    refuse_leaks(rows)
    needed = policy.churn["min_events_per_feature"]
    definition = say_definition(horizon_days, policy)
    if name is None or not enough_events(rows, needed=needed):
        return _nothing(rows, definition, horizon_days=horizon_days, needed=needed)
    settings = fit_settings(
        policy,
        label_days=known_after(horizon_days, policy) + posting_lag_days,
        random_state=random_state,
    )
    fitted = fit_calibrated(rows, {**CHURN_MODELS, **models}[name], settings=settings)
    return _describe(name, fitted, rows, why=(*why, definition), horizon_days=horizon_days)


def _describe(
    name: str,
    fitted: Fitted,
    rows: pd.DataFrame,
    *,
    why: tuple[Sentence, ...],
    horizon_days: int,
) -> ChurnModel:
    dates, events = slice_dates(rows), int(rows["churned"].sum())
    latest = at_dates(rows, dates[-1:])
    background = describe_background(fitted, latest)
    table = pd.DataFrame({"effect": pd.Series(dtype=float)}).rename_axis("family")
    if background is not None:
        effect = sum_families(explain(fitted, latest, background)).abs().mean()
        table = effect.sort_values(ascending=False, kind="stable").to_frame("effect")
        table = table.rename_axis("family")
    values = {"model": model_name(name), "n": len(rows), "events": events, "slices": len(dates)}
    said = (*why[:-1], Sentence("churn.fitted", values), why[-1])
    if not fitted.calibration_events:
        said = (*said, Sentence("churn.uncalibrated"))
    if background is None:
        said = (*said, Sentence("churn.no_exact_reasons", {"model": model_name(name)}))
    return ChurnModel(
        table,
        said,
        name,
        fitted,
        background,
        why[-1],
        horizon_days,
        tuple(dates),
        len(rows),
        events,
    )


def _nothing(
    rows: pd.DataFrame, definition: Sentence, *, horizon_days: int, needed: int
) -> ChurnModel:
    events, dates = int(rows["churned"].sum()), slice_dates(rows)
    values = {"events": events, "needed": needed, "n": len(rows)}
    said = (Sentence("churn.choice_nothing", values), definition)
    table = pd.DataFrame({"effect": pd.Series(dtype=float)}).rename_axis("family")
    return ChurnModel(
        table, said, None, None, None, definition, horizon_days, tuple(dates), len(rows), events
    )


def _check_known(model: str, models: Mapping[str, ModelFunction]) -> None:
    known = sorted({*models, *CHURN_MODELS})
    if model not in known:
        message = f"Model {model!r} is unknown. Known: {', '.join(known)}."
        raise HistoryError(message)
