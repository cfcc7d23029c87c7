import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments import migrate


def table(codes: dict[str, str | None], amounts: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"abc_class": pd.Series(codes, dtype="str"), "net_amount_365d": amounts},
        index=list(codes),
    )


BEFORE = table({"a": "A", "b": "B", "c": "C", "e": None}, [100, 20, 5, 0])
AFTER = table({"a": "A", "b": "A", "d": "C", "e": "C"}, [90, 95, 2, 1])


def test_moves_in_dealers_and_money():
    result = migrate(BEFORE, AFTER, column="abc_class")
    rows = result.table.set_index(["before", "after"])
    assert rows.loc[("A", "A")].tolist() == [1, 100, 90, -10]
    assert rows.loc[("B", "A")].tolist() == [1, 20, 95, 75]
    # c is not there any more; d is not there yet and e had no class.
    assert rows.loc[("C", "")].tolist() == [1, 5, 0, -5]
    assert rows.loc[("", "C")].tolist() == [2, 0, 3, 3]


def test_each_dealer_that_moved_is_listed_the_largest_loss_first():
    moves = migrate(BEFORE, AFTER, column="abc_class").moves
    assert moves.index.tolist() == ["c", "e", "d", "b"]
    assert moves.index.name == "dealer_id"
    assert moves.loc["b"].tolist() == ["B", "A", 20, 95, 75]
    assert list(moves)[:2] == ["abc_class_before", "abc_class_after"]


def test_all_dealers_and_all_money_are_in_the_table():
    result = migrate(BEFORE, AFTER, column="abc_class")
    assert result.table["dealers"].sum() == 5
    assert result.table["amount_before"].sum() == 125
    assert result.table["amount_after"].sum() == 188
    assert result.dealers.to_numpy().sum() == 5
    assert result.change.to_numpy().sum() == 188 - 125


def test_square_tables_are_in_the_usual_order_with_nobody_last():
    result = migrate(BEFORE, AFTER, column="abc_class")
    assert result.dealers.index.tolist() == ["A", "B", "C", ""]
    assert result.dealers.columns.tolist() == ["A", "B", "C", ""]
    assert result.dealers.loc["B", "A"] == 1


def test_groups_without_a_known_order_go_by_amount_per_dealer():
    before = pd.DataFrame({"tier": ["a-low", "high"], "net_amount_365d": [1.0, 100.0]})
    assert migrate(before, before, column="tier").dealers.index.tolist() == ["high", "a-low"]


def test_the_text_counts_those_known_at_both_dates():
    result = migrate(BEFORE, AFTER, column="abc_class")
    assert (result.known, result.moved) == (2, 1)
    assert result.text == (
        "Of 2 dealers known at both dates 1 changed (ABC class); their sales changed by 75. "
        "Came in: 2; dropped out: 1."
    )


def test_nothing_to_compare():
    result = migrate(BEFORE.iloc[:0], AFTER.iloc[:0], column="abc_class")
    assert result.table.empty
    assert result.known == 0


def test_a_missing_column_is_named_for_both_tables():
    with pytest.raises(TableError, match="2 problems"):
        migrate(BEFORE, AFTER, column="tier")
