import narwhals as nw
import pandas as pd
import pytest

from dealerml.dates import to_day
from dealerml.features import check_feature
from dealerml.features.laws import (
    LAWS,
    differing_columns,
    reordered,
    scaled,
    with_wild_future,
    without_dealer_list,
    without_future,
)
from dealerml.features.pace import recency

KEYS = ("as_of_day", "dealer_id")
MAY = "2025-05-31"


def broken_laws(family, tables, as_of=MAY):
    checked = check_feature(family, tables=tables, as_of=as_of)
    return checked.loc[~checked["holds"], "problem"].to_dict()


def test_a_good_feature_obeys_every_law(example):
    checked = check_feature(recency, tables=example, as_of=MAY)
    assert list(checked.index) == list(LAWS)
    assert checked["holds"].all()
    assert (checked["problem"] == "").all()


def test_without_tables_or_date_the_middle_of_the_running_example_is_tried():
    assert check_feature(recency)["holds"].all()


def test_a_feature_that_reads_lines_of_the_future_is_caught_twice(example):
    def lines_ever(snapshot):
        ever = snapshot._tables.days.group_by("dealer_id").agg(ever=nw.col("lines").sum())
        return snapshot.days.select(*KEYS).unique().join(ever, on="dealer_id")

    found = broken_laws(lines_ever, example)
    assert found["no future: later lines deleted"] == "changed: ever"
    assert found["no future: later lines changed"] == "changed: ever"


def test_a_feature_that_depends_on_the_order_of_rows_is_caught(tables_of):
    lines = "dealer_id order_date net_amount\nA 2025-05-01 1\nA 2025-05-02 5\nA 2025-05-03 2"

    def first_amount(snapshot):
        table = snapshot._tables.order_lines.collect("pandas").to_native()
        first = float(table["net_amount"].iloc[0])
        return snapshot.days.select(*KEYS).unique().with_columns(first=nw.lit(first))

    assert "order of rows does not matter" in broken_laws(
        first_amount, tables_of(order_lines=lines)
    )


def test_a_feature_with_two_rows_for_a_dealer_is_caught(example):
    def twice(snapshot):
        frame = snapshot.days.select(*KEYS).unique().with_columns(n=nw.lit(1))
        return nw.concat([frame, frame])

    assert broken_laws(twice, example)["one row per dealer and date"] == (
        "3 dealers have two rows (first: A)"
    )


def test_a_feature_that_mixes_money_with_counts_is_caught(example):
    def mixed(snapshot):
        sums = snapshot.days.group_by(*KEYS).agg(nw.col("net_amount").sum(), lines=nw.len())
        return sums.select(*KEYS, mixed=nw.col("net_amount") + nw.col("lines"))

    found = broken_laws(mixed, example)
    assert found == {"money scales, counts do not": "neither unchanged nor scaled: mixed"}


def test_a_feature_that_forgets_the_other_dates_is_caught(example):
    def one_date_only(snapshot):
        days = snapshot.base_days.group_by("dealer_id").agg(n=nw.len())
        as_of = nw.lit(to_day(snapshot.as_of), dtype=nw.Int64())
        return days.with_columns(as_of_day=as_of, n=nw.col("n") + len(snapshot.dates))

    assert list(broken_laws(one_date_only, example)) == ["many dates at once change nothing"]


@pytest.mark.parametrize(
    ("change", "n", "total"),
    [
        (without_future, 9, 670),
        (with_wild_future, 12, 670 - 7 * 385),
        (lambda tables, _: reordered(tables), 12, 1055),
        (lambda tables, _: scaled(tables), 12, 8 * 1055),
    ],
)
def test_each_change_of_the_tables_is_the_one_it_says(example, change, n, total):
    lines = change(example, pd.Timestamp(MAY).date()).order_lines.collect("pandas").to_native()
    assert (len(lines), lines["net_amount"].sum()) == (n, total)


def test_an_emptied_dealer_list_keeps_its_columns(example):
    emptied = without_dealer_list(example).dealers
    assert emptied.collect_schema().names() == example.dealers.collect_schema().names()
    assert len(emptied.collect("pyarrow")) == 0


def test_missing_values_in_both_frames_are_the_same():
    left = pd.DataFrame({"a": [1.0, None], "b": [1, 2]})
    assert differing_columns(left, left.copy()) == []
    assert differing_columns(left, left.assign(b=[1, 3])) == ["b"]
    assert differing_columns(left, left.drop(columns="b")) == ["(rows or columns)"]
