"""Each quarter: learn again from what has happened, and change the model only for a reason."""

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dealerml.churn import (
    CHURN_MODELS,
    Backtest,
    ChurnModel,
    ModelChoice,
    backtest_churn,
    choose_model,
    fit_churn,
    score_churn,
)
from dealerml.churn.changes import ListChanges, compare_lists, list_risks
from dealerml.churn.definitions import Comebacks, measure_comebacks, say_definition
from dealerml.churn.drift import Drift, measure_drift
from dealerml.churn.models import ModelFunction
from dealerml.churn.promotion import Promotion, decide_promotion
from dealerml.churn.saved import dump_model, load_model
from dealerml.churn.saving import SaveRate, correct_labels, estimate_save_rate
from dealerml.churn.store import add_version, champion_of, promote, read_version
from dealerml.dates import add_months, month_end
from dealerml.errors import StoreError
from dealerml.exports import Ingest
from dealerml.features import build_features, posting_lag
from dealerml.policy import Policy
from dealerml.review.start import gather_with_past, settle_terms
from dealerml.tables import Snapshot, Tables
from dealerml.words import Sentence, Spoken

CARD, PAGE, RISKS = "card.json", "card.html", "risks.csv"
PROMOTED: Final = ("first", "refresh", "replace")


@dataclass(frozen=True)
class Retraining(Spoken):
    """What a quarter's retraining found, decided and wrote.

    Parameters
    ----------
    table
        The promotion's comparisons.
    version, champion, before
        Names in the store: the version written (None where nothing could be fitted), the one in use
        from now on, and the one in use before (None in an empty store).
    """

    as_of: dt.date
    policy: Policy
    promotion: Promotion
    backtest: Backtest
    choice: ModelChoice
    churn: ChurnModel
    drift: Drift
    changes: ListChanges
    comebacks: Comebacks
    save_rate: SaveRate
    ingest: Ingest | None
    version: str | None
    champion: str | None
    before: str | None


def load_champion(store: str | Path, policy: Policy, *, horizon: int | None = None) -> ChurnModel:
    """Which model is in use, and may it be used under these definitions?

    Raises
    ------
    StoreError
        If the store has no champion, its files were changed, or it means something else by stopped.
    """
    store = Path(store)
    name = champion_of(store)
    if name is None:
        message = (
            f"{store} holds no champion yet. Make one: dealerml retrain EXPORTS --store {store}"
        )
        raise StoreError(message)
    model = load_model(read_version(store, name))
    wanted = say_definition(horizon or int(policy.definitions["horizon"]), policy)
    if model.definition != wanted:
        message = (
            f"Version {name} was trained for another definition. Its own: "
            f"{model.definition.text} In force now: {wanted.text} Retrain, or use its definition."
        )
        raise StoreError(message)
    return model


def retrain(
    tables: Tables,
    store: str | Path,
    calls: pd.DataFrame | None = None,
    *,
    as_of: str | dt.date | None = None,
    policy: Policy | None = None,
    models: Mapping[str, ModelFunction] = CHURN_MODELS,
    random_state: int = 0,
    lang: str = "en",
) -> Retraining:
    """Should the churn model change this quarter? Find out, write it down, and do it.

    Parameters
    ----------
    store
        Folder of the models, made if absent.
    calls
        What came of earlier call lists, from ``read_calls``: dealers that were closed, moved or
        paused no longer count as stopped, and what calls save is measured.
    models
        Recipes that compete.
    lang
        Language of the model card's page.

    Raises
    ------
    StoreError
        If the champion cannot be read: a damaged model is never replaced in silence.
    """
    store = Path(store)
    snapshot, policy, said = settle_terms(tables, as_of=as_of, policy=policy)
    before = champion_of(store)
    champion = load_champion(store, policy) if before else None
    ends: dict[str, Any] = {
        "horizon_days": int(policy.definitions["horizon"]),
        "posting_lag_days": posting_lag(snapshot),
        "random_state": random_state,
        "policy": policy,
    }
    x, panel = gather_with_past(snapshot, policy=policy)
    save_rate = estimate_save_rate(calls, panel, policy=policy)
    if calls is not None:
        panel = correct_labels(panel, calls)
        said = (*said, *save_rate.said)
    backtest = backtest_churn(panel, models, **ends)
    choice = choose_model(backtest, panel, policy)
    promotion = decide_promotion(
        backtest, choice, panel, champion=champion, random_state=random_state, policy=policy
    )
    recipe = promotion.recipe or choice.name
    churn = fit_churn(panel, models, model=recipe or "silence_rule", **ends)
    used = champion if promotion.kind == "keep" and champion else churn
    found = _look(snapshot, x, panel, used, before=before, store=store, policy=policy)
    draft = Retraining(
        table=promotion.table,
        said=(*said, *promotion.said, *found["drift"].said, *found["changes"].said),
        as_of=snapshot.as_of,
        policy=policy,
        promotion=promotion,
        backtest=backtest,
        choice=choice,
        churn=churn,
        save_rate=save_rate,
        ingest=tables.ingest,
        version=None,
        champion=before,
        before=before,
        **{name: found[name] for name in ("drift", "changes", "comebacks")},
    )
    return _write(draft, found["risks"], store, lang)


def _look(
    snapshot: Snapshot,
    x: pd.DataFrame,
    panel: pd.DataFrame,
    model: ChurnModel,
    *,
    before: str | None,
    store: Path,
    policy: Policy,
) -> dict[str, Any]:
    """Who is at risk now, what has shifted in a year, and who is new on the list."""
    scores = score_churn(model, x, policy=policy)
    risks = list_risks(scores, x)
    last, date = _last_risks(store, before)
    days = (snapshot.as_of - date).days if date else 0
    changes = compare_lists(last, risks, x=x, scores=scores, days_between=days, policy=policy)
    horizon = int(policy.definitions["horizon"])
    return {
        "risks": risks,
        "changes": changes,
        "drift": _measure_drift(snapshot, x, panel, model, policy),
        "comebacks": measure_comebacks(panel, horizon_days=horizon),
    }


def _measure_drift(
    snapshot: Snapshot, x: pd.DataFrame, panel: pd.DataFrame, model: ChurnModel, policy: Policy
) -> Drift:
    date = month_end(add_months(snapshot.as_of, -12))
    columns = model.fitted.columns if model.fitted is not None else ()
    if date < snapshot.begin:
        return measure_drift(x.iloc[:0], x, columns)
    then = panel.index.get_level_values("as_of") == pd.Timestamp(date)
    if then.any():
        earlier = panel[then].droplevel("as_of")
    else:
        earlier = build_features(snapshot.at(date), policy=policy)
    known = [name for name in columns if name in earlier and name in x]
    return measure_drift(earlier, x, known)


def _last_risks(store: Path, name: str | None) -> tuple[pd.DataFrame | None, dt.date | None]:
    if name is None:
        return None, None
    content = read_version(store, name)[RISKS]
    table = pd.read_csv(io.BytesIO(content), dtype={"dealer_id": "str"}, keep_default_na=False)
    return table, dt.date.fromisoformat(name[:10])


def _write(draft: Retraining, risks: pd.DataFrame, store: Path, lang: str) -> Retraining:
    """The version and, if it is to be used, the pointer; nothing where nothing could be fitted."""
    from dataclasses import replace

    from dealerml.review.model_card import list_files

    if draft.churn.fitted is None:
        return draft
    files = dump_model(draft.churn) | list_files(draft, risks, lang)
    version = add_version(store, draft.as_of.isoformat(), files)
    champion = draft.champion
    if draft.promotion.kind in PROMOTED:
        promote(store, version)
        champion = version
    values = {"version": version, "champion": champion}
    said = (*draft.said, Sentence("churn.version_written", values))
    return replace(draft, version=version, champion=champion, said=said)
