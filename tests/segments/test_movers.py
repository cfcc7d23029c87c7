import numpy as np
import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments.movers import FACTORS, explain_moves

COLUMNS = ["net_amount_365d", "order_days_365d", "lines_per_order_day_365d", "quantity_365d"]


def frame(**dealers) -> pd.DataFrame:
    return pd.DataFrame.from_dict(dealers, orient="index", columns=COLUMNS, dtype="float64")


BEFORE = frame(A=(100, 10, 2, 40), B=(100, 10, 2, 40), C=(100, 10, 2, 40), D=(100, 10, 2, 40))
# Half as often; half the lines; half of each; at half the price.
AFTER = frame(A=(50, 5, 2, 20), B=(50, 10, 1, 20), C=(50, 10, 2, 20), D=(50, 10, 2, 40))


def test_each_factor_alone_carries_the_whole_change():
    table = explain_moves(BEFORE, AFTER).table
    assert table["move_reason"].to_list() == ["frequency", "range", "volume", "price"]
    assert np.diag(table[list(FACTORS)].to_numpy()) == pytest.approx([-50] * 4)


def test_parts_of_any_change_add_up(sample_x):
    draws = np.random.default_rng(0)
    after = BEFORE * draws.uniform(0.2, 3.0, BEFORE.shape)
    table = explain_moves(BEFORE, after).table
    assert table[list(FACTORS)].sum(axis=1).to_numpy() == pytest.approx(table["change"].to_numpy())


def test_who_came_and_who_left_have_no_factors():
    before, after = frame(A=(0, 0, np.nan, 0), B=(80, 4, 1, 8)), frame(A=(30, 3, 1, 3))
    result = explain_moves(before, after)
    assert result.table["move_reason"].to_dict() == {"B": "left", "A": "entered"}
    assert result.table[list(FACTORS)].isna().all(axis=None)
    assert result.reasons["change"].to_dict() == {"entered": 30, "left": -80}


def test_without_quantities_volume_holds_the_price_as_well():
    bare = [x.drop(columns="quantity_365d") for x in (BEFORE, AFTER)]
    table = explain_moves(*bare).table
    assert table.loc["D", "volume"] == pytest.approx(-50)
    assert table["price"].isna().all()


def test_only_the_dealers_asked_for_in_falling_order_of_loss():
    result = explain_moves(BEFORE, AFTER * [2, 1, 1, 1], dealers=pd.Index(["C", "A", "Z"]))
    assert sorted(result.table.index) == ["A", "C", "Z"]
    assert result.table.loc["Z", "change"] == 0
    assert result.text.startswith("The amounts of 3 dealers changed by")
    assert "下单频次" in explain_moves(BEFORE, AFTER).text_in("zh")
    with pytest.raises(TableError, match="order_days_365d"):
        explain_moves(BEFORE.drop(columns="order_days_365d"), AFTER)
