"""Zoho CRM: its four shapes read back to the same tables, and its traps are seen."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from dealerml.exports import read_export
from dealerml.simulate import Network, simulate_network
from dealerml.simulate.zoho import write_zoho, write_zoho_backup, write_zoho_bulk
from dealerml.simulate.zoho_report import write_zoho_report
from dealerml.tables import Tables
from tests.exports.carried import lost_rows

# Table → what Zoho has no column for: what goods cost us.
CARRIED = {
    "order_lines": ["cost_amount"],
    "dealers": [],
    "products": [],
    "contacts": [],
    "cases": [],
    "deals": [],
    "deal_stages": [],
    "leads": [],
}
# Reports name these three alone.
REPORTED = {"order_lines": ["cost_amount"], "dealers": [], "products": []}
# Rows after which a backup is split here.
PART = 1500
ACCOUNTS = """\
Record Id,Account Name,Account Type
zcrm_5236023000017671001,Ahead Ltd.,Dealer
zcrm_5236023000017671002,Beyond Ltd.,Distributor
zcrm_5236023000017671003,Rival Ltd.,Competitor
"""
ORDERS = """\
Record Id,SO Number,Account Name.id,Account Name,Created Time,Status,Exchange Rate,Grand Total
zcrm_1,S1,zcrm_5236023000017671001,Ahead Ltd.,2025-01-31 23:30:00,Delivered,1,113
zcrm_2,S2,zcrm_5236023000017671002,Beyond Ltd.,2025-02-28 09:00:00,Deleted,0.125,226
zcrm_3,S3,zcrm_5236023000017671001,Ahead Ltd.,2025-03-31 09:00:00,Cancelled,1,339
zcrm_4,S4,zcrm_5236023000017671001,Ahead Ltd.,2025-03-31 09:00:00,Draft,1,452
"""
ITEMS = """\
Record Id,Parent.id,Quantity,List Price,Discount,Tax,Total,Total After Discount,Net Total
zcrm_11,zcrm_1,2,60,20,13,120,100,113
zcrm_12,zcrm_2,1,200,0,26,200,200,226
zcrm_13,zcrm_3,1,300,0,39,300,300,339
zcrm_14,zcrm_4,1,400,0,52,400,400,452
zcrm_15,zcrm_999,1,100,0,13,100,100,113
"""


@pytest.fixture(scope="module")
def network() -> Network:
    return simulate_network(dealers=20, years=2)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., object]:
    """Read files, given as name and text, beside the usual ones as an export of Zoho."""

    def read_files(**files):
        texts = {"accounts": ACCOUNTS, "orders": ORDERS, "items": ITEMS, **files}
        for name, text in texts.items():
            if text:
                (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return read_export(tmp_path, source="zoho")

    return read_files


def rows_of(frame, *columns):
    table = frame.collect("pyarrow").to_native()
    return sorted(zip(*(table[name].to_pylist() for name in columns), strict=True))


def amounts(tables):
    return rows_of(tables.order_lines, "order_id", "net_amount")


def set_aside(tables):
    rules: Counter[str] = Counter()
    for count in (count for file in tables.ingest.files for count in file.counts):
        rules[count.rule] += count.rows if count.set_aside else 0
    return dict(+rules)


@pytest.fixture(scope="module")
def handed(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tables]:
    """What is read from the files that a writer hands over, each read only once."""

    @cache
    def read_written(write: Callable[..., list[Path]], lang: str, source: str | None) -> Tables:
        folder = tmp_path_factory.mktemp("zoho")
        write(network, folder, lang)
        return read_export(folder, source=source)

    return read_written


def write_parts(network, folder, lang):
    return write_zoho_backup(network, folder, lang, rows=PART)


@pytest.mark.parametrize(
    ("write", "lang", "source"),
    [
        (write_zoho, "en", None),
        (write_zoho, "zh", None),
        (write_zoho, "zh", "zoho"),
        (write_parts, "en", None),
        (write_parts, "zh", None),
        (write_zoho_bulk, "en", None),
    ],
)
def test_what_is_handed_over_reads_back_to_the_same_tables(handed, network, write, lang, source):
    tables = handed(write, lang, source)
    assert tables.ingest.source == "zoho"
    assert not any(lost_rows(network, tables, CARRIED).values())


def test_the_parts_of_a_backup_are_put_together(handed, network):
    files = handed(write_parts, "en", None).ingest.files
    parts = [file.rows for file in files if file.table == "order_lines"]
    assert parts == [PART, len(network.order_lines) - PART]


def test_people_notes_and_attachments_of_a_backup_are_known_and_not_read(handed):
    unread = handed(write_parts, "en", None).ingest.unread
    reasons = {item.name.rsplit("/", 1)[-1]: item.reason for item in unread}
    for name in ("Contacts_001.csv", "Notes_001.csv", "Attachments_001.csv", "Roles_001.csv"):
        assert reasons[name] == "unused"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reports_with_titles_groups_and_totals_read_back_to_the_same_tables(handed, network, lang):
    tables = handed(write_zoho_report, lang, None)
    assert tables.ingest.source == "zoho"
    assert not any(lost_rows(network, tables, REPORTED).values())
    # A report groups by name, and a dealer with a new code has kept its name.
    names = network.dealers.set_index("dealer_id")["dealer_name"]
    groups = network.order_lines["dealer_id"].map(names).nunique()
    assert set_aside(tables) == {"note_row": groups, "total_row": groups + 1}


def test_what_is_so_only_today_is_mapped_to_nothing(handed):
    files = handed(write_zoho, "en", None).ingest.files
    used = {label for file in files for label in file.columns.values()}
    assert not used & {"Last Activity Time", "Sales Cycle Duration", "Duration (Days)", "Tag"}


def test_amounts_are_after_discount_before_tax_and_in_our_own_currency(read):
    assert amounts(read()) == [("S1", Decimal(100)), ("S2", Decimal(1600))]


def test_the_day_an_order_was_entered_stands_in_for_its_date(read):
    days = rows_of(read().order_lines, "order_id", "order_date", "posted_date")
    assert days[0] == ("S1", dt.date(2025, 1, 31), dt.date(2025, 1, 31))


def test_an_order_date_of_ones_own_comes_first_and_the_entry_makes_it_known(read):
    orders = ORDERS.replace("Grand Total", "Grand Total,Order Date")
    orders = orders.replace(",113\n", ",113,2025-01-15\n").replace(",226\n", ",226,\n")
    orders = orders.replace(",339\n", ",339,\n").replace(",452\n", ",452,\n")
    days = rows_of(read(orders=orders).order_lines, "order_id", "order_date", "posted_date")
    assert days[0] == ("S1", dt.date(2025, 1, 15), dt.date(2025, 1, 31))
    assert days[1] == ("S2", dt.date(2025, 2, 28), dt.date(2025, 2, 28))


def test_void_and_draft_orders_and_items_of_other_documents_are_set_aside(read):
    aside = set_aside(read())
    assert aside == {"void": 1, "draft": 1, "not_ordered": 1, "not_a_dealer": 1}


def test_deleted_is_a_status_like_any_other(read):
    assert "S2" in dict(amounts(read()))


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (("Total After Discount",), 100),
        (("Total After Discount", "Total"), 100),
        (("Total After Discount", "Total", "Net Total", "Tax"), 100),
        (("Total After Discount", "Total", "Net Total", "Tax", "Discount"), 120),
    ],
)
def test_money_net_of_tax_is_made_of_what_is_there(read, gone, expected):
    lines = [line.split(",") for line in ITEMS.splitlines()]
    kept = [at for at, label in enumerate(lines[0]) if label not in gone]
    items = "\n".join(",".join(line[at] for at in kept) for line in lines)
    assert dict(amounts(read(items=items)))["S1"] == expected


def test_ids_of_nineteen_digits_stay_as_they_are_and_lose_their_prefix(read):
    dealers = rows_of(read().dealers, "dealer_id", "dealer_name", "role")
    assert dealers[0] == ("5236023000017671001", "Ahead Ltd.", "dealer")
    assert rows_of(read().order_lines, "dealer_id")[0] == ("5236023000017671001",)


def test_bare_and_prefixed_ids_meet(read):
    assert len(amounts(read(items=ITEMS.replace("zcrm_", "")))) == 2


def test_where_only_names_are_exported_accounts_are_found_by_name(read):
    lines = [line.split(",") for line in ORDERS.splitlines()]
    orders = "\n".join(",".join([*line[:2], *line[3:]]) for line in lines)
    found = rows_of(read(orders=orders).order_lines, "order_id", "dealer_id")
    assert found == [("S1", "5236023000017671001"), ("S2", "5236023000017671002")]


def test_a_number_of_ones_own_names_the_dealer_in_every_table(read):
    accounts = ACCOUNTS.replace("Account Type\n", "Account Type,Dealer ID\n")
    accounts = accounts.replace("Dealer\n", "Dealer,D1\n").replace(
        "Distributor\n", "Distributor,\n"
    )
    accounts = accounts.replace("Competitor\n", "Competitor,\n")
    tables = read(accounts=accounts)
    assert rows_of(tables.dealers, "dealer_id") == [("5236023000017671002",), ("D1",)]
    assert rows_of(tables.order_lines, "dealer_id") == [("5236023000017671002",), ("D1",)]


def test_a_price_of_nothing_makes_a_gift_and_words_make_freight(read):
    items = ITEMS.replace("Quantity", "Product Name,Quantity", 1)
    items = items.replace("zcrm_1,2,60,20,13,120,100,113", "zcrm_1,Tile,1,0,0,0,0,0,0")
    items = items.replace("zcrm_2,1,", "zcrm_2,Freight to site,1,").replace("zcrm_3,1", "zcrm_3,,1")
    items = items.replace("zcrm_4,1", "zcrm_4,,1").replace("zcrm_999,1", "zcrm_999,,1")
    kinds = rows_of(read(items=items).order_lines, "order_id", "line_kind")
    assert kinds == [("S1", "gift"), ("S2", "freight")]


def test_a_time_with_an_offset_counts_in_the_zone_of_the_organisation(read):
    orders = ORDERS.replace("2025-01-31 23:30:00", "2025-01-31T20:00:00-05:00")
    days = rows_of(read(orders=orders).order_lines, "order_id", "order_date")
    assert days[0] == ("S1", dt.date(2025, 2, 1))


def test_calls_not_made_and_tasks_not_done_are_no_contacts(read):
    calls = """\
Record Id,Related To.id,Call Start Time,Call Type,Call Status,Call Duration (in seconds)
zcrm_21,zcrm_5236023000017671001,2025-01-10 09:30:00,Outbound,Completed,90
zcrm_22,zcrm_5236023000017671001,2025-02-10 09:30:00,Outbound,Scheduled,
"""
    tasks = """\
Record Id,Related To.id,Due Date,Status,Closed Time
zcrm_31,zcrm_5236023000017671001,2025-01-12 00:00:00,Completed,2025-01-13 16:00:00
zcrm_32,zcrm_5236023000017671001,2025-01-14,In Progress,
"""
    tables = read(calls=calls, tasks=tasks)
    columns = ("channel", "contact_date", "contact_time", "planned_date", "minutes")
    assert rows_of(tables.table("contacts"), *columns) == [
        ("call", dt.date(2025, 1, 10), "09:30", None, Decimal("1.5")),
        ("other", dt.date(2025, 1, 13), "16:00", dt.date(2025, 1, 12), None),
    ]
    assert set_aside(tables)["not_done"] == 2


def test_a_contact_about_a_deal_is_one_with_its_account(read):
    deals = """\
Record Id,Deal Name,Account Name.id,Stage,Closing Date,Amount,Created Time,Sales Cycle Duration
zcrm_41,Hall,zcrm_5236023000017671002,Won,2025-02-01,500,2025-01-01 09:00:00,31
"""
    meetings = """\
Record Id,Title,Related To.id,From,To,Meeting Venue
zcrm_51,Visit,zcrm_41,2025-01-20 14:00:00,2025-01-20 15:00:00,Client location
"""
    tables = read(deals=deals, meetings=meetings)
    contacts = rows_of(tables.table("contacts"), "dealer_id", "channel")
    assert contacts == [("5236023000017671002", "visit")]


def test_a_history_of_stages_without_a_time_is_set_aside_for_want_of_a_date(read):
    stages = "Deal Name.id,Deal Name,Moved To,Duration (Days)\nzcrm_41,Hall,Won,10\n"
    tables = read(stages=stages)
    assert set_aside(tables)["no_date"] == 1
