"""Three churn models, each a plain scikit-learn pipeline, from the simplest to the best.

A model is a function of the columns at hand that returns an unfitted pipeline; the first step picks
the columns that the model reads. All three are additive: their log-odds are a sum of one-feature
functions, so that reasons add up exactly.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dealerml.churn.inputs import FAMILY_OF
from dealerml.words import Sentence, has_entry

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

BASELINE: Final = "silence_rule"
SILENCE_COLUMNS: Final = ("overdue_ratio",)
RFM_COLUMNS: Final = ("recency_days", "order_days_365d", "net_amount_365d", "tenure_days")
# Few enough for a network with some 300 churners on record; the windows left out repeat these.
BOOSTING_COLUMNS: Final = (
    "recency_days", "overdue_ratio", "overdue_recent_ratio", "tenure_days",
    "gap_days", "gap_sd_days", "gap_median_days", "gap_recent_days", "gap_trend_ratio",
    "order_days", "order_days_30d", "order_days_90d", "order_days_365d", "order_trend_ratio_90d",
    "net_amount_30d", "net_amount_90d", "net_amount_365d", "net_amount_per_order_day_365d",
    "trend_ratio_90d", "year_ratio_90d", "year_ratio_365d",
    "products_90d", "categories_lost", "lines_per_order_day_365d",
    "returns_share_365d", "order_days_ahead_last_year", "seasonal_pause",
)  # fmt: skip
# Where sense demands a direction: +1 more is riskier, -1 more is safer.
DIRECTIONS: Final = {
    "recency_days": 1, "overdue_ratio": 1, "overdue_recent_ratio": 1,
    "order_days_30d": -1, "order_days_90d": -1, "net_amount_30d": -1, "net_amount_90d": -1,
    "order_trend_ratio_90d": -1, "trend_ratio_90d": -1, "year_ratio_90d": -1,
}  # fmt: skip
# Small trees, chosen on slices before those that are reported. All 255 bins are needed: churners
# crowd in the last per mille of silence, which 64 bins no longer tell apart.
TREES: Final[dict[str, Any]] = {
    "learning_rate": 0.1, "max_iter": 100, "max_leaf_nodes": 4, "min_samples_leaf": 40,
    "l2_regularization": 1.0,
}  # fmt: skip

ModelFunction = Callable[[Sequence[str], int], "Pipeline"]


def silence_rule(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """How far does silence alone go, measured in the dealer's own usual gaps?

    A logistic curve on the logarithm of recency ÷ usual gap: the company that any other model has
    to beat.
    """
    # Where it is empty for everybody it is read as such: the base rate is then all that is known.
    return _logistic(_present(SILENCE_COLUMNS, columns) or list(SILENCE_COLUMNS), random_state)


def rfm_logistic(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What do recency, frequency, amount and tenure say together?"""
    chosen = _present(RFM_COLUMNS, columns)
    return _logistic(chosen, random_state) if chosen else silence_rule(columns, random_state)


def additive_boosting(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What do all features say, each through a curve of its own?

    Histogram boosting in which every tree reads one feature. Missing values are read as such.
    Features of one's own, which belong to no family, are read too.

    References
    ----------
    Lou, Caruana, Gehrke (2012), Intelligible models for classification and regression,
    https://doi.org/10.1145/2339530.2339556
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline

    own = [name for name in columns if name not in FAMILY_OF]
    chosen = _present(BOOSTING_COLUMNS, columns) + own
    if not chosen:
        return silence_rule(columns, random_state)
    trees = HistGradientBoostingClassifier(
        interaction_cst="no_interactions",
        monotonic_cst=[DIRECTIONS.get(name, 0) for name in chosen],
        early_stopping=False,
        random_state=random_state,
        **TREES,
    )
    read = ColumnTransformer([("read", "passthrough", chosen)])
    return Pipeline([("columns", read), ("model", trees)])


def columns_of(pipeline: Any, columns: Sequence[str]) -> list[str]:
    """Which of the columns at hand does a pipeline read?

    A pipeline whose first step does not pick columns by name reads all of them.
    """
    first = pipeline[0] if hasattr(pipeline, "steps") else pipeline
    parts = getattr(first, "transformers", None)
    if parts is None:
        return list(columns)
    return [name for _, _, names in parts for name in names]


def model_name(model: str) -> Sentence | str:
    """What is a model called in front of readers? One's own model keeps its own name."""
    key = f"churn.model.{model}"
    return Sentence(key) if has_entry(key) else model


def _logistic(columns: list[str], random_state: int) -> "Pipeline":
    import numpy as np
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    # arcsinh is a logarithm for large values that also takes zero and the minus of a net return.
    logarithm = FunctionTransformer(np.arcsinh, feature_names_out="one-to-one")
    steps = [
        ("columns", ColumnTransformer([("log", logarithm, columns)])),
        ("fill", SimpleImputer(strategy="median", keep_empty_features=True)),
        ("scale", StandardScaler()),
        ("model", LogisticRegression(max_iter=1000, random_state=random_state)),
    ]
    return Pipeline(steps)


def _present(wanted: Sequence[str], columns: Sequence[str]) -> list[str]:
    return [name for name in wanted if name in columns]


CHURN_MODELS: Final[Mapping[str, ModelFunction]] = {
    BASELINE: silence_rule,
    "rfm_logistic": rfm_logistic,
    "additive_boosting": additive_boosting,
}
