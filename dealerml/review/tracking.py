"""A retraining as a run of MLflow, for teams that keep one: an optional extra."""

import os
from pathlib import Path
from typing import Any, Final

from dealerml.churn.store import VERSIONS, read_version
from dealerml.errors import StoreError
from dealerml.review.retraining import Retraining

EXPERIMENT: Final = "dealerml churn"
REGISTERED: Final = "dealerml-churn"
ALIAS: Final = "champion"
METRICS: Final = ("pr_auc", "roc_auc", "log_loss", "brier", "lift_10")


def log_retraining(found: Retraining, store: str | Path, uri: str) -> str | None:
    """Under which id is this retraining logged: metrics, card, model files, and who is champion?

    Parameters
    ----------
    uri
        Address of a tracking server, or of a store such as ``sqlite:///runs.db``.

    Returns
    -------
    The run's id; None where nothing was fitted, so that there is nothing to log.

    Raises
    ------
    StoreError
        If MLflow is not installed.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    try:
        from mlflow import MlflowClient
    except ImportError:
        message = (
            "MLflow is not installed: pip install 'dealerml[tracking]', or leave out --mlflow."
        )
        raise StoreError(message) from None
    if found.version is None:
        return None
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    run = client.create_run(_experiment(client), run_name=found.version)
    run_id = str(run.info.run_id)
    for name, value in _parameters(found).items():
        client.log_param(run_id, name, value)
    for name, value in _metrics(found).items():
        client.log_metric(run_id, name, value)
    read_version(Path(store), found.version)  # only files that are as they were written
    client.log_artifacts(run_id, str(Path(store) / VERSIONS / found.version))
    client.set_terminated(run_id)
    _register(client, found, run_id)
    return run_id


def _experiment(client: Any) -> str:
    known = client.get_experiment_by_name(EXPERIMENT)
    return str(known.experiment_id if known else client.create_experiment(EXPERIMENT))


def _parameters(found: Retraining) -> dict[str, object]:
    churn = found.churn
    return {
        "as_of": found.as_of.isoformat(),
        "version": found.version,
        "recipe": churn.name,
        "decision": found.promotion.kind,
        "horizon_days": churn.horizon_days,
        "n": churn.n,
        "events": churn.events,
    }


def _metrics(found: Retraining) -> dict[str, float]:
    table, name = found.backtest.table, found.promotion.recipe
    if name not in table.index:
        return {}
    ends = ("", "_lo", "_hi")
    columns = [f"{metric}{end}" for metric in METRICS for end in ends]
    values = table.loc[[name], columns].to_numpy(dtype="float64")[0]
    return dict(zip(columns, values.tolist(), strict=True))


def _register(client: Any, found: Retraining, run_id: str) -> None:
    """The version in MLflow's registry; its alias moves only with the store's own pointer."""
    from mlflow.exceptions import MlflowException

    try:
        client.get_registered_model(REGISTERED)
    except MlflowException:
        client.create_registered_model(REGISTERED)
    source = f"{client.get_run(run_id).info.artifact_uri}"
    tags = {"store_version": str(found.version)}
    made = client.create_model_version(REGISTERED, source, run_id, tags=tags)
    if found.champion == found.version:
        client.set_registered_model_alias(REGISTERED, ALIAS, made.version)
