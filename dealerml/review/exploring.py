"""Segments to play with in a notebook: choose features, number and region, and see what changes."""

from html import escape
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.features import feature_columns
from dealerml.policy import Policy, load_policy
from dealerml.review.telling import show
from dealerml.segments import Segments, fit_segments
from dealerml.words import column_label, say

if TYPE_CHECKING:
    from ipywidgets import VBox

EVERYWHERE: Final = ""
AUTOMATIC: Final = 0
MOST: Final = 10
# Resampled less often than for a review, so that a change is seen at once.
QUICK: Final = 10


def explore_segments(
    x: pd.DataFrame, *, policy: Policy | None = None, random_state: int = 0, lang: str = "en"
) -> "VBox":
    """How do segments change with the features, their number and the region?

    Parameters
    ----------
    x
        Features, one row per dealer.
    policy
        ``segments``; what it says of numbers and stability holds while the number is automatic.
    random_state
        Seed of resamples and starts.
    lang
        ``en`` or ``zh``.

    Returns
    -------
    Controls for JupyterLab: features (none: how often, how much and how broadly dealers buy), the
    number of segments (0: what holds best) and the region; below them the finding, the middle
    dealer of each segment and the picture. It changes as soon as something is chosen.
    """
    from ipywidgets import HTML, Dropdown, IntSlider, SelectMultiple, VBox

    columns = [name for name in feature_columns(x) if x[name].notna().any()]
    regions = sorted(x["region"].dropna().unique()) if "region" in x else []
    features = SelectMultiple(
        options=[(column_label(name, lang), name) for name in columns],
        description=say("notebook.explore.features", lang),
        rows=8,
    )
    number = IntSlider(
        value=AUTOMATIC, min=AUTOMATIC, max=MOST, description=say("notebook.explore.number", lang)
    )
    region = Dropdown(
        options=[
            (say("notebook.explore.everywhere", lang), EVERYWHERE),
            *((r, r) for r in regions),
        ],
        value=EVERYWHERE,
        description=say("notebook.explore.region", lang),
    )
    result = HTML()

    def refresh(_: Any = None) -> None:
        here = x if region.value == EVERYWHERE else x[x["region"] == region.value]
        rules = _rules(policy or load_policy(), number.value)
        found = fit_segments(here, columns=features.value, random_state=random_state, policy=rules)
        result.value = _page(found, lang)

    for control in (features, number, region):
        control.observe(refresh, names="value")
    refresh()
    return VBox([features, number, region, result])


def _rules(policy: Policy, number: int) -> Policy:
    """The policy in force; a number that was asked for is taken whether it holds or not."""
    rules: dict[str, object] = {"resamples": QUICK}
    if number > 1:
        rules |= {"k_min": number, "k_max": number, "stability": 0.0, "min_share": 0.0}
    return policy.changed({f"segments.{name}": value for name, value in rules.items()})


def _page(found: Segments, lang: str) -> str:
    from dealerml.segments.plots import draw_segments

    text = f"<p>{escape(found.text_in(lang))}</p>"
    if not found.model.names:
        return text
    return text + show(found.profile, lang=lang)._repr_html_() + draw_segments(found, lang)
