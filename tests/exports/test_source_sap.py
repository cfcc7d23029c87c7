"""SAP: what a list export holds reads back to the same tables, and its traps are seen."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from dealerml.exports import read_export
from dealerml.simulate import Network, simulate_network, write_network
from tests.exports.carried import lost_rows

# Table → what the lists do not carry.
CARRIED = {
    "order_lines": [],
    "dealers": [],
    "products": [],
    "payments": [],
    "cases": [],
}
BILLING = ["VBELN", "FKART", "FKDAT", "KUNAG", "FKIMG", "NETWR"]
ORDERS = ["VBELN", "AUART", "AUDAT", "KUNNR", "KWMENG", "NETWR", "ABGRU"]
BILLED = [BILLING, ["9001", "F2", "31.12.2025", "A", 4, "100,00"]]


@pytest.fixture(scope="module")
def network() -> Network:
    return simulate_network(dealers=20)


@pytest.fixture(scope="module", params=["en", "zh"])
def exported(
    request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("sap")
    write_network(network, folder, source="sap", lang=request.param)
    return folder


@pytest.fixture
def read(write):
    """Read lists, given as name and rows, as an export of this source."""

    def read_lists(**lists):
        for name, rows in lists.items():
            text = "\n".join("\t".join(["", *map(str, row)]) for row in rows)
            folder = write(f"{name}.txt", text, "utf-16")
        return read_export(folder, source="sap")

    return read_lists


def lines_of(tables):
    frame = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    return {row["order_id"]: row for row in frame}


def amounts(tables):
    return {number: row["net_amount"] for number, row in lines_of(tables).items()}


def rules(tables, *, aside):
    rows = Counter()
    for count in (count for file in tables.ingest.files for count in file.counts):
        if count.rule and count.set_aside is aside:
            rows[count.rule] += count.rows
    return rows


@pytest.mark.parametrize("source", [None, "sap"])
def test_what_is_exported_reads_back_to_the_same_tables(exported, network, source):
    tables = read_export(exported, source=source)
    assert tables.ingest.source == "sap"
    assert not any(lost_rows(network, tables, CARRIED).values())


def test_subtotals_pro_forma_invoices_and_what_is_no_payment_are_set_aside(exported, network):
    aside = rules(read_export(exported, source="sap"), aside=True)
    buyers = network.order_lines["dealer_id"].nunique()
    assert aside["total_row"] == buyers + 1
    assert aside["pro_forma"] > 0
    assert aside["not_payment"] == 1


@pytest.mark.parametrize("said", ["50,00", "50,00-"])
@pytest.mark.parametrize("kind", ["RE", "S1", "G2"])
def test_a_credit_takes_away_whatever_sign_the_list_gives_it(read, said, kind):
    tables = read(vbrk=[*BILLED, ["9002", kind, "31.12.2025", "A", 2, said]])
    back = lines_of(tables)["9002"]
    assert (back["quantity"], back["net_amount"]) == (-2, -50)


def test_the_document_category_or_the_mark_of_a_returned_item_says_it_as_well(read):
    head = [*BILLING, "VBTYP", "SHKZG"]
    rows = [
        ["9001", "F2", "31.12.2025", "A", 4, "100,00", "M", ""],
        ["9002", "ZR1", "31.12.2025", "A", 1, "10,00", "O", ""],
        ["9003", "ZR2", "31.12.2025", "A", 1, "20,00", "", "X"],
    ]
    found = amounts(read(vbrk=[head, *rows]))
    assert found == {"9001": 100, "9002": -10, "9003": -20}


def test_an_invoice_and_its_cancellation_are_both_kept(read):
    tables = read(vbrk=[*BILLED, ["9002", "S1", "31.12.2025", "A", 4, "100,00"]])
    assert sum(amounts(tables).values()) == 0
    assert rules(tables, aside=False) == {"cancellation": 1}


def test_orders_count_where_nothing_is_billed_and_rejected_items_never(read):
    rows = [
        ["1", "TA", "31.12.2025", "A", 1, "10,00", ""],
        ["2", "TA", "31.12.2025", "A", 1, "20,00", "Z1"],
        ["3", "AG", "31.12.2025", "A", 1, "40,00", ""],
        ["4", "RE", "31.12.2025", "A", 1, "80,00", ""],
    ]
    tables = read(vbak=[ORDERS, *rows])
    assert amounts(tables) == {"1": 10, "4": -80}
    assert rules(tables, aside=True) == {"rejected": 1, "quotation": 1}


def test_orders_beside_billing_documents_do_not_count_twice(read):
    tables = read(vbak=[ORDERS, ["1", "TA", "30.12.2025", "A", 4, "100,00", ""]], vbrk=BILLED)
    assert amounts(tables) == {"9001": Decimal(100)}
    assert rules(tables, aside=True) == {"counted_elsewhere": 1}


def test_zeros_before_a_number_are_part_of_it(read):
    rows = [["9001", "F2", "31.12.2025", "0000001234", 4, "100,00"]]
    customers = [["KUNNR", "NAME1"], ["0000001234", "甲"]]
    tables = read(vbrk=[BILLING, *rows], kna1=customers)
    assert lines_of(tables)["9001"]["dealer_id"] == "0000001234"
    assert tables.ingest.unmatched.dealers_not_listed == 0


def test_companies_of_the_group_and_one_time_accounts_are_set_aside(read):
    rows = [
        ["9002", "F2", "31.12.2025", "N", 1, "7,00"],
        ["9003", "F2", "31.12.2025", "E", 1, "9,00"],
    ]
    customers = [
        ["KUNNR", "NAME1", "VBUND", "XCPDK"],
        ["A", "甲", "", ""],
        ["N", "乙", "G100", ""],
        ["E", "丙", "", "X"],
    ]
    tables = read(vbrk=[*BILLED, *rows], kna1=customers)
    assert amounts(tables) == {"9001": 100}
    assert rules(tables, aside=True) == {"internal": 2, "walk_in": 2}


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (["SHKZG", "DMBTR"], [["H", "100,50"], ["S", "30,00"]]),
        (["DMBTR"], [["100,50-"], ["30,00"]]),
    ],
)
def test_money_received_is_positive_in_tables_and_in_reports(read, head, rows):
    first = ["BELNR", "BLART", "BUDAT", "KUNNR"]
    items = [
        [*first, *head],
        ["1", "DZ", "31.12.2025", "A", *rows[0]],
        ["2", "DZ", "31.12.2025", "A", *rows[1]],
    ]
    tables = read(bsid=items, vbrk=BILLED)
    paid = tables.table("payments").collect("pyarrow").to_native()["paid_amount"].to_pylist()
    assert sorted(paid) == [-30, Decimal("100.5")]


def test_names_of_materials_may_stand_in_a_file_of_their_own(read):
    tables = read(
        mara=[["MATNR", "MATKL", "MEINS"], ["000000000000000007", "01", "ST"]],
        makt=[["MATNR", "SPRAS", "MAKTX"], ["000000000000000007", "1", "内墙漆"]],
        vbrk=[[*BILLING, "MATNR"], [*BILLED[1], "000000000000000007"]],
    )
    products = tables.table("products").collect("pyarrow").to_native().to_pylist()
    assert products[0]["product_name"] == "内墙漆"
