from dealerml.exports.proposal.evidence import look_at
from dealerml.exports.proposal.knowledge import make_knowledge
from dealerml.exports.proposal.placement import place_fields
from dealerml.exports.proposal.samples import Column

KNOWN = make_knowledge([])


def placed(**columns):
    """Field → (label, level); labels may hold blanks written as two underscores."""
    made = [
        Column(label.replace("__", " "), at, look_at(label, cells.split()))
        for at, (label, cells) in enumerate(columns.items())
    ]
    found = place_fields(KNOWN, "order_lines", made)
    return {field: (item.column.label, item.level) for field, item in found.items()}


def test_values_that_speak_against_a_label_win():
    assert placed(订单日期="A B C") == {}
    assert placed(订单日期="2025-01-31 2025-02-01") == {"order_date": ("订单日期", "sure")}


def test_a_number_of_days_may_be_a_date_and_is_never_sure():
    assert placed(订单日期="45688 45689") == {"order_date": ("订单日期", "likely")}


def test_of_two_columns_the_better_is_taken_and_the_other_named():
    made = [
        Column("日期", 0, look_at("日期", ["2025-01-31"])),
        Column("订单日期", 1, look_at("订单日期", ["2025-01-30"])),
    ]
    item = place_fields(KNOWN, "order_lines", made)["order_date"]
    assert (item.column.label, item.others) == ("订单日期", ("日期",))


def test_of_two_columns_as_good_as_each_other_none_is_sure():
    found = placed(客户编码="A1 A2", 经销商编码="B1 B2")
    assert found == {"dealer_id": ("客户编码", "likely")}


def test_an_amount_is_net_once_tax_and_gross_add_up():
    found = placed(金额="100 200 50.5", 税额="13 26 6.57", 价税合计="113 226 57.07")
    assert found["net_amount"] == ("金额", "sure")
    assert found["gross_amount"] == ("价税合计", "sure")


def test_an_amount_is_gross_where_another_one_is_less_by_the_tax():
    found = placed(Net__Total="113 226 57.07", Tax="13 26 6.57", Mystery="100 200 50.5")
    assert found["net_amount"] == ("Mystery", "sure")
    assert found["gross_amount"] == ("Net Total", "sure")


def test_net_and_tax_are_not_mistaken_for_each_other():
    found = placed(Untaxed__Amount="100 200 50.5", Taxes="13 26 6.57", Total="113 226 57.07")
    assert found["net_amount"][0] == "Untaxed Amount"
    assert found["tax_amount"][0] == "Taxes"


def test_an_amount_equal_to_the_gross_one_is_not_net():
    found = placed(金额="113 226 57.07", 价税合计="113 226 57.07")
    assert "net_amount" not in found


def test_an_amount_below_the_gross_one_by_a_usual_tax_is_net():
    assert placed(金额="100 200 50.5", 价税合计="113 226 57.07")["net_amount"] == ("金额", "sure")


def test_a_column_of_zeros_is_no_amount():
    assert placed(Grand__Total="0.00 0.00 0.00") == {}
