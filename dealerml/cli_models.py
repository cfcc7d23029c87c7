"""The shell's commands about models: retrain each quarter, list, show, promote, roll back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dealerml.shell import (
    ActiveDays,
    AsOf,
    Exports,
    Horizon,
    Json,
    Lang,
    Language,
    PolicyDir,
    Source,
    plain_errors,
    print_json,
    print_lines,
    read_policy,
    read_tables,
    show_progress,
)

RETRAIN_EXAMPLE = "Example: `dealerml retrain data/raw --as-of 2025-06-30 --store models`"
app = typer.Typer(no_args_is_help=True, help="Look at the stored models, and change which is used.")

Store = Annotated[Path, typer.Option(help="Folder of the models.")]
Name = Annotated[str, typer.Argument(help="Name of a version, as `models list` shows it.")]
DEFAULT_STORE = Path("models")


def retrain(
    exports: Exports,
    source: Source = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    active_days: ActiveDays = None,
    policy: PolicyDir = None,
    store: Store = DEFAULT_STORE,
    calls: Annotated[
        Path | None,
        typer.Option(help="Handled alerts.xlsx, or CSV with as_of, dealer_id, treatment, reason."),
    ] = None,
    mlflow: Annotated[
        str | None, typer.Option(help="Address of an MLflow server or store to log the run to.")
    ] = None,
    lang: Lang = Language.en,
    json_: Json = False,
) -> None:
    """Learn again from what has happened, and change the churn model only for a reason."""
    with plain_errors(), show_progress(lang) as tell:
        from dealerml.churn.saving import read_calls
        from dealerml.review.alert_book import read_alert_book, to_calls
        from dealerml.review.retraining import retrain as retrain_model

        settings = read_policy(policy, {"active_days": active_days, "horizon": horizon})
        log = None
        if calls is not None:
            is_book = calls.suffix.lower() == ".xlsx"
            log = to_calls(read_alert_book(calls)) if is_book else read_calls(calls)
        tables = read_tables(exports, source, settings, tell)
        tell("churn")
        found = retrain_model(tables, store, log, as_of=as_of, policy=settings, lang=lang)
        if mlflow is not None:
            from dealerml.review.tracking import log_retraining

            log_retraining(found, store, mlflow)
    if json_:
        names = {"version": found.version, "champion": found.champion, "before": found.before}
        said = [sentence.text_in(lang) for sentence in found.said]
        print_json({**names, "decision": found.promotion.kind, "said": said})
    else:
        print_lines(*(sentence.text_in(lang) for sentence in found.said))
        if found.version is not None:
            print_lines(str(store / "versions" / found.version / "card.html"))


@app.command("list", epilog="Example: `dealerml models list --store models`")
def list_(store: Store = DEFAULT_STORE, json_: Json = False) -> None:
    """Which versions are there, which one is in use, and can each be used?"""
    with plain_errors():
        from dealerml.churn.store import list_versions

        versions = list_versions(store)
    if json_:
        print_json({"versions": [_summary(version) for version in versions]})
        return
    for version in versions:
        facts = _summary(version)
        mark = "*" if version.champion else " "
        told = facts["problem"] or f"{facts['model']}  {facts['decision']}  n {facts['n']}"
        print_lines(f"{mark} {version.name}  {told}")
    if not versions:
        print_lines(f"{store} holds no versions yet: dealerml retrain EXPORTS --store {store}")


@app.command(epilog="Example: `dealerml models show 2025-06-30-0a1b2c3d`")
def show(name: Name, store: Store = DEFAULT_STORE) -> None:
    """Print the card of a version, as JSON; card.html beside it is for reading."""
    with plain_errors():
        from dealerml.churn.store import read_version

        card = read_version(store, name)["card.json"].decode()
    typer.echo(card, nl=False)


@app.command(epilog="Example: `dealerml models promote 2025-06-30-0a1b2c3d`")
def promote(name: Name, store: Store = DEFAULT_STORE) -> None:
    """Use this version from now on, by hand and whatever the last retraining decided."""
    with plain_errors():
        from dealerml.churn.saved import load_model
        from dealerml.churn.store import promote as promote_version
        from dealerml.churn.store import read_version

        load_model(read_version(store, name))  # a model that cannot be opened is not put in charge
        promote_version(store, name)
    print_lines(f"{name} is in use.")


@app.command(epilog="Example: `dealerml models rollback`")
def rollback(store: Store = DEFAULT_STORE) -> None:
    """Return to the version that was in use before."""
    with plain_errors():
        from dealerml.churn.store import roll_back

        name = roll_back(store)
    print_lines(f"{name} is in use.")


def _summary(version: Any) -> dict[str, Any]:
    card = version.card
    facts = {name: card.get(name) for name in ("as_of", "model", "decision", "n", "events")}
    return {
        "version": version.name, "champion": version.champion, "problem": version.problem, **facts,
    }  # fmt: skip
