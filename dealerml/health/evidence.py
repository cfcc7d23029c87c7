"""Why an alert was raised: a sentence with its numbers, and the numbers for machines."""

from collections.abc import Mapping
from typing import Any, Final

from dealerml.health.facts import QUOTED, SPOKEN_METRIC, quote_facts
from dealerml.health.rules import Rule
from dealerml.words import Sentence, has_entry

DECIMALS: Final = 4


def explain_alert(facts: Mapping[Any, Any], rule: Rule) -> Sentence:
    """How is the reason of an alert said?

    Parameters
    ----------
    facts
        Numbers of one dealer, with the metrics of `list_evidence`.
    """
    first = rule.conditions[0]
    key, kind = _sentence_of(rule)
    args = quote_facts(facts, metric=first.metric, kind=kind)
    return Sentence(key, {**args, "threshold": first.threshold})


def list_evidence(rule: Rule) -> tuple[str, ...]:
    """Which metrics stand behind an alert: those of its conditions, then those it quotes?"""
    metrics = [condition.metric for condition in rule.conditions]
    quoted = QUOTED.get(_sentence_of(rule)[1], {}).values()
    return tuple(dict.fromkeys([*metrics, *quoted]))


def write_evidence(facts: Mapping[Any, Any], rule: Rule) -> str:
    """How are the numbers behind an alert written, as ``metric=value`` joined by ``;``?"""
    pairs = ((name, facts[name]) for name in list_evidence(rule))
    return ";".join(f"{name}={_number(value)}" for name, value in pairs if value == value)


def _sentence_of(rule: Rule) -> tuple[str, str]:
    # A kind's own sentence is true only of the metric it was written for.
    metric = rule.conditions[0].metric
    if SPOKEN_METRIC.get(rule.kind) == metric:
        return f"health.alert.{rule.kind}", rule.kind
    if has_entry(f"health.reason.{metric}"):
        return f"health.reason.{metric}", metric
    return "health.alert.other", metric


def _number(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
