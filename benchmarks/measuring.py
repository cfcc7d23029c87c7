"""How long does a command take? Every run is a process of its own, and contenders take turns."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = "measured"


@dataclass(frozen=True)
class Run:
    """One run of one contender.

    Parameters
    ----------
    wall, cpu
        Seconds of the whole process, interpreter start included; `cpu` is user and system.
    peak
        Largest resident memory, MiB.
    inner
        Figures the process printed itself, see `tell`.
    """

    wall: float
    cpu: float
    peak: float
    inner: Mapping[str, float]


def run_once(command: Sequence[str]) -> Run:
    """What does one run of a command in a fresh process cost?"""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT)
    out = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} failed")
    lines = [line.split("\t") for line in out.splitlines() if line.startswith(MARK)]
    inner = {name: float(value) for _, name, value in lines}
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 2**20, inner)


def take_turns(contenders: Mapping[str, Sequence[str]], *, runs: int) -> dict[str, list[Run]]:
    """What do several runs of each contender cost, one after the other: A B A B …?"""
    found: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(runs):
        for name, command in contenders.items():
            found[name].append(run_once(command))
            print(f"{number + 1}/{runs} {name}: {found[name][-1].wall:.1f} s", file=sys.stderr)
    return found


def itself(script: str, *args: str) -> list[str]:
    """The command that runs one contender of a script in a fresh process."""
    return [sys.executable, script, *args]


def tell(name: str, value: float) -> None:
    """Print a figure measured inside a process for `run_once` to read."""
    print(MARK, name, value, sep="\t")


def costs(found: Mapping[str, list[Run]]) -> list[list[str]]:
    """One row per contender: wall, CPU and memory as median (smallest–largest)."""
    parts: tuple[Callable[[Run], float], ...] = (lambda r: r.wall, lambda r: r.cpu)
    return [
        [
            name,
            *(spread([part(run) for run in runs]) for part in parts),
            f"{statistics.median(run.peak for run in runs):,.0f}",
        ]
        for name, runs in found.items()
    ]


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median (smallest–largest)."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def middle(runs: Sequence[Run], name: str) -> float:
    """Median of a figure that the runs printed themselves."""
    return statistics.median(run.inner[name] for run in runs)


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for benchmarks/README.md."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def data(folder: str) -> Path:
    """Where is a real export? Below the folder that DEALERML_DATA names."""
    base = os.environ.get("DEALERML_DATA")
    if not base or not (Path(base) / folder).exists():
        sys.exit(f"Set DEALERML_DATA to the folder that holds {folder}; see data/README.md.")
    return Path(base) / folder
