"""Does reading survive what is damaged? `make fuzz`, or `python -m tests.exports.fuzzing`.

How many mutants, and from which number on, may follow: `1 4711` reads number 4711 again. Unless one
is asked for alone, the test of conservation is run on thousands of dirty files as well.

Every mutant is read in a process of its own kind, which is killed where it takes too long and
denied more memory than a small file can need. The result must be tables, or one clear error.
"""

import gc
import multiprocessing as mp
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.exports.mutating import make_mutant, seeds

if sys.platform != "win32":
    import resource

TABLES, REFUSED, FAULT, MEMORY = "tables", "refused", "fault", "memory"
HANG, CRASH = "hang", "crash"
FINE = (TABLES, REFUSED)
ROOM, SECONDS = 1 << 30, 20.0
# On a busy machine a process waits for its turn, so the clock of the wall is given more time.
PATIENCE, START = 300.0, 900.0
WORKERS, COUNT, SHOWN = 2, 20_000, 50
# About so many files are in one example of the test of conservation, as small as mutants.
FILES_PER_EXAMPLE = 10
# Recognising every source takes longer; so many of all mutants are read without naming one.
UNNAMED = 25
SPEAKS_OF_MEMORY = ("memory", "bad_alloc", "allocate")
# What is beyond the limit of the engine is turned down before any of it is taken.
KEEPS_ITS_LIMIT = "failed to allocate data of size"


@dataclass(frozen=True)
class Outcome:
    """What became of the mutant with this number."""

    seed: int
    what: str
    told: str = ""


@dataclass
class _Worker:
    """A process, its line, the number it works on, and until when it may."""

    process: Any
    line: Connection
    seed: int
    until: float


def read_mutants(numbers: Iterable[int], workers: int = WORKERS) -> Iterator[Outcome]:
    """What becomes of each mutant? In the order in which they are done."""
    waiting = iter(numbers)
    running: list[_Worker] = []
    try:
        while True:
            while len(running) < workers and (seed := next(waiting, None)) is not None:
                running.append(_start(seed))
            if not running:
                return
            ready = wait([worker.line for worker in running], timeout=1)
            for worker in list(running):
                outcome = _look_at(worker, is_ready=worker.line in ready)
                if outcome is None:
                    continue
                yield outcome
                seed = next(waiting, None)
                if outcome.what in (HANG, CRASH) or seed is None:
                    _stop(worker)
                    running.remove(worker)
                    running += [_start(seed)] if seed is not None else []
                else:
                    _hand_over(worker, seed)
    finally:
        for worker in running:
            _stop(worker)


def _start(seed: int) -> _Worker:
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, seed, 0.0)
    _hand_over(worker, seed, START)  # imports come first
    return worker


def _hand_over(worker: _Worker, seed: int, patience: float = PATIENCE) -> None:
    worker.seed, worker.until = seed, time.monotonic() + patience
    worker.line.send(seed)


def _look_at(worker: _Worker, *, is_ready: bool) -> Outcome | None:
    if is_ready:
        try:
            return worker.line.recv()
        except EOFError:
            worker.process.join(10)
            return Outcome(worker.seed, CRASH, f"exit code {worker.process.exitcode}")
    if time.monotonic() > worker.until:
        return Outcome(worker.seed, HANG, "no answer for minutes")
    return None


def _stop(worker: _Worker) -> None:
    worker.line.close()
    worker.process.kill()
    worker.process.join()


def _work(line: Connection) -> None:
    """Read one mutant after the other, with little memory beyond what a sound file takes."""
    with tempfile.TemporaryDirectory(prefix="dealerml-fuzz-") as folder:
        tempfile.tempdir = folder
        for name in ("csv", "xlsx", "parquet"):  # all that has to be imported is by now
            _read(Path(folder) / f"{name}{seeds()[name].suffix}", seeds()[name].content)
        _limit_memory()
        peak = _peak()
        while True:
            try:
                seed = line.recv()
            except EOFError:
                return
            line.send(_read_mutant(seed, Path(folder), peak))


def _read_mutant(seed: int, folder: Path, peak: int) -> Outcome:
    mutant = make_mutant(seed)
    start = time.process_time()
    outcome = _read(
        folder / f"mutant_{seed}{mutant.suffix}",
        mutant.content,
        source=None if seed % UNNAMED == 0 else "plain",
    )
    taken = time.process_time() - start
    what, told = outcome.what, f"{mutant.told}: {outcome.told}"
    if what in FINE and taken > SECONDS:
        what, told = HANG, f"{told} took {taken:.0f} s"
    if what in FINE and _peak() - peak > ROOM:
        what, told = MEMORY, f"{told} took {_peak() - peak:,} bytes"
    return Outcome(seed, what, told)


def _read(path: Path, content: bytes, source: str | None = "plain") -> Outcome:
    from dealerml.errors import DealermlError
    from dealerml.exports import read_export, write_set_aside

    path.write_bytes(content)
    aside = path.parent / "aside"
    try:
        tables = read_export(path, source=source)
        tables.order_lines.collect("pyarrow")
        write_set_aside(tables.ingest, aside)
        _ = tables.ingest.text, tables.ingest.text_in("zh")
        return Outcome(0, TABLES)
    except DealermlError as error:
        text = str(error)
        speaks = any(word in text.casefold() for word in SPEAKS_OF_MEMORY)
        lacks = speaks and KEEPS_ITS_LIMIT not in text
        ours = "fault of dealerml" in text or "engine cannot read" in text
        return Outcome(0, MEMORY if lacks else FAULT if ours else REFUSED, text)
    except MemoryError:
        return Outcome(0, MEMORY, traceback.format_exc())
    except BaseException:  # also what is no Exception: panics of readers
        return Outcome(0, FAULT, traceback.format_exc())
    finally:
        path.unlink()
        shutil.rmtree(aside, ignore_errors=True)
        gc.collect()


def _limit_memory() -> None:
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _peak() -> int:
    """The most memory this process has held, in bytes."""
    if sys.platform == "win32":
        return 0
    told = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return told if sys.platform == "darwin" else told * 1024


def keep_failing(outcomes: Iterable[Outcome], folder: Path) -> list[Path]:
    """Where do mutants that failed lie, each beside what happened?"""
    written = []
    for outcome in outcomes:
        folder.mkdir(parents=True, exist_ok=True)
        mutant = make_mutant(outcome.seed)
        path = folder / f"{outcome.seed}{mutant.suffix}"
        path.write_bytes(mutant.content)
        (folder / f"{outcome.seed}.txt").write_text(f"{outcome.what}: {outcome.told}\n", "utf-8")
        written.append(path)
    return written


def main(words: list[str]) -> int:
    """Read many mutants, say how they fared, and keep those that failed."""
    count, first = [*map(int, words), *(COUNT, 0)[len(words) :]]
    counts: Counter[str] = Counter()
    failed = []
    start = time.monotonic()
    for done, outcome in enumerate(read_mutants(range(first, first + count)), start=1):
        counts[outcome.what] += 1
        if outcome.what not in FINE:
            failed.append(outcome)
            _say(f"\n{outcome.seed} {outcome.what}: {outcome.told}\n")
        told = ", ".join(f"{what} {number:,}" for what, number in sorted(counts.items()))
        if done % SHOWN == 0 or done == count:
            _say(f"\r{done:,} of {count:,} in {time.monotonic() - start:.0f} s: {told}   ")
    for path in keep_failing(failed, Path("reports") / "fuzz"):
        _say(f"\n{path}")
    _say("\n")
    return 1 if failed or (count > 1 and _conserves(count)) else 0


def _conserves(count: int) -> int:
    """The exit status of the test of conservation, with as many files as there were mutants."""
    examples = str(max(1, count // FILES_PER_EXAMPLE))
    command = [sys.executable, "-m", "pytest", "-q", "tests/exports/test_conservation.py"]
    return subprocess.run(command, env=os.environ | {"DEALERML_CONSERVATION": examples}).returncode


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
