"""The laws of the house: what must hold whatever the data say."""

import narwhals as nw
import pytest

from dealerml.features import FEATURES, check_feature
from dealerml.features.laws import LAWS
from dealerml.tables import Lazy, Snapshot, Tables

SAMPLE_MIDDLE = "2024-12-31"


@pytest.mark.parametrize("family", FEATURES, ids=lambda family: family.__name__)
def test_every_feature_obeys_every_law_on_the_sample(family, sample_tables: Tables) -> None:
    checked = check_feature(family, tables=sample_tables, as_of=SAMPLE_MIDDLE)
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
