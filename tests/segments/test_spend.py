import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments.spend import group_spend


def frame(amounts) -> pd.DataFrame:
    index = [f"d{n:02d}" for n in range(len(amounts))]
    return pd.DataFrame({"net_amount_365d": pd.Series(amounts, index=index, dtype="float64")})


def groups(amounts, **options):
    return group_spend(frame(amounts), **options).table["spend_group"].to_list()


def test_eleven_dealers_stand_at_whole_tenths():
    # Places 0, .1, … 1: up to .5 light, up to .8 medium.
    assert groups(range(1, 12)) == ["light"] * 6 + ["medium"] * 3 + ["heavy"] * 2


def test_a_single_dealer_is_light_and_two_are_light_and_heavy():
    assert groups([5.0]) == ["light"]
    assert groups([5.0, 6.0]) == ["light", "heavy"]


def test_equal_amounts_are_cut_by_their_codes_and_row_order_does_not_matter():
    x = frame([7.0, 7.0, 7.0])
    table = group_spend(x).table
    assert table["spend_group"].to_list() == ["light", "light", "heavy"]
    assert group_spend(x.iloc[::-1]).table.sort_index().equals(table)


def test_zero_is_a_group_missing_is_none_and_below_zero_is_light():
    found = groups([0.0, None, -3.0, 9.0])
    assert (found[0], found[2]) == ("nothing", "light")
    assert pd.isna(found[1])


def test_in_each_region_dealers_are_put_in_order_by_themselves():
    x = frame([1.0, 2.0, 30.0, 40.0]).assign(region=["华东", "华东", None, None])
    assert group_spend(x, within="region").table["spend_group"].to_list() == [
        "light",
        "heavy",
        "light",
        "heavy",
    ]
    with pytest.raises(TableError, match="district"):
        group_spend(x, within="district")


def test_the_text_adds_up_in_both_languages():
    result = group_spend(frame([1.0, 2.0, 3.0, 4.0, 90.0, 0.0]))
    assert result.text.startswith("Of 5 dealers that bought, the 1 heavy ones bring 90.0 %")
    assert "Bought nothing: 1." in result.text
    assert "大客户 1 家" in result.text_in("zh")
    assert result.groups["amount_share"].sum() == pytest.approx(1.0)
    assert group_spend(frame([0.0])).text == "No dealer bought anything."
