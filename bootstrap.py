"""Set up and run dealerml with nothing but Python: ``python3 bootstrap.py review``.

Every command of the project lives here once; the Makefile only gives them shorter names. The first
call makes ``.venv`` and installs the packages of ``requirements.lock``, each checked against its
hash; later calls find the stamp of that installation and start at once. Only the standard library
is used, in a syntax that Python 3.6 can parse, so that an old Python gets a sentence and no trace.
"""

import argparse
import ast
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this file may have an older one
    sys.exit(
        "dealerml needs Python 3.11 or newer; this is Python {}.{}. Install a newer one and call "
        "it by its name, for example: python3.12 bootstrap.py review".format(*sys.version_info)
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "dealerml.stamp"
# Too large for everybody, and not in the lock: a folder of its own beside the environment.
SPARK, SPARK_PACKAGE = ROOT / ".spark", "pyspark>=4.1"
SAMPLE = "data/sample/plain"
LEFT_BEHIND = """.venv .spark reports build dist htmlcov .coverage .hypothesis .import_linter_cache
.mypy_cache .pytest_cache .ruff_cache""".split()

Command = list[str]


class SetupError(Exception):
    """What stops the set-up, and what to do about it."""


def program(name: str) -> str:
    """Where is a program of the project's own environment?"""
    return str(SCRIPTS / (name + ".exe" if os.name == "nt" else name))


def split_lock(lock: str, name: str) -> tuple[str, str]:
    """Which lines of the lock pin this package, hashes included, and which pin the others?"""
    found = re.search(rf"^{re.escape(name)}==.*(?:\n[ \t]+\S.*)*\n", lock, re.MULTILINE)
    if found is None:
        message = f"requirements.lock does not name {name}. Make it anew: bootstrap.py lock"
        raise SetupError(message)
    return found.group(), lock[: found.start()] + lock[found.end() :]


def fingerprint() -> str:
    """What must be unchanged for an installation to be still the right one?

    The lock, the declared project, the Python and the folder: an environment cannot be moved.
    """
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    parts = [LOCK.read_text("utf-8"), repr(project), str(sys.implementation.cache_tag), str(ROOT)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_ready() -> bool:
    """Is a whole installation of exactly this lock in place?"""
    if not (STAMP.is_file() and Path(program("python")).exists()):
        return False
    return STAMP.read_text("utf-8") == fingerprint()


def pip_settings(listing: str) -> dict[str, str]:
    """Which settings does pip use when it installs, given what ``pip config list`` prints?

    Later sections win, as in pip: every command, then ``install``, then the environment.
    """
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.strip().partition(".")
        if section in sections and value:
            sections[section][name] = str(ast.literal_eval(value.strip()))
    return sections["global"] | sections["install"] | sections[":env:"]


def uv_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """How is uv, which does not read pip's settings, told the same?

    The indexes are equals to pip, so they are to uv; that is safe because of the hashes.
    """
    listed = {name: " ".join(value.split()) for name, value in settings.items()}
    proxy = listed.get("proxy", "")
    proxy = "http://" + proxy if proxy and "://" not in proxy else proxy
    wanted = {
        "UV_DEFAULT_INDEX": listed.get("index-url"),
        "UV_INDEX": listed.get("extra-index-url"),
        "UV_FIND_LINKS": listed.get("find-links", "").replace(" ", ","),
        "UV_INSECURE_HOST": listed.get("trusted-host"),
        "UV_HTTP_TIMEOUT": listed.get("timeout", listed.get("default-timeout")),
        "SSL_CERT_FILE": listed.get("cert"),
        "SSL_CLIENT_CERT": listed.get("client-cert"),
        "HTTP_PROXY": proxy,
        "HTTPS_PROXY": proxy,
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
        # Companies put their own certificates into the store of Windows and macOS.
        "UV_SYSTEM_CERTS": "" if sys.platform == "linux" else "true",
    }
    return {name: value for name, value in wanted.items() if value}


# Systems of which a small export lies in data/sample, and the language of its labels.
DIALECTS = {
    "zoho": "en",
    "fxiaoke": "zh",
    "kingdee": "zh",
    "yonyou": "zh",
    "salesforce": "en",
    "sap": "en",
}


def install_commands(
    lock: Path, *, uv: bool, wheels: Path | None = None, offline: bool = False
) -> list[Command]:
    """Which commands install the locked packages, and then the project itself?"""
    tool = [program("uv"), "pip", "install"] if uv else [program("python"), "-m", "pip", "install"]
    binary = ["--no-build"] if uv else ["--only-binary", ":all:"]
    # Compiled now, because a machine may be told never to write bytecode later: then every start
    # of the program would compile pandas and scikit-learn again, which takes five seconds.
    tool += ["--compile-bytecode", "--python", program("python")] if uv else ["--no-input"]
    tool += [] if sys.stderr.isatty() else ["--quiet"]
    source = ["--no-index"] if wheels or offline else []
    source += ["--find-links", str(wheels)] if wheels else []
    packages = [*tool, "--no-deps", "--require-hashes", *binary, *source, "-r", str(lock)]
    project = [*tool, "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)]
    return [packages, project]


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path = ROOT
) -> int:
    """Which exit status has this command, shown as it runs?"""
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def say(text: str) -> None:
    """Tell the person at the terminal how far the set-up is."""
    print(text, file=sys.stderr, flush=True)


def missing_venv_message() -> str | None:
    """What lacks Python to make an environment, and which package brings it?"""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return None
    version = "{}.{}".format(*sys.version_info)
    return (
        f"This Python {version} cannot make an environment: its module venv or ensurepip is "
        f"missing. On Debian and Ubuntu: sudo apt install python{version}-venv\n"
        "Elsewhere install Python from its own site, and then try again."
    )


def make_environment() -> None:
    """Make an empty ``.venv`` that has pip; a half-made or older one is replaced."""
    problem = missing_venv_message()
    if problem:
        raise SetupError(problem)
    STAMP.unlink(missing_ok=True)
    python = getattr(sys, "_base_executable", None) or sys.executable
    if run([python, "-m", "venv", "--clear", str(VENV)]):
        message = (
            f"{VENV} could not be made. Close every program that uses it (JupyterLab, editors), "
            "leave an activated environment, and check that the disk is writable and not full."
        )
        raise SetupError(message)


def ask_pip(environment: Mapping[str, str]) -> dict[str, str]:
    """Which index, proxy and certificates has pip been given on this machine?"""
    command = [program("python"), "-m", "pip", "config", "list"]
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return pip_settings(asked.stdout)


def install(wheels: Path | None) -> None:
    """Install the lock and the project with uv, or with pip where uv cannot be had or fails."""
    environment = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    settings = ask_pip(environment)
    offline = settings.get("no-index", "").lower() in ("1", "true", "yes", "on")
    first, others = VENV / "first.lock", VENV / "others.lock"
    for path, text in zip((first, others), split_lock(LOCK.read_text("utf-8"), "uv"), strict=True):
        path.write_text(text, encoding="utf-8")

    by_pip = partial(install_commands, uv=False, wheels=wheels, offline=offline)
    by_uv = install_commands(others, uv=True, wheels=wheels, offline=offline)
    told = uv_environment(settings) | environment
    if not run(by_pip(first)[0], environment) and not any(run(c, told) for c in by_uv):
        return
    say("uv did not do it: trying pip, which takes some minutes ...")
    if any(run(command, environment) for command in by_pip(others)):
        raise SetupError(failure_message(wheels))


def failure_message(wheels: Path | None) -> str:
    """What may have gone wrong, and what helps?"""
    if wheels:
        return (
            f"Not every package of requirements.lock is in {wheels} for this Python "
            f"{'{}.{}'.format(*sys.version_info)} and system. Fill it on a machine of the same "
            "kind that has a network: python3 bootstrap.py wheels"
        )
    return (
        "The packages could not be installed; the lines above say why. Behind a proxy or a mirror "
        "set pip up first (pip config set global.index-url ...): its settings are used here. "
        "Without a network: python3 bootstrap.py review --wheels FOLDER"
    )


def set_up(wheels: Path | None) -> None:
    """Make sure that ``.venv`` holds exactly the locked packages; the stamp is written last."""
    if is_ready():
        return
    if wheels and not wheels.is_dir():
        message = f"--wheels {wheels}: there is no such folder."
        raise SetupError(message)
    say("Setting up .venv, about 1 GB: once, and again when requirements.lock changes ...")
    make_environment()
    install(wheels.resolve() if wheels else None)
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(fingerprint(), encoding="utf-8")
    unfinished.replace(STAMP)


def dealerml(*words: str) -> Command:
    """How is the program itself called?"""
    return [program("dealerml"), *words]


def tool(name: str, *words: str) -> Command:
    """How is a tool of the environment called?"""
    return [program("python"), "-m", name, *words]


def review(rest: Command) -> list[Command]:
    """Review the sample into reports/sample, or the exports and options that follow."""
    return [dealerml("review", *(rest or [SAMPLE, "--out", "reports/sample"]))]


def notebooks(rest: Command) -> list[Command]:
    """Run copies of the notebooks on the sample, or on the exports that follow."""
    return [dealerml("notebooks", *(rest or [SAMPLE]))]


def sample(rest: Command) -> list[Command]:
    """Write the made-up exports of data/sample again, with the truth of what was planted."""
    if rest:
        return [dealerml("simulate", *rest)]
    small = ["--dealers", "20", "--years", "2", "--no-truth"]
    others = [
        dealerml("simulate", "data/sample", "--source", source, "--lang", lang, *small)
        for source, lang in DIALECTS.items()
    ]
    return [dealerml("simulate", "data/sample"), *others]


def codebook(rest: Command) -> list[Command]:
    """Write the tables and features of data/README.md again."""
    del rest
    return [tool("dealerml.features.codebook", "data/README.md")]


def lab(rest: Command) -> list[Command]:
    """Open JupyterLab on the notebooks."""
    return [tool("jupyterlab", "--notebook-dir", "notebooks", *rest)]


def lint(rest: Command) -> list[Command]:
    """Check style and the layers of imports."""
    style = [tool("ruff", "check", ".", *rest), tool("ruff", "format", "--check", ".", *rest)]
    return [*style, [program("lint-imports")]]


def form(rest: Command) -> list[Command]:
    """Write the code in the form that lint expects."""
    return [tool("ruff", "check", "--fix", ".", *rest), tool("ruff", "format", ".", *rest)]


def typecheck(rest: Command) -> list[Command]:
    """Check the types."""
    return [tool("mypy", *rest)]


def test(rest: Command) -> list[Command]:
    """Check everything, the quick things first: style, layers, types, tests, notebooks."""
    folders = [name for name in ("tests", "dealerml", "notebooks") if (ROOT / name).is_dir()]
    parallel = ["-n", "2", "--dist", "loadscope", "--nbval-lax", "--nbval-current-env"]
    return [*lint([]), *typecheck([]), tool("pytest", *parallel, *folders, *rest)]


def spark(rest: Command) -> list[Command]:
    """Compare every feature with Spark, which is put into .spark and needs Java 17."""
    aside = [tool("pip", "install", "--quiet", "--target", str(SPARK), SPARK_PACKAGE)]
    found = [] if SPARK.is_dir() else aside
    # Spark warns of pandas 3, which it works with as far as it is asked here.
    quiet = ["-W", "ignore::FutureWarning", "-W", "ignore::DeprecationWarning"]
    path = f"pythonpath={ROOT} {SPARK}"
    return [*found, tool("pytest", "-o", path, *quiet, "tests/spark", *rest)]


def fuzz(rest: Command) -> list[Command]:
    """Read 20,000 damaged exports, or as many as follow, and thousands of dirty ones."""
    return [tool("tests.exports.fuzzing", *rest)]


def bench(rest: Command) -> list[Command]:
    """Measure against peers: every script of benchmarks, one after the other."""
    scripts = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    return [[program("python"), str(script), *rest] for script in scripts]


def lock(rest: Command) -> list[Command]:
    """Solve requirements.lock again; --upgrade takes the newest versions."""
    solve = tool("uv", "pip", "compile", "pyproject.toml", "--extra", "notebooks")
    solve += ["--extra", "dev", "--universal", "--python-version", "3.11", "--no-build"]
    solve += ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    return [[*solve, "--quiet", "-o", "requirements.lock", *rest]]


def wheels(rest: Command) -> list[Command]:
    """Download every package for a machine of this kind that has no network."""
    download = tool("pip", "download", "--require-hashes", "--no-deps", "--only-binary", ":all:")
    return [[*download, "-r", "requirements.lock", "-d", *(rest or ["wheels"])]]


def setup(rest: Command) -> list[Command]:
    """Set up .venv and do nothing else."""
    del rest
    return []


def clean(rest: Command) -> list[Command]:
    """Remove the environment, reports and what tools leave behind; data and notebooks stay."""
    del rest
    caches = [*(ROOT / "dealerml").rglob("__pycache__"), *(ROOT / "tests").rglob("__pycache__")]
    for path in [*(ROOT / name for name in LEFT_BEHIND), *caches]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return []


TASKS: dict[str, Callable[[Command], list[Command]]] = {
    "review": review,
    "notebooks": notebooks,
    "lab": lab,
    "test": test,
    "lint": lint,
    "typecheck": typecheck,
    "format": form,
    "sample": sample,
    "codebook": codebook,
    "spark": spark,
    "fuzz": fuzz,
    "bench": bench,
    "setup": setup,
    "lock": lock,
    "wheels": wheels,
    "clean": clean,
}


def read_options(words: Sequence[str]) -> tuple[str, Command, Path | None]:
    """What was typed? Whatever the bootstrap does not know is handed on to the task."""
    listed = "\n".join(f"  {name:10} {task.__doc__}" for name, task in TASKS.items())
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        usage="python3 bootstrap.py TASK [--wheels DIR] [what the task takes]",
        description="Set up dealerml where that is still to be done, and then do the task.",
        epilog=f"tasks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("task", choices=TASKS, metavar="TASK", help="one of the tasks below")
    parser.add_argument("--wheels", type=Path, metavar="DIR", help="install from here, offline")
    known, rest = parser.parse_known_args(words)
    return known.task, rest, known.wheels


def main(words: Sequence[str]) -> int:
    """Set up, do the task, and hand on the exit status of the first command that fails."""
    task, rest, wheels = read_options(words)
    environment = {"PYTHONUTF8": "1"} | os.environ
    if task == "test":  # two workers on a small machine: more threads only get in the way
        environment = {"OMP_NUM_THREADS": "1"} | environment
    try:
        if task != "clean":
            set_up(wheels)
        commands = TASKS[task](rest)
    except SetupError as error:
        say(f"bootstrap.py: {error}")
        return 1
    for command in commands:
        # Paths that were typed after the task are meant from where they were typed.
        ours = not rest or command[0] != program("dealerml")
        status = run(command, environment, ROOT if ours else Path.cwd())
        if status:
            return status
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
