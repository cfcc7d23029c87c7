import pytest

from dealerml.exports.labels import normalise_label, unique_labels


@pytest.mark.parametrize(
    "label",
    [
        "客户名称（必填）",
        "*客户名称",
        "客户名称*",
        "客户名称(必填)",
        " 客户 名称 ",
        "客户名称( 必填 )",
    ],
)
def test_required_marks_and_blanks_do_not_count(label):
    assert normalise_label(label) == "客户名称"


def test_labels_and_api_names_meet():
    assert normalise_label("Probability (%)") == normalise_label("PROBABILITY")
    assert normalise_label("Account Name") == normalise_label("Account_Name")
    assert normalise_label("Ａｍｏｕｎｔ") == "amount"


def test_the_key_and_the_name_of_a_lookup_stay_two_labels():
    assert normalise_label("Account Name.id") != normalise_label("Account Name")


def test_no_two_columns_share_a_name():
    assert unique_labels(["a", "A", "", "a"]) == ("a", "A (2)", "column 3", "a (3)")
