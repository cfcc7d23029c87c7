from dealerml.features import proof as module
from dealerml.features import prove_no_future
from dealerml.tables import Snapshot


def test_no_feature_of_the_house_changes(example):
    proof = prove_no_future(example, "2025-06-15")
    assert proof.later_rows == 2
    assert proof.holds
    assert {"status", "recency_days", "year_ratio_365d"} <= set(proof.table["feature"])
    assert "changed: 0" in proof.text
    assert "2025-06-15" in proof.text_in("zh")


def test_a_feature_that_looks_ahead_is_found(example, monkeypatch):
    honest = module.build_features

    def build_looking_ahead(snapshot: Snapshot, **kw):
        last = snapshot._tables.span()[1]
        return honest(snapshot, **kw).assign(days_to_end=(last - snapshot.as_of).days)

    monkeypatch.setattr(module, "build_features", build_looking_ahead)
    table = prove_no_future(example, "2025-06-15").table.set_index("feature")
    assert not table.loc["days_to_end", "unseen"]
    assert table.loc["days_to_end", "nonsense"]
    assert table.drop("days_to_end").to_numpy().all()


def test_without_a_future_nothing_is_claimed(example):
    proof = prove_no_future(example, "2025-06-25")
    assert proof.later_rows == 0
    assert proof.text.startswith("No order line came after 2025-06-25")
