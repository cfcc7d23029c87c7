"""Which files do the given paths hold, and which of them can be read at all?"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dealerml.errors import ExportError
from dealerml.exports.opening.formats import SUFFIXES, sniff_format
from dealerml.exports.opening.text import file_hash

# Far above any export, far below what a mistaken path such as a home folder holds.
MAX_FILES = 10_000


@dataclass(frozen=True)
class Found:
    """A file to read: where it is, what it is called in reports, and its format."""

    path: Path
    name: str
    format: str


@dataclass(frozen=True)
class Unread:
    """A file that was not read, why, and the column labels seen in it."""

    name: str
    reason: str
    labels: tuple[str, ...] = ()


def find_files(paths: Iterable[str | Path]) -> tuple[tuple[Found, ...], tuple[Unread, ...]]:
    """Which files are to be read, and which are left alone for a reason?

    A folder is searched together with the folders directly inside it, in the order of names.
    A link that leads out of the folder it was found in is never followed. The format of a file
    is told by its content.

    Raises
    ------
    ExportError
        If a path does not exist, or the folders hold no file that can be read.
    """
    roots = [Path(path) for path in paths]
    missing = [f"{root} does not exist." for root in roots if not root.exists()]
    if missing or not roots:
        raise ExportError(missing or "No path was given. Name a folder or a file to read.")
    resolved = [root.resolve() for root in roots]
    base = _common_folder(resolved)
    found: dict[Path, Found] = {}
    unread: dict[str, Unread] = {}
    for item in (item for root in resolved for item in _search(root)):
        name = _relative(item.path, base)
        placed = look_at(item.path, name) if not item.reason else Unread(name, item.reason)
        if isinstance(placed, Unread):
            unread.setdefault(name, placed)
        else:
            found.setdefault(item.path.resolve(), placed)
    if not found:
        raise ExportError(nothing_found(", ".join(str(root) for root in roots), unread.values()))
    return tuple(found.values()), tuple(unread.values())


def look_at(path: Path, name: str) -> Found | Unread:
    """Can a file be read, and as what?

    One that should be readable by its suffix and is not what it says is found all the same: whoever
    reads it will say what is wrong, while a file left alone is easily overlooked.
    """
    expected = SUFFIXES.get(path.suffix.lower())
    if expected is None:
        return Unread(name, "unknown_format")
    try:
        kind = sniff_format(path)
    except OSError:  # told together with all other problems once it is read
        kind = "unknown"
    if kind == "empty":
        return Unread(name, "empty")
    return Found(path, name, expected if kind == "unknown" else kind)


def leave_copies(
    found: tuple[Found, ...], unread: tuple[Unread, ...]
) -> tuple[tuple[Found, ...], tuple[Unread, ...]]:
    """Which files remain when every byte-for-byte copy of an earlier one is left alone?

    The same export saved twice would count all its money twice.
    """
    first: dict[tuple[int, str], Found] = {}
    copies = []
    sizes = Counter(file.path.stat().st_size for file in found)
    for file in found:
        size = file.path.stat().st_size
        key = (size, file_hash(file.path) if sizes[size] > 1 else "")
        if first.setdefault(key, file) is not file:
            copies.append(Unread(file.name, "copy"))
    left = {item.name for item in copies}
    return tuple(file for file in found if file.name not in left), (*unread, *copies)


def nothing_found(where: str, unread: Iterable[Unread]) -> str:
    """What is said where no file can be read."""
    seen = ", ".join(item.name for item in list(unread)[:5]) or "nothing"
    return (
        f"{where} holds no export: seen was {seen}. "
        f"Files that can be read end in {', '.join(SUFFIXES)}."
    )


@dataclass(frozen=True)
class _Seen:
    path: Path
    reason: str = ""


def _search(root: Path) -> Iterator[_Seen]:
    if root.is_file():
        yield _Seen(root)
        return
    count = 0
    for item in _listed(root):
        inside = _listed(item) if item.is_dir() and not _excluded(item, root) else (item,)
        for file in inside:
            count += 1
            if count > MAX_FILES:
                message = f"{root} holds more than {MAX_FILES:,} files. Name the folder of exports."
                raise ExportError(message)
            yield _Seen(file, _excluded(file, root) or ("deeper" if file.is_dir() else ""))


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: path.name)


def _excluded(path: Path, root: Path) -> str:
    if path.name.startswith((".", "~$")):
        return "hidden"
    if not path.resolve().is_relative_to(root):
        return "leads_out"
    if not (path.is_file() or path.is_dir()):
        return "no_file"
    return ""


def _common_folder(roots: list[Path]) -> Path:
    if len(roots) == 1:
        return roots[0] if roots[0].is_dir() else roots[0].parent
    return Path(os.path.commonpath([str(root.parent) for root in roots]))


def _relative(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix()
