"""What each feature adds in a model of boosted trees: exact, and summing to the prediction."""

from math import factorial
from typing import Any, Final, NamedTuple

import numpy as np

# Rules on the way to a leaf: a feature, whether the value must go left there, and the border.
Rule = tuple[int, bool, float, bool]
LEFT: Final = True


class Leaf(NamedTuple):
    """A leaf of a tree: what it adds, and what a dealer must fulfil to land in it."""

    value: float
    rules: tuple[Rule, ...]


def is_boosted(pipeline: Any) -> bool:
    """Does a pipeline end in scikit-learn's histogram boosting, whose trees can be read?"""
    model = pipeline[-1] if hasattr(pipeline, "steps") else pipeline
    return hasattr(model, "_predictors") and hasattr(model, "_baseline_prediction")


def attribute_trees(pipeline: Any, numbers: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """How much does each feature move the log-odds of each dealer away from the reference dealer?

    Parameters
    ----------
    pipeline
        Ends in a fitted histogram boosting whose columns are those of ``numbers`` in order.
    numbers, reference
        Dealers × features, and one value per feature of the dealer compared with.

    Returns
    -------
    Dealers × features, raw log-odds: Shapley values of the game in which each feature is taken
    either from the dealer or from the reference. A row sums to the difference of the predictions.

    Notes
    -----
    A leaf is reached by a mixture of both exactly if every feature on its path comes from the one
    who fulfils its rules. With *a* features that only the dealer fulfils and *b* that only the
    reference does, the leaf's value is shared as (a − 1)! b! ÷ (a + b)! to each of the *a*, and
    taken as a! (b − 1)! ÷ (a + b)! from each of the *b*: sums over leaves are exact, without any
    sampling.

    References
    ----------
    Lundberg, Erion, Chen et al. (2020), From local explanations to global understanding with
    explainable AI for trees, https://doi.org/10.1038/s42256-019-0138-9
    """
    model = pipeline[-1] if hasattr(pipeline, "steps") else pipeline
    result = np.zeros(numbers.shape)
    for stage in model._predictors:
        for predictor in stage:
            for leaf in _leaves(predictor.nodes):
                _share_leaf(leaf, numbers, reference, result)
    return result


def _leaves(nodes: np.ndarray) -> list[Leaf]:
    found: list[Leaf] = []
    waiting: list[tuple[int, tuple[Rule, ...]]] = [(0, ())]
    while waiting:
        place, rules = waiting.pop()
        node = nodes[place]
        if node["is_leaf"]:
            found.append(Leaf(float(node["value"]), rules))
            continue
        border, feature = float(node["num_threshold"]), int(node["feature_idx"])
        empty_left = bool(node["missing_go_to_left"])
        for way, after in ((LEFT, node["left"]), (not LEFT, node["right"])):
            waiting.append((int(after), (*rules, (feature, way, border, empty_left))))
    return found


def _share_leaf(leaf: Leaf, numbers: np.ndarray, reference: np.ndarray, result: np.ndarray) -> None:
    features = sorted({feature for feature, *_ in leaf.rules})
    dealer = np.ones((len(numbers), len(features)), dtype=bool)
    other = np.ones(len(features), dtype=bool)
    for feature, way, border, empty_left in leaf.rules:
        place = features.index(feature)
        dealer[:, place] &= _goes_left(numbers[:, feature], border, empty_left=empty_left) == way
        other[place] &= bool(_goes_left(reference[feature], border, empty_left=empty_left)) == way
    reached = (dealer | other).all(axis=1)
    mine, theirs = dealer & ~other, ~dealer & other
    a, b = mine.sum(axis=1), theirs.sum(axis=1)
    gain, loss = _weights(len(features))
    for place, feature in enumerate(features):
        moved = mine[:, place] * gain[a, b] - theirs[:, place] * loss[a, b]
        result[:, feature] += leaf.value * np.where(reached, moved, 0.0)


def _goes_left(values: Any, border: float, *, empty_left: bool) -> Any:
    return np.where(np.isnan(values), empty_left, values <= border)


def _weights(most: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of a leaf that goes to each feature of the dealer, and of the reference."""
    gain, loss = np.zeros((2, most + 1, most + 1))
    for a in range(most + 1):
        for b in range(most + 1 - a):
            if a:
                gain[a, b] = factorial(a - 1) * factorial(b) / factorial(a + b)
            if b:
                loss[a, b] = factorial(a) * factorial(b - 1) / factorial(a + b)
    return gain, loss
