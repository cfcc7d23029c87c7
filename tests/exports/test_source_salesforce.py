"""Salesforce: data export and reports read back to the same tables, and its traps are seen."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from dealerml.exports import read_export
from dealerml.simulate import Network, simulate_network, write_network
from dealerml.simulate.salesforce import write_salesforce_report
from tests.exports.carried import lost_rows

# Table → what Salesforce has no field for: what goods cost us.
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
ACCOUNTS = """\
Id,Name,Type,BillingState,IsDeleted
0015g00000aAAAAAA1,Ahead Ltd.,Channel Partner / Reseller,East,0
0015g00000aaaaaAA2,Beyond Ltd.,Customer - Direct,West,0
0015g00000bbbbbAA3,Rival Ltd.,Competitor,West,0
0015g00000cccccAA4,Gone Ltd.,Dealer,West,1
"""
ORDERS = """\
Id,AccountId,EffectiveDate,Status,OrderNumber,IsReductionOrder,CurrencyIsoCode,CreatedDate
8011,0015g00000aAAAAAA1,2025-01-31,Activated,S1,0,CNY,2025-01-31T20:00:00.000Z
8012,0015g00000aaaaaAA2,2025-02-28,Activated,S2,0,USD,2025-02-28T04:00:00.000Z
8013,0015g00000aAAAAAA1,2025-03-31,Draft,S3,0,CNY,2025-03-31T04:00:00.000Z
8014,0015g00000aAAAAAA1,2025-03-31,Activated,R1,1,CNY,2025-03-31T04:00:00.000Z
"""
ITEMS = """\
Id,OrderId,Quantity,UnitPrice,TotalPrice,IsDeleted
8021,8011,2,50,100,0
8022,8012,1,10,10,0
8023,8013,1,30,30,0
8024,8014,1,40,40,0
8025,8011,1,50,50,1
8026,8019,1,60,60,0
"""
RATES = "currency,from_date,rate\nUSD,2025-01-01,7.2\nUSD,2025-03-01,7.1\n"


@pytest.fixture(scope="module")
def network() -> Network:
    return simulate_network(dealers=20, years=2)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., object]:
    """Read files, given as name and text, beside the usual ones as an export of Salesforce."""

    def read_files(**files):
        texts = {"Account": ACCOUNTS, "Order": ORDERS, "OrderItem": ITEMS, **files}
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return read_export(tmp_path)

    return read_files


def rows_of(frame, *columns):
    table = frame.collect("pyarrow").to_native()
    return sorted(zip(*(table[name].to_pylist() for name in columns), strict=True))


def set_aside(tables):
    rules: Counter[str] = Counter()
    for count in (count for file in tables.ingest.files for count in file.counts):
        rules[count.rule] += count.rows if count.set_aside else 0
    return dict(+rules)


@pytest.mark.parametrize("source", [None, "salesforce"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_handed_over_reads_back_to_the_same_tables(tmp_path, network, lang, source):
    write_network(network, tmp_path, source="salesforce", lang=lang)
    tables = read_export(tmp_path, source=source)
    assert tables.ingest.source == "salesforce"
    assert not any(lost_rows(network, tables, CARRIED).values())


def test_reports_in_english_read_back_to_the_same_tables(tmp_path, network):
    reports = write_salesforce_report(network, tmp_path)
    tables = read_export(tmp_path)
    assert tables.ingest.source == "salesforce"
    assert not any(lost_rows(network, tables, CARRIED).values())
    # Title, copyright, confidentiality, author, company: none of them is a dealer or a product.
    aside = [file.rows_where(set_aside=True) for file in tables.ingest.files]
    assert aside == [5] * len(reports)


def test_people_and_price_books_are_known_and_not_read(tmp_path, network):
    write_network(network, tmp_path, source="salesforce")
    unread = {i.name.rsplit("/", 1)[-1]: i.reason for i in read_export(tmp_path).ingest.unread}
    assert unread == {"Contact.csv": "unused", "Pricebook2.csv": "unused"}


def test_amounts_in_other_currencies_take_the_rate_of_their_day(read):
    amounts = rows_of(read(rates=RATES).order_lines, "order_id", "net_amount")
    assert ("S2", Decimal(72)) in amounts


def test_without_a_rate_they_are_set_aside_and_not_counted_as_ours(read):
    tables = read()
    assert set_aside(tables)["no_rate"] == 1
    assert "S2" not in dict(rows_of(tables.order_lines, "order_id", "net_amount"))


def test_what_reduces_an_order_counts_against_it_even_where_it_is_written_as_positive(read):
    lines = rows_of(read().order_lines, "order_id", "quantity", "net_amount")
    assert lines == [("R1", -1, -40), ("S1", 2, 100)]


def test_drafts_deleted_records_and_lines_without_an_order_are_set_aside(read):
    aside = set_aside(read(rates=RATES))
    assert aside == {"draft": 1, "deleted": 2, "not_ordered": 1, "not_a_dealer": 1}


def test_accounts_whose_keys_differ_in_capitals_alone_stay_apart(read):
    lines = rows_of(read(rates=RATES).order_lines, "order_id", "dealer_id")
    assert lines[1:] == [("S1", "0015g00000aAAAAAA1"), ("S2", "0015g00000aaaaaAA2")]


def test_a_moment_in_utc_is_the_next_day_in_our_zone(read):
    days = rows_of(read().order_lines, "order_id", "order_date", "posted_date")
    assert days[1] == ("S1", dt.date(2025, 1, 31), dt.date(2025, 2, 1))


def test_tasks_not_done_and_copies_for_the_invited_are_no_contacts(read):
    tasks = """\
Id,AccountId,ActivityDate,Status,TaskSubtype,CallDurationInSeconds,CompletedDateTime
00T1,0015g00000aAAAAAA1,2025-01-12,Completed,Call,90,2025-01-13T01:30:00.000Z
00T2,0015g00000aAAAAAA1,2025-01-14,Not Started,Task,,
"""
    events = """\
Id,AccountId,ActivityDate,StartDateTime,DurationInMinutes,Type,IsChild
00U1,0015g00000aAAAAAA1,2025-01-20,2025-01-20T06:00:00.000Z,60,Visit,0
00U2,0015g00000aAAAAAA1,2025-01-20,2025-01-20T06:00:00.000Z,60,Visit,1
"""
    tables = read(Task=tasks, Event=events)
    columns = ("channel", "contact_date", "contact_time", "minutes")
    assert rows_of(tables.table("contacts"), *columns) == [
        ("call", dt.date(2025, 1, 13), "09:30", Decimal("1.5")),
        ("visit", dt.date(2025, 1, 20), "14:00", Decimal(60)),
    ]
    aside = set_aside(tables)
    assert (aside["not_done"], aside["invited"]) == (1, 1)


def test_a_deal_brought_in_by_a_partner_is_the_partners(read):
    deals = """\
Id,AccountId,PartnerAccountId,StageName,CloseDate,Amount,CreatedDate,CurrencyIsoCode
0061,0015g00000aaaaaAA2,0015g00000aAAAAAA1,Won,2025-02-01,500,2025-01-01T04:00:00.000Z,CNY
"""
    deal = rows_of(read(Opportunity=deals).table("deals"), "dealer_id", "deal_amount")
    assert deal == [("0015g00000aAAAAAA1", 500)]
