"""Which dealers need somebody to act, who, why and until when."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import pandas as pd

from dealerml.dates import as_date
from dealerml.health.evidence import explain_alert, list_evidence, write_evidence
from dealerml.health.facts import collect_facts
from dealerml.health.firing import (
    WATCHED,
    count_paused,
    fire_rules,
    spread_due_dates,
    watch_dealers,
)
from dealerml.health.metrics import known_metrics
from dealerml.health.playbooks import find_playbook, role_name
from dealerml.health.rules import Rule, find_unknown, read_rules
from dealerml.health.sayings import say_alerts
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

COLUMNS: Final = tuple(
    """alert_id as_of dealer_id dealer_name kind severity reason evidence loss_expected owner
    due_date playbook status""".split()
)
DATES: Final = ("as_of", "due_date")
# The role that stands for the dealer's own owner in the policy.
OWN_OWNER: Final = "owner"

Fired: TypeAlias = list[tuple[str, Rule]]


@dataclass(frozen=True)
class Alerts(Spoken):
    """Dated rows that ask somebody to act.

    Parameters
    ----------
    table
        See `raise_alerts`.
    reasons
        The reason of each row of `table`, so that it can be said in any language.
    regions
        Region of each row's dealer; missing where not known.
    roles
        Role of each row whose owner is not known by name; empty text otherwise.
    """

    reasons: tuple[Sentence, ...]
    regions: pd.Series
    roles: tuple[str, ...]

    def table_in(self, lang: str) -> pd.DataFrame:
        """How does the table read in this language? Codes stay English."""
        reasons = [reason.text_in(lang) for reason in self.reasons]
        owners = [
            role_name(role, lang) if role else owner
            for role, owner in zip(self.roles, self.table["owner"], strict=True)
        ]
        return self.table.assign(
            reason=pd.Series(reasons, index=self.table.index, dtype="str"),
            owner=pd.Series(owners, index=self.table.index, dtype="str"),
        )


def raise_alerts(
    frame: pd.DataFrame,
    *,
    as_of: str | dt.date,
    policy: Policy | None = None,
    profile: pd.DataFrame | None = None,
    notes: Iterable[Mapping[str, Any]] = (),
    lang: str = "en",
) -> Alerts:
    """Which dealers need somebody to act on this date?

    Parameters
    ----------
    frame
        Features, one row per dealer, with any of ``abc_class``, ``churn_risk`` and
        ``loss_expected`` joined. A rule whose column is absent or empty is not computed, and this
        is said.
    as_of
        The date of the alerts.
    policy
        Rules and playbooks; the shipped defaults if absent.
    profile
        Names and owners to show, index ``dealer_id``.
    notes
        Rows with ``dealer_id, kind, from_date, until_date``: closed, excluded and merged dealers
        get no alerts, and a seasonal note with both dates is a pause.
    lang
        Language of the texts in the table.

    Returns
    -------
    Alerts whose table has one row per dealer and kind
        ``alert_id``        text; the same in every run: date, kind and dealer
        ``as_of``           date
        ``dealer_id``, ``dealer_name``
        ``kind``            code of the rule
        ``severity``        high, medium or low
        ``reason``          text with the numbers
        ``evidence``        the numbers as ``metric=value`` joined by ``;``
        ``loss_expected``   money; NaN where not known
        ``owner``           who acts: the dealer's owner, or a role
        ``due_date``        date; never on a weekend, and a week or more later where the owner has
                            as many of this kind in that week as the policy lets one person do
        ``playbook``        name of the playbook
        ``status``          open
    ordered by severity, loss expected (largest first), dealer and kind.

    Raises
    ------
    PolicyError
        If a rule names an unknown metric, comparison or playbook.

    Examples
    --------
    A is on time; B usually orders every 10 days and is silent for 30.

    >>> frame = pd.DataFrame(
    ...     {"status": "active", "recency_days": [8.0, 30.0], "gap_days": 10.0, "order_days": 9,
    ...      "gap_p90_days": 14.0, "overdue_ratio": [0.8, 3.0]},
    ...     index=pd.Index(["A", "B"], name="dealer_id"),
    ... )
    >>> alerts = raise_alerts(frame, as_of="2025-06-30")
    >>> alerts.table[["alert_id", "severity", "due_date"]]
                         alert_id severity   due_date
    0  2025-06-30-overdue_order-B     high 2025-07-07
    >>> print(alerts.reasons[0].text)
    No order for 30 days; usually there is one every 10 days, and nine of ten come within 14.
    """
    policy, day = policy or load_policy(), as_date(as_of)
    rules = _checked_rules(policy, frame)
    x = watch_dealers(frame, notes=tuple(notes), as_of=day)
    unknown = {rule.kind: find_unknown(frame, rule) for rule in rules} if len(frame) else {}
    computed = [rule for rule in rules if unknown.get(rule.kind) is None]
    fired = fire_rules(x, computed)
    facts = _facts_of(x, computed)
    table = _tabulate(fired, facts, as_of=day, profile=profile)
    said = say_alerts(
        table,
        missing={kind: metric for kind, metric in unknown.items() if metric},
        paused=count_paused(x, computed),
        closed=_count_watched(frame) - len(x),
    )
    reasons = tuple(explain_alert(facts[dealer_id], rule) for dealer_id, rule in fired)
    alerts = Alerts(table, said, reasons, _regions(x, fired), _roles(table, fired))
    return replace(alerts, table=alerts.table_in(lang))


def _checked_rules(policy: Policy, frame: pd.DataFrame) -> tuple[Rule, ...]:
    rules = read_rules(policy.alerts["rules"], known=known_metrics(frame))
    for rule in rules:
        find_playbook(rule.playbook, policy=policy)
    return rules


def _count_watched(frame: pd.DataFrame) -> int:
    return len(frame) if "status" not in frame else int(frame["status"].isin(WATCHED).sum())


def _facts_of(x: pd.DataFrame, rules: list[Rule]) -> dict[Any, dict[Any, Any]]:
    metrics = [name for rule in rules for name in list_evidence(rule)]
    facts = collect_facts(x, metrics=[*metrics, "loss_expected"], kinds=())
    return dict(zip(facts.index, facts.to_dict("records"), strict=True))


def _tabulate(
    fired: Fired,
    facts: Mapping[Any, Mapping[Any, Any]],
    *,
    as_of: dt.date,
    profile: pd.DataFrame | None,
) -> pd.DataFrame:
    names, owners = _shown(profile, "dealer_name"), _shown(profile, "owner")
    people = [
        owners.get(dealer_id, "") if rule.owner_role == OWN_OWNER else ""
        for dealer_id, rule in fired
    ]
    dues = spread_due_dates(fired, people, as_of=as_of)
    rows = [
        {
            "alert_id": f"{as_of}-{rule.kind}-{dealer_id}",
            "as_of": as_of,
            "dealer_id": dealer_id,
            "dealer_name": names.get(dealer_id, ""),
            "kind": rule.kind,
            "severity": rule.severity,
            "reason": "",
            "evidence": write_evidence(facts[dealer_id], rule),
            "loss_expected": facts[dealer_id]["loss_expected"],
            "owner": owner,
            "due_date": due,
            "playbook": rule.playbook,
            "status": "open",
        }
        for (dealer_id, rule), owner, due in zip(fired, people, dues, strict=True)
    ]
    kinds = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(DATES, "datetime64[s]")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({**kinds, "loss_expected": "float64"})


def _shown(profile: pd.DataFrame | None, name: str) -> dict[Any, str]:
    if profile is None or name not in profile.columns:
        return {}
    shown: dict[Any, str] = profile[name].dropna().to_dict()
    return shown


def _roles(table: pd.DataFrame, fired: Fired) -> tuple[str, ...]:
    owners = table["owner"].tolist()
    return tuple(
        "" if owner else rule.owner_role for owner, (_, rule) in zip(owners, fired, strict=True)
    )


def _regions(x: pd.DataFrame, fired: Fired) -> pd.Series:
    region = x["region"].astype("str") if "region" in x else pd.Series(index=x.index, dtype="str")
    return region.reindex([dealer_id for dealer_id, _ in fired])
