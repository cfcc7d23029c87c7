"""What is shown beside a dealer, and never computed with."""

import pandas as pd

from dealerml.tables import Snapshot

SHOWN = ("dealer_name", "role", "parent_id", "region", "city", "owner", "tier_current")


def dealer_profile(snapshot: Snapshot) -> pd.DataFrame:
    """Who is each dealer, as listed today, and what did people note about it?

    Today's list was not known on a past date. Everything here is for display only: a feature, a
    segment or a score that read it would look into the future.

    Returns
    -------
    Text, one row per dealer seen or listed, index ``dealer_id`` in order: ``dealer_name`` (the
    code where no name is known), ``role, parent_id, region, city, owner, tier_current``, ``note``
    (notes in force, joined) and ``is_listed``, whether the dealer list has it. A code that was
    succeeded is shown under the code that continues it, whose own entry in the list comes first.
    """
    seen = snapshot.days.select("dealer_id").unique().collect("pandas").to_native()["dealer_id"]
    listed = _listed(snapshot)
    index = pd.Index(sorted({*seen, *listed.index}), name="dealer_id", dtype="str")
    profile = listed.reindex(index)
    profile["is_listed"] = index.isin(listed.index)
    profile["dealer_name"] = profile["dealer_name"].fillna(pd.Series(index, index=index))
    profile["note"] = pd.Series(_notes(snapshot), dtype="str").reindex(index)
    return profile


def _listed(snapshot: Snapshot) -> pd.DataFrame:
    if snapshot.dealers is None:
        empty = pd.DataFrame(columns=list(SHOWN), dtype="str")
        return empty.set_axis(pd.Index([], name="dealer_id", dtype="str"))
    table = snapshot.dealers.select("dealer_id", *SHOWN).collect("pandas").to_native()
    table = table.astype("str").sort_values("dealer_id")
    present = {code: snapshot.successors.get(code, code) for code in table["dealer_id"]}
    is_old = table["dealer_id"].isin(list(snapshot.successors))
    table["dealer_id"] = table["dealer_id"].map(present)
    table["parent_id"] = table["parent_id"].replace(dict(snapshot.successors))
    own_first: pd.DataFrame = pd.concat([table[~is_old], table[is_old]])
    return own_first.drop_duplicates("dealer_id").set_index("dealer_id")


def _notes(snapshot: Snapshot) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for note in snapshot.notes:
        if note["until_date"] is None or note["until_date"] >= snapshot.as_of:
            said = f"{note['kind']} {note['from_date']}"
            said += f": {note['note']}" if note["note"] else ""
            texts.setdefault(note["dealer_id"], []).append(said)
    return {dealer: "; ".join(said) for dealer, said in texts.items()}
