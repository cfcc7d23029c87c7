from dealerml.tables.columns import DATE, TEXT, Column, always, later, today


def test_a_column_says_when_it_is_known():
    assert always(TEXT, "Who.") == Column(TEXT, "Who.", required=True)
    assert today(TEXT, "Who.") == Column(TEXT, "Who.", current_state=True)
    assert later(DATE, "When.", "closed_date") == Column(DATE, "When.", known_from="closed_date")
