import datetime as dt

import pytest

from dealerml.review.showing import NAMES, format_of, show, show_code
from dealerml.words.catalogue import entry_keys


@pytest.mark.parametrize("prefix", sorted(set(NAMES.values())))
def test_every_column_of_codes_has_its_names(prefix):
    assert any(key.startswith(prefix) for key in entry_keys(prefix.partition(".")[0]))


@pytest.mark.parametrize(
    ("column", "spec"),
    [
        ("net_amount_365d", "money"),
        ("loss_expected", "money"),
        ("hi95", "money"),
        ("growth", "change"),
        ("bias", "change"),
        ("churn_risk", "percent"),
        ("coverage_80", "percent"),
        ("wape", "percent"),
        ("recency_days", "count"),
        ("health", "count"),
        ("priority", "count"),
        ("cv", "number"),
    ],
)
def test_the_name_of_a_column_tells_its_format(column, spec):
    assert format_of(column) == spec


@pytest.mark.parametrize(
    ("column", "code", "en", "zh"),
    [
        ("band", "red", "red", "红"),
        ("tier", "gold", "Gold", "金牌"),
        ("status", "lapsed", "lapsed", "已沉睡"),
        ("outcome", "set_aside", "set aside", "未采用"),
        ("table", "order_lines", "order lines", "订单明细"),
        ("direction", "pull", "Pulls up", "拉动"),
        ("region", "华东", "华东", "华东"),
        ("rule", "one_of_our_own", "one_of_our_own", "one_of_our_own"),
    ],
)
def test_codes_are_called_by_name_and_names_stay(column, code, en, zh):
    assert (show_code(column, code), show_code(column, code, "zh")) == (en, zh)


def test_cells_read_as_a_person_writes_them():
    assert show("due_date", dt.date(2025, 7, 7)) == "2025-07-07"
    assert show("growth", -0.042) == "−4.2 %"
    assert show("churn_risk", float("nan")) == ""
    assert show("reason", "line\nbreak") == "line break"
