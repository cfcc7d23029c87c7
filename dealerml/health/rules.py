"""Alert rules: data with a closed vocabulary, never code."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dealerml.errors import PolicyError
from dealerml.health.metrics import column, in_pause, read_metric

SEVERITIES: Final = ("high", "medium", "low")
COMPARISONS: Final[Mapping[str, Callable[[pd.Series, float], pd.Series]]] = {
    "above": pd.Series.gt,
    "below": pd.Series.lt,
}


@dataclass(frozen=True)
class Condition:
    """A metric above or below a number."""

    metric: str
    comparison: str
    threshold: float

    def holds(self, x: pd.DataFrame) -> pd.Series:
        """For which dealers does it hold? False where the metric is not known."""
        return COMPARISONS[self.comparison](read_metric(x, self.metric), self.threshold)


@dataclass(frozen=True)
class Rule:
    """One kind of alert, as the policy has it.

    Parameters
    ----------
    conditions
        All must hold; the first is the one the alert is about.
    min_amount
        Least net amount of the last 12 months.
    owner_role
        Who acts; ``owner`` is the dealer's own owner.
    in_pause
        Whether it is raised during a seasonal pause.
    most_per_week
        Alerts of this kind due in one week of one owner; 0 is no limit.
    """

    kind: str
    conditions: tuple[Condition, ...]
    min_amount: float
    severity: str
    owner_role: str
    due_days: int
    in_pause: bool
    playbook: str
    most_per_week: int = 0


def read_rules(rows: Iterable[Mapping[str, Any]], *, known: tuple[str, ...]) -> tuple[Rule, ...]:
    """Which rules does the policy name, in its order?

    Parameters
    ----------
    rows
        Rows of the policy's ``alerts.rules``.
    known
        Metrics that may be named.

    Raises
    ------
    PolicyError
        If a metric, comparison or severity is unknown; all problems at once.
    """
    rules = tuple(_read_rule(row) for row in rows)
    problems = [text for rule in rules for text in _problems(rule, known)]
    if problems:
        raise PolicyError(problems)
    return rules


def find_dealers(x: pd.DataFrame, rule: Rule) -> pd.Series:
    """For which dealers does a rule hold?

    Parameters
    ----------
    x
        Features and joined columns of the dealers that may get alerts.

    Returns
    -------
    Boolean per row of `x`.
    """
    holds = pd.Series(True, index=x.index)  # noqa: FBT003
    for condition in rule.conditions:
        holds &= condition.holds(x)
    if rule.min_amount > 0:
        holds &= column(x, "net_amount_365d") >= rule.min_amount
    return holds if rule.in_pause else holds & ~in_pause(x)


def find_unknown(x: pd.DataFrame, rule: Rule) -> str | None:
    """Which metric of a rule has no data at all? None when the rule can be computed."""
    names = [condition.metric for condition in rule.conditions]
    return next((name for name in names if not read_metric(x, name).notna().any()), None)


def _read_rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        kind=row["kind"],
        conditions=tuple(_conditions(row)),
        min_amount=float(row["min_amount"]),
        severity=row["severity"],
        owner_role=row["owner_role"],
        due_days=int(row["due_days"]),
        in_pause=bool(row["in_pause"]),
        playbook=row["playbook"],
        most_per_week=int(row.get("most_per_week", 0)),
    )


def _conditions(row: Mapping[str, Any]) -> Iterator[Condition]:
    for prefix in ("", "also_"):
        if row.get(f"{prefix}metric"):
            threshold = float(row[f"{prefix}threshold"])
            yield Condition(row[f"{prefix}metric"], row[f"{prefix}comparison"], threshold)


def _problems(rule: Rule, known: tuple[str, ...]) -> Iterator[str]:
    where = f"alerts.rules {rule.kind!r}"
    for condition in rule.conditions:
        if condition.metric not in known:
            yield f"{where}: metric {condition.metric!r} is unknown. Known: {', '.join(known)}."
        if condition.comparison not in COMPARISONS:
            allowed = " or ".join(COMPARISONS)
            yield f"{where}: comparison is {condition.comparison!r}; it must be {allowed}."
    if rule.severity not in SEVERITIES:
        allowed = ", ".join(SEVERITIES)
        yield f"{where}: severity is {rule.severity!r}; it must be one of {allowed}."
