import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments.columns import count_codes, need_columns, read_numbers
from dealerml.words import ColumnName


def test_all_missing_columns_are_named_at_once_with_what_there_is():
    x = pd.DataFrame({"net_amount_365d": [1.0], "status": ["active"]})
    with pytest.raises(TableError, match="2 needed columns") as caught:
        need_columns(x, ["status", "recency_days", "order_days"])
    assert "recency_days, order_days" in str(caught.value)
    assert "net_amount_365d" in str(caught.value)


@pytest.mark.parametrize("dtype", ["Int64", "float32", "int8"])
def test_numbers_of_any_kind_become_floats(dtype):
    x = pd.DataFrame({"order_days": pd.Series([3, 4], dtype=dtype)})
    assert read_numbers(x, "order_days").dtype == "float64"
    assert read_numbers(x, "order_days").tolist() == [3.0, 4.0]


def test_codes_without_dealers_stay_as_zero_and_missing_codes_are_left_out():
    codes = pd.Series(["A", None, "C"], dtype="str")
    table = count_codes(codes, pd.Series([3.0, 9.0, 1.0]), ["A", "B", "C"])
    assert table["dealers"].tolist() == [1, 0, 1]
    assert table["amount_share"].tolist() == [0.75, 0.0, 0.25]


def test_no_shares_of_a_total_that_is_not_above_zero():
    table = count_codes(pd.Series(["A"], dtype="str"), pd.Series([-1.0]), ["A"])
    assert table["amount_share"].isna().all()


def test_a_column_is_named_in_the_language_of_its_sentence():
    assert ColumnName("tier").text_in("en") == "Tier"
    assert ColumnName("tier").text_in("zh") == "级别"
