import numpy as np
import pandas as pd
import pytest

from dealerml.churn.inputs import FAMILIES, available_columns, family_of, feature_frame
from dealerml.errors import TableError


def test_a_feature_belongs_to_one_family_only():
    columns = [name for group in FAMILIES.values() for name in group]
    assert len(columns) == len(set(columns))


def test_every_feature_of_the_sample_has_a_family(sample_x):
    from dealerml.features import feature_columns

    assert [name for name in feature_columns(sample_x) if family_of(name) == "other"] == []


def test_labels_states_and_empty_columns_are_no_features(panel):
    columns = available_columns(panel)
    assert "overdue_ratio" in columns
    assert not {"churned", "status", "net_amount_next_365d", "returns_share_365d"} & set(columns)


def test_a_model_reads_finite_floats_only():
    frame = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [np.inf, 2.0]})
    numbers = feature_frame(frame, ["b", "a"])
    assert list(numbers.columns) == ["b", "a"]
    assert numbers.dtypes.eq("float64").all()
    np.testing.assert_array_equal(numbers.to_numpy(), [[np.nan, 1], [2, np.nan]])


def test_an_absent_feature_is_named():
    with pytest.raises(TableError, match=r"1 features of the model are absent, first 'b'"):
        feature_frame(pd.DataFrame({"a": [1.0]}), ["a", "b"])
