from decimal import Decimal

from dealerml.exports import read_export

HEADER = "order_id,dealer_id,order_date,net_amount"


def totals_of(folder):
    return read_export(folder).ingest.files[0].own_totals


def test_subtotals_and_the_grand_total_are_held_against_our_sums(write):
    rows = ["O1,A,2025-01-31,10", "O2,A,2025-01-31,20", ",小计,,30", "O3,B,2025-01-31,5"]
    totals = totals_of(write("a.csv", "\n".join([HEADER, *rows, ",小计,,5", ",合计,,35"])))
    assert [(t.row, t.stated, t.summed, t.agrees) for t in totals] == [
        (4, 30, 30, True),
        (6, 5, 5, True),
        (7, 35, 35, True),
    ]


def test_a_total_that_differs_is_said_with_both_sums(write):
    ingest = read_export(write("a.csv", f"{HEADER}\nO1,A,2025-01-31,10\n,合计,,12.5\n")).ingest
    (total,) = ingest.files[0].own_totals
    assert (total.stated, total.summed, total.agrees) == (Decimal("12.5"), 10, False)
    assert "it says 12.50, the rows above add up to 10.00" in ingest.text
    assert "文件写 12.50" in ingest.text_in("zh")


def test_the_money_of_a_total_is_counted_once(write):
    ingest = read_export(write("a.csv", f"{HEADER}\nO1,A,2025-01-31,10\n,合计,,10\n")).ingest
    assert (ingest.rows, ingest.amount, ingest.set_aside_share) == (2, 10, 0)


def test_a_file_without_totals_has_none(write, lines):
    assert totals_of(write("a.csv", lines)) == ()
