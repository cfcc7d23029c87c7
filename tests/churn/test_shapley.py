"""Reasons of trees in which features act together: exact, by the definition, and adding up."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from dealerml.churn.shapley import attribute_trees, is_boosted

N, FEATURES = 400, 4


@pytest.fixture(scope="module")
def numbers():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(N, FEATURES))
    values[rng.random(values.shape) < 0.1] = np.nan  # trees send empty values to a side, too
    return values


@pytest.fixture(scope="module")
def trees(numbers):
    """The label is the sign of a product: neither feature says anything without the other."""
    label = np.nan_to_num(numbers[:, 0] * numbers[:, 1]) + 0.2 * np.nan_to_num(numbers[:, 2]) > 0
    model = HistGradientBoostingClassifier(
        max_iter=12, max_leaf_nodes=6, min_samples_leaf=10, early_stopping=False, random_state=0
    )
    return model.fit(numbers, label)


def by_definition(model, dealer, reference):
    """Shapley values by every subset: what the definition says, far too slow for real use."""
    result = np.zeros(FEATURES)
    for feature in range(FEATURES):
        others = [f for f in range(FEATURES) if f != feature]
        for size in range(FEATURES):
            weight = factorial(size) * factorial(FEATURES - size - 1) / factorial(FEATURES)
            for chosen in combinations(others, size):
                mixed = np.array([reference, reference])
                mixed[:, list(chosen)] = dealer[list(chosen)]
                mixed[1, feature] = dealer[feature]
                without, with_it = model.decision_function(mixed)
                result[feature] += weight * (with_it - without)
    return result


def test_values_are_those_of_the_definition(trees, numbers):
    found = attribute_trees(trees, numbers[:25], numbers[30])
    for row, dealer in zip(found, numbers[:25], strict=True):
        np.testing.assert_allclose(row, by_definition(trees, dealer, numbers[30]), atol=1e-12)


def test_values_add_up_to_the_difference_of_the_predictions(trees, numbers):
    reference = np.nanmedian(numbers, axis=0)
    found = attribute_trees(trees, numbers, reference)
    start = trees.decision_function(reference[None, :])[0]
    np.testing.assert_allclose(found.sum(axis=1) + start, trees.decision_function(numbers))


def test_a_feature_that_no_tree_reads_adds_nothing(numbers):
    label = numbers[:, 0] > 0
    only = np.where(np.arange(FEATURES) == 0, numbers, 0.0)
    model = HistGradientBoostingClassifier(max_iter=5, early_stopping=False).fit(only, label)
    found = attribute_trees(model, numbers, np.zeros(FEATURES))
    assert np.abs(found[:, 0]).max() > 0.1
    assert not found[:, 1:].any()


def test_trees_are_told_from_other_models(trees):
    assert is_boosted(trees)
    assert is_boosted(make_pipeline(trees))
    assert not is_boosted(make_pipeline(LogisticRegression()))
    assert not is_boosted(pd.DataFrame())
