"""Which files do the zip files among the exports hold? Unpacked where nothing else lies."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dealerml.errors import ExportError
from dealerml.exports.opening.formats import SUFFIXES
from dealerml.exports.opening.found import MAX_FILES, Found, Unread, look_at, nothing_found
from dealerml.exports.opening.zipped import (
    ENCRYPTED_FLAG,
    is_special,
    member_name,
    most_expanded,
    open_zip,
    read_chunks,
)

# A backup with all attachments of a company stays below this.
MAX_MEMBERS = 200_000
# Of what is left alone for one reason so many are named; the others are counted.
NAMED = 5
# Files that users attached to records: whatever they hold, they are no export.
ATTACHMENT_FOLDERS = frozenset({"attachments", "recordimages", "附件", "图片"})
SYSTEM_FOLDER = "__MACOSX"
OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f]")


@dataclass(frozen=True)
class _Member:
    """A file in a zip file, its name there, and why it is left alone, if it is."""

    info: zipfile.ZipInfo
    name: str
    reason: str


def open_archives(
    found: tuple[Found, ...], unread: tuple[Unread, ...], folder: Path
) -> tuple[tuple[Found, ...], tuple[Unread, ...]]:
    """Which files remain when every zip file is replaced by what can be read in it?

    Parameters
    ----------
    folder
        A private folder. Members are unpacked below it under names of our own, so that no name in
        a zip file ever becomes a path.

    Raises
    ------
    ExportError
        If a zip file is damaged, protected, made to do harm, or holds nothing that can be read and
        there is no other file.
    """
    files: list[Found] = []
    left: list[Unread] = [*unread]
    problems: list[str] = []
    for number, item in enumerate(found):
        if item.format != "zip":
            files.append(item)
            continue
        try:
            placed = tuple(_open_one(item, folder / f"unpacked_{number:05d}"))
        except ExportError as error:
            problems.extend(error.problems)
        except OSError as error:
            problems.append(f"{item.name} cannot be unpacked ({error.strerror}).")
        else:
            files.extend(file for file in placed if isinstance(file, Found))
            left.extend(file for file in placed if isinstance(file, Unread))
    if problems:
        raise ExportError(problems)
    if found and not files:
        raise ExportError(nothing_found(", ".join(item.name for item in found), left))
    return tuple(files), tuple(left)


def _open_one(archive: Found, folder: Path) -> Iterator[Found | Unread]:
    with open_zip(archive.path, archive.name) as opened:
        members = _list_members(opened, archive.name)
        wanted = [member for member in members if not member.reason]
        _refuse(members, wanted, archive.name)
        folder.mkdir()
        yield from _unpack(opened, wanted, archive, folder)
        yield from _summarise([member for member in members if member.reason], archive.name)


def _list_members(opened: zipfile.ZipFile, archive: str) -> list[_Member]:
    """The files of a zip file in the order of names; of equal names each is a file."""
    infos = opened.infolist()
    if len(infos) > MAX_MEMBERS:
        message = f"{archive} holds more than {MAX_MEMBERS:,} files. It was not unpacked."
        raise ExportError(message)
    members = []
    seen: Counter[str] = Counter()
    for label, info in sorted(((member_name(i), i) for i in infos), key=lambda pair: pair[0]):
        if not label.endswith("/"):
            seen[label] += 1
            path, again = PurePosixPath(label), seen[label]
            name = str(path.with_stem(f"{path.stem} ({again})")) if again > 1 else label
            members.append(_Member(info, name, _reason(label)))
    return members


def _reason(label: str) -> str:
    """Why a member is left alone, by its name; empty: it is not."""
    path = PurePosixPath(label)
    if path.name.startswith((".", "~$")) or SYSTEM_FOLDER in path.parts:
        return "hidden"
    if ATTACHMENT_FOLDERS.intersection(part.casefold() for part in path.parts[:-1]):
        return "attachment"
    kind = SUFFIXES.get(path.suffix.lower())
    return "unknown_format" if kind is None else "nested" if kind == "zip" else ""


def _refuse(members: Sequence[_Member], wanted: Sequence[_Member], name: str) -> None:
    outside = [m.name for m in members if OUTSIDE.search(m.name) or is_special(m.info)]
    if outside:
        message = (
            f"{name} holds {len(outside):,} entries that lead out of it or are links: "
            f"{', '.join(map(repr, outside))}. Nothing was unpacked. No export is written like "
            "this: ask where the file comes from."
        )
        raise ExportError(message)
    locked = [m.name for m in wanted if m.info.flag_bits & ENCRYPTED_FLAG]
    if locked:
        message = (
            f"{name} is protected by a password ({len(locked):,} files, first {locked[0]}). "
            "Unpack it, or pack it again without a password."
        )
        raise ExportError(message)
    if len(wanted) > MAX_FILES:
        message = f"{name} holds more than {MAX_FILES:,} tables. Pack fewer of them together."
        raise ExportError(message)


def _unpack(
    opened: zipfile.ZipFile, wanted: Sequence[_Member], archive: Found, folder: Path
) -> Iterator[Found | Unread]:
    """Write each member under a name of our own; all of them together within bounds."""
    room = most_expanded(archive.path)
    for number, member in enumerate(wanted):
        name = f"{archive.name}/{member.name}"
        target = folder / f"{number:05d}{PurePosixPath(member.name).suffix.lower()}"
        with closing(read_chunks(opened, member.info, name)) as chunks, target.open("wb") as sink:
            for chunk in chunks:
                room -= len(chunk)
                if room < 0:
                    message = (
                        f"{archive.name} unpacks to more than {most_expanded(archive.path):,} "
                        "bytes, far more than tables of its size do. It was not read."
                    )
                    raise ExportError(message)
                sink.write(chunk)
        placed = look_at(target, name)
        is_nested = isinstance(placed, Found) and placed.format == "zip"
        yield Unread(name, "nested") if is_nested else placed


def _summarise(left: Sequence[_Member], name: str) -> Iterator[Unread]:
    """The first members that were left alone for each reason, and how many more there are."""
    for reason in dict.fromkeys(member.reason for member in left):
        names = [member.name for member in left if member.reason == reason]
        for label in names[:NAMED]:
            yield Unread(f"{name}/{label}", reason)
        if len(names) > NAMED:
            yield Unread(f"{name}/… (+{len(names) - NAMED:,})", reason)
