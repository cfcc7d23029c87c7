"""One page to lay before a dealer: sales, target, way to the next tier, range, open cases."""

from typing import Any, Final

import pandas as pd

from dealerml.errors import ReviewError
from dealerml.features import build_features, build_mix, build_series, dealer_profile
from dealerml.growth.targets import find_next_steps
from dealerml.policy import Policy, load_policy
from dealerml.review.cards import Card, card_tile, months_picture
from dealerml.review.page import Table, name_table
from dealerml.review.tiles import Tile
from dealerml.segments import assign_tiers
from dealerml.segments.tiers import tier_name
from dealerml.tables import Snapshot
from dealerml.words import Sentence, say

RANGE: Final = ("category", "net_amount", "net_amount_last_year", "growth")
CASES: Final = ("case_id", "kind", "opened_date")
MOST_SHOWN: Final = 12


def make_sheet(
    snapshot: Snapshot, dealer_id: str, *, policy: Policy | None = None, lang: str = "en"
) -> Card:
    """What do we lay before a dealer when we meet it?

    Nothing on the page judges the dealer: no risk, no health, no loss, no place among others but
    its tier, which is published.

    Raises
    ------
    ReviewError
        If the export knows no such dealer, with the nearest ids.
    """
    policy = policy or load_policy()
    profile, x = dealer_profile(snapshot), build_features(snapshot, policy=policy)
    if dealer_id not in x.index:
        message = _unknown(dealer_id, x.index, profile)
        raise ReviewError(message)
    row, tiers = x.loc[[dealer_id]].iloc[0], assign_tiers(x, policy=policy).table
    tier = tiers.loc[[dealer_id]].iloc[0] if dealer_id in tiers.index else pd.Series(dtype=object)
    series = build_series(snapshot).reindex([dealer_id])
    picture, caption = months_picture(series, lang)
    name = profile["dealer_name"].get(dealer_id)
    return Card(
        title=f"{name} · {dealer_id}" if isinstance(name, str) else dealer_id,
        standing=say("review.sheet_for", lang),
        tiles=_tiles(row, tier, lang),
        picture=picture,
        caption=caption,
        paragraphs=_paragraphs(snapshot, dealer_id, row, tier, lang),
        tables=_tables(snapshot, dealer_id, lang),
    )


def _unknown(dealer_id: str, known: pd.Index, profile: pd.DataFrame) -> str:
    import difflib

    names = {str(name): str(id_) for id_, name in profile["dealer_name"].dropna().items()}
    if dealer_id in names:
        return f"{dealer_id!r} is a name; the dealer's id is {names[dealer_id]}."
    near = difflib.get_close_matches(dealer_id, [*map(str, known)], n=3)
    hint = f" Near it: {', '.join(near)}." if near else ""
    return f"The export knows no order of a dealer {dealer_id!r}.{hint}"


def _tiles(row: pd.Series, tier: pd.Series, lang: str) -> list[Tile]:
    growth = row["year_ratio_365d"] - 1
    grown = "" if pd.isna(growth) else say("review.tile_note.growth", lang, growth=growth)
    named = tier_name(str(tier["tier"])) if isinstance(tier.get("tier"), str) else ""
    told = named.text_in(lang) if isinstance(named, Sentence) else named
    tiles = [
        card_tile("card_sales", row["net_amount_365d"], "money", lang, note=grown),
        card_tile("card_quarter", row["net_amount_90d"], "money", lang),
        card_tile("card_target", row.get("target_attainment"), "percent", lang),
        Tile(say("review.tile.card_tier", lang), told),
        card_tile("card_gap", tier.get("gap_to_next_amount"), "money", lang),
        card_tile("card_cases", row.get("cases_open"), "count", lang),
    ]
    return [tile for tile in tiles if tile.value]


def _paragraphs(
    snapshot: Snapshot, dealer_id: str, row: pd.Series, tier: pd.Series, lang: str
) -> list[tuple[str, list[str]]]:
    told = []
    target, reached = row.get("target_amount"), row.get("target_attainment")
    if target is not None and not pd.isna(target) and not pd.isna(reached):
        told.append(say("review.sheet_target", lang, target=target, share=reached))
    gap = tier.get("gap_to_next_amount")
    if gap is not None and not pd.isna(gap):
        told.append(say("review.sheet_gap", lang, amount=gap, share=tier["gap_to_next_share"]))
    steps = find_next_steps(snapshot)
    if dealer_id in steps.index:
        step = steps.loc[[dealer_id]].iloc[0]
        facts = {"gap": step["gap_amount"], "share": step["rebate_share"]}
        told.append(say("review.sheet_step", lang, **facts))
    return [(say("review.sheet_standing", lang), told)] if told else []


def _tables(snapshot: Snapshot, dealer_id: str, lang: str) -> list[Table]:
    mix = build_mix(snapshot)
    own = mix[mix["dealer_id"] == dealer_id]
    now, before = (
        own[own["period"] == period].set_index("key")["net_amount"] for period in ("now", "before")
    )
    keys = now.index.union(before.index)
    table = pd.DataFrame(
        {
            "category": [key or say("common.not_known", lang) for key in keys],
            "net_amount": now.reindex(keys).fillna(0.0).to_numpy(),
            "net_amount_last_year": before.reindex(keys).fillna(0.0).to_numpy(),
        }
    )
    base = table["net_amount_last_year"]
    table["growth"] = table["net_amount"] / base.where(base > 0) - 1
    table = table.sort_values("net_amount", ascending=False, kind="stable").head(MOST_SHOWN)
    tables = [
        name_table(table, RANGE, name="sheet_range", lang=lang),
        name_table(_open_cases(snapshot, dealer_id), CASES, name="sheet_cases", lang=lang),
    ]
    return [each for each in tables if each.rows]


def _open_cases(snapshot: Snapshot, dealer_id: str) -> pd.DataFrame:
    rows = snapshot.table("cases")
    if rows is None:
        return pd.DataFrame(columns=list(CASES))
    cases: Any = rows.collect("pandas").to_native()
    waits = cases["closed_date"].isna() if "closed_date" in cases else cases["dealer_id"].notna()
    found: pd.DataFrame = cases[waits & (cases["dealer_id"] == dealer_id)]
    found = found.assign(opened_date=pd.to_datetime(found["opened_date"]))
    return found.sort_values("opened_date").head(MOST_SHOWN)
