import pandas as pd
import pytest

from dealerml.health.trends import trace_health

DATES = pd.date_range("2024-06-30", periods=4, freq="QE").as_unit("s")
AS_OF = "2025-06-30"


def frame(year, overdue):
    return pd.DataFrame(
        {"status": "active", "year_ratio_90d": year, "overdue_ratio": overdue},
        index=pd.Index(["A", "B"], name="dealer_id"),
    )


@pytest.fixture
def found():
    past = {date: frame([1.1, 1.1], [1.0, 1.0]) for date in DATES}
    panel = pd.concat(past, names=["as_of"])
    return trace_health(frame([1.1, 0.5], [1.0, 2.0]), panel, as_of=AS_OF)


def test_who_fell_and_by_which_parts(found):
    assert found.table.index.tolist() == ["B", "A"]
    row = found.table.loc["B"]
    assert row["health_before"] == 100
    assert row["change"] == pytest.approx(row["health"] - 100)
    assert row["fell"] == "trend;rhythm;region"
    assert found.table.loc["A", "fell"] == ""
    assert (
        found.table_in("en").loc["B", "fell"]
        == "sales trend; order rhythm; growth beside its region"
    )
    assert "销售趋势；" in found.table_in("zh").loc["B", "fell"]


def test_the_parts_add_up_to_the_change(found):
    change = found.table["change"].reindex(found.moved.index)
    pd.testing.assert_series_equal(found.moved.sum(axis=1), change, check_names=False)


def test_every_quarter_end_is_scored_with_the_same_anchors(found):
    assert found.scores.shape == (2, 5)
    assert found.scores.iloc[:, :-1].eq(100).all(axis=None)
    assert found.bands["green"].tolist() == [2, 2, 2, 2, 1]
    assert "1 fell by ten points or more" in found.text


def test_without_a_past_nothing_is_said_of_change():
    x = frame([1.0, 1.0], [1.0, 1.0])
    empty = pd.concat({DATES[0]: x}, names=["as_of"]).iloc[:0]
    found = trace_health(x, empty, as_of=AS_OF)
    assert found.table["change"].isna().all()
    assert "not known" in found.text


def test_the_sample_over_two_years(sample_x, sample_panel):
    found = trace_health(sample_x, sample_panel, as_of=AS_OF)
    assert len(found.bands) <= 8
    assert found.scores.iloc[:, -1].notna().sum() == len(found.table)
    change = found.table["change"].dropna()
    parts = found.moved.sum(axis=1).reindex(change.index)
    assert parts.to_numpy() == pytest.approx(change.to_numpy(), abs=1e-6)
    for lang in ("en", "zh"):
        assert found.text_in(lang)
