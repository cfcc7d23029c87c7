import numpy as np
import pandas as pd
import pytest

from dealerml.churn.drift import measure_drift


def cohort(seed, n=400, **columns):
    rng = np.random.default_rng(seed)
    table = {"cohort": True, "gap_days": rng.gamma(4, 5, n), "recency_days": rng.gamma(2, 9, n)}
    return pd.DataFrame(table | columns, index=pd.Index([f"D{i}" for i in range(n)]))


def test_the_same_kind_of_dealers_has_not_shifted():
    found = measure_drift(cohort(0), cohort(1), ["gap_days", "recency_days"])
    assert not found.table["drifted"].any()
    assert (found.table["psi"] < found.table["psi_chance"]).all()
    assert "None of 2 features" in found.text


def test_a_shift_is_found_and_named():
    slower = cohort(1).assign(gap_days=lambda x: 2 * x["gap_days"])
    found = measure_drift(cohort(0), slower, ["gap_days", "recency_days"])
    assert found.table["drifted"].to_dict() == {"gap_days": True, "recency_days": False}
    assert found.table.index[0] == "gap_days"


def test_by_head():
    # Half of the dealers move from the lower half to the upper one: .5 → .25 and .5 → .75.
    old = cohort(0, n=8, gap_days=[1.0, 1, 1, 1, 2, 2, 2, 2])
    new = cohort(0, n=8, gap_days=[1.0, 1, 2, 2, 2, 2, 2, 2])
    psi = measure_drift(old, new, ["gap_days"]).table.loc["gap_days", "psi"]
    assert psi == pytest.approx((0.25 - 0.5) * np.log(0.5) + (0.75 - 0.5) * np.log(1.5))


def test_values_that_went_missing_are_a_shift():
    gone = cohort(1).assign(gap_days=np.nan)
    row = measure_drift(cohort(0), gone, ["gap_days"]).table.loc["gap_days"]
    assert (row["missing_before"], row["missing_now"]) == (0, 1)
    assert row["drifted"]


def test_only_the_cohort_counts_and_without_one_nothing_is_known():
    nobody = cohort(0).assign(cohort=False)
    assert "unknown" in measure_drift(nobody, cohort(1), ["gap_days"]).text
    half = cohort(0).assign(cohort=lambda x: x["recency_days"] < 9)
    assert measure_drift(half, cohort(1), ["gap_days"]).n_before == half["cohort"].sum()


def test_few_dealers_shift_by_chance_only():
    found = measure_drift(cohort(0, n=15), cohort(1, n=15), ["gap_days"])
    assert not found.table["drifted"].any()
