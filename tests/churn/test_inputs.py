import numpy as np
import pandas as pd
import pytest

from dealerml.churn.inputs import (
    FAMILIES,
    available_columns,
    family_of,
    feature_frame,
    refuse_leaks,
)
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


def test_a_planted_leak_is_refused_by_name(panel):
    from dealerml.churn import backtest_churn, fit_churn

    later = panel.assign(credit_hold=1 - panel["churned"])
    empty = panel.assign(closing_date=panel["churned"].where(panel["churned"] == 1))
    for leaky, name in ((later, "credit_hold"), (empty, "closing_date")):
        message = rf"1 features know the outcome, first '{name}': .* 100\.0% of all pairs"
        for use in (backtest_churn, fit_churn):
            with pytest.raises(TableError, match=message):
                use(leaky)


def test_a_leak_with_noise_is_refused_and_a_good_feature_is_not(panel):
    rng = np.random.default_rng(0)
    churned = panel["churned"]
    leaky = panel.assign(status_code=churned + rng.normal(0, 0.2, len(panel)))
    with pytest.raises(TableError, match="status_code"):
        refuse_leaks(leaky)
    refuse_leaks(panel.assign(status_code=churned + rng.normal(0, 0.6, len(panel))))
    refuse_leaks(panel)


def test_too_few_churners_prove_no_leak(panel):
    few = panel[panel["churned"] == 1].iloc[:5]
    many = panel[panel["churned"] == 0].iloc[:50]
    rows = pd.concat([few, many])
    refuse_leaks(rows.assign(credit_hold=1 - rows["churned"]))
