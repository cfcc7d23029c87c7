from dealerml.features import build_features, dealer_profile

LINES = """\
dealer_id order_date region net_amount
A         2025-06-01 north  1
X         2025-06-01 north  1"""
DEALERS = """\
dealer_id dealer_name    region tier_current
A         上海恒达建材有限公司 south  gold
C         .              .      ."""
NOTES = """\
dealer_id kind     from_date  until_date note
A         seasonal 2025-01-01 2025-06-29 over
A         text     2025-06-01 2025-06-30 call
A         moved    2025-05-01 .          .
A         text     2025-07-01 .          future"""


def test_every_dealer_seen_or_listed_is_shown_by_name_or_code(tables_of):
    snapshot = tables_of(order_lines=LINES, dealers=DEALERS).as_of("2025-06-30")
    profile = dealer_profile(snapshot)
    assert profile["dealer_name"].to_dict() == {"A": "上海恒达建材有限公司", "C": "C", "X": "X"}
    assert profile["is_listed"].to_dict() == {"A": True, "C": True, "X": False}
    assert profile.loc["A", ["region", "tier_current"]].to_list() == ["south", "gold"]
    assert profile.loc["X", ["region", "tier_current", "owner"]].isna().all()


def test_without_a_dealer_list_there_are_codes(tables_of):
    profile = dealer_profile(tables_of(order_lines=LINES).as_of("2025-06-30"))
    assert profile["dealer_name"].to_list() == ["A", "X"]
    assert not profile["is_listed"].any()
    assert profile.index.name == "dealer_id"


def test_notes_in_force_are_shown_oldest_first(tables_of):
    snapshot = tables_of(order_lines=LINES, notes=NOTES).as_of("2025-06-30")
    notes = dealer_profile(snapshot)["note"]
    assert notes["A"] == "moved 2025-05-01; text 2025-06-01: call"
    assert notes.isna()["X"]


def test_a_succeeded_code_is_shown_under_the_code_that_continues_it(tables_of):
    moved = "dealer_id successor_id from_date\nA X 2025-06-10"
    snapshot = tables_of(order_lines=LINES, dealers=DEALERS, successors=moved).as_of("2025-06-30")
    profile = dealer_profile(snapshot)
    assert list(profile.index) == ["C", "X"]
    assert profile.loc["X", ["dealer_name", "is_listed"]].to_list() == [
        "上海恒达建材有限公司",
        True,
    ]


def test_a_listed_successor_keeps_its_own_name(tables_of):
    moved = "dealer_id successor_id from_date\nC A 2025-06-10"
    snapshot = tables_of(order_lines=LINES, dealers=DEALERS, successors=moved).as_of("2025-06-30")
    assert dealer_profile(snapshot)["dealer_name"].to_dict() == {
        "A": "上海恒达建材有限公司",
        "X": "X",
    }


def test_the_profile_is_shown_and_never_computed_with(tables_of):
    """The list says south; the feature says north, where the orders were."""
    snapshot = tables_of(order_lines=LINES, dealers=DEALERS).as_of("2025-06-30")
    x = build_features(snapshot)
    assert x["region"].to_dict() == {"A": "north", "X": "north"}
    assert not {"dealer_name", "tier_current", "owner"} & set(x.columns)
