from dealerml.features import build_features, dealer_profile


def test_the_example_is_small_enough_for_fingers(example):
    lines = example.order_lines.collect("pandas").to_native()
    assert len(lines) == 12
    assert sorted(lines["dealer_id"].unique()) == ["A", "B", "C"]
    assert lines["net_amount"].sum() == 1055
    assert str(example.span()[1]) == "2025-06-25"


def test_the_example_shows_three_states_and_three_names(example):
    snapshot = example.as_of("2025-06-30")
    assert list(build_features(snapshot)["status"]) == ["new", "active", "lapsed"]
    assert dealer_profile(snapshot).loc["C", "dealer_name"] == "王喆贸易"
