"""Which system leads, which one each table is believed from, and whose dealer is whose."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dealerml.errors import ExportError
from dealerml.exports.linking.links import Links, accepted_links, propose_links, tell_links
from dealerml.exports.sql import quote_text
from dealerml.exports.systems import OWN_TABLES, Systems
from dealerml.exports.views import Group
from dealerml.exports.workspace import Workspace
from dealerml.policy import Policy, load_policy
from dealerml.tables import SCHEMAS

if TYPE_CHECKING:
    import pandas as pd

LINES = "order_lines"
KNOWN_OF_DEALERS = ("dealer_id", "dealer_name", "dealer_code", "tax_number", "city")


def settle_systems(
    workspace: Workspace, groups: Sequence[Group], policy: Policy | None
) -> tuple[Systems, Links | None]:
    """Which system leads, and how are the dealers of the others linked to its own?

    Returns
    -------
    The systems, and the links between their dealers; None where there is one system.

    Raises
    ------
    ExportError
        If two systems have order lines and the policy does not say which one counts.
    """
    having: dict[str, list[str]] = {}
    for group in groups:
        if group.kind.table in SCHEMAS and group.kind.table not in OWN_TABLES:
            sources = having.setdefault(group.kind.table, [])
            if group.kind.source not in sources:
                sources.append(group.kind.source)
    if len({source for sources in having.values() for source in sources}) == 1:
        return Systems(having[LINES][0], having), None
    policy = policy or load_policy()
    order = {table: _ranked(table, sources, policy) for table, sources in having.items()}
    lead = order[LINES][0]
    others = sorted({s for sources in having.values() for s in sources} - {lead})
    links = _link(workspace, groups, lead=lead, others=others, policy=policy)
    names = {source: f"links_{place}" for place, source in enumerate(others)}
    for source, name in names.items():
        _keep_links(workspace, name, links.accepted, source)
    return Systems(lead, order, names), links


def _ranked(table: str, sources: Sequence[str], policy: Policy) -> list[str]:
    """The systems of a table, the one to be believed first."""
    authority: Mapping[str, list[str]] = policy.exports["authority"]
    preferred = [*authority.get(table, ()), *authority.get("default", ())]
    unnamed = [source for source in sources if source not in preferred]
    if table == LINES and len(sources) > 1 and unnamed:
        message = (
            f"Order lines come from {', '.join(sources)}, and counting both would count money "
            "twice. Say in the policy which one counts: exports.toml, [authority], "
            f'{LINES} = ["{sources[0]}", …].'
        )
        raise ExportError(message)
    return sorted(sources, key=lambda s: preferred.index(s) if s in preferred else len(preferred))


def _link(
    workspace: Workspace,
    groups: Sequence[Group],
    *,
    lead: str,
    others: Sequence[str],
    policy: Policy,
) -> Links:
    import pandas as pd

    ours = _list_dealers(workspace, groups, lead)
    decided = _decided(workspace, groups)
    found = [
        propose_links(
            ours,
            _list_dealers(workspace, groups, source),
            source=source,
            decided=decided,
            least_certainty=float(policy.exports["similar_from"]),
        )
        for source in others
    ]
    table = pd.concat(found, ignore_index=True)
    return tell_links(table, accepted_links(table, accept=policy.exports["accept"]))


def _list_dealers(workspace: Workspace, groups: Sequence[Group], source: str) -> "pd.DataFrame":
    """What a system's dealer list says; without one, the codes its other files use."""
    own = [group for group in groups if group.kind.source == source]
    lists = [group for group in own if group.kind.table == "dealers"]
    wanted = lists or [g for g in own if "dealer_id" in g.fields.expressions]
    rows = " UNION ALL ".join(_dealer_rows(group, named=bool(lists)) for group in wanted)
    if not rows:
        rows = "SELECT " + ", ".join(f"'' AS {name}" for name in KNOWN_OF_DEALERS) + " WHERE false"
    named = ", ".join(f"coalesce(min({name}), '') AS {name}" for name in KNOWN_OF_DEALERS[1:])
    query = (
        f"SELECT dealer_id, {named} FROM ({rows}) WHERE dealer_id IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    frame: pd.DataFrame = workspace.connection.execute(query).df()
    return frame.astype("str")


def _dealer_rows(group: Group, *, named: bool) -> str:
    have = group.fields.expressions if named else {"dealer_id"}
    columns = ", ".join(
        f"{name if name in have else 'CAST(NULL AS VARCHAR)'} AS {name}"
        for name in KNOWN_OF_DEALERS
    )
    return f'SELECT {columns} FROM read_{group.number} WHERE "judged:set_aside" IS NULL'


def _decided(workspace: Workspace, groups: Sequence[Group]) -> "pd.DataFrame | None":
    own = [group for group in groups if group.kind.table == "dealer_links"]
    if not own:
        return None
    columns = list(SCHEMAS["dealer_links"])
    rows = " UNION ALL BY NAME ".join(
        f'SELECT * FROM read_{group.number} WHERE "judged:set_aside" IS NULL' for group in own
    )
    frame: Any = workspace.connection.execute(f"SELECT * FROM ({rows})").df()
    kept = [name for name in columns if name in frame.columns]
    decided: pd.DataFrame = frame[kept].astype("object").fillna("").astype("str")
    return decided


def _keep_links(workspace: Workspace, name: str, accepted: "pd.DataFrame", source: str) -> None:
    own = accepted[accepted["other_source"] == source]
    pairs = ", ".join(
        f"({quote_text(other)}, {quote_text(ours)})"
        for other, ours in zip(own["other_id"], own["dealer_id"], strict=True)
    )
    rows = f"(VALUES {pairs})" if pairs else "(SELECT '' , '' WHERE false)"
    workspace.connection.execute(
        f"CREATE TABLE {name} AS SELECT * FROM {rows} AS t(other_id, linked_id)"
    )
