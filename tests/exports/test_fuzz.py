import pytest

from tests.exports.fuzzing import CRASH, FINE, HANG, REFUSED, TABLES, keep_failing, read_mutants
from tests.exports.fuzzing import _read as read_one
from tests.exports.mutating import DAMAGES, make_mutant, seeds

MUTANTS = 120


@pytest.mark.parametrize("name", seeds())
def test_every_seed_is_a_sound_export(name, tmp_path):
    sound = seeds()[name]
    outcome = read_one(tmp_path / f"sound{sound.suffix}", sound.content)
    assert (outcome.what, outcome.told) == (TABLES, "")


def test_a_number_always_makes_the_same_mutant_and_another_number_another_one():
    first = [make_mutant(seed) for seed in range(200)]
    assert first == [make_mutant(seed) for seed in range(200)]
    assert len({mutant.content for mutant in first}) > 180
    told = " ".join(mutant.told for mutant in first)
    assert [d.__name__ for d in DAMAGES if d.__name__.strip("_") not in told] == []
    assert [name for name in seeds() if name not in told] == []


@pytest.mark.slow
def test_damaged_exports_become_tables_or_one_clear_error():
    outcomes = list(read_mutants(range(MUTANTS)))
    assert sorted(outcome.seed for outcome in outcomes) == list(range(MUTANTS))
    failed = [outcome for outcome in outcomes if outcome.what not in FINE]
    assert failed == [], "python -m tests.exports.fuzzing 1 SEED reads one of them again"
    assert len({outcome.what for outcome in outcomes}) == len(FINE)


def test_contents_that_claim_gigabytes_are_refused_before_room_is_asked_for():
    # Found by a run of 20,000: the list of contents of a Parquet file with its middle cut out.
    assert [outcome.what for outcome in read_mutants([3009, 3560, 6498])] == [REFUSED] * 3


@pytest.mark.parametrize(("does", "what"), [("die", CRASH), ("sleep", HANG)])
def test_a_mutant_that_crashes_or_hangs_is_reported_and_the_others_are_read(
    does, what, monkeypatch
):
    monkeypatch.setattr("tests.exports.fuzzing._work", {"die": _die, "sleep": _sleep}[does])
    monkeypatch.setattr("tests.exports.fuzzing.START", 3.0 if does == "sleep" else 60.0)
    outcomes = list(read_mutants([7, 8], workers=1))
    assert [(outcome.seed, outcome.what) for outcome in outcomes] == [(7, what), (8, what)]


def _die(line):
    import os

    line.recv()
    os._exit(3)


def _sleep(line):
    import time

    line.recv()
    time.sleep(600)


def test_what_failed_is_kept_for_whoever_mends_it(tmp_path):
    from tests.exports.fuzzing import Outcome

    (path,) = keep_failing([Outcome(5, CRASH, "exit code -11")], tmp_path / "fuzz")
    assert path.read_bytes() == make_mutant(5).content
    assert (tmp_path / "fuzz" / "5.txt").read_text("utf-8") == "crash: exit code -11\n"
