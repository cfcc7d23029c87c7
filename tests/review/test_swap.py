import json
from pathlib import Path

import pytest

from dealerml.errors import ReviewError
from dealerml.review.swap import FORMAT, RECORD, is_review, repair_swap, replace_review


def writes(number: int):
    def write(folder: Path) -> None:
        (folder / "number.txt").write_text(str(number))
        (folder / RECORD).write_text(json.dumps({"format": FORMAT}))

    return write


def number_in(folder: Path) -> int:
    return int((folder / "number.txt").read_text())


def test_a_second_review_replaces_the_first_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "q2"
    assert replace_review(target, writes(1)) == target
    assert replace_review(target, writes(2)) == target
    assert number_in(target) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["q2"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    target = tmp_path / "empty"
    target.mkdir()
    replace_review(target, writes(3))
    assert number_in(target) == 3


def test_a_folder_that_is_not_a_review_is_never_touched(tmp_path: Path) -> None:
    target = tmp_path / "photos"
    target.mkdir()
    (target / "cat.jpg").write_text("cat")
    with pytest.raises(ReviewError, match="not a dealerml review"):
        replace_review(target, writes(1))
    assert [path.name for path in target.iterdir()] == ["cat.jpg"]


@pytest.mark.parametrize("beside", ["new", "old", "part"])
def test_a_stranger_beside_the_target_is_never_touched(tmp_path: Path, beside: str) -> None:
    stranger = tmp_path / f"q2.{beside}"
    stranger.mkdir()
    (stranger / "mine.txt").write_text("mine")
    with pytest.raises(ReviewError, match=f"q2.{beside}"):
        replace_review(tmp_path / "q2", writes(1))
    assert (stranger / "mine.txt").exists()


def make(folder: Path, number: int) -> None:
    folder.mkdir()
    writes(number)(folder)


@pytest.mark.parametrize(
    ("left_behind", "kept"),
    [
        ({"q2": 1, "q2.new": 2}, 2),  # killed before the first rename
        ({"q2.old": 1, "q2.new": 2}, 2),  # killed between the two renames
        ({"q2": 2, "q2.old": 1}, 2),  # killed before the old one was removed
        ({"q2.old": 1}, 1),
    ],
)
def test_an_interrupted_swap_is_finished(tmp_path: Path, left_behind, kept: int) -> None:
    for name, number in left_behind.items():
        make(tmp_path / name, number)
    repair_swap(tmp_path / "q2")
    assert number_in(tmp_path / "q2") == kept
    assert [path.name for path in tmp_path.iterdir()] == ["q2"]


def test_a_half_written_review_is_cleared_and_never_swapped_in(tmp_path: Path) -> None:
    target = tmp_path / "q2"
    replace_review(target, writes(1))

    def fail(folder: Path) -> None:
        (folder / "number.txt").write_text("2")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_review(target, fail)
    assert number_in(target) == 1
    replace_review(target, writes(3))
    assert number_in(target) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["q2"]


def test_a_locked_review_leaves_the_new_one_beside_it(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "q2"
    replace_review(target, writes(1))
    rename = Path.rename

    def locked(self: Path, to: Path) -> Path:
        if self == target:
            raise PermissionError(13, "open in another program")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", locked)
    assert replace_review(target, writes(2)) == tmp_path / "q2.new"
    assert (number_in(target), number_in(tmp_path / "q2.new")) == (1, 2)


def test_a_folder_without_its_record_is_no_review(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text('{"format": "something else"}')
    assert not is_review(tmp_path)


def test_a_removal_stopped_at_any_file_can_be_taken_up_again(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "q2"
    replace_review(target, writes(1))
    unlink, left = Path.unlink, [2]

    def stop(self: Path, missing_ok: bool = False) -> None:
        if "q2.old" in str(self):
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stop)
    with pytest.raises(KeyboardInterrupt):
        replace_review(target, writes(2))
    monkeypatch.undo()
    replace_review(target, writes(3))
    assert number_in(target) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["q2"]
