import ast
import functools
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "dealerml"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
LOCKED_EXTRAS = ("notebooks", "dev")

# What conda-forge calls a package differently; every other name is the same in both worlds.
CONDA_NAMES = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base"}

LONGEST_MODULE = 400
LONGEST_INIT = 40
HEAVY = "pandas numpy scipy sklearn statsmodels matplotlib seaborn duckdb pyarrow narwhals".split()
DRAWING = {"matplotlib", "seaborn"}
RUNS_CODE = {"eval", "exec", "compile", "__import__"}
CLOCKS = {"today", "now", "utcnow"}
LOADS_CODE = {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}

MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@functools.cache
def nodes_of(path):
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def imports_of(path):
    """The top-level names a module imports, wherever in the file it does."""
    plain = [alias.name for n in nodes_of(path) if isinstance(n, ast.Import) for alias in n.names]
    taken = [n.module or "" for n in nodes_of(path) if isinstance(n, ast.ImportFrom)]
    return {name.split(".")[0] for name in plain + taken}


def declared():
    groups = [PROJECT["dependencies"], *(EXTRAS[name] for name in LOCKED_EXTRAS)]
    return [Requirement(line) for group in groups for line in group]


def locked_versions():
    """Every version the lock may install of a package: the universal lock can name several."""
    versions = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE):
        versions.setdefault(name.lower(), []).append(version)
    return versions


def test_the_conda_door_opens_to_the_same_packages():
    text = (ROOT / "environment.yml").read_text("utf-8")
    listed = re.findall(r"^ +- ([a-z][^:\s]*)$", text.partition("dependencies:")[2], re.MULTILINE)
    python = f"python{PROJECT['requires-python']}"
    wanted = [re.sub(r"^[\w-]+", CONDA_NAMES.get(r.name, r.name), str(r)) for r in declared()]
    assert sorted(map(Requirement, listed), key=str) == sorted(
        map(Requirement, [*wanted, python, "pip"]), key=str
    )


def test_the_lock_names_no_host():
    assert "://" not in LOCK


def test_every_locked_package_is_checked_by_a_hash():
    pins = re.findall(r"^\S+==[^\n]*\\\n +--hash=sha256:[0-9a-f]{64}", LOCK, re.MULTILINE)
    assert len(pins) == sum(map(len, locked_versions().values()))


@pytest.mark.parametrize("requirement", declared(), ids=lambda r: r.name)
def test_the_lock_satisfies_every_declared_bound(requirement):
    versions = locked_versions()[requirement.name]
    assert all(requirement.specifier.contains(version) for version in versions)


def test_spark_stays_out_of_the_lock():
    assert [Requirement(line).name for line in EXTRAS["spark"]] == ["pyspark"]
    assert "pyspark" not in locked_versions()


def test_the_version_is_told_once():
    assert importlib.metadata.version("dealerml") == PROJECT["version"]


def test_no_module_is_too_long():
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert [name for name, lines in lengths.items() if lines > LONGEST_MODULE] == []
    packages = {name: lines for name, lines in lengths.items() if name.endswith("__init__.py")}
    assert [name for name, lines in packages.items() if lines > LONGEST_INIT] == []


def test_every_folder_with_modules_is_a_package():
    assert [name_of(p) for p in MODULES if not (p.parent / "__init__.py").is_file()] == []


def test_only_plots_and_the_theme_draw():
    others = [path for path in MODULES if path.name not in ("plots.py", "theme.py")]
    assert [name_of(path) for path in others if imports_of(path) & DRAWING] == []


def test_nothing_runs_what_it_reads():
    calls = {
        path: {
            getattr(node.func, "id", "") for node in nodes_of(path) if isinstance(node, ast.Call)
        }
        for path in MODULES
    }
    assert [name_of(path) for path in MODULES if imports_of(path) & LOADS_CODE] == []
    assert [name_of(path) for path, names in calls.items() if names & RUNS_CODE] == []


def test_nothing_looks_at_the_clock():
    used = {
        path: {node.attr for node in nodes_of(path) if isinstance(node, ast.Attribute)}
        for path in MODULES
    }
    assert [name_of(path) for path in MODULES if "time" in imports_of(path)] == []
    assert [name_of(path) for path, names in used.items() if names & CLOCKS] == []


def test_importing_the_package_loads_nothing_heavy():
    program = "import json, sys, dealerml; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "dealerml" in json.loads(loaded)
    assert not set(HEAVY) & set(json.loads(loaded))


def test_the_map_of_the_architecture_is_true():
    # A row begins with a path from the project's folder: | `dealerml/churn/` | ...
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    mapped = set(re.findall(r"^\| *`([^`]+)` *\|", text, re.MULTILINE))
    assert sorted(path for path in mapped if not (ROOT / path).exists()) == []
    files = {name_of(path) for path in PACKAGE.glob("*.py")}
    folders = {f"{name_of(path.parent)}/" for path in PACKAGE.glob("*/__init__.py")}
    assert sorted((files | folders) - mapped - {"dealerml/__init__.py"}) == []


def test_notebooks_call_functions_and_define_none():
    defining = re.compile(r"^ *(?:async )?(?:def|class) ", re.MULTILINE)
    cells = {path: json.loads(path.read_text("utf-8"))["cells"] for path in NOTEBOOKS}
    code = [
        (name_of(path), "".join(cell["source"]))
        for path, found in cells.items()
        for cell in found
        if cell["cell_type"] == "code"
    ]
    assert [name for name, text in code if defining.search(text)] == []
