"""The laws of the house: what must hold whatever the data say."""

import datetime as dt
from pathlib import Path

import narwhals as nw
import pandas as pd
import pytest

from dealerml.exports import read_export
from dealerml.features import FEATURES, build_series, check_feature
from dealerml.features.labels import build_with_past
from dealerml.features.laws import (
    LAWS,
    Trial,
    reordered,
    try_laws,
    with_wild_future,
    without_dealer_list,
    without_future,
)
from dealerml.tables import Lazy, Snapshot, Tables


@pytest.fixture(scope="module")
def trial(sample_tables: Tables) -> Trial:
    return Trial(sample_tables, dt.date(2024, 12, 31))


@pytest.mark.parametrize("family", FEATURES, ids=lambda family: family.__name__)
def test_every_feature_obeys_every_law_on_the_sample(family, trial: Trial) -> None:
    checked = try_laws(family, trial)
    assert list(checked.index) == list(LAWS)
    assert checked["holds"].all(), checked.loc[~checked["holds"], "problem"].to_dict()


def test_a_feature_that_looks_ahead_is_caught(example: Tables) -> None:
    def last_line_ever(snapshot: Snapshot) -> Lazy:
        ever = snapshot._tables.days.group_by("dealer_id").agg(last=nw.col("day").max())
        return ever.with_columns(as_of_day=nw.lit(0))

    broken = check_feature(last_line_ever, tables=example, as_of="2025-05-31")
    assert not broken.loc["no future: later lines deleted", "holds"]
    assert "as_of_day" in broken.loc["many dates at once change nothing", "problem"]


def test_a_feature_that_reads_todays_dealer_list_is_caught(example: Tables) -> None:
    def listed(snapshot: Snapshot) -> Lazy:
        rows = snapshot.days.join(snapshot.dealers, on="dealer_id")
        return rows.group_by("as_of_day", "dealer_id").agg(rows=nw.len())

    broken = check_feature(listed, tables=example, as_of="2025-06-30")
    assert list(broken.index[~broken["holds"]]) == ["today's dealer list is not read"]


REAL = {
    "online_retail_ii/online_retail_ii.parquet": ("2011-06-30", ["2010-12-31", "2011-03-31"]),
    "adventureworks": ("2013-06-30", ["2012-12-31", "2013-03-31"]),
}


@pytest.mark.data
@pytest.mark.parametrize("source", REAL)
def test_on_real_exports_nothing_above_the_bridge_moves(source: str, data_dir: Path) -> None:
    as_of, dates = REAL[source]
    tables = read_export(data_dir / source)
    day = dt.date.fromisoformat(as_of)
    before = bridge(tables, as_of, dates)
    # Two laws at once where one alone would only say which of them was broken.
    changed = (
        without_dealer_list(without_future(tables, day)),
        reordered(with_wild_future(tables, day)),
    )
    for other in changed:
        for left, right in zip(before, bridge(other, as_of, dates), strict=True):
            pd.testing.assert_frame_equal(left, right, check_exact=True)


def bridge(tables: Tables, as_of: str, dates: list[str]) -> list[pd.DataFrame]:
    """All that models, forecasts and scores are made from."""
    snapshot = tables.as_of(as_of)
    x, panel = build_with_past(snapshot, dates, horizon=90)
    return [x, panel, build_series(snapshot)]
