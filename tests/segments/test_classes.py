import numpy as np
import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.policy import load_policy
from dealerml.segments import rank_abc
from dealerml.segments.classes import measure_gini


def frame(amounts: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"net_amount_365d": pd.Series(amounts, dtype="float64")})


def classes(amounts: dict[str, float], **options) -> str:
    return "".join(rank_abc(frame(amounts), **options).table["abc_class"])


def test_the_dealer_that_crosses_the_border_is_still_in_the_class():
    # b goes from 75 to 89, c from 89 to 98 of 100.
    assert classes({"a": 75, "b": 14, "c": 9, "d": 2}) == "AABC"


def test_a_dealer_that_starts_exactly_at_the_border_is_not():
    # 50 + 30 = 80 of 100: the next one starts at the border. So does the last, at 95.
    assert classes({"a": 50, "b": 30, "c": 15, "d": 5}) == "AABC"


def test_sums_that_miss_the_border_by_a_rounding_error_do_not_shift_it():
    # Ten times 0.08 adds up to 0.7999999999999999.
    amounts = {f"d{n:02d}": 0.08 for n in range(10)} | {"e": 0.079999, "f": 0.120001}
    table = rank_abc(frame(amounts)).table
    assert table.loc["e", "abc_class"] == "B"


def test_ties_go_by_dealer_id_whatever_the_row_order():
    amounts = dict.fromkeys("abcde", 20.0)
    assert classes(amounts) == "AAAAB"
    shuffled = frame(amounts).iloc[[4, 2, 0, 3, 1]]
    again = rank_abc(shuffled).table
    assert list(again.index) == list("ecadb")
    assert again.loc["e", "abc_class"] == "B"


def test_totals_of_zero_and_below_are_c_and_outside_the_shares():
    result = rank_abc(frame({"a": 100, "b": 0, "c": -50}))
    assert "".join(result.table["abc_class"]) == "ACC"
    assert result.table["share"].tolist() == [1.0, 0.0, 0.0]
    assert result.table["cumulative_share"].tolist() == [1.0, 1.0, 1.0]
    assert "Returned more than they bought: 1, −50 together;" in result.text


def test_nobody_sold_anything():
    result = rank_abc(frame({"a": 0, "b": -1}))
    assert "".join(result.table["abc_class"]) == "CC"
    assert result.table["share"].isna().all()
    assert result.text.startswith("No dealer can be ranked: of 2 dealers")


def test_a_dealer_without_a_value_has_no_class():
    result = rank_abc(frame({"a": 10, "b": np.nan}))
    assert result.table["abc_class"].isna().tolist() == [False, True]
    assert "without a class: 1." in result.text


def test_one_dealer_is_a():
    assert classes({"a": 10}) == "A"


def test_nobody_at_all():
    assert rank_abc(frame({})).table.empty


def test_shares_add_up_and_the_text_says_the_counts():
    result = rank_abc(frame({"a": 50, "b": 35, "c": 12, "d": 3}))
    assert result.table["share"].sum() == pytest.approx(1.0)
    assert "Of 4 dealers 2 are A: they bring 85.0 % of the total" in result.text
    assert result.text_in("zh").startswith("4 家经销商中，A类 2 家，贡献总额的 85.0%")


def test_the_largest_ten_are_told_where_there_are_more():
    result = rank_abc(frame({f"d{n:02d}": 1.0 for n in range(20)}))
    assert result.top.to_dict() == pytest.approx({1: 0.05, 5: 0.25, 10: 0.5, 20: 1.0})
    assert result.hhi == pytest.approx(1 / 20)
    assert "The 10 largest alone bring 50.0 %." in result.text


def test_borders_and_measure_come_from_policy():
    policy = load_policy().changed({"classes.a_share": 0.5, "classes.b_share": 0.6})
    assert classes({"a": 50, "b": 30, "c": 20}, policy=policy) == "ABC"
    x = frame({"a": 1, "b": 9}).assign(quantity_365d=[9, 1])
    assert "".join(rank_abc(x, measure="quantity_365d").table["abc_class"]) == "AB"


def test_an_unknown_measure_teaches_the_known_ones():
    with pytest.raises(TableError, match="net_amount_365d"):
        rank_abc(frame({"a": 1}), measure="revenue")


def test_money_times_a_thousand_changes_no_class():
    amounts = {f"d{n}": float(n * n) for n in range(30)}
    scaled = {name: 1000 * amount for name, amount in amounts.items()}
    assert classes(amounts) == classes(scaled)


def test_gini_by_hand():
    assert measure_gini(pd.Series([2.0, 2.0, 2.0])) == pytest.approx(0.0)
    # One of four has all but nothing: 1 - 1/4 in the limit.
    assert measure_gini(pd.Series([1e-12, 1e-12, 1e-12, 1.0])) == pytest.approx(0.75)
    assert np.isnan(measure_gini(pd.Series([-1.0, 0.0])))


def test_in_each_region_dealers_are_ranked_by_themselves():
    x = frame({"a": 80.0, "b": 20.0, "c": 8.0, "d": 2.0, "e": 1.0})
    x["region"] = ["North", "North", "华东", "华东", None]
    result = rank_abc(x, within="region")
    assert result.table["abc_class"].to_list() == ["A", "B", "A", "B", "A"]
    assert result.table["share"].to_list() == pytest.approx([0.8, 0.2, 0.8, 0.2, 1.0])
    with pytest.raises(TableError, match="district"):
        rank_abc(x, within="district")


def test_near_the_border_a_dealer_keeps_the_class_it_had():
    # Places begin at 0, .79, .91 and .97.
    x = frame({"a": 79.0, "b": 12.0, "c": 6.0, "d": 3.0})
    assert rank_abc(x).table["abc_class"].to_list() == ["A", "A", "B", "C"]
    before = pd.Series({"a": "B", "b": "B", "c": "C", "d": "A"})
    result = rank_abc(x, previous=before)
    # a lies far inside A, c as far inside B, and d has moved by two classes.
    assert result.table["abc_class"].to_list() == ["A", "B", "B", "C"]
    assert result.table["held"].to_list() == [False, True, False, False]
    assert "kept in their last class: 1." in result.text


def test_without_a_buffer_or_a_last_class_nobody_is_held():
    x = frame({"a": 79.0, "b": 16.0, "c": 2.0, "d": 3.0})
    before = pd.Series({"b": "B", "elsewhere": "A"})
    strict = load_policy().changed({"classes.buffer_share": 0.0})
    assert rank_abc(x, previous=before, policy=strict).table["abc_class"]["b"] == "A"
    assert not rank_abc(x, previous=pd.Series({"z": "A"})).table["held"].any()


def test_potential_means_smaller_but_growing():
    policy = load_policy().changed({"classes.scheme": "potential"})
    x = frame({"a": 90.0, "b": 6.0, "c": 3.0, "d": 1.0, "e": -1.0})
    x["year_ratio_365d"] = [0.5, 1.0, 1.1, None, 3.0]
    result = rank_abc(x, policy=policy)
    assert result.table["abc_class"].to_list() == ["A", "C", "B", "C", "B"]
    assert "B, potential: 2" in result.text
    assert "B类（潜力） 2 家" in result.text_in("zh")


def test_core_is_the_same_by_other_names():
    policy = load_policy().changed({"classes.scheme": "core"})
    x = frame({"a": 90.0, "b": 6.0, "c": 4.0})
    result = rank_abc(x, policy=policy)
    assert result.table.equals(rank_abc(x).table)
    assert "1 are A, core" in result.text
