import pytest

from dealerml.exports import read_export
from dealerml.exports.inspecting.suspects import find_suspects

HEAD = "order_id,dealer_id,order_date,product_id,quantity,net_amount,line_kind\n"


@pytest.fixture
def suspects(write):
    def find(*rows: str, **options):
        text = HEAD + "".join(f"{row}\n" for row in rows)
        return find_suspects(read_export(write("lines.csv", text)).ingest, **options)

    return find


def test_a_line_equal_in_every_column_is_listed_with_its_rows(suspects):
    found = suspects("1,A,2025-06-01,P,1,10,goods", "1,A,2025-06-01,P,1,10,goods")
    assert (found.exact, found.near, found.groups) == (1, 0, 1)
    assert found.table["alike"].tolist() == ["exact", "exact"]
    assert found.table["row"].tolist() == [2, 3]
    assert found.table["file"].tolist() == ["lines.csv", "lines.csv"]


def test_the_same_sale_under_another_order_is_near(suspects):
    found = suspects(
        "1,A,2025-06-01,P,1,10,goods",
        "2,A,2025-06-01,P,1,10,goods",
        "3,A,2025-06-02,P,1,10,goods",
    )
    assert (found.exact, found.near, found.groups) == (0, 1, 1)
    assert found.table["order_id"].tolist() == ["1", "2"]


@pytest.mark.parametrize(
    "again",
    [
        "1,A,2025-06-01,P,2,10,goods",
        "2,B,2025-06-01,P,1,10,goods",
        "2,A,2025-06-01,Q,1,10,goods",
        "2,A,2025-06-01,P,1,11,goods",
        "2,A,2025-06-01,P,1,10,freight",
    ],
)
def test_what_differs_in_anything_that_counts_is_no_suspect(suspects, again):
    found = suspects("1,A,2025-06-01,P,1,10,goods", again)
    assert (found.exact, found.near, found.groups, len(found.table)) == (0, 0, 0, 0)


def test_lines_without_money_are_no_suspects(suspects):
    assert suspects("1,A,2025-06-01,P,1,0,goods", "2,A,2025-06-01,P,1,0,goods").near == 0


def test_the_list_is_bounded_and_begins_with_the_most_money(suspects):
    rows = [f"{n},A,2025-06-0{n % 4 + 1},P,1,{n % 4 + 1},goods" for n in range(8)]
    found = suspects(*rows, most_groups=2)
    assert (found.near, found.groups) == (4, 4)
    assert found.table["net_amount"].tolist() == [4, 4, 3, 3]
    assert found.table["group"].tolist() == [1, 1, 2, 2]


def test_without_order_numbers_only_exact_repeats_can_be_found(write):
    text = "dealer_id,order_date,net_amount\nA,2025-06-01,5\nA,2025-06-01,5\nB,2025-06-01,5\n"
    found = find_suspects(read_export(write("lines.csv", text)).ingest)
    assert (found.exact, found.near) == (1, 0)
    assert "order_id" not in found.table
