import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from dealerml.cli import app
from dealerml.simulate import simulate_network, write_network

COMMANDS = ("review", "retrain", "check", "map", "simulate", "sources", "init", "notebooks")
ENV = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
runner = CliRunner()


def run(*args):
    return runner.invoke(app, [str(arg) for arg in args], env=ENV)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Eight dealers and one year."""
    folder = tmp_path_factory.mktemp("cli") / "export"
    write_network(simulate_network(dealers=8, years=1, random_state=3), folder)
    return folder


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Half of the money cannot be used, and the other half is of a dealer that is not listed."""
    folder = tmp_path_factory.mktemp("cli") / "spoilt"
    folder.mkdir()
    (folder / "lines.csv").write_text(
        "order_id,dealer_id,order_date,net_amount\n1,A,2025-06-01,100\n2,A,2025-06-30,200\n"
        "3,,2025-06-02,300\n",
        encoding="utf-8",
    )
    (folder / "dealers.csv").write_text("dealer_id,dealer_name\nB,Bee\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def reviewed(export, tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "q2"
    return run("review", export, "--as-of", "2025-06-30", "--out", out), out


def test_a_review_is_written_and_summed_up_in_a_few_lines(reviewed):
    result, out = reviewed
    assert result.exit_code == 0, result.output
    lines = result.stdout.strip().splitlines()
    assert lines[0] == "Dealer review as of 2025-06-30"
    assert lines[-1] == f"Open {out / 'review.html'}"
    assert len(lines) < 12
    assert (out / "review.html").is_file()


def test_nothing_is_shown_on_stderr_where_no_terminal_is(reviewed):
    assert reviewed[0].stderr == ""


def test_without_a_date_the_last_whole_month_is_taken_and_named(export, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = pd.read_csv(export / "order_lines.csv", encoding="utf-8-sig", dtype="str")
    lines = lines[lines["order_date"] < "2025-05-20"]
    (tmp_path / "cut").mkdir()
    lines.to_csv(tmp_path / "cut" / "lines.csv", index=False)
    result = run("review", tmp_path / "cut", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("经销商分析报告 · 截至 2025-04-30\n")
    assert (tmp_path / "reports" / "2025-04-30" / "review.json").is_file()


def test_options_change_what_a_review_says(export, tmp_path):
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "classes.toml").write_text("a_share = 0.3\n", encoding="utf-8")
    options = ["--as-of", "2025-05-31", "--horizon", 45, "--active-days", 200, "--period", "month"]
    out = tmp_path / "out"
    result = run("review", export, *options, "--policy", policy, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["folder"] == str(out)
    assert said["beyond_limits"] == []
    review = said["review"]
    assert review == json.loads((out / "review.json").read_text(encoding="utf-8"))
    assert (review["horizon_days"], review["period"]) == (45, ["2025-05-01", "2025-05-31"])
    assert review["policy"]["definitions"]["active_days"] == 200
    assert review["policy"]["classes"]["a_share"] == 0.3


def test_data_beyond_a_limit_end_with_status_3_and_say_why(spoilt, tmp_path):
    result = run("review", spoilt, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "50.0 % of the amount was set aside, the policy allows 20.0 %" in result.stdout
    assert "not on the dealer list" in result.stdout
    assert len(list((tmp_path / "out" / "set_aside").iterdir())) == 1
    assert run("check", spoilt).exit_code == 3


def test_check_says_where_every_row_went(export, spoilt):
    result = run("check", spoilt)
    assert "order lines  set aside  no dealer" in result.stdout
    assert "200.00" not in result.stdout
    found = json.loads(run("check", export, "--json").stdout)
    assert found["export"]["rows"] > 0
    assert found["beyond_limits"] == []


def test_check_writes_the_lists_to_review(spoilt, tmp_path):
    result = run("check", spoilt, "--out", tmp_path / "lists")
    assert result.stdout.splitlines()[-1] == f"Lists for review: {tmp_path / 'lists'}"
    assert (tmp_path / "lists" / "orders_without_dealers.csv").is_file()
    assert (tmp_path / "lists" / "set_aside" / "lines.csv.no_dealer.csv").is_file()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_of_check_fits_into_its_width(export, lang):
    page = run("check", export, "--lang", lang).stdout.partition("\n\n")[2]
    tables = [line for line in page.splitlines() if "  " in line.strip()]
    assert tables
    assert max(sum(1 + (c > "\u2e80") for c in line) for line in tables) <= 120


def test_a_month_that_finance_books_otherwise_ends_with_status_3(spoilt, tmp_path):
    for path in spoilt.glob("lines.csv"):
        text = path.read_text("utf-8").replace("3,,", "3,B,").replace("A", "B")
        (tmp_path / "lines.csv").write_text(text, encoding="utf-8")
    booked = tmp_path / "control_totals.csv"
    booked.write_text("month,basis,amount\n2025-06,net,600\n", encoding="utf-8")
    assert run("check", tmp_path).exit_code == 0
    booked.write_text("month,basis,amount\n2025-06,net,610\n", encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 3
    assert "2025-06 (net): finance 610, ours 600, 1.6 % apart" in result.stdout


def test_check_in_chinese_keeps_its_columns_under_each_other(spoilt):
    lines = run("check", spoilt, "--lang", "zh").stdout.splitlines()
    head = next(line for line in lines if line.startswith("表"))
    row = next(line for line in lines if "缺少经销商" in line and line.startswith("订单明细"))
    wide = [
        sum(1 + (ord(c) > 0x2E80) for c in line[: line.index(word)])
        for line, word in ((head, "规则"), (row, "缺少经销商"))
    ]
    assert wide[0] == wide[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "does not exist"),
        (lambda folder: folder.mkdir(), "holds no export"),
        (lambda folder: write(folder, "a,b\n1,2\n"), "column"),
        (lambda folder: write(folder, "dealer_id,order_date,net_amount\n"), "order"),
    ],
)
def test_a_bad_export_is_told_in_one_message(tmp_path, make, message):
    folder = tmp_path / "export"
    make(folder)
    result = run("review", folder, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def write(folder: Path, text: str):
    folder.mkdir()
    (folder / "lines.csv").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as-of", "2019-01-01"], "no order line by 2019-01-01"),
        (["--as-of", "2026-01-01"], "lies after the export"),
        (["--as-of", "someday"], "someday"),
        (["--lang", "de"], "'en', 'zh'"),
        (["--period", "decade"], "quarter"),
        (["--horizon", "0"], "horizon"),
        (["--source", "nowhere"], "nowhere"),
        (["--policy", "nowhere"], "nowhere"),
    ],
)
def test_a_bad_option_is_told_in_one_message(export, tmp_path, options, message):
    result = run("review", export, *options, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_of_something_else_is_not_touched(export, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    result = run("review", export, "--as-of", "2025-06-30", "--out", tmp_path)
    assert result.exit_code == 2
    assert "left untouched" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: dealerml {command}" in result.stdout.replace("`", "")


def test_the_commands_are_these():
    listed = run("--help").stdout
    assert [name for name in COMMANDS if name not in listed] == []


def test_sources_are_named_in_both_languages():
    assert "iowa_liquor: Sales of the Iowa" in run("sources").stdout
    assert "虚构" in run("sources", "--lang", "zh").stdout
    told = json.loads(run("sources", "--json").stdout)
    assert {"plain", "zoho", "fxiaoke", "kingdee", "yonyou", "salesforce", "sap"} <= {
        *told["sources"]
    }
    assert told["by_name_only"] == ["fxiaoke_partner"]


def test_map_writes_a_mapping_that_reads_unknown_files(tmp_path):
    export, out = tmp_path / "export", tmp_path / "own.toml"
    write(export, "单据日期,客户编码,存货编码,不含税金额\n2025-06-01,C1,P1,10.5\n")
    result = run("map", export, "-o", out)
    assert result.exit_code == 0, result.output
    assert "order_lines.net_amount" in result.stdout
    assert "sure 0.97" in result.stdout
    assert str(out) in result.stdout
    assert run("check", export, "--source", out).exit_code == 0
    again = run("map", export, "-o", out)
    assert again.exit_code == 2
    assert "was not replaced" in again.stderr


def test_map_without_order_lines_writes_what_it_found_and_says_what_is_missing(tmp_path):
    export, out = tmp_path / "export", tmp_path / "own.toml"
    write(export, "客户编码,客户名称\nC1,甲五金商行\n")
    result = run("map", export, "-o", out, "--lang", "zh", "--json")
    assert result.exit_code == 2
    assert "没有文件像订单明细" in result.stderr
    assert "[files.dealers]" in out.read_text(encoding="utf-8")
    said = json.loads(result.stdout)
    assert (said["order_lines"], said["mapping"]) == (False, str(out))
    assert said["columns"][0]["field"] == "dealers.dealer_id"


def test_init_writes_a_policy_that_can_be_read_and_overwrites_none(export, tmp_path):
    folder = tmp_path / "policy"
    assert run("init", folder).exit_code == 0
    assert "horizon" in (folder / "definitions.toml").read_text(encoding="utf-8")
    assert run("check", export, "--policy", folder).exit_code == 0
    again = run("init", folder)
    assert again.exit_code == 2
    assert "definitions.toml" in again.stderr


def test_simulate_writes_an_export_that_can_be_checked(tmp_path):
    args = ("--dealers", 5, "--years", 1, "--seed", 1)
    result = run("simulate", tmp_path, *args)
    assert result.exit_code == 0
    assert str(tmp_path / "truth.csv") in result.stdout
    assert run("check", tmp_path / "plain").exit_code == 0
    assert run("simulate", tmp_path / "b", "--source", "nowhere").exit_code == 2
    assert run("simulate", tmp_path / "b", "--end", "someday").exit_code == 2


def test_the_installed_command_says_the_same(spoilt):
    command = [sys.executable, "-m", "dealerml.cli", "check", str(spoilt)]
    child = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert child.returncode == 3
    assert child.stdout == run("check", spoilt).stdout
    assert child.stderr == ""


def test_the_last_list_of_alerts_is_taken_back(reviewed, export, tmp_path):
    _, first = reviewed
    options = ["--as-of", "2025-06-30", "--out", tmp_path / "again"]
    result = run("review", export, *options, "--handled", first / "alerts.xlsx")
    assert result.exit_code == 0, result.output
    assert "Beside the last list: 0 alerts are new" in result.stdout
    wrong = run("review", export, *options, "--handled", first / "review.xlsx")
    assert wrong.exit_code == 2
    assert "is no list of alerts" in wrong.stderr
