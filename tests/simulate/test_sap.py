import csv
from pathlib import Path

import pytest

from dealerml.simulate import Network, simulate_network
from dealerml.simulate.sap import write_sap


@pytest.fixture(scope="module")
def small() -> Network:
    return simulate_network(dealers=8, years=1)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-16", newline="") as stream:
        return [row for row in csv.reader(stream, delimiter="\t") if row]


def test_lists_begin_with_a_mark_a_title_and_a_blank_column(small, tmp_path):
    path = write_sap(small, tmp_path, "zh")[0]
    assert path.read_bytes()[:2] == b"\xff\xfe"
    listed, title, header, *rows = rows_of(path)
    assert listed[2] == "动态清单显示"
    assert title == ["开票凭证清单"]
    assert header[:3] == ["", "出具发票凭证", "项目"]
    assert {row[0] for row in rows} == {"", "*", "**"}


def test_the_same_network_gives_the_same_bytes(small, tmp_path):
    first = [path.read_bytes() for path in write_sap(small, tmp_path, "en")]
    second = [path.read_bytes() for path in write_sap(small, tmp_path, "en")]
    assert first == second


def test_the_subtotals_of_the_customers_add_up_to_the_total(small, tmp_path):
    _, _, header, *rows = rows_of(write_sap(small, tmp_path, "en")[0])
    place = header.index("NETWR")
    parts = [cents(row[place]) for row in rows if row[0] == "*"]
    whole = [cents(row[place]) for row in rows if row[0] == "**"]
    assert whole == [sum(parts)] == [sum(cents(row[place]) for row in rows if not row[0])]
    assert len(parts) == small.order_lines["dealer_id"].nunique()


def cents(text: str) -> int:
    digits = int(text.rstrip("-").replace(".", "").replace(",", ""))
    return -digits if text.endswith("-") else digits


def test_numbers_and_dates_are_german_and_a_minus_stands_behind(small, tmp_path):
    _, _, header, *rows = rows_of(write_sap(small, tmp_path, "en")[0])
    returned = [row for row in rows if row[header.index("FKART")] == "RE"]
    assert returned
    assert all(row[header.index("NETWR")].endswith("-") for row in returned)
    assert {len(row[header.index("FKDAT")].split(".")) for row in returned} == {3}


def test_money_received_is_a_credit_and_money_paid_back_a_debit(small, tmp_path):
    payments = small.payments.iloc[:2].assign(paid_amount=[100.0, -30.0])
    changed = Network(**{**vars(small), "payments": payments})
    _, _, header, *rows = rows_of(write_sap(changed, tmp_path, "en")[3])
    seen = [[row[header.index(name)] for name in ("BLART", "SHKZG", "DMBTR")] for row in rows]
    assert seen == [["RV", "S", "100,00"], ["DZ", "H", "100,00"], ["DZ", "S", "30,00"]]
