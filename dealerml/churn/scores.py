"""How likely each dealer stops ordering, and why."""

from dataclasses import dataclass, field

import pandas as pd

from dealerml.churn.contributions import explain, sum_families
from dealerml.churn.fitted import ChurnModel
from dealerml.churn.reasons import name_reasons
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken


@dataclass(frozen=True)
class ChurnScores(Spoken):
    """The risk of every dealer in the cohort.

    Parameters
    ----------
    table
        Index ``dealer_id``, the cohort only: ``churn_risk`` (0–1, calibrated chance of no order
        within the horizon; empty without a model) and ``reasons`` (codes joined by ``;``, the
        strongest first, empty where nothing raises the risk).
    contributions, families
        Dealers × features and dealers × families of features, in log-odds: a row plus ``base`` is
        the log-odds of the risk. Without columns where the model is not additive.
    base
        Log-odds of the average dealer; NaN without contributions.
    reasons
        Dealer → (code, sentence) of each reason.
    """

    contributions: pd.DataFrame
    families: pd.DataFrame
    base: float = float("nan")
    reasons: dict[str, tuple[tuple[str, Sentence], ...]] = field(default_factory=dict)

    def reasons_text(self, lang: str = "en") -> pd.Series:
        """Why is each dealer at risk, in words?"""
        comma = "；" if lang == "zh" else "; "
        texts = {
            dealer: comma.join(sentence.text_in(lang) for _, sentence in found)
            for dealer, found in self.reasons.items()
        }
        return pd.Series(texts, index=self.table.index, name="reasons_text", dtype="str").fillna("")


def score_churn(model: ChurnModel, x: pd.DataFrame, *, policy: Policy | None = None) -> ChurnScores:
    """How likely does each dealer of the cohort churn, and why?

    Parameters
    ----------
    x
        Features of one as-of date, from ``build_features``, with the columns of the panel.

    Returns
    -------
    The cohort only: new dealers, lapsed dealers and those with too few orders have no risk.

    Raises
    ------
    TableError
        If a feature of the model is absent from ``x``.

    Examples
    --------
    Without a model the risk is empty, never zero.

    >>> from dealerml.churn import fit_churn
    >>> from dealerml.features import build_features, build_panel
    >>> from dealerml.tables import example_tables
    >>> snapshot = example_tables().as_of("2025-06-30")
    >>> model = fit_churn(build_panel(snapshot, ["2025-03-31"]))
    >>> score_churn(model, build_features(snapshot)).table
               churn_risk reasons
    dealer_id
    B                 NaN
    """
    rules = (policy or load_policy()).churn
    cohort = x[x["cohort"].astype(bool)]
    empty = pd.DataFrame(index=cohort.index)
    if model.fitted is None or cohort.empty:
        table = pd.DataFrame({"churn_risk": float("nan"), "reasons": ""}, index=cohort.index)
        return ChurnScores(table.astype({"reasons": "str"}), _said_empty(model, x), empty, empty)
    log_odds = model.fitted.log_odds(cohort)
    contributions, families, base = empty, empty, float("nan")
    if model.background is not None:
        contributions = explain(model.fitted, cohort, model.background)
        families, base = sum_families(contributions), model.background.base
    named = name_reasons(families, cohort, count=rules["reasons"], effect=rules["reason_effect"])
    table = _table(log_odds, named)
    return ChurnScores(table, _said(table, model), contributions, families, base, named)


def _table(log_odds: pd.Series, named: dict[str, tuple[tuple[str, Sentence], ...]]) -> pd.DataFrame:
    from scipy.special import expit

    codes = [";".join(code for code, _ in named.get(dealer, ())) for dealer in log_odds.index]
    return pd.DataFrame(
        {"churn_risk": expit(log_odds), "reasons": pd.array(codes, dtype="str")},
        index=log_odds.index,
    )


def _said(table: pd.DataFrame, model: ChurnModel) -> tuple[Sentence, ...]:
    risk = table["churn_risk"]
    values = {"n": len(risk), "expected": risk.sum(), "horizon": model.horizon_days}
    said = [Sentence("churn.scored", values)]
    top = risk.sort_values(ascending=False).head(max(1, len(risk) // 10))
    if len(risk) >= 10 and risk.sum() > 0:
        values = {"n": len(top), "share": top.sum() / risk.sum()}
        said.append(Sentence("churn.scored_top", values))
    return tuple(said)


def _said_empty(model: ChurnModel, x: pd.DataFrame) -> tuple[Sentence, ...]:
    if model.fitted is None:
        return model.said
    return (Sentence("churn.no_cohort", {"n": len(x)}),)
