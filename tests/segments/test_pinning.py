import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.policy import load_policy
from dealerml.segments import assign_segments, fit_segments
from dealerml.segments.behaviour import RFM_COLUMNS
from dealerml.segments.pinning import (
    pin_names,
    read_segments,
    rename_segments,
    write_segments,
)
from tests.segments.test_clusters import frame

QUICK = load_policy().changed({"segments.resamples": 5, "segments.k_max": 4})


@pytest.fixture(scope="module")
def accepted():
    return fit_segments(frame(), policy=QUICK)


def test_a_segment_that_goes_on_keeps_the_name_it_was_given(accepted):
    ours = dict(zip(accepted.model.names, ("stars", "骨干", "tail"), strict=True))
    given = rename_segments(accepted.model, ours)
    grown = frame()
    grown["net_amount_365d"] *= 1.1
    grown["net_amount_per_order_day_365d"] *= 1.1
    again = fit_segments(grown, previous=given, policy=QUICK)
    assert again.model.names == ("stars", "骨干", "tail")
    assert "骨干（60 家" in again.text_in("zh")
    assert "3 of 3 segments keep the names they had" in again.text
    assert set(again.table["segment"]) == {"stars", "骨干", "tail"}


def test_more_than_half_must_be_shared_and_names_stay_distinct():
    now = pd.Series(list("aaaabbbb"))
    before = pd.Series(list("xxxyyyyz"))
    # a shares 3 of 5 with x, b 3 of 5 with y.
    assert pin_names(("a", "b"), now, before) == (("x", "y"), 2)
    half = pd.Series(list("xxyyxxyy"))
    assert pin_names(("a", "b"), now, half) == (("a", "b"), 0)


def test_a_name_that_meant_others_is_not_given_away():
    now, before = pd.Series(list("aabb")), pd.Series(list("bbcc"))
    assert pin_names(("a", "b"), now, before) == (("b", "c"), 2)
    moved = pd.Series(list("bcdb"))
    assert pin_names(("a", "b"), now, moved) == (("a", "b_2"), 0)
    assert pin_names(("low:p", "b"), now, pd.Series(["low:p", "b", "b", "low:p"])) == (
        ("low:p#2", "b_2"),
        0,
    )


def test_what_is_written_is_read_back_and_places_dealers_alike(accepted, tmp_path):
    path = tmp_path / "segments.json"
    write_segments(accepted.model, path)
    model = read_segments(path)
    assert model == accepted.model
    again = assign_segments(dataclasses.replace(accepted, model=model), frame())
    pd.testing.assert_frame_equal(again, accepted.table)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["names"].append("one too many"),
        lambda told: told["centres"][0].append(1.0),
        lambda told: told.pop("scaling"),
        lambda told: told["scaling"].update(spread="abc"),
        lambda told: told.update(names=["twice"] * 3),
        lambda told: told["centres"].__setitem__(0, [float("nan")] * 3),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(accepted, tmp_path, change):
    path = tmp_path / "segments.json"
    write_segments(accepted.model, path)
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(TableError, match="holds no segments"):
        read_segments(path)
    with pytest.raises(TableError, match="holds no segments"):
        read_segments(tmp_path / "absent.json")


def test_columns_of_ones_own_are_learnt_from_named_and_pinned():
    x = frame().assign(recency_days=np.repeat([3.0, 20.0, 150.0], 60), hours_365d=5.0)
    by_rfm = fit_segments(x, columns=RFM_COLUMNS, policy=QUICK)
    assert by_rfm.model.scaling.axes == RFM_COLUMNS
    assert "high:recency_days" in by_rfm.model.names[-1]
    assert "High: Days since the last order" in by_rfm.text
    assert "距上次下单天数偏高" in by_rfm.text_in("zh")
    again = fit_segments(x, columns=RFM_COLUMNS, previous=by_rfm.model, policy=QUICK)
    assert again.model.names == by_rfm.model.names
    with pytest.raises(TableError, match="margin_365d"):
        fit_segments(x, columns=["margin_365d"], policy=QUICK)


def test_segments_stand_beside_all_others(accepted):
    assert (accepted.beside.iloc[0] > 1).all()
    assert (accepted.beside.iloc[-1] < 1).all()
    others = frame().iloc[60:]["order_days_365d"].median()
    mine = frame().iloc[:60]["order_days_365d"].median()
    assert accepted.beside["order_days_365d"].iloc[0] == pytest.approx(mine / others)


def test_only_segments_there_are_can_be_renamed_and_to_different_names(accepted):
    first, second, _ = accepted.model.names
    with pytest.raises(TableError, match="whales"):
        rename_segments(accepted.model, {"whales": "x"})
    with pytest.raises(TableError, match="distinct"):
        rename_segments(accepted.model, {first: second})
