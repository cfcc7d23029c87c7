"""A churn model as files: nothing in them can run, and the same model is the same bytes."""

import io
import json
import math
import re
import zipfile
from typing import Any, Final

import pandas as pd

from dealerml.churn.calibration import Fitted
from dealerml.churn.contributions import Background
from dealerml.churn.fitted import ChurnModel
from dealerml.errors import StoreError
from dealerml.words import Sentence

# What a model file may hold beyond skops' own list; never whatever a file asks for.
TRUSTED: Final = (
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "dealerml.churn.models._has_fallen",
)
# Raised when a feature changes its meaning under the same name: older models are refused then.
FEATURE_SCHEMA: Final = 1
MODEL_FILE, FEATURES_FILE = "model.skops", "features.json"
MOST_BYTES: Final = 200 * 2**20
IDS: Final = re.compile(r'(?<="__id__": )\d+|(?<=")\d+(?=\.npy")')
CLOCK: Final = (1980, 1, 1, 0, 0, 0)


def dump_model(model: ChurnModel) -> dict[str, bytes]:
    """Which files hold a fitted model?

    Returns
    -------
    File name → bytes: ``model.skops`` the pipeline, ``features.json`` everything else, readable.

    Raises
    ------
    StoreError
        If there is no fitted model, or its pipeline holds what `TRUSTED` does not list: a model
        that could not be read again is not written.
    """
    import skops.io

    if model.fitted is None or model.name is None:
        message = "There is no fitted model to save: too few dealers stopped ordering."
        raise StoreError(message)
    content = _settle(skops.io.dumps(model.fitted.pipeline))
    _refuse_untrusted(content, MODEL_FILE)
    text = json.dumps(_describe(model, model.fitted), indent=1, sort_keys=True, ensure_ascii=False)
    return {MODEL_FILE: content, FEATURES_FILE: f"{text}\n".encode()}


def load_model(files: dict[str, bytes]) -> ChurnModel:
    """Which model do these files hold?

    Raises
    ------
    StoreError
        If a file is absent, damaged, too large, holds a type that is not on the fixed list, or was
        made for features of another meaning.
    """
    import skops.io

    absent = [name for name in (MODEL_FILE, FEATURES_FILE) if name not in files]
    if absent:
        message = f"The version lacks {', '.join(absent)}. Promote another one, or retrain."
        raise StoreError(message)
    try:
        facts = json.loads(files[FEATURES_FILE])
        schema = facts["feature_schema"]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{FEATURES_FILE} is not the description of a model ({error})."
        raise StoreError(message) from None
    if schema != FEATURE_SCHEMA:
        message = (
            f"The model was made for features of schema {schema}, and this dealerml computes those "
            f"of schema {FEATURE_SCHEMA}: the same names would mean something else. Retrain."
        )
        raise StoreError(message)
    _refuse_untrusted(files[MODEL_FILE], MODEL_FILE)
    try:
        pipeline = skops.io.loads(files[MODEL_FILE], trusted=list(TRUSTED))
        return _assemble(facts, pipeline)
    except Exception as error:  # whatever a damaged file makes the reader stumble over
        message = f"{MODEL_FILE} or {FEATURES_FILE} is damaged ({type(error).__name__}: {error})."
        raise StoreError(message) from None


def _settle(content: bytes) -> bytes:
    """The same archive without the clock and the memory addresses that skops writes into it."""
    source = zipfile.ZipFile(io.BytesIO(content))
    schema = source.read("schema.json").decode()
    numbers: dict[str, str] = {}
    for found in IDS.findall(schema):
        numbers.setdefault(found, str(len(numbers) + 1))
    entries = {"schema.json": IDS.sub(lambda found: numbers[found.group()], schema).encode()}
    for name in source.namelist():
        if name != "schema.json":
            entries[f"{numbers[name.removesuffix('.npy')]}.npy"] = source.read(name)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            archive.writestr(zipfile.ZipInfo(name, CLOCK), entries[name], zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _refuse_untrusted(content: bytes, name: str) -> None:
    import skops.io

    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            message = f"{name} claims to hold {size / 2**20:,.0f} MiB; at most 200 are read."
            raise StoreError(message)
        asked = set(skops.io.get_untrusted_types(data=content)) - set(TRUSTED)
    except StoreError:
        raise
    except Exception as error:
        message = f"{name} is no model file ({type(error).__name__}): it was not opened."
        raise StoreError(message) from None
    if asked:
        message = (
            f"{name} holds {len(asked)} types that no model of dealerml needs, first "
            f"{sorted(asked)[0]!r}: it was not opened."
        )
        raise StoreError(message)


def _describe(model: ChurnModel, fitted: Fitted) -> dict[str, Any]:
    background = model.background
    return {
        "feature_schema": FEATURE_SCHEMA,
        "name": model.name,
        "columns": list(fitted.columns),
        "slope": fitted.slope,
        "intercept": fitted.intercept,
        "calibration_events": fitted.calibration_events,
        "background": background
        and {
            "reference": _numbers(background.reference),
            "means": _numbers(background.means),
            "base": background.base,
        },
        "effects": _numbers(model.table["effect"]),
        "definition": {"key": model.definition.key, "args": dict(model.definition.args)},
        "horizon_days": model.horizon_days,
        "slices": [str(date.date()) for date in model.slices],
        "n": model.n,
        "events": model.events,
    }


def _assemble(facts: dict[str, Any], pipeline: Any) -> ChurnModel:
    columns = tuple(facts["columns"])
    fitted = Fitted(
        pipeline, columns, facts["slope"], facts["intercept"], facts["calibration_events"]
    )
    given, background = facts["background"], None
    if given:
        reference, means = (_series(given[name], columns) for name in ("reference", "means"))
        background = Background(reference, means, given["base"])
    definition = Sentence(facts["definition"]["key"], facts["definition"]["args"])
    effects = pd.Series(facts["effects"], dtype="float64").rename_axis("family")
    slices = tuple(pd.Timestamp(date) for date in facts["slices"])
    said = (Sentence("churn.loaded", {"slices": len(slices), "last": slices[-1]}), definition)
    return ChurnModel(
        effects.sort_values(ascending=False, kind="stable").to_frame("effect"),
        said,
        facts["name"],
        fitted,
        background,
        definition,
        facts["horizon_days"],
        slices,
        facts["n"],
        facts["events"],
    )


def _numbers(values: pd.Series) -> dict[str, float | None]:
    return {
        str(name): None if math.isnan(value) else float(value) for name, value in values.items()
    }


def _series(values: dict[str, float | None], columns: tuple[str, ...]) -> pd.Series:
    return pd.Series([values[name] for name in columns], list(columns), dtype="float64")
