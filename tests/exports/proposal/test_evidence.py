import pytest

from dealerml.exports.proposal.evidence import HIDDEN, look_at, read_number


@pytest.mark.parametrize(
    ("cells", "looks"),
    [
        (["2025-01-31", "2025/1/31", "20250131"], "date"),
        (["2025年1月31日"], "date"),
        (["31.01.2025"], "date"),
        (["1,234.50", "(12.00)", "８．５"], "decimal"),
        (["12", "-3"], "whole"),
        (["是", "否"], "boolean"),
        (["0", "1", "0"], "boolean"),
        (["1", "1"], "whole"),
        (["000123", "000124"], "code"),
        (["SO-1", "SO-2"], "code"),
        (["上海恒达建材有限公司"], "text"),
        (["", "-", "N/A", "无"], "empty"),
    ],
)
def test_a_column_looks_like_most_of_its_values(cells, looks):
    assert look_at("x", cells).looks == looks


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("联系电话", ["x"]),
        ("Date of Birth", ["1980-01-01"]),
        ("甲", ["13812345678"]),
        ("甲", ["a@b.com"]),
        ("甲", ["王伟", "李秀英", "张敏"]),
        ("a", ["Grace Chen", "Helen Wu", "Tom Li", "Ann Ray"]),
        ("a", ["陈静", "Grace Chen", "吴霞"]),
        ("SALES_EMPLOYEE", ["x"]),
        ("制单人", ["x"]),
        ("Modified By", ["x"]),
    ],
)
def test_what_is_about_people_is_never_shown(label, cells):
    seen = look_at(label, cells)
    assert seen.personal
    assert (seen.example, seen.values) == (HIDDEN, ())


@pytest.mark.parametrize("cells", [["济南", "青岛"], ["已审核"], ["D0001"], ["2025-01-31"]])
def test_what_is_about_no_person_is_shown(cells):
    assert look_at("甲", cells).example == cells[0]


def test_a_short_list_of_values_is_closed_and_a_long_one_is_not():
    assert look_at("x", ["b", "a", "b"]).values == ("a", "b")
    assert look_at("x", [f"v{n}" for n in range(13)]).values == ()


def test_a_key_repeats_nowhere_also_beyond_the_sample():
    assert look_at("x", ["a1", "a2"], ["a3"]).unique
    assert not look_at("x", ["a1", "a2"], ["a2"]).unique
    assert not look_at("x", ["a1", "", "", ""]).unique


def test_what_is_no_part_of_an_id_is_seen():
    assert look_at("x", ["zcrm_5236023000017671001"]).prefix == "zcrm_"
    assert look_at("x", ["C_001", "C_002"]).prefix == ""
    assert look_at("x", ["17850.0", "13047.0"]).has_decimals
    assert look_at("x", ["A001 某某公司"]).code_and_name


def test_an_example_is_short_and_of_one_line():
    assert look_at("x", ["a\nb\x07" + "c" * 60]).example == "a b" + "c" * 27


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,56-", -1234.56), ("￥12".replace("￥", "¥"), 12.0), ("abc", None), ("1-2", None)],
)
def test_numbers_are_read_well_enough_to_compare(text, number):
    assert read_number(text) == number
