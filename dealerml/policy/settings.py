"""The policy in force: shipped defaults, changed by file and key."""

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from dealerml.errors import PolicyError
from dealerml.policy.bounds import find_broken_bounds
from dealerml.policy.merging import merge
from dealerml.policy.overrides import read_overrides


@dataclass(frozen=True)
class Policy:
    """What the company decided, one attribute per policy file.

    Each attribute is the file as plain dicts and lists; its keys are explained by the comments in
    ``dealerml/policy/<attribute>.toml``.

    Examples
    --------
    >>> policy = load_policy()
    >>> policy.definitions["horizon"], policy.classes["a_share"]
    (90, 0.8)
    >>> policy.changed({"definitions.horizon": 60}).definitions["horizon"]
    60
    """

    definitions: dict[str, Any]
    limits: dict[str, Any]
    exports: dict[str, Any]
    classes: dict[str, Any]
    tiers: dict[str, Any]
    lifecycle: dict[str, Any]
    segments: dict[str, Any]
    churn: dict[str, Any]
    costs: dict[str, Any]
    forecast: dict[str, Any]
    health: dict[str, Any]
    alerts: dict[str, Any]
    playbooks: dict[str, Any]
    contacts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """What does the whole policy say, sorted by key and ready for JSON?"""
        return {name: _sorted(copy.deepcopy(getattr(self, name))) for name in sorted(TOPICS)}

    def changed(self, changes: Mapping[str, object]) -> Self:
        """How does the policy read with some values changed, as ``{"file.key": value}``?

        Raises
        ------
        PolicyError
            If a key is unknown or a value is not allowed, all at once.
        """
        nested: dict[str, Any] = {}
        for path, value in changes.items():
            *tables, key = path.split(".")
            place = nested
            for table in tables:
                place = place.setdefault(table, {})
            place[key] = value
        return type(self)(**_checked(self.as_dict(), nested, []))


TOPICS = tuple(field.name for field in fields(Policy))


def load_policy(folder: str | Path | None = None) -> Policy:
    """Which policy is in force: the defaults, or the defaults with a folder's changes?

    Parameters
    ----------
    folder
        Holds any of the policy files with only the keys that differ. A list of tables, such as the
        parts of the health score, is replaced as a whole; it may also be a table, as
        ``health.csv`` or ``health.xlsx`` with the keys as column names: of several lists in one
        file, the one that has these columns.

    Raises
    ------
    PolicyError
        If files or keys are unknown or values are not allowed, all problems at once.
    """
    defaults = copy.deepcopy(_defaults())
    if folder is None:
        return Policy(**defaults)
    changes, problems = read_overrides(Path(folder), defaults)
    return Policy(**_checked(defaults, changes, problems))


def write_policy(folder: str | Path) -> tuple[Path, ...]:
    """Where are the commented defaults to edit?

    Returns
    -------
    The files written, in the order of their names.

    Raises
    ------
    PolicyError
        If one of the files exists already: nothing is overwritten and nothing is written.
    """
    target = Path(folder)
    paths = tuple(target / f"{name}.toml" for name in sorted(TOPICS))
    existing = [path.name for path in paths if path.exists()]
    if existing:
        problem = (
            f"{target} already holds {', '.join(existing)}. Nothing was written: "
            "choose an empty folder, or delete the files that should go back to the defaults."
        )
        raise PolicyError(problem)
    target.mkdir(parents=True, exist_ok=True)
    for path in paths:
        path.write_bytes((files("dealerml.policy") / path.name).read_bytes())
    return paths


@cache
def _defaults() -> dict[str, Any]:
    source = files("dealerml.policy")
    texts = {name: (source / f"{name}.toml").read_text(encoding="utf-8") for name in TOPICS}
    return {name: tomllib.loads(text) for name, text in texts.items()}


def _checked(
    defaults: dict[str, Any], changes: Mapping[str, object], problems: list[str]
) -> dict[str, Any]:
    merged, found = merge(defaults, changes)
    problems = [*problems, *found]
    # Bounds are looked at only when every value has the right kind.
    problems = problems or find_broken_bounds(merged)
    if problems:
        raise PolicyError(problems)
    return merged


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
