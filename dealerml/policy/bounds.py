"""Which values of a policy make no sense, whatever the company?"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

# Suffixes that mean the same everywhere, with the smallest and the largest value.
SUFFIX_BOUNDS: Final = {
    "_share": (0, 1),
    "_rate": (0, 1),
    "_quantile": (0, 1),
    "_days": (0, 3650),
    "_cost": (0, float("inf")),
}
KEY_BOUNDS: Final = {
    "definitions.active_days": (1, 3650),
    "definitions.horizon": (1, 730),
    "definitions.min_order_days": (1, 1000),
    "definitions.fiscal_year_start": (1, 12),
    "exports.similar_from": (0.5, 1),
    "classes.growing_ratio": (0, 10),
    "tiers.points.weight": (0, 100),
    "segments.k_min": (2, 20),
    "segments.k_max": (2, 20),
    "segments.stability": (0, 1),
    "segments.min_dealers": (3, 100_000),
    "segments.resamples": (2, 500),
    "costs.calls_per_owner": (0, 10_000),
    "churn.partial_fall": (0, 1),
    "health.amber_from": (0, 100),
    "health.green_from": (0, 100),
    "health.min_coverage": (0, 1),
    "health.parts.weight": (0, 100),
    "contacts.visits_per_week": (1, 1000),
    "alerts.rules.most_per_week": (0, 10_000),
}
CHOICES: Final = {
    "definitions.period": ("month", "quarter", "year"),
    "exports.accept": ("code", "tax_number", "name"),
    "classes.scheme": ("contribution", "core", "potential"),
    "tiers.rule": ("quantile", "amount", "points"),
    "churn.definition": ("horizon", "rhythm", "partial"),
    "health.caps.comparison": ("above", "below"),
    "health.caps.band": ("red", "amber"),
    "alerts.rules.severity": ("high", "medium", "low"),
    "alerts.rules.comparison": ("above", "below"),
    "alerts.rules.also_comparison": ("above", "below"),
}
# The first must be below the second.
ORDERED: Final = (
    ("classes", "a_share", "b_share"),
    ("lifecycle", "declining_ratio", "growing_ratio"),
    ("churn", "rhythm_min_days", "rhythm_max_days"),
    ("health", "amber_from", "green_from"),
)
UNIQUE: Final = (
    ("tiers", "tiers", "name"),
    ("tiers", "points", "measure"),
    ("health", "parts", "name"),
    ("health", "caps", "name"),
    ("alerts", "rules", "kind"),
    ("playbooks", "playbooks", "name"),
    ("contacts", "cadence", "abc_class"),
    ("contacts", "topics", "name"),
)


def find_broken_bounds(policy: dict[str, Any]) -> list[str]:
    """What in a policy of the right keys and kinds cannot be meant?

    Parameters
    ----------
    policy
        Topic → content.

    Returns
    -------
    One message per problem, in the order of the policy; empty if all is well.
    """
    single = [text for path, value in _values(policy, "") for text in _check_value(path, value)]
    return single + [text for check in CHECKS for text in check(policy)]


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _values(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item, path)
    else:
        yield path, value


def _check_value(path: str, value: Any) -> Iterator[str]:
    allowed = CHOICES.get(path)
    if allowed and value not in allowed:
        yield f"{path} is {value!r}; it must be one of {', '.join(allowed)}."
    key = path.rpartition(".")[2]
    by_suffix = [limits for suffix, limits in SUFFIX_BOUNDS.items() if key.endswith(suffix)]
    limits = KEY_BOUNDS.get(path) or (by_suffix[0] if by_suffix else None)
    if limits and not isinstance(value, str) and not limits[0] <= value <= limits[1]:
        upper = f" and at most {limits[1]}" if limits[1] != float("inf") else ""
        yield f"{path} is {value}; it must be at least {limits[0]}{upper}."


def _check_order(policy: dict[str, Any]) -> Iterator[str]:
    for topic, lower, upper in ORDERED:
        low, high = policy[topic][lower], policy[topic][upper]
        if not low < high:
            yield f"{topic}.{lower} is {low}; it must be below {topic}.{upper}, which is {high}."
    fewest, most = policy["segments"]["k_min"], policy["segments"]["k_max"]
    if fewest > most:
        yield f"segments.k_min is {fewest}; it must not be above segments.k_max, which is {most}."


def _check_unique(policy: dict[str, Any]) -> Iterator[str]:
    for topic, rows, key in UNIQUE:
        names = [row[key] for row in policy[topic][rows]]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{topic}.{rows}: {key} {name!r} is there more than once; each needs its own."


def _check_tiers(policy: dict[str, Any]) -> Iterator[str]:
    starts = [tier["at_least"] for tier in policy["tiers"]["tiers"]]
    if not all(a > b for a, b in pairwise(starts)):
        yield (
            f"tiers.tiers.at_least is {starts}; write the highest tier first, each below the one "
            "before."
        )
    if policy["tiers"]["rule"] == "quantile" and (starts[-1] != 0 or not 0 <= starts[0] <= 1):
        yield (
            f"tiers.tiers.at_least is {starts}; quantiles lie between 0 and 1, and the last is 0, "
            "so that every dealer that orders has a tier. For amounts write rule = 'amount'."
        )
    total = sum(part["weight"] for part in policy["tiers"]["points"])
    if abs(total - 100) > 1e-9:
        yield f"tiers.points.weight adds up to {total:g}; it must add up to 100."


def _check_parts(policy: dict[str, Any]) -> Iterator[str]:
    parts = policy["health"]["parts"]
    total = sum(part["weight"] for part in parts)
    if abs(total - 100) > 1e-9:
        yield f"health.parts.weight adds up to {total:g}; it must add up to 100."
    named = [(f"health.parts {part['name']!r}", part) for part in parts]
    own = [(f"health.anchors {row['part']!r}", row) for row in policy["health"]["anchors"]]
    for where, row in named + own:
        if row["bad"] == row["good"]:
            yield f"{where}: bad and good are both {row['bad']:g}."


def _check_authority(policy: dict[str, Any]) -> Iterator[str]:
    for table, sources in policy["exports"]["authority"].items():
        for source in sorted({name for name in sources if sources.count(name) > 1}):
            yield f"exports.authority.{table}: {source!r} is there more than once."


def _check_playbooks(policy: dict[str, Any]) -> Iterator[str]:
    known = [playbook["name"] for playbook in policy["playbooks"]["playbooks"]]
    for rule in policy["alerts"]["rules"]:
        if rule["playbook"] not in known:
            yield (
                f"alerts.rules {rule['kind']!r}: playbook {rule['playbook']!r} is unknown. "
                f"Known: {', '.join(sorted(known))}."
            )


CHECKS: Final[tuple[Callable[[dict[str, Any]], Iterator[str]], ...]] = (
    _check_order,
    _check_unique,
    _check_tiers,
    _check_parts,
    _check_authority,
    _check_playbooks,
)
