from dealerml.health.deals import find_stalled, longest_stalled

DEALS = """
deal_id  dealer_id  created_date
D1       A          -200
D2       A          -30
D3       B          -300
D4       B          -90
"""
STAGES = """
deal_id  stage        from_date
D1       qualified    -200
D1       proposed     -100
D2       qualified    -30
D3       qualified    -300
D3       Closed_Won   -250
D4       赢单          -80
"""
LINES = """
dealer_id  order_date  net_amount
A          -10         100
"""


def test_an_open_deal_counts_from_the_stage_it_entered_last(tables_of):
    tables = tables_of(order_lines=LINES, deals=DEALS, deal_stages=STAGES)
    found = find_stalled(tables.as_of("2025-06-30"))
    assert found.to_numpy().tolist() == [
        ["D1", "A", "proposed", 100.0],
        ["D2", "A", "qualified", 30],
    ]
    assert longest_stalled(found).to_dict() == {"A": 100.0}


def test_a_stage_entered_later_is_not_known_yet(tables_of):
    tables = tables_of(order_lines=LINES.replace("-10 ", "-280"), deals=DEALS, deal_stages=STAGES)
    found = find_stalled(tables.as_of("2024-09-23"))
    assert found["deal_id"].tolist() == ["D3"]


def test_without_stages_nothing_is_known(tables_of):
    found = find_stalled(tables_of(order_lines=LINES, deals=DEALS).as_of("2025-06-30"))
    assert found.empty
    assert longest_stalled(found).empty
