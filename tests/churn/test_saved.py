"""Models on disk: the same risks after reading, the same bytes twice, and nothing that runs."""

import hashlib
import io
import json
import pickle
import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from dealerml.churn import CHURN_MODELS, fit_churn, score_churn
from dealerml.churn.saved import FEATURES_FILE, MODEL_FILE, dump_model, load_model
from dealerml.errors import StoreError


@pytest.fixture(scope="module")
def files(model):
    return dump_model(model)


@pytest.mark.parametrize("name", CHURN_MODELS)
def test_every_recipe_reads_back_with_equal_risks_and_reasons(name, panel, x):
    model = fit_churn(panel, model=name)
    again = load_model(dump_model(model))
    one, two = score_churn(model, x), score_churn(again, x)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    pd.testing.assert_frame_equal(one.contributions, two.contributions, check_exact=True)
    assert (again.name, again.n, again.events, again.slices) == (
        model.name, model.n, model.events, model.slices,
    )  # fmt: skip
    assert again.definition == model.definition
    pd.testing.assert_frame_equal(again.table, model.table)


def test_the_same_model_is_the_same_bytes(panel, files):
    assert dump_model(fit_churn(panel, model="additive_boosting")) == files


def test_a_model_of_a_class_beyond_the_list_is_not_written(panel):
    def bayes(columns, random_state):
        from sklearn.impute import SimpleImputer
        from sklearn.naive_bayes import GaussianNB
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import FunctionTransformer

        return make_pipeline(
            SimpleImputer(keep_empty_features=True),
            FunctionTransformer(halve),
            GaussianNB(),
        )

    model = fit_churn(panel, {"bayes": bayes}, model="bayes")
    with pytest.raises(StoreError, match=r"1 types that no model of dealerml needs, first .*halve"):
        dump_model(model)


def halve(values):
    return values / 2


def test_nothing_fitted_is_nothing_to_save(network):
    with pytest.raises(StoreError, match="no fitted model"):
        dump_model(fit_churn(network(churn=0.0)))


class Bomb:
    def __reduce__(self):
        return (print, ("this must never run",))


def test_a_pickle_in_disguise_is_not_opened(files, capsys):
    for content in (pickle.dumps(Bomb()), b"", b"PK\x03\x04 not a zip"):
        with pytest.raises(StoreError, match=r"model\.skops is no model file .* not opened"):
            load_model(files | {MODEL_FILE: content})
    assert capsys.readouterr().out == ""


def change_schema(content, change):
    source, sink = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name in source.namelist():
            old = source.read(name)
            archive.writestr(name, change(old) if name == "schema.json" else old)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("module", "name"), [("os", "system"), ("builtins", "eval"), ("subprocess", "Popen")]
)
def test_a_model_that_asks_for_other_code_is_not_opened(files, module, name):
    def change(schema):
        tree = json.loads(schema)
        tree["content"]["content"]["steps"]["content"].append(
            {
                "__class__": name, "__module__": module, "__loader__": "TypeNode",
                "content": {"name": name, "module_path": module}, "__id__": 10**9,
            }
        )  # fmt: skip
        return json.dumps(tree).encode()

    with pytest.raises(StoreError, match=rf"first .*{name}.* not opened"):
        load_model(files | {MODEL_FILE: change_schema(files[MODEL_FILE], change)})


def test_a_damaged_model_is_refused_and_not_a_traceback(files):
    cut = change_schema(files[MODEL_FILE], lambda schema: schema[: len(schema) // 2])
    for content in (cut, files[MODEL_FILE][:-200]):
        with pytest.raises(StoreError):
            load_model(files | {MODEL_FILE: content})
    for text in (b"[]", b"{", b"{}", b'{"feature_schema": 1}'):
        with pytest.raises(StoreError):
            load_model(files | {FEATURES_FILE: text})


def test_an_archive_that_claims_gigabytes_is_refused(files):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * (201 * 2**20))
    with pytest.raises(StoreError, match="claims to hold 201 MiB"):
        load_model(files | {MODEL_FILE: sink.getvalue()})


def test_features_of_another_meaning_are_refused_with_the_reason(files):
    facts = json.loads(files[FEATURES_FILE])
    other = json.dumps(facts | {"feature_schema": 0}).encode()
    with pytest.raises(StoreError, match=r"features of schema 0, .* would mean something else"):
        load_model(files | {FEATURES_FILE: other})


def test_a_missing_file_is_named(files):
    with pytest.raises(StoreError, match="lacks model"):
        load_model({FEATURES_FILE: files[FEATURES_FILE]})


def test_the_bytes_do_not_depend_on_the_process(tmp_path, files):
    program = (
        "import hashlib, sys; sys.path.insert(0, 'tests/churn'); import conftest\n"
        "from dealerml.churn import fit_churn\n"
        "from dealerml.churn.saved import dump_model\n"
        "made = dump_model(fit_churn(conftest.make_panel(), model='additive_boosting'))\n"
        "print({name: hashlib.sha256(data).hexdigest() for name, data in made.items()})"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert found.stdout.strip() == str(expected)
