import numpy as np
import pandas as pd
import pytest

from dealerml.churn.saving import correct_labels, estimate_save_rate, read_calls
from dealerml.errors import TableError

DATE = pd.Timestamp("2024-03-31")


def outcomes(stopped):
    index = pd.MultiIndex.from_product([[DATE], [f"D{i}" for i in range(len(stopped))]])
    return pd.DataFrame({"churned": stopped}, index=index.set_names(["as_of", "dealer_id"]))


def log_of(treatments, **columns):
    dealers = [f"D{i}" for i in range(len(treatments))]
    given = {"as_of": "2024-03-31", "dealer_id": dealers, "treatment": treatments}
    return pd.DataFrame(given | columns)


def test_nothing_known_leaves_the_assumption_of_the_policy(policy):
    found = estimate_save_rate(policy=policy)
    assert found.rate == pytest.approx(policy.costs["save_rate"], abs=1e-3)
    assert 0 < found.low < found.rate < found.high < 1
    assert "assumed" in found.text
    assert "假定" in found.text_in("zh")


def test_many_calls_beside_many_held_out_tell_the_true_rate():
    # 40 % stop when left alone and 20 % when called: half of them are saved.
    panel = outcomes([1.0] * 800 + [0.0] * 1200 + [1.0] * 400 + [0.0] * 1600)
    found = estimate_save_rate(log_of(["held_out"] * 2000 + ["called"] * 2000), panel)
    assert found.low < 0.5 < found.high
    assert found.rate == pytest.approx(0.49, abs=0.02)
    assert found.table["share"].tolist() == pytest.approx([0.2, 0.4])
    assert "2,000 called" in found.text


def test_without_a_group_left_alone_calls_teach_nothing(policy):
    panel = outcomes([0.0] * 500)
    found = estimate_save_rate(log_of(["called"] * 500), panel, policy=policy)
    assert found.rate == pytest.approx(estimate_save_rate(policy=policy).rate)


def test_the_posterior_agrees_with_a_simulation():
    panel = outcomes([1.0] * 12 + [0.0] * 28 + [1.0] * 9 + [0.0] * 51)
    found = estimate_save_rate(log_of(["held_out"] * 40 + ["called"] * 60), panel)
    rng = np.random.default_rng(0)
    rate, stop = rng.beta(6, 14, 400_000), rng.random(400_000)
    log = 12 * np.log(stop) + 28 * np.log1p(-stop)
    log += 9 * np.log(stop * (1 - rate)) + 51 * np.log1p(-stop * (1 - rate))
    weight = np.exp(log - log.max())
    assert found.rate == pytest.approx((weight * rate).sum() / weight.sum(), abs=0.005)


def test_the_true_reason_of_the_log_corrects_the_label():
    panel = outcomes([1.0, 1.0, 1.0, 0.0])
    log = log_of(["called"] * 4, reason=["closed_by_us", "price", None, "seasonal"])
    assert correct_labels(panel, log)["churned"].fillna(-1).tolist() == [-1, 1, 1, -1]


def test_a_log_is_read_as_people_fill_it_in(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(
        "as_of,dealer_id,treatment,reason\n2024-03-31, 007 ,called,moved\n"
        "2024-03-31,D2,held_out,\n",
        encoding="utf-8-sig",
    )
    log = read_calls(path)
    assert log["dealer_id"].tolist() == ["007", "D2"]
    assert log["reason"].tolist()[0] == "moved"
    assert log["as_of"].dt.year.tolist() == [2024, 2024]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("as_of,dealer_id,treatment\n2024-03-31,D1,called\n31.3.2024,D2,called\n", "line 3"),
        ("as_of,dealer_id,treatment\n2024-03-31,,called\n", "1 rows without dealer_id, the first"),
        ("as_of,dealer_id,treatment\n2024-03-31,D1,phoned\n", "unknown treatments, first 'phoned'"),
        ("dealer_id,treatment\nD1,called\n", "lacks as_of"),
        ("", "cannot be read"),
        ("a\n1,2\n1,2,3,4\n", "cannot be read"),
    ],
)
def test_a_log_with_a_fault_is_refused_with_its_place(tmp_path, content, told):
    path = tmp_path / "calls.csv"
    path.write_text(content)
    with pytest.raises(TableError, match=told):
        read_calls(path)


def test_a_log_that_is_absent_is_refused(tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_calls(tmp_path / "none.csv")


def test_a_log_that_cannot_be_read_is_refused():
    with pytest.raises(TableError, match="lacks treatment"):
        estimate_save_rate(log_of(["called"]).drop(columns="treatment"), outcomes([0.0]))
    with pytest.raises(TableError, match="1 unknown treatments, first 'phoned'"):
        estimate_save_rate(log_of(["phoned"]), outcomes([0.0]))
