import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

LOCK = """\
numpy==2.4.6 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
    # via pandas
uv==0.13.9 \\
    --hash=sha256:cccc \\
    --hash=sha256:dddd
    # via dealerml (pyproject.toml)
uvloop==1.0 \\
    --hash=sha256:eeee
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of three files, with an environment that looks installed."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    (tmp_path / "requirements.lock").write_text(LOCK)
    scripts = tmp_path / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    scripts.mkdir(parents=True)
    for name, path in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "SCRIPTS": scripts,
        "LOCK": tmp_path / "requirements.lock",
        "STAMP": tmp_path / ".venv" / "dealerml.stamp",
    }.items():
        monkeypatch.setattr(bootstrap, name, path)
    Path(bootstrap.program("python")).touch()
    return tmp_path


@pytest.fixture
def calls(project, monkeypatch):
    """Every command that would run, while none does; ``calls.failing`` names those that fail."""

    class Calls(list):
        failing = ()

    seen = Calls()

    def run(command, environment=None, folder=project):
        seen.append(command)
        return int(any(word in command for word in seen.failing))

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "ask_pip", lambda environment: {})
    return seen


def test_the_file_can_be_parsed_by_an_old_python_so_that_it_gets_a_sentence():
    source = Path(bootstrap.__file__).read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    before_definitions = source[: source.index("\ndef ")]
    assert "sys.version_info < (3, 11)" in before_definitions


def test_only_the_standard_library_is_imported():
    source = Path(bootstrap.__file__).read_text("utf-8")
    imported = set(re.findall(r"^ *(?:import|from) (\w+)", source, re.MULTILINE))
    assert {"argparse", "tomllib"} <= imported <= sys.stdlib_module_names


def test_an_environment_without_a_stamp_is_not_ready(project):
    assert not bootstrap.is_ready()


def test_a_stamp_makes_it_ready_until_the_lock_changes(project):
    bootstrap.STAMP.write_text(bootstrap.fingerprint())
    assert bootstrap.is_ready()
    bootstrap.LOCK.write_text(LOCK.replace("2.4.6", "2.4.7"))
    assert not bootstrap.is_ready()


def test_the_tools_settings_do_not_ask_for_a_new_installation_but_the_project_does(project):
    before = bootstrap.fingerprint()
    with (project / "pyproject.toml").open("a") as file:
        file.write("[tool.ruff]\nline-length = 100\n")
    assert bootstrap.fingerprint() == before
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "2"\n')
    assert bootstrap.fingerprint() != before


def test_an_environment_whose_python_is_gone_is_not_ready(project):
    bootstrap.STAMP.write_text(bootstrap.fingerprint())
    Path(bootstrap.program("python")).unlink()
    assert not bootstrap.is_ready()


def test_another_python_or_another_folder_needs_an_installation_of_its_own(project, monkeypatch):
    before = bootstrap.fingerprint()
    monkeypatch.setattr(bootstrap, "ROOT", project / ".." / project.name)
    assert bootstrap.fingerprint() != before


def test_split_lock_takes_one_package_with_its_hashes_and_leaves_the_rest():
    uv, others = bootstrap.split_lock(LOCK, "uv")
    assert uv.splitlines()[0] == "uv==0.13.9 \\"
    assert uv.count("--hash") == 2
    assert [line.split("==")[0] for line in others.splitlines() if "==" in line] == [
        "numpy",
        "uvloop",
    ]


def test_split_lock_says_what_to_do_when_the_package_is_missing():
    with pytest.raises(bootstrap.SetupError, match=r"does not name ruff.*bootstrap\.py lock"):
        bootstrap.split_lock(LOCK, "ruff")


def test_the_environment_wins_over_install_and_install_over_global():
    listing = (
        ":env:.index-url='C'\ninstall.index-url='B'\nglobal.index-url='A'\n"
        "install.timeout='20'\nglobal.timeout='10'\ndownload.timeout='99'\n"
        "global.find-links='\\none\\ntwo'\nglobal.proxy=''\n"
    )
    assert bootstrap.pip_settings(listing) == {
        "index-url": "C",
        "timeout": "20",
        "find-links": "\none\ntwo",
        "proxy": "",
    }


def test_pip_without_settings_leaves_only_the_fixed_ones_for_uv():
    environment = bootstrap.uv_environment(bootstrap.pip_settings(""))
    assert set(environment) <= {"UV_INDEX_STRATEGY", "UV_PYTHON_DOWNLOADS", "UV_SYSTEM_CERTS"}


def test_uv_is_told_what_pip_knows():
    environment = bootstrap.uv_environment(
        {
            "index-url": "main",
            "extra-index-url": "\nsecond\nthird",
            "find-links": "one two",
            "trusted-host": "mirror",
            "default-timeout": "180",
            "cert": "company.pem",
            "proxy": "proxy:8080",
        }
    )
    expected = {
        "UV_DEFAULT_INDEX": "main",
        "UV_INDEX": "second third",
        "UV_FIND_LINKS": "one,two",
        "UV_INSECURE_HOST": "mirror",
        "UV_HTTP_TIMEOUT": "180",
        "SSL_CERT_FILE": "company.pem",
        "HTTPS_PROXY": "http://proxy:8080",
    }
    assert environment.items() >= expected.items()


@pytest.mark.parametrize("uv", [True, False])
def test_packages_are_checked_by_hash_and_the_project_needs_no_network(uv):
    packages, project = bootstrap.install_commands(Path("others.lock"), uv=uv)
    assert "--require-hashes" in packages
    assert "--no-index" not in packages
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(project)


@pytest.mark.parametrize("uv", [True, False])
def test_with_wheels_no_index_is_asked(uv):
    packages, _ = bootstrap.install_commands(Path("others.lock"), uv=uv, wheels=Path("disk"))
    assert "--no-index" in packages
    assert packages[packages.index("--find-links") + 1] == "disk"


def test_uv_installs_the_rest_once_it_is_there(calls):
    bootstrap.set_up(None)
    made, first, packages, project = calls
    assert made[1:4] == ["-m", "venv", "--clear"]
    assert first[-1].endswith("first.lock")
    assert packages[0] == project[0] == bootstrap.program("uv")
    assert bootstrap.is_ready()


def test_pip_takes_over_where_uv_cannot_be_had(calls, capsys):
    calls.failing = [str(bootstrap.VENV / "first.lock")]
    bootstrap.set_up(None)
    assert not any(bootstrap.program("uv") in command for command in calls)
    assert calls[-2][-1].endswith("others.lock")
    assert "trying pip" in capsys.readouterr().err
    assert bootstrap.is_ready()


def test_pip_takes_over_where_uv_fails(calls):
    calls.failing = [bootstrap.program("uv")]
    bootstrap.set_up(None)
    assert calls[-1][:4] == [bootstrap.program("python"), "-m", "pip", "install"]
    assert bootstrap.is_ready()


def test_a_failed_installation_leaves_no_stamp_and_says_what_helps(calls):
    calls.failing = ["--require-hashes"]
    bootstrap.STAMP.write_text("of an older lock")
    with pytest.raises(bootstrap.SetupError, match="proxy or a mirror"):
        bootstrap.set_up(None)
    assert not bootstrap.STAMP.exists()


def test_an_interrupted_installation_leaves_no_stamp(calls, monkeypatch):
    def interrupted(wheels):
        raise KeyboardInterrupt

    bootstrap.STAMP.write_text("of an older lock")
    monkeypatch.setattr(bootstrap, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.set_up(None)
    assert not bootstrap.STAMP.exists()


def test_a_second_call_installs_nothing(calls):
    bootstrap.set_up(None)
    calls.clear()
    bootstrap.set_up(None)
    assert calls == []


def test_a_folder_of_wheels_that_is_not_there_is_named(calls):
    with pytest.raises(bootstrap.SetupError, match="--wheels nowhere: there is no such folder"):
        bootstrap.set_up(Path("nowhere"))


def test_a_python_without_venv_names_the_package_of_debian(calls, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(bootstrap.SetupError, match=f"sudo apt install python{version}-venv"):
        bootstrap.set_up(None)
    assert calls == []


def test_review_takes_the_sample_unless_exports_are_named():
    assert bootstrap.review([])[0][1:] == ["review", "data/sample/plain", "--out", "reports/sample"]
    assert bootstrap.review(["mine", "--lang", "zh"])[0][1:] == ["review", "mine", "--lang", "zh"]


def test_the_sample_is_written_where_the_review_reads_it():
    written = bootstrap.sample([])[0][-1]
    assert f"{written}/plain" == bootstrap.SAMPLE


def test_the_quick_checks_come_before_the_tests():
    words = [" ".join(command) for command in bootstrap.test(["-k", "dates"])]
    order = ["ruff check", "ruff format --check", "lint-imports", "mypy", "pytest"]
    assert all(name in text for name, text in zip(order, words, strict=True))
    assert words[-1].endswith("-k dates")


def test_what_follows_the_task_is_handed_on_in_order():
    words = ["review", "--wheels", "disk", "exports", "--as-of", "2025-06-30", "--out", "there"]
    task, rest, wheels = bootstrap.read_options(words)
    assert (task, wheels) == ("review", Path("disk"))
    assert rest == ["exports", "--as-of", "2025-06-30", "--out", "there"]


def test_the_first_failure_ends_the_task_with_its_status(calls):
    calls.failing = ["mypy"]
    assert bootstrap.main(["test"]) == 1
    assert "mypy" in calls[-1]


def test_an_unknown_task_is_refused_naming_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        bootstrap.read_options(["revue"])
    assert "review" in capsys.readouterr().err


def test_clean_removes_what_was_made_and_keeps_the_rest(calls, project):
    for name in ("reports/sample", "dealerml/__pycache__", "tests", "data/raw"):
        (project / name).mkdir(parents=True)
    assert bootstrap.main(["clean"]) == 0
    assert sorted(path.name for path in project.iterdir()) == [
        "data",
        "dealerml",
        "pyproject.toml",
        "requirements.lock",
        "tests",
    ]
    assert not (project / "dealerml" / "__pycache__").exists()


def test_every_goal_of_the_makefile_is_a_task():
    text = (Path(bootstrap.__file__).parent / "Makefile").read_text("utf-8")
    goals = {line.split(":")[0] for line in text.splitlines() if ": ## " in line}
    assert goals - {"help"} == set(bootstrap.TASKS) - {"setup"}


def test_help_lists_every_task():
    command = [sys.executable, bootstrap.__file__, "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [task for task in bootstrap.TASKS if f"\n  {task} " not in shown] == []
