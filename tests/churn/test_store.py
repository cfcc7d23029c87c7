import json
import os

import pytest

from dealerml.churn.store import (
    add_version,
    champion_of,
    list_versions,
    promote,
    read_version,
    roll_back,
)
from dealerml.errors import StoreError

FILES = {"model.skops": b"one", "card.json": b'{"model": "silence_rule"}'}


@pytest.fixture
def store(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def two(store):
    names = [
        add_version(store, "2025-03-31", FILES),
        add_version(store, "2025-06-30", FILES | {"model.skops": b"two"}),
    ]
    for name in names:
        promote(store, name)
    return names


def test_a_version_is_read_as_it_was_written(store):
    name = add_version(store, "2025-03-31", FILES)
    assert name.startswith("2025-03-31-")
    assert read_version(store, name) == FILES
    assert champion_of(store) is None


def test_the_same_files_are_the_same_version(store):
    assert add_version(store, "2025-03-31", FILES) == add_version(store, "2025-03-31", FILES)
    assert len(list_versions(store)) == 1


def test_promote_and_roll_back(store, two):
    assert champion_of(store) == two[1]
    assert roll_back(store) == two[0]
    assert champion_of(store) == two[0]
    with pytest.raises(StoreError, match="no earlier champion"):
        roll_back(store)
    assert champion_of(store) == two[0]


def test_the_list_tells_the_champion_and_what_cannot_be_used(store, two):
    (store / "versions" / two[0] / "model.skops").write_bytes(b"ONE")
    first, second = list_versions(store)
    assert (first.champion, second.champion) == (False, True)
    assert "model.skops" in first.problem
    assert second.card == {"model": "silence_rule"}


@pytest.mark.parametrize("file", ["model.skops", "card.json"])
def test_a_changed_file_is_refused_and_the_champion_stays(store, two, file):
    path = store / "versions" / two[0] / file
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    for act in (read_version, promote):
        with pytest.raises(StoreError, match=f"{file} of version .* was changed"):
            act(store, two[0])
    with pytest.raises(StoreError, match="was changed"):
        roll_back(store)
    assert champion_of(store) == two[1]


def test_a_changed_manifest_is_refused(store, two):
    path = store / "versions" / two[1] / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["model.skops"] = "0" * 64
    path.write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="not the one that was promoted"):
        champion_of(store)
    with pytest.raises(StoreError, match="not the one it was named after"):
        read_version(store, two[1])


def test_a_half_written_version_is_refused(store, two):
    folder = store / "versions" / "2025-09-30-0123abcd"
    folder.mkdir()
    (folder / "model.skops").write_bytes(b"three")
    with pytest.raises(StoreError, match="not written to its end"):
        promote(store, folder.name)
    assert champion_of(store) == two[1]


def test_a_run_that_was_killed_leaves_no_version(store, monkeypatch):
    def stop(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.rename", stop)
    with pytest.raises(KeyboardInterrupt):
        add_version(store, "2025-03-31", FILES)
    monkeypatch.undo()
    assert list_versions(store) == []
    assert read_version(store, add_version(store, "2025-03-31", FILES)) == FILES


def test_the_pointer_is_replaced_as_a_whole(store, two, monkeypatch):
    def stop(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        promote(store, two[0])
    monkeypatch.undo()
    assert champion_of(store) == two[1]


@pytest.mark.parametrize("name", ["../outside", "2025-03-31-zzzzzzzz", "", "2025-03-31-00000000"])
def test_a_name_that_is_no_version_leads_nowhere(store, two, name):
    with pytest.raises(StoreError, match="There is no version"):
        read_version(store, name)


def test_a_link_is_not_followed(store, two, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(FILES["model.skops"])
    path = store / "versions" / two[0] / "model.skops"
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(StoreError, match="is missing"):
        read_version(store, two[0])


def test_an_unreadable_pointer_is_said(store, two):
    for content in ("{", "[]", '{"version": 3}'):
        (store / "champion.json").write_text(content)
        with pytest.raises(StoreError):
            champion_of(store)
