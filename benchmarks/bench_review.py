"""A whole review, from files to files: of 17.7 million order lines, and of the sample.

Each run reads the export, reviews all dealers and writes the folder, in a process of its own. The
steps of one run follow. `import dealerml` is held against an interpreter that imports nothing.

    DEALERML_DATA=… python benchmarks/bench_review.py [RUNS]
"""

import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring import (
    ROOT,
    Run,
    costs,
    data,
    itself,
    markdown,
    middle,
    run_once,
    spread,
    take_turns,
    tell,
)

STARTS = 9


def run_review(export: Path, *, as_of: str, active_days: int) -> None:
    """Read, review and write, with the seconds of each step."""
    from dealerml.exports import read_export
    from dealerml.policy import load_policy
    from dealerml.review import review_dealers, write_review

    steps: list[tuple[str, float]] = []
    mark = _marker(steps)
    mark("read")
    tables = read_export(export)
    policy = load_policy().changed({"definitions.active_days": active_days})
    review = review_dealers(tables, as_of=as_of, policy=policy, tell=mark)
    with tempfile.TemporaryDirectory() as folder:
        write_review(review, Path(folder) / "review", tell=mark)
        mark("end")
    for (name, start), (_, end) in itertools.pairwise(steps):
        tell(name, end - start)


def _marker(steps: list[tuple[str, float]]) -> Callable[[str], None]:
    return lambda name: steps.append((name, time.perf_counter()))


def main(runs: int) -> None:
    """Measure both reviews and the import."""
    found = take_turns({name: itself(__file__, name) for name in REVIEWS}, runs=runs)
    print(markdown(("review of", "wall, s", "CPU, s", "peak, MiB"), costs(found)), end="\n\n")
    print(markdown(("step, s of wall", *found), _steps(found)), end="\n\n")
    starts = {
        "nothing": [sys.executable, "-c", "pass"],
        "dealerml": [sys.executable, "-c", "import dealerml"],
    }
    walls = {name: [] for name in starts}
    for _ in range(STARTS):
        for name, command in starts.items():
            walls[name].append(run_once(command).wall)
    rows = [[name, spread(values, 3)] for name, values in walls.items()]
    print(markdown(("import", "wall, s"), rows))


def _steps(found: dict[str, list[Run]]) -> list[list[str]]:
    names = list(next(iter(found.values()))[0].inner)
    return [[name, *(f"{middle(runs, name):.2f}" for runs in found.values())] for name in names]


REVIEWS: dict[str, Callable[[], None]] = {
    "iowa_liquor": lambda: run_review(data("iowa_liquor"), as_of="2019-06-30", active_days=90),
    "sample": lambda: run_review(
        ROOT / "data" / "sample" / "plain", as_of="2025-06-30", active_days=180
    ),
}

if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "3"
    if given in REVIEWS:
        REVIEWS[given]()
    else:
        main(int(given))
