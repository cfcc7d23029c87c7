"""Where models live: a plain folder of versions that never change, and one pointer.

``versions/NAME/`` holds the files of a version and ``manifest.json`` with their hashes, written
last; ``champion.json`` names the version in use and the hash of its manifest, and is replaced in
one step. A version whose files do not have their hashes is refused, whatever they hold.
"""

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dealerml.errors import StoreError

VERSIONS, MANIFEST, POINTER = "versions", "manifest.json", "champion.json"
NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
FORMAT: Final = "dealerml models 1"
MOST_BYTES: Final = 200 * 2**20


@dataclass(frozen=True)
class Version:
    """One version in a store.

    Parameters
    ----------
    name
        As-of date and the first digits of the hash of its files.
    champion
        Whether it is the one in use.
    problem
        Why it cannot be used; empty where it can.
    card
        Its model card; empty where it cannot be read.
    """

    name: str
    champion: bool
    problem: str
    card: dict[str, Any]


def add_version(store: Path, as_of: str, files: dict[str, bytes]) -> str:
    """Under which name do these files stand in the store? The champion is left as it is.

    Written under another name first and then renamed: a version is there as a whole, or not at all.
    The same files again are the same version.
    """
    hashes = {name: _hash(content) for name, content in sorted(files.items())}
    manifest = _as_json({"format": FORMAT, "as_of": as_of, "files": hashes})
    name = f"{as_of}-{_hash(manifest)[:8]}"
    folder, part = store / VERSIONS / name, store / VERSIONS / f"{name}.part"
    if folder.exists():
        read_version(store, name)
        return name
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for file, content in {**files, MANIFEST: manifest}.items():
        (part / file).write_bytes(content)
    part.rename(folder)
    return name


def read_version(store: Path, name: str) -> dict[str, bytes]:
    """Which files does a version hold, each as it was written?

    Raises
    ------
    StoreError
        If there is no such version, it was not written to its end, or a file differs from its hash.
    """
    folder = _folder_of(store, name)
    manifest = _read_small(folder / MANIFEST)
    if manifest is None:
        message = f"Version {name} was not written to its end: it has no {MANIFEST}. Retrain."
        raise StoreError(message)
    if not name.endswith(_hash(manifest)[:8]):
        message = f"Version {name} was changed: its {MANIFEST} is not the one it was named after."
        raise StoreError(message)
    files = {}
    for file, expected in json.loads(manifest)["files"].items():
        content = _read_small(folder / Path(file).name)
        if content is None or _hash(content) != expected:
            state = "is missing" if content is None else "was changed since it was written"
            message = f"{file} of version {name} {state}: the version is refused. Promote another."
            raise StoreError(message)
        files[file] = content
    return files


def champion_of(store: Path) -> str | None:
    """Which version is in use? None in a store without one.

    Raises
    ------
    StoreError
        If the pointer cannot be read, or its version is not the one it was pointed at.
    """
    content = _read_small(store / POINTER)
    if content is None:
        return None
    try:
        pointer = json.loads(content)
        name, expected = pointer["version"], pointer["manifest_sha256"]
    except (ValueError, KeyError, TypeError):
        message = f"{POINTER} of the store cannot be read. Promote a version to write it again."
        raise StoreError(message) from None
    manifest = _read_small(_folder_of(store, name) / MANIFEST)
    if manifest is None or _hash(manifest) != expected:
        message = f"Version {name} is not the one that was promoted. Promote another, or retrain."
        raise StoreError(message)
    return str(name)


def promote(store: Path, name: str) -> None:
    """Use this version from now on; the one before stays, and `roll_back` returns to it.

    Raises
    ------
    StoreError
        If the version cannot be used; the champion stays as it was.
    """
    read_version(store, name)
    before = _history(store)
    manifest = (_folder_of(store, name) / MANIFEST).read_bytes()
    history = before if before and before[-1] == name else [*before, name]
    _point(store, name, manifest, history)


def roll_back(store: Path) -> str:
    """Return to the version that was in use before the present one. Which is that?

    Raises
    ------
    StoreError
        If there was none.
    """
    history = _history(store)
    if len(history) < 2:
        message = "There is no earlier champion to return to. dealerml models list shows versions."
        raise StoreError(message)
    name = history[-2]
    read_version(store, name)
    _point(store, name, (_folder_of(store, name) / MANIFEST).read_bytes(), history[:-1])
    return name


def list_versions(store: Path) -> list[Version]:
    """Which versions does a store hold, oldest first, and can each be used?"""
    folder = store / VERSIONS
    if not folder.is_dir():
        return []
    names = sorted(path.name for path in folder.iterdir() if NAME.fullmatch(path.name))
    history = _history(store)
    return [_look(store, name, champion=history[-1:] == [name]) for name in names]


def _look(store: Path, name: str, *, champion: bool) -> Version:
    try:
        card = json.loads(read_version(store, name).get("card.json", b"{}"))
    except StoreError as error:
        return Version(name, champion, str(error), {})
    return Version(name, champion, "", card)


def _point(store: Path, name: str, manifest: bytes, history: list[str]) -> None:
    pointer = {"version": name, "manifest_sha256": _hash(manifest), "history": history}
    part = store / f"{POINTER}.part"
    part.write_bytes(_as_json(pointer))
    os.replace(part, store / POINTER)


def _history(store: Path) -> list[str]:
    content = _read_small(store / POINTER)
    try:
        return [str(name) for name in json.loads(content or b"{}").get("history", [])]
    except (ValueError, AttributeError):
        return []


def _folder_of(store: Path, name: str) -> Path:
    folder = store / VERSIONS / name
    if not NAME.fullmatch(name) or folder.is_symlink() or not folder.is_dir():
        message = f"There is no version {name!r} in the store. dealerml models list shows them."
        raise StoreError(message)
    return folder


def _read_small(path: Path) -> bytes | None:
    """The content of a file of the store; None where there is none or it is a link."""
    if path.is_symlink() or not path.is_file():
        return None
    if path.stat().st_size > MOST_BYTES:
        message = f"{path.name} has more than 200 MiB, which no file of a store has."
        raise StoreError(message)
    return path.read_bytes()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _as_json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()
