import csv
from decimal import Decimal

import pytest

from dealerml.errors import ExportError
from dealerml.exports import read_export
from dealerml.exports.systems import Systems

ERP = """\
order_id,dealer_id,order_date,net_amount
O1,A001,2025-01-31,100.00
O2,A002,2025-02-28,50.50
"""
ERP_DEALERS = """\
dealer_id,dealer_name
A001,上海恒达建材有限公司
A002,Smith & Sons Ltd.
"""
CRM = """\
source = "crm"

[files.accounts]
table = "dealers"
needs = ["dealer_id", "dealer_name"]
[files.accounts.labels]
dealer_id = ["Account No"]
dealer_name = ["Account"]

[files.orders]
table = "order_lines"
needs = ["dealer_id", "order_date", "net_amount"]
[files.orders.labels]
dealer_id = ["Account No"]
order_date = ["Sold"]
net_amount = ["Total"]

[files.visits]
table = "contacts"
needs = ["dealer_id", "contact_date"]
[files.visits.labels]
dealer_id = ["Account No"]
contact_date = ["Visited"]
"""
ACCOUNTS = "Account No,Account\n7,上海恒达建材有限责任公司\n8,Nobody Knows Inc.\n"
VISITS = "Account No,Visited\n7,2025-01-15\n8,2025-01-16\n"


@pytest.fixture
def systems(tmp_path):
    """An ERP with orders, a CRM with accounts and visits, and the mapping of the CRM."""
    for name, text in {
        "erp/lines.csv": ERP,
        "erp/dealers.csv": ERP_DEALERS,
        "crm/accounts.csv": ACCOUNTS,
        "crm/visits.csv": VISITS,
        "crm.toml": CRM,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def read(folder):
    sources = ["plain", folder / "crm.toml"]
    return read_export(folder / "erp", folder / "crm", source=sources)


def rows_of(frame):
    return frame.collect("pyarrow").to_native().to_pylist()


def outcomes(ingest):
    table = ingest.table
    return {(r.file, r.outcome, r.rule): r.rows for r in table.itertuples()}


def test_contacts_of_the_crm_speak_of_the_dealers_of_the_erp(systems):
    tables = read(systems)
    assert [row["dealer_id"] for row in rows_of(tables.table("contacts"))] == ["A001"]
    assert outcomes(tables.ingest)["crm/visits.csv", "set_aside", "unlinked_dealer"] == 1
    assert tables.ingest.source == "plain"


def test_a_dealer_of_both_is_listed_once_as_the_erp_has_it(systems):
    tables = read(systems)
    names = {row["dealer_id"]: row["dealer_name"] for row in rows_of(tables.dealers)}
    assert names == {"A001": "上海恒达建材有限公司", "A002": "Smith & Sons Ltd."}
    found = outcomes(tables.ingest)
    assert found["crm/accounts.csv", "set_aside", "other_system"] == 1
    assert found["crm/accounts.csv", "set_aside", "unlinked_dealer"] == 1


def test_a_reviewed_link_is_honoured_the_next_time(systems):
    (systems / "crm" / "dealer_links.csv").write_text(
        "dealer_id,other_source,other_id,method,certainty,decision\nA002,crm,8,name,0.5,yes\n"
    )
    tables = read(systems)
    assert sorted(row["dealer_id"] for row in rows_of(tables.table("contacts"))) == ["A001", "A002"]


def test_the_same_sales_in_two_systems_are_never_counted_twice(systems):
    (systems / "crm" / "orders.csv").write_text("Account No,Sold,Total\n7,2025-01-31,100\n")
    with pytest.raises(ExportError, match=r"(?s)plain, crm.*order_lines = "):
        read(systems)


def test_the_policy_says_whose_order_lines_count(systems):
    from dealerml.policy import load_policy

    (systems / "crm" / "orders.csv").write_text("Account No,Sold,Total\n7,2025-01-31,100\n")
    policy = load_policy().changed({"exports.authority.order_lines": ["plain", "crm"]})
    sources = ["plain", systems / "crm.toml"]
    ingest = read_export(systems / "erp", systems / "crm", source=sources, policy=policy).ingest
    assert outcomes(ingest)["crm/orders.csv", "set_aside", "other_system"] == 1
    assert ingest.amount_where(set_aside=False) == Decimal("150.50")
    assert ingest.amount_where(set_aside=True) == 100
    assert ingest.set_aside_share == 0


def test_links_are_said_and_can_be_written_for_review(systems, tmp_path):
    from dealerml.exports.linking.link_file import write_links

    links = read(systems).ingest.links
    path = write_links(links.table, tmp_path / "dealer_links.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["dealer_id"], row["other_id"], row["method"]) for row in rows] == [
        ("A001", "7", "name")
    ]


def test_one_system_needs_no_links():
    alone = Systems("erp", {"contacts": ["erp"]})
    assert alone.rank("erp", "contacts") == 0
    assert not alone.yields("erp", "contacts")
    assert alone.links_for("erp", "contacts") == ""


def test_lists_are_completed_and_other_tables_believed_from_one_system():
    both = Systems(
        "erp", {name: ["erp", "crm"] for name in ("dealers", "payments")}, {"crm": "links_0"}
    )
    assert both.yields("crm", "payments")
    assert not both.yields("crm", "dealers")
    assert (both.links_for("crm", "dealers"), both.links_for("crm", "notes")) == ("links_0", "")
