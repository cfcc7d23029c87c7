"""Two quarters of retraining: what is written, what is promoted, and what next quarter reads."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from dealerml.churn.store import champion_of, list_versions, read_version
from dealerml.errors import StoreError
from dealerml.policy import load_policy
from dealerml.review import review_dealers
from dealerml.review.retraining import load_champion, retrain
from dealerml.tables import Tables

QUARTERS = ("2025-03-31", "2025-06-30")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store") / "models"


@pytest.fixture(scope="module")
def policy():
    # Fewer churners than usual will do, or the small network has no model to speak of.
    return load_policy().changed({"churn.min_events_per_feature": 5})


@pytest.fixture(scope="module")
def quarters(sample_tables: Tables, store, policy):
    return [retrain(sample_tables, store, as_of=date, policy=policy) for date in QUARTERS]


def test_the_first_quarter_fills_the_store_and_later_ones_add_to_it(quarters, store):
    assert quarters[0].promotion.kind == "first"
    assert [found.before for found in quarters[1:]] == [found.champion for found in quarters[:-1]]
    assert [version.name for version in list_versions(store)] == [f.version for f in quarters]
    assert not any(version.problem for version in list_versions(store))
    assert champion_of(store) == quarters[-1].champion


def test_every_decision_is_one_of_those_with_a_reason(quarters):
    for found in quarters[1:]:
        assert found.promotion.kind in ("refresh", "replace", "keep")
        promoted = found.promotion.kind != "keep"
        assert (found.champion == found.version) == promoted
        assert found.promotion.text
        assert found.promotion.text_in("zh")


def test_a_version_holds_all_that_its_card_promises(quarters, store):
    files = read_version(store, quarters[-1].version)
    assert {
        "model.skops", "features.json", "card.json", "card.html", "backtest.csv",
        "calibration.csv", "drift.csv", "comebacks.csv", "risks.csv",
    } <= set(files)  # fmt: skip
    card = json.loads(files["card.json"])
    assert card["decision"] == quarters[-1].promotion.kind
    assert card["champion_before"] == quarters[-1].before
    assert card["churned_means"] == quarters[-1].churn.definition.text
    assert all(len(file["sha256"]) == 64 for file in card["export"]["files"])
    page = files["card.html"].decode()
    assert "Should the model change?" in page
    assert "<script" not in page
    assert "src=" not in page


def test_the_next_quarter_says_who_entered_and_left(quarters):
    assert "no earlier list" in quarters[0].changes.text
    changes = quarters[1].changes
    moved = changes.table[changes.table["list_change"] != "stayed"]
    assert len(moved)
    assert (changes.reasons_text()[moved.index] != "").all()


def test_the_same_export_and_store_give_the_same_version(sample_tables, tmp_path, policy, quarters):
    again = retrain(sample_tables, tmp_path / "other", as_of=QUARTERS[0], policy=policy)
    assert again.version == quarters[0].version


def test_a_review_scores_with_the_champion(quarters, store, policy, small_tables):
    champion = load_champion(store, policy)
    found = review_dealers(small_tables, policy=policy, store=store)
    assert found.churn.name == champion.name
    assert "From the store" in found.churn.text
    assert found.scores.table["churn_risk"].notna().any()


def test_a_log_of_calls_corrects_labels_and_measures_what_they_save(
    sample_tables, tmp_path, policy, quarters
):
    from dealerml.review.start import gather_panel

    found = quarters[-1]
    panel = gather_panel(sample_tables.as_of(found.as_of), policy=policy)
    stopped = panel[panel["churned"] == 1].reset_index()[["as_of", "dealer_id"]]
    log = stopped.assign(treatment="called", reason="moved").iloc[:3]
    log.loc[log.index[0], "reason"] = "price"
    held = stopped.iloc[3:5].assign(treatment="held_out", reason=None)
    told = retrain(
        sample_tables, tmp_path / "models", pd.concat([log, held]), as_of=str(found.as_of),
        policy=policy,
    )  # fmt: skip
    assert told.churn.events == found.churn.events - 2
    assert told.save_rate.table["n"].tolist() == [1, 2]
    assert "left alone" in told.text


def test_a_champion_of_another_definition_is_refused_with_both(quarters, store, policy):
    other = policy.changed({"definitions.active_days": 90})
    with pytest.raises(StoreError, match=r"last 180 days .* In force now: .* last 90 days"):
        load_champion(store, other)
    with pytest.raises(StoreError, match="trained for another definition"):
        load_champion(store, policy, horizon=60)


def test_a_tampered_champion_stops_retraining_and_stays(sample_tables, store, policy, quarters):
    path = store / "versions" / champion_of(store) / "model.skops"
    content = path.read_bytes()
    try:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(StoreError, match="was changed since it was written"):
            retrain(sample_tables, store, as_of=QUARTERS[-1], policy=policy)
        assert champion_of(store) == quarters[-1].champion
    finally:
        path.write_bytes(content)


def test_an_empty_store_has_no_champion(tmp_path, policy):
    with pytest.raises(StoreError, match="holds no champion yet"):
        load_champion(tmp_path, policy)


def test_too_few_churners_write_nothing(tmp_path, sample_tables, policy):
    strict = policy.changed({"churn.min_events_per_feature": 5000})
    found = retrain(sample_tables, tmp_path / "m", as_of=QUARTERS[0], policy=strict)
    assert (found.promotion.kind, found.version) == ("none", None)
    assert not (tmp_path / "m").exists()
    assert "No risk is given" in found.text


def test_mlflow_logs_the_run_and_moves_the_alias_with_the_champion(quarters, store, tmp_path):
    pytest.importorskip("mlflow", reason="the extra 'tracking' is not installed")
    from mlflow import MlflowClient

    from dealerml.review.tracking import ALIAS, REGISTERED, log_retraining

    uri = f"sqlite:///{tmp_path / 'runs.db'}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    client.create_experiment("dealerml churn", (tmp_path / "files").as_uri())
    run = log_retraining(quarters[0], store, uri)
    logged = client.get_run(run).data
    assert logged.params["version"] == quarters[0].version
    assert "model.skops" in {file.path for file in client.list_artifacts(run)}
    held = replace(quarters[1], champion=quarters[0].version)
    log_retraining(held, store, uri)
    alias = client.get_model_version_by_alias(REGISTERED, ALIAS)
    assert alias.tags["store_version"] == quarters[0].version


def test_mlflow_that_is_absent_is_named_with_what_to_do(quarters, store, monkeypatch):
    import sys

    from dealerml.review.tracking import log_retraining

    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(StoreError, match=r"pip install 'dealerml\[tracking\]'"):
        log_retraining(quarters[0], store, "sqlite://")
