"""How healthy is each dealer, and why: a score of named parts with fixed anchors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dealerml.errors import PolicyError
from dealerml.health.bands import cap_bands, find_unscored, name_bands, weigh_parts
from dealerml.health.facts import collect_facts
from dealerml.health.metrics import known_metrics
from dealerml.health.parts import FULL, Part, ScoredParts, read_parts, score_parts
from dealerml.health.reasons import choose_reasons, explain_part, split_reasons
from dealerml.health.rules import Condition
from dealerml.health.sayings import say_health
from dealerml.health.standing import with_tier
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

# Rounding away the last bits keeps 100 at 100 and a score on a band's edge on its right side.
DECIMALS: Final = 9
SUMMARISED: Final = ("net_amount_365d", "seasonal_pause")


@dataclass(frozen=True)
class Health(Spoken):
    """The health of each dealer.

    Parameters
    ----------
    table
        See `score_health`.
    points
        Dealer × supplied part: points that the part brings; they add up to ``health``.
    costs
        Dealer × supplied part: points of 100 that the part costs; ``health`` and these make 100.
    scored
        Score, value and metric behind each part of the policy.
    facts
        Dealer × metric: the numbers that reasons quote, and ``net_amount_365d``.
    parts
        The supplied parts, in the order of the policy.
    """

    points: pd.DataFrame
    costs: pd.DataFrame
    scored: ScoredParts
    facts: pd.DataFrame
    parts: tuple[Part, ...]

    def reason_sentences(self, dealer_id: str) -> tuple[Sentence, ...]:
        """Which parts cost this dealer most, each with the number behind?"""
        return self._reasons_of([list(self.table.index).index(dealer_id)])[0]

    def reasons_text(self, lang: str = "en") -> pd.Series:
        """How do the reasons of each dealer read? Empty where there are none."""
        between = " " if lang == "en" else ""
        texts = [
            between.join(sentence.text_in(lang) for sentence in sentences)
            for sentences in self._reasons_of(list(range(len(self.table))))
        ]
        return pd.Series(texts, index=self.table.index, dtype="str", name="reasons_text")

    def _reasons_of(self, rows: list[int]) -> list[tuple[Sentence, ...]]:
        good = {part.name: part.good for part in self.parts}
        codes = self.table["reasons"].iloc[rows].tolist()
        facts = self.facts.iloc[rows].to_dict("records")
        metrics = self.scored.metrics.iloc[rows].to_dict("records")
        return [
            tuple(
                explain_part(facts[i], metric=metrics[i][name], good=good[name])
                for name in split_reasons(codes[i])
            )
            for i in range(len(codes))
        ]


def score_health(x: pd.DataFrame, *, policy: Policy | None = None) -> Health:
    """How healthy is each dealer, from 0 to 100, and what costs it most?

    Parameters
    ----------
    x
        Features, one row per dealer.
    policy
        Parts, weights, anchors and bands; the shipped defaults if absent.

    Returns
    -------
    Health whose table has the index of `x` and
        ``health``            0 to 100; NaN for dealers that are new, not active or little known
        ``band``              red, amber or green; missing without a score
        ``capped_by``         caps of the policy that hold, joined by ``;``, where they make the
                              band worse than the score alone; empty otherwise
        ``coverage``          0 to 1; share of the weight of the supplied parts that this dealer has
        ``health_percentile`` 0 to 100; share of scored dealers that are not healthier. Beside the
                              score, never in it
        ``no_score``          never, lapsed, new, part_missing or low_coverage; missing with a score
        ``part_<name>``       0 to 100 for each part of the policy; NaN where not known
        ``reasons``           the up to three parts that cost most, joined by ``;``

    Raises
    ------
    PolicyError
        If the policy names an unknown metric or its weights do not add up to 100.

    Notes
    -----
    Anchors are fixed numbers, not quantiles of the dealers at hand, so that the same metrics give
    the same score in any quarter. A part that no dealer has data for leaves the weights and is said
    once. The churn risk is never read: it stands beside the score as a second opinion.

    Examples
    --------
    B is silent for 2.5 of its usual gaps and sells half of what it sold last year:

    >>> x = pd.DataFrame(
    ...     {"status": "active", "overdue_ratio": [1.0, 2.5], "year_ratio_90d": [1.1, 0.5]},
    ...     index=pd.Index(["A", "B"], name="dealer_id"),
    ... )
    >>> score_health(x).table[["health", "band", "reasons"]].round(1)
               health   band       reasons
    dealer_id
    A           100.0  green
    B            11.0    red  trend;rhythm
    """
    policy = policy or load_policy()
    rules = policy.health
    x = with_tier(x, rules["anchors"], policy=policy)
    known = known_metrics(x)
    declared = read_parts(rules["parts"], known=known, anchors=rules["anchors"])
    scored = score_parts(x, declared)
    parts = tuple(part for part in declared if scored.scores[part.name].notna().any())
    shares, coverage = weigh_parts(scored.scores, parts)
    enough = coverage.round(DECIMALS) >= rules["min_coverage"]
    no_score = find_unscored(_status(x), scored.scores, parts=declared, enough=enough)
    shares.loc[no_score.notna().to_numpy()] = float("nan")
    points = shares * scored.scores[list(shares.columns)]
    costs = shares * FULL - points
    table = pd.DataFrame(_grade(points, x, rules), index=x.index).assign(
        coverage=coverage,
        no_score=no_score,
        **{f"part_{part.name}": scored.scores[part.name] for part in declared},
        reasons=choose_reasons(costs, scored.metrics),
    )
    facts = _collect(x, declared)
    missing = [part.name for part in declared if part not in parts]
    unused = {str(row["part"]) for row in rules["anchors"]} - {part.name for part in declared}
    said = say_health(table, facts, costs=costs, missing=missing)
    if unused:
        said = (*said, Sentence("health.anchors_unused", {"parts": sorted(unused)}))
    return Health(table, said, points, costs, scored, facts, parts)


def _status(x: pd.DataFrame) -> pd.Series:
    return x["status"] if "status" in x.columns else pd.Series("active", index=x.index)


def _grade(points: pd.DataFrame, x: pd.DataFrame, rules: Mapping[str, Any]) -> dict[str, pd.Series]:
    health = points.sum(axis=1, min_count=1).round(DECIMALS)
    rank = health.rank(pct=True, method="max") * FULL
    band = name_bands(health, rules)
    capped, by = cap_bands(band, _caps(x, rules["caps"]))
    return {"health": health, "band": capped, "capped_by": by, "health_percentile": rank}


def _caps(x: pd.DataFrame, rows: list[Mapping[str, Any]]) -> dict[str, tuple[pd.Series, str]]:
    """Whom each cap holds for, and the best band it allows."""
    held = {}
    known = known_metrics(x)
    unknown = [str(row["metric"]) for row in rows if row["metric"] not in known]
    if unknown:
        message = f"health.caps: metric {unknown[0]!r} is unknown. Known: {', '.join(known)}."
        raise PolicyError(message)
    for row in rows:
        condition = Condition(row["metric"], row["comparison"], float(row["threshold"]))
        held[str(row["name"])] = (condition.holds(x), str(row["band"]))
    return held


def _collect(x: pd.DataFrame, parts: tuple[Part, ...]) -> pd.DataFrame:
    metrics = [name for part in parts for name in part.metrics]
    return collect_facts(x, metrics=[*metrics, *SUMMARISED], kinds=metrics)
