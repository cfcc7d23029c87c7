"""What the README promises is there: commands, files, notebooks, and code that runs."""

import re
from pathlib import Path

import nbformat
import pytest

from dealerml.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_named_exists():
    named = set(re.findall(r"`dealerml (\w+)", README))
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert {"check", "review", "init", "sources"} <= named <= commands


def test_every_make_target_named_exists():
    named = set(re.findall(r"`make (\w+)", README))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"review", "test", "lab", "notebooks"} <= named <= targets


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_table_of_notebooks_is_that_of_the_folder():
    table = dict(re.findall(r"^\| (\d\d) \| (.+\?) \|$", README, re.MULTILINE))
    titles = {}
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]
        titles[path.name[:2]] = re.sub(r"^# \d\d · ", "", title)
    assert titles == table


@pytest.mark.slow
def test_the_code_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.+?)```", README, re.DOTALL).group(1)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), namespace)
    assert (tmp_path / "reports" / "2025-06-30" / "review.html").stat().st_size > 10_000
    assert "dealers" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["review.html", "review.xlsx", "dealers.csv", "review.json"])
def test_files_of_a_review_are_told(name):
    assert f"`{name}`" in README
