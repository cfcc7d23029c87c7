"""The shell's commands about models, on a small network."""

import json

import pytest
from typer.testing import CliRunner

from dealerml.cli import app

runner = CliRunner()


def call(*args):
    return runner.invoke(app, [str(arg) for arg in args], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retrain")
    assert call("simulate", folder, "--dealers", 80, "--years", 3).exit_code == 0
    store, runs = folder / "models", []
    for date in ("2025-03-31", "2025-06-30"):
        runs.append(call("retrain", folder / "plain", "--as-of", date, "--store", store, "--json"))
    return store, runs


def test_retraining_says_what_was_decided(made):
    store, runs = made
    assert [run.exit_code for run in runs] == [0, 0], runs[0].output
    first, second = (json.loads(run.stdout) for run in runs)
    assert first["decision"] == "first"
    assert second["before"] == first["version"]
    assert second["decision"] in ("refresh", "replace", "keep")
    assert (store / "versions" / second["version"] / "card.html").is_file()


def test_list_show_promote_and_roll_back(made):
    store, runs = made
    names = [json.loads(run.stdout)["version"] for run in runs]
    listed = json.loads(call("models", "list", "--store", store, "--json").stdout)["versions"]
    assert [version["version"] for version in listed] == names
    card = json.loads(call("models", "show", names[0], "--store", store).stdout)
    assert card["as_of"] == "2025-03-31"
    assert call("models", "promote", names[1], "--store", store).exit_code == 0
    assert call("models", "promote", names[0], "--store", store).exit_code == 0
    assert "* 2025-03-31" in call("models", "list", "--store", store).stdout
    back = call("models", "rollback", "--store", store)
    assert back.stdout.strip() == f"{names[1]} is in use."


def test_what_cannot_be_used_ends_with_status_2_and_one_message(made, tmp_path):
    store, _ = made
    for args in (("show", "nothing"), ("promote", "2020-01-01-00000000")):
        found = call("models", *args, "--store", store)
        assert found.exit_code == 2
        assert "There is no version" in found.stderr
    nothing = call("models", "rollback", "--store", tmp_path)
    assert nothing.exit_code == 2
    assert "no earlier champion" in nothing.stderr
    assert "holds no versions yet" in call("models", "list", "--store", tmp_path).stdout
