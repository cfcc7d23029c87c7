import csv
import io
import json
import os
import random
import subprocess
import sys
import textwrap
import time
import zipfile

import pandas as pd
import pytest

from dealerml.errors import ReviewError
from dealerml.review import swap, write_review

DEALERS = """dealer_id dealer_name role parent_id region owner tier_current status abc_class tier
    segment rfm_group lifecycle recency_days net_amount_365d net_amount_period
    net_amount_period_last_year growth forecast_growth churn_risk loss_expected loss_basis reasons
    reasons_text health band coverage priority note""".split()
ALERTS = """alert_id as_of dealer_id dealer_name kind severity reason evidence loss_expected owner
    due_date playbook status""".split()
FORECAST = "level key month mean lo80 hi80 lo95 hi95".split()
FILES = """alerts.csv alerts.ics alerts.xlsx cards/dealers.html cards/owners.html
    cards/regions.html crm/fxiaoke_客户.xlsx crm/plain.csv crm/zoho_accounts.csv dealers.csv
    dealers.parquet forecast.parquet months.parquet review.html review.json review.pptx
    review.xlsx""".split()
KILLS = 30


def read_csv(path):
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    return rows[0], rows[1:]


def bytes_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_review_is_these_files(written):
    assert sorted(bytes_of(written)) == FILES


def test_the_columns_of_each_file_are_the_contract(written):
    assert read_csv(written / "dealers.csv")[0] == DEALERS
    assert read_csv(written / "alerts.csv")[0] == ALERTS
    assert list(pd.read_parquet(written / "dealers.parquet").columns) == DEALERS
    assert list(pd.read_parquet(written / "forecast.parquet").columns) == FORECAST


def test_the_forecast_has_twelve_months_of_every_dealer_region_and_the_total(written):
    table = pd.read_parquet(written / "forecast.parquet")
    assert set(table["level"]) == {"dealer", "region", "total"}
    assert (table.groupby(["level", "key"]).size() == 12).all()
    assert (table["lo95"] <= table["lo80"]).all()
    assert (table["hi80"] <= table["hi95"]).all()
    assert table["mean"].between(table["lo80"], table["hi80"]).all()


def test_csv_says_the_same_as_parquet(written):
    exact = pd.read_parquet(written / "dealers.parquet")
    read = pd.read_csv(
        written / "dealers.csv",
        encoding="utf-8-sig",
        dtype=exact.dtypes.astype("str").to_dict(),
        keep_default_na=False,
        na_values={name: [""] for name in exact.select_dtypes("number").columns},
    )
    text = exact.select_dtypes(exclude="number").columns
    safe = read[text].replace(r"^'(?=[=+@-])", "", regex=True)
    pd.testing.assert_frame_equal(safe, exact[text].fillna(""), check_dtype=False)
    numbers = exact.select_dtypes("number").columns
    pd.testing.assert_frame_equal(read[numbers], exact[numbers], check_exact=True)


def test_spreadsheets_open_csv_as_utf8_with_ids_as_text(written):
    raw = (written / "dealers.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b'\r\n"D0001","\xe4\xb8\x8a' in raw


def test_no_text_of_a_csv_begins_a_formula(written):
    for name in ("dealers.csv", "alerts.csv"):
        for row in read_csv(written / name)[1]:
            risky = [c for c in row if c[:1] in ("=", "+", "-", "@", "\t", "\r")]
            # A negative number is written as a number, and is one.
            assert all(cell == str(float(cell)) for cell in risky)
    names = [row[1] for row in read_csv(written / "dealers.csv")[1]]
    assert "'=HYPERLINK Trading" in names
    assert "'@Home" in names


def test_chinese_names_read_correctly(written_zh):
    names = [row[1] for row in read_csv(written_zh / "dealers.csv")[1]]
    assert "上海恒达建材有限公司" in names
    assert "杭州王喆贸易有限公司" in names


def test_personal_data_of_dealers_is_nowhere(written, small_export):
    assert "13800013800" in (small_export / "dealers.csv").read_text(encoding="utf-8-sig")
    for name, data in bytes_of(written).items():
        assert b"13800013800" not in data, name
        assert b"Zhao Contact" not in data, name
        assert b"contact_phone" not in data, name
    with zipfile.ZipFile(written / "review.xlsx") as book:
        parts = [book.read(name) for name in book.namelist()]
    assert not any(b"13800013800" in part or b"Zhao Contact" in part for part in parts)


def test_codes_stay_english_and_words_are_chinese(written, written_zh):
    english, chinese = (
        pd.read_csv(f / "dealers.csv", encoding="utf-8-sig") for f in (written, written_zh)
    )
    same = [name for name in DEALERS if name not in ("reasons_text", "note")]
    pd.testing.assert_frame_equal(english[same], chinese[same])
    assert chinese["reasons_text"].dropna().str.contains("[一-鿿]").all()
    assert not english["reasons_text"].dropna().str.contains("[一-鿿]").any()


def test_the_same_review_written_twice_has_the_same_bytes(small_review, written, tmp_path):
    assert bytes_of(write_review(small_review, tmp_path / "again")) == bytes_of(written)


REVIEW_AGAIN = """
    import sys
    from dealerml.exports import read_export
    from dealerml.review import review_dealers, write_review
    write_review(review_dealers(read_export(sys.argv[1]), as_of="2025-06-30"), sys.argv[2])
"""


def run_python(program, *args, **more):
    environment = {**os.environ, **more.pop("env", {})}
    command = [sys.executable, "-c", textwrap.dedent(program), *map(str, args)]
    return subprocess.Popen(command, env=environment, text=True, **more)


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(small_export, written, tmp_path):
    target = tmp_path / "other"
    child = run_python(REVIEW_AGAIN, small_export, target, env={"PYTHONHASHSEED": "7"})
    assert child.wait(timeout=120) == 0
    found, expected = bytes_of(target), bytes_of(written)
    assert found["review.json"].decode("utf-8") == expected["review.json"].decode("utf-8")
    assert [name for name in expected if found.get(name) != expected[name]] == []


WRITE_FOREVER = """
    import sys
    from pathlib import Path
    from importlib.util import module_from_spec, spec_from_file_location
    # Loaded by itself, it starts in no time: the package around it brings pandas along.
    spec = spec_from_file_location("swap", sys.argv[3])
    swap = module_from_spec(spec)
    spec.loader.exec_module(swap)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted(p for p in source.rglob("*") if p.is_file() and p.name != "review.json")
    files.append(source / "review.json")
    def write(part):
        for path in files:
            copy = part / path.relative_to(source)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    print("ready", flush=True)
    while True:
        swap.replace_review(target, write)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped like this")
def test_killed_at_any_moment_a_whole_review_is_there(written, tmp_path):
    """The writing process is stopped dead; what it left must be, or become, a whole review."""
    target, dice = tmp_path / "q2", random.Random(0)
    expected, left = bytes_of(written), set()
    for _ in range(KILLS):
        child = run_python(WRITE_FOREVER, written, target, swap.__file__, stdout=subprocess.PIPE)
        assert child.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 20
        while not target.exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 0.05))
        child.kill()
        child.wait()
        child.stdout.close()
        beside = {name: tmp_path / f"q2{name}" for name in ("", ".old", ".new", ".part")}
        left |= {name for name, folder in beside.items() if folder.exists()}
        assert any(swap.is_review(beside[name]) for name in ("", ".old", ".new"))
        swap.repair_swap(target)
        assert bytes_of(target) == expected
        assert [path.name for path in tmp_path.iterdir()] == ["q2"]
    assert ".part" in left, "no kill fell into the writing"


def test_a_folder_that_is_not_a_review_is_left_as_it_is(small_review, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(ReviewError, match="not a dealerml review"):
        write_review(small_review, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_review_of_little_history_is_written_too(short_review, tmp_path):
    folder = write_review(short_review, tmp_path / "short", lang="zh")
    record = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    assert pd.read_parquet(folder / "forecast.parquet").empty
    assert list(pd.read_csv(folder / "dealers.csv").columns) == DEALERS
    assert {"churn_risk", "growth", "forecast_growth"} <= set(record["empty_columns"])


def test_an_unknown_language_is_refused_before_anything_is_written(small_review, tmp_path):
    with pytest.raises(ValueError, match="'de' is unknown"):
        write_review(small_review, tmp_path / "de", lang="de")
    assert list(tmp_path.iterdir()) == []


def test_the_steps_of_writing_are_told(small_review, tmp_path, monkeypatch):
    for name in (
        "_write_tables",
        "_write_cards",
        "make_page",
        "render_page",
        "write_slides",
        "write_workbook",
        "make_record",
    ):
        monkeypatch.setattr(f"dealerml.review.write.{name}", lambda *_, **__: "{}")
    told = []
    monkeypatch.setattr("dealerml.review.write.replace_review", lambda to, write: write(to))
    write_review(small_review, tmp_path, tell=told.append)
    assert told == ["tables", "report"]
