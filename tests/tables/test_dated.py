import pytest

from dealerml.errors import TableError
from dealerml.tables import KNOWN, SCHEMAS, make_tables
from dealerml.tables.dated import DATED
from dealerml.tables.schemas import POSTED

LINES = """\
dealer_id order_date net_amount
A         2025-01-01 1"""
CASES = """\
case_id dealer_id opened_date responded_date closed_date kind    status_current
1       A         2025-06-01  2025-06-03     2025-06-20  quality closed
2       B         2025-06-15  .              .           .       open
3       A         2025-06-16  2025-06-16     2025-06-16  billing closed"""


@pytest.fixture
def known(tables_of):
    """What is known of one table on a date, as rows in the order of their first column."""

    def read(name, text, as_of, **more):
        tables = tables_of(order_lines=LINES, **{name: text}, **more)
        frame = tables.as_of(as_of).table(name)
        return rows_of(frame)

    return read


def rows_of(frame):
    rows = frame.collect("pyarrow").to_native().to_pylist()
    return sorted(rows, key=lambda row: str(next(iter(row.values()))))


def dates_of(row):
    """The dates of a row as text, by the first word of their names."""
    return {
        name.split("_")[0]: value and str(value) for name, value in row.items() if "date" in name
    }


def test_a_row_is_known_from_its_date_on(known):
    assert known("cases", CASES, "2025-05-31") == []
    assert [row["case_id"] for row in known("cases", CASES, "2025-06-15")] == ["1", "2"]


@pytest.mark.parametrize(
    ("as_of", "responded", "closed"),
    [
        ("2025-06-02", None, None),
        ("2025-06-03", "2025-06-03", None),
        ("2025-06-19", "2025-06-03", None),
        ("2025-06-20", "2025-06-03", "2025-06-20"),
    ],
)
def test_a_case_that_was_closed_later_looks_open(known, as_of, responded, closed):
    first = known("cases", CASES, as_of)[0]
    assert dates_of(first) == {"opened": "2025-06-01", "responded": responded, "closed": closed}


def test_what_is_said_without_a_date_is_left_away(known):
    assert "status_current" not in known("cases", CASES, "2025-06-30")[0]
    deals = """\
    deal_id dealer_id created_date deal_amount close_date stage_current owner
    1       A         2025-06-01   100         2025-07-01 won           Li"""
    assert list(known("deals", deals, "2025-06-30")[0]) == ["deal_id", "dealer_id", "created_date"]


def test_a_lead_does_not_know_what_it_will_become(known):
    leads = """\
    lead_id created_date dealer_id converted_date region
    1       2025-06-01   A         2025-06-15     north"""
    (before,) = known("leads", leads, "2025-06-14")
    assert (before["dealer_id"], before["converted_date"], before["region"]) == (
        None,
        None,
        "north",
    )
    assert known("leads", leads, "2025-06-15")[0]["dealer_id"] == "A"


def test_a_rebate_is_paid_after_its_period(known):
    rebates = """\
    dealer_id from_date  until_date rebate_share rebate_amount
    A         2025-04-01 2025-06-30 0.02         500"""
    (before,) = known("rebates", rebates, "2025-06-29")
    assert (float(before["rebate_share"]), before["rebate_amount"]) == (0.02, None)
    assert known("rebates", rebates, "2025-06-30")[0]["rebate_amount"] == 500


def test_a_contract_is_known_once_it_is_signed_and_holds(known):
    contracts = """\
    contract_id dealer_id signed_date from_date
    late        A         2025-03-15  2025-01-01
    early       A         2024-12-01  2025-01-01
    unsaid      A         .           2025-01-01"""
    ids = [row["contract_id"] for row in known("contracts", contracts, "2025-03-14")]
    assert ids == ["early", "unsaid"]
    assert len(known("contracts", contracts, "2025-03-15")) == 3


def test_a_deal_without_a_date_is_known_at_no_date(known, tables_of):
    deals = """\
    deal_id dealer_id created_date
    1       A         .
    2       A         2025-06-01"""
    assert [row["deal_id"] for row in known("deals", deals, "2025-06-30")] == ["2"]
    undated = tables_of(order_lines=LINES, deals="deal_id dealer_id\n1 A")
    assert undated.as_of("2025-06-30").table("deals") is None


def test_old_codes_are_read_under_the_present_one(known):
    chain = "dealer_id successor_id from_date\nA B 2025-06-18"
    before = known("cases", CASES, "2025-06-17", successors=chain)
    assert [row["dealer_id"] for row in before] == ["A", "B", "A"]
    after = known("cases", CASES, "2025-06-18", successors=chain)
    assert [row["dealer_id"] for row in after] == ["B", "B", "B"]


def test_someone_who_is_no_dealer_yet_stays_without_a_code(known):
    chain = "dealer_id successor_id from_date\nA B 2025-06-01"
    leads = "lead_id created_date dealer_id converted_date\n1 2025-06-01 A 2025-07-01"
    assert known("leads", leads, "2025-06-30", successors=chain)[0]["dealer_id"] is None


def test_a_table_of_no_dealer_is_read_as_it_is(known):
    fx = "currency from_date rate\nUSD 2025-06-01 7.12345678"
    chain = "dealer_id successor_id from_date\nUSD B 2025-06-01"
    (row,) = known("fx", fx, "2025-06-30", successors=chain)
    assert (row["currency"], str(row["rate"])) == ("USD", "7.12345678")


def test_what_an_export_does_not_have_is_not_there(tables_of):
    snapshot = tables_of(order_lines=LINES).as_of("2025-06-30")
    assert all(snapshot.table(name) is None for name in DATED)


@pytest.mark.parametrize("name", ["order_lines", "dealers", "notes", "dealer_links", "visits"])
def test_a_table_without_dates_is_refused_with_those_that_have_some(tables_of, name):
    snapshot = tables_of(order_lines=LINES).as_of("2025-06-30")
    with pytest.raises(
        TableError, match=r"is no table with dates\. Such tables are contacts, cases"
    ):
        snapshot.table(name)


@pytest.mark.parametrize("name", DATED)
def test_no_later_row_and_no_later_outcome_changes_what_was_known(network, name):
    """The same answer from the whole table and from what stood in it on that day."""
    frame, day = getattr(network, name), "2024-06-30"
    date = frame[[KNOWN[name], POSTED.get(name, KNOWN[name])]].max(axis=1)
    then = frame[date <= day].copy()
    assert 0 < len(then) < len(frame)
    for column, described in SCHEMAS[name].items():
        if described.known_from:
            then[column] = then[column].where(then[described.known_from] <= day)
        if described.current_state:
            then[column] = None
    seen = [
        rows_of(make_tables(order_lines=network.order_lines, **{name: f}).as_of(day).table(name))
        for f in (frame, then)
    ]
    assert sorted(map(str, seen[0])) == sorted(map(str, seen[1]))
