import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments.newness import group_newness


def frame(now, before) -> pd.DataFrame:
    index = [f"d{n}" for n in range(len(now))]
    columns = {"net_amount_365d": now, "net_amount_365d_last_year": before}
    return pd.DataFrame(columns, index=index, dtype="float64")


def test_more_returned_than_bought_is_not_bought():
    result = group_newness(frame([5, 6, -1, -1, 0], [-4, 4, 3, -2, None]))
    assert result.table["newness"].to_list()[:3] == ["new", "repeating", "lapsed"]
    assert result.table["newness"].isna().to_list() == [False, False, False, True, True]


def test_changes_add_up_to_the_change_of_all_that_bought():
    result = group_newness(frame([10, 8, 0, 0], [0, 5, 7, 0]))
    assert result.groups["dealers"].to_dict() == {"new": 1, "repeating": 1, "lapsed": 1}
    assert result.groups["change"].to_list() == [10, 3, -7]
    assert result.groups["change"].sum() == 18 - 12
    assert result.text == (
        "Of 3 dealers that bought in either period 1 are new (10), 1 stayed (3 against the period "
        "before) and 1 lapsed (−7)."
    )
    assert "流失 1 家" in result.text_in("zh")


def test_other_periods_and_nothing_at_all():
    x = pd.DataFrame({"q2": [1.0], "q1": [0.0]}, index=["甲"])
    assert group_newness(x, now="q2", before="q1").table.loc["甲", "newness"] == "new"
    assert group_newness(frame([0], [0])).text == "No dealer bought anything in either period."
    with pytest.raises(TableError, match="net_amount_365d_last_year"):
        group_newness(frame([1], [1]).drop(columns="net_amount_365d_last_year"))


def test_no_dealers_at_all():
    assert group_newness(frame([], [])).groups["dealers"].sum() == pytest.approx(0)
