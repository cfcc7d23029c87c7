"""The churn models, each a plain scikit-learn pipeline, from the simplest to the best.

A model is a function of the columns at hand that returns an unfitted pipeline; the first step picks
the columns that the model reads. All have reasons that add up exactly: their log-odds are a sum of
one-feature functions, or trees whose joint effects can be shared out exactly.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dealerml.churn.inputs import FAMILY_OF
from dealerml.words import Sentence, has_entry

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

BASELINE: Final = "silence_rule"
YARDSTICKS: Final = ("base_rate", "managers_rule")  # to be compared with, never to be used
SILENCE_COLUMNS: Final = ("overdue_ratio",)
MANAGERS_COLUMNS: Final = ("year_ratio_90d",)
FALLEN: Final = 0.7  # of the amount of the same days last year: what managers call a warning
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

# Few leaves, each split among a third of the features, leaves drawn to zero: chosen on slices
# before those that are reported; larger or freer trees did worse out of time.
JOINT_TREES: Final[dict[str, Any]] = {
    "learning_rate": 0.05, "max_iter": 200, "max_leaf_nodes": 6, "min_samples_leaf": 40,
    "l2_regularization": 10.0, "max_features": 0.3,
}  # fmt: skip
PENALTY: Final = 0.01  # inverse strength: some fifty features that say much the same

ModelFunction = Callable[[Sequence[str], int], "Pipeline"]


def base_rate(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What if nothing were known of a dealer: everybody at the average risk?"""
    return weighted_sum([], random_state)


def silence_rule(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """How far does silence alone go, measured in the dealer's own usual gaps?

    A logistic curve on the logarithm of recency ÷ usual gap: the company that any other model has
    to beat.
    """
    # Where it is empty for everybody it is read as such: the base rate is then all that is known.
    return weighted_sum(_present(SILENCE_COLUMNS, columns) or list(SILENCE_COLUMNS), random_state)


def managers_rule(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """How far does the rule of thumb go that a dealer is at risk once it is down by 30 %?

    Two groups, by the amount of 90 days against the same days last year.
    """
    from sklearn.preprocessing import FunctionTransformer

    fallen = FunctionTransformer(_has_fallen, feature_names_out="one-to-one")
    return weighted_sum(_present(MANAGERS_COLUMNS, columns), random_state, read=fallen)


def rfm_logistic(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What do recency, frequency, amount and tenure say together?"""
    chosen = _present(RFM_COLUMNS, columns)
    return weighted_sum(chosen, random_state) if chosen else silence_rule(columns, random_state)


def penalised_logistic(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What do all features say in one weighted sum, the weights drawn to zero?"""
    return weighted_sum(list(columns), random_state, strength=PENALTY)


def additive_boosting(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What do all features say, each through a curve of its own?

    Histogram boosting in which every tree reads one feature. Missing values are read as such.
    Features of one's own, which belong to no family, are read too.

    References
    ----------
    Lou, Caruana, Gehrke (2012), Intelligible models for classification and regression,
    https://doi.org/10.1145/2339530.2339556
    """
    own = [name for name in columns if name not in FAMILY_OF]
    chosen = _present(BOOSTING_COLUMNS, columns) + own
    if not chosen:
        return silence_rule(columns, random_state)
    directions = [DIRECTIONS.get(name, 0) for name in chosen]
    alone = {"interaction_cst": "no_interactions", "monotonic_cst": directions}
    return _boosting(chosen, random_state, **TREES, **alone)


def interacting_boosting(columns: Sequence[str], random_state: int = 0) -> "Pipeline":
    """What do all features say together, where one may matter more in the light of another?

    Small trees of several features over everything there is. Their reasons are exact all the same:
    what features do jointly is shared out among them, see `attribute_trees`.
    """
    if not columns:
        return silence_rule(columns, random_state)
    return _boosting(list(columns), random_state, **JOINT_TREES)


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


def _boosting(columns: list[str], random_state: int, **settings: Any) -> "Pipeline":
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline

    trees = HistGradientBoostingClassifier(
        early_stopping=False, random_state=random_state, **settings
    )
    read = ColumnTransformer([("read", "passthrough", columns)])
    return Pipeline([("columns", read), ("model", trees)])


def weighted_sum(
    columns: list[str], random_state: int = 0, *, read: Any = None, strength: float = 1.0
) -> "Pipeline":
    """Which logistic curve reads these columns, on the scale of logarithms?"""
    import numpy as np
    from sklearn.compose import ColumnTransformer
    from sklearn.dummy import DummyClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    # arcsinh is a logarithm for large values that also takes zero and the minus of a net return.
    logarithm = FunctionTransformer(np.arcsinh, feature_names_out="one-to-one")
    pick = ColumnTransformer([("log", read or logarithm, columns)])
    if not columns:
        return Pipeline([("columns", pick), ("model", DummyClassifier())])
    steps = [
        ("columns", pick),
        ("fill", SimpleImputer(strategy="median", keep_empty_features=True)),
        ("scale", StandardScaler()),
        ("model", LogisticRegression(C=strength, max_iter=1000, random_state=random_state)),
    ]
    return Pipeline(steps)


def _has_fallen(values: Any) -> Any:
    """1 where a ratio shows the fall of the manager's rule, else 0; unknown stays unknown."""
    return (values < FALLEN).astype("float64").where(values.notna())


def _present(wanted: Sequence[str], columns: Sequence[str]) -> list[str]:
    return [name for name in wanted if name in columns]


CHURN_MODELS: Final[Mapping[str, ModelFunction]] = {
    "base_rate": base_rate,
    BASELINE: silence_rule,
    "managers_rule": managers_rule,
    "rfm_logistic": rfm_logistic,
    "penalised_logistic": penalised_logistic,
    "additive_boosting": additive_boosting,
    "interacting_boosting": interacting_boosting,
}
