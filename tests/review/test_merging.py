from dealerml.health.merging import merge_alerts


def test_a_dealer_has_one_row_ranked_by_what_it_may_cost(small_review):
    table = small_review.alerts.table
    merged = merge_alerts(table)
    assert merged["dealer_id"].is_unique
    assert merged["alerts"].sum() == len(table)
    losses = merged["loss_expected"].dropna()
    assert losses.is_monotonic_decreasing
    first = table[table["dealer_id"] == merged["dealer_id"][0]]
    assert merged["due_date"][0] == first["due_date"].min()
    assert set(merged["kinds"][0].split(";")) == set(first["kind"])


def test_no_alerts_merge_to_none(small_review):
    assert merge_alerts(small_review.alerts.table.iloc[:0]).empty
