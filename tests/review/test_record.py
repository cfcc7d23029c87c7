import hashlib
import json
import math
import os
import re

import numpy as np
import pandas as pd
import pytest

from dealerml.policy import load_policy
from dealerml.review import describe_export, write_json
from dealerml.review.record import make_record, plain


@pytest.fixture(scope="module")
def record(written):
    return json.loads((written / "review.json").read_text(encoding="utf-8"))


def test_every_input_is_named_from_the_export_and_hashed(record, small_export):
    files = {file["name"]: file["sha256"] for file in record["export"]["files"]}
    assert sorted(files) == sorted(path.name for path in small_export.iterdir())
    for name, digest in files.items():
        assert digest == hashlib.sha256((small_export / name).read_bytes()).hexdigest()


def test_it_holds_no_absolute_path_and_no_clock(written, small_export, tmp_path):
    text = (written / "review.json").read_text(encoding="utf-8")
    for folder in (os.getcwd(), small_export, written.parent, tmp_path.parent):
        assert json.dumps(str(folder)).strip('"') not in text
    assert not re.search(r"\d\d:\d\d:\d\d", text)


def test_rows_and_cents_of_the_files_add_up(record):
    export = record["export"]
    lines = next(file for file in export["files"] if file["table"] == "order_lines")
    assert sum(rule["rows"] for rule in lines["rules"]) == lines["rows"] == export["rows"]
    kept, aside, total = (
        round(100 * float(export[name].replace(",", "").replace("−", "-")))
        for name in ("amount_kept", "amount_set_aside", "amount")
    )
    assert kept + aside == total


def test_the_backtests_stand_with_their_intervals(record):
    assert record["churn_backtest"]
    for row in record["churn_backtest"]:
        assert row["pr_auc_lo"] <= row["pr_auc"] <= row["pr_auc_hi"]
    assert {row["level"] for row in record["forecast_backtest"]} == {"dealer", "region", "total"}


def test_the_model_card_says_what_was_learnt_from_what(record):
    card = record["model_card"]
    assert card["model"]
    assert card["churned_means"].startswith("Stopped means")
    assert 0 < card["events"] < card["n"]
    assert card["slices"] == sorted(card["slices"])


def test_it_counts_the_dealers_by_status_class_and_band(record, small_review):
    counts = record["counts"]
    assert counts["dealers"] == len(small_review.dealers) == sum(counts["status"].values())
    assert sum(counts["abc_class"].values()) == small_review.dealers["abc_class"].notna().sum()


def test_date_period_horizon_policy_and_versions_are_in_it(record):
    assert record["as_of"] == "2025-06-30"
    assert record["period"] == ["2025-04-01", "2025-06-30"]
    assert record["horizon_days"] == record["policy"]["definitions"]["horizon"] == 90
    assert record["policy"] == json.loads(json.dumps(load_policy().as_dict()))
    assert {"dealerml", "python", "duckdb", "pandas", "scikit-learn"} <= set(record["versions"])


def test_the_same_export_is_described_without_a_review(small_tables, record):
    assert json.loads(write_json(describe_export(small_tables.ingest))) == record["export"]


def test_a_review_of_frames_has_no_export(short_review):
    record = make_record(short_review, lang="zh")
    assert record["export"] == {}
    assert "未做预测" in record["findings"]["forecast"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, None),
        (np.float64("inf"), None),
        (pd.NaT, None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (pd.Timestamp("2025-06-30"), "2025-06-30 00:00:00"),
        ({1: {"a": (1, 2)}}, {"1": {"a": [1, 2]}}),
    ],
)
def test_values_become_what_json_knows(value, expected):
    assert plain(value) == expected


def test_equal_records_are_equal_texts():
    assert write_json({"b": 1, "a": "上"}) == write_json({"a": "上", "b": 1}) != ""
