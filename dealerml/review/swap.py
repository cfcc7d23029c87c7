"""A review folder is replaced as a whole: at every instant a whole one exists.

For a target ``reports/q2`` three more names beside it can appear while a review is written:
``q2.part`` is being written, ``q2.new`` is finished, ``q2.old`` is the one being replaced.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from dealerml.errors import ReviewError

RECORD = "review.json"
FORMAT = "dealerml review 1"
MARK = "being-written-by-dealerml"


def is_review(folder: Path) -> bool:
    """Is this folder a whole review? Its record is written last, so the record tells."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("format") == FORMAT


def replace_review(target: Path, write: Callable[[Path], None]) -> Path:
    """Where does the new review stand, once it is written and swapped in?

    Parameters
    ----------
    target
        The folder asked for: absent, empty, or an earlier review.
    write
        Writes a whole review into the empty folder it is given, `RECORD` last.

    Returns
    -------
    `target`; or ``target.new`` where the old review could not be moved because one of its files
    is open in another program.

    Raises
    ------
    ReviewError
        If the target, or a name needed beside it, is something other than a review.
    """
    repair_swap(target)
    part = _beside(target, "part")
    part.mkdir(parents=True)
    (part / MARK).touch()
    write(part)
    (part / MARK).unlink()
    new = _beside(target, "new")
    part.rename(new)
    return _swap_in(target)


def repair_swap(target: Path) -> None:
    """Finish or clear what an interrupted command left behind; refuse what is not ours."""
    old, new, part = (_beside(target, name) for name in ("old", "new", "part"))
    foreign = [f for f in (old, new, part) if f.exists() and not _is_ours(f)]
    foreign += [target] if _is_foreign(target) else []
    if foreign:
        message = (
            f"{foreign[0]} exists and is not a dealerml review, so it is left untouched. "
            "Choose another folder with --out, or move it away."
        )
        raise ReviewError(message)
    _remove(part)
    if new.exists():
        _swap_in(target)
    if old.exists() and not target.exists():
        old.rename(target)
    _remove(old)


def _swap_in(target: Path) -> Path:
    new, old = _beside(target, "new"), _beside(target, "old")
    try:
        if target.exists() and not is_review(target):
            target.rmdir()
        elif target.exists() and not old.exists():
            target.rename(old)
    except OSError:
        return new
    new.rename(target)
    _remove(old)
    return target


def _remove(folder: Path) -> None:
    """Delete a folder of ours, the file that marks it as ours last: a stop leaves it known."""
    if not folder.exists():
        return
    marks = {MARK, RECORD}
    for path in sorted(folder.iterdir(), key=lambda path: path.name in marks):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    folder.rmdir()


def _beside(target: Path, name: str) -> Path:
    return target.with_name(f"{target.name}.{name}")


def _is_ours(folder: Path) -> bool:
    return (folder / MARK).exists() or is_review(folder) or not any(folder.iterdir())


def _is_foreign(target: Path) -> bool:
    if not target.exists():
        return False
    return not target.is_dir() or (any(target.iterdir()) and not is_review(target))
