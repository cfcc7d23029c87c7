import json
from dataclasses import FrozenInstanceError

import pytest

from dealerml.errors import PolicyError
from dealerml.policy import Policy, load_policy, write_policy
from dealerml.policy.settings import TOPICS


def test_defaults_hold_what_design_disputes():
    definitions = load_policy().definitions
    assert (definitions["active_days"], definitions["horizon"], definitions["new_days"]) == (
        180,
        90,
        90,
    )
    assert (definitions["min_order_days"], definitions["period"]) == (3, "quarter")


def test_every_topic_has_its_file_and_every_file_its_topic():
    from importlib.resources import files

    shipped = {
        item.name for item in files("dealerml.policy").iterdir() if item.name.endswith(".toml")
    }
    assert shipped == {f"{topic}.toml" for topic in TOPICS}


def test_every_key_of_the_defaults_is_explained(tmp_path):
    bare = []
    for path in write_policy(tmp_path):
        lines = path.read_text(encoding="utf-8").splitlines()
        comments = " ".join(line.partition("#")[2] for line in lines)
        keys = {
            line.partition(" = ")[0]: line for line in lines if " = " in line and line[0] != "#"
        }
        assert lines[0].startswith("# "), path.name
        bare += [
            f"{path.name}: {key}"
            for key, line in keys.items()
            if "#" not in line and f"{key}:" not in comments and f"{key}," not in comments
        ]
    assert not [key for key in bare if not key.endswith((" name", " kind", " steps"))]


def test_two_loads_share_nothing():
    first = load_policy()
    first.definitions["horizon"] = 1
    first.health["parts"][0]["weight"] = 99
    assert load_policy().definitions["horizon"] == 90
    assert load_policy().health["parts"][0]["weight"] != 99


def test_a_policy_is_frozen():
    with pytest.raises(FrozenInstanceError):
        load_policy().definitions = {}


def test_a_folder_changes_only_the_keys_it_names(tmp_path):
    (tmp_path / "definitions.toml").write_text("active_days = 365\n", encoding="utf-8")
    policy = load_policy(tmp_path)
    assert policy.definitions == load_policy().definitions | {"active_days": 365}
    assert policy.classes == load_policy().classes


def test_all_problems_of_a_folder_are_told_at_once(tmp_path):
    (tmp_path / "definition.toml").write_text("horizon = 60\n", encoding="utf-8")
    (tmp_path / "classes.toml").write_text("a_shar = 0.7\nb_share = 'most'\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path)
    texts = caught.value.problems
    assert len(texts) == 3
    assert "definition.toml" in texts[0]
    assert "Did you mean 'definitions.toml'?" in texts[0]
    assert "classes.a_shar is unknown. Did you mean 'a_share'?" in texts[1]
    assert "classes.b_share is 'most'; it must be a number, such as 0.95." in texts[2]


def test_changed_values_are_checked_like_those_of_a_folder():
    policy = load_policy()
    assert policy.changed({"definitions.horizon": 60}).definitions["horizon"] == 60
    assert policy.definitions["horizon"] == 90
    with pytest.raises(PolicyError, match=r"definitions\.horizont is unknown"):
        policy.changed({"definitions.horizont": 60})
    with pytest.raises(PolicyError, match=r"definitions\.horizon is 0; it must be at least 1"):
        policy.changed({"definitions.horizon": 0})


def test_what_is_written_to_edit_reads_back_as_the_defaults(tmp_path):
    paths = write_policy(tmp_path / "new" / "policy")
    assert [path.stem for path in paths] == sorted(TOPICS)
    assert load_policy(paths[0].parent) == load_policy()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "costs.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"already holds costs\.toml\. Nothing was written"):
        write_policy(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["costs.toml"]
    assert (tmp_path / "costs.toml").read_text(encoding="utf-8") == "mine"


def test_the_policy_goes_into_json_in_a_fixed_order():
    told = load_policy().as_dict()
    text = json.dumps(told, allow_nan=False)
    assert text == json.dumps(told, allow_nan=False, sort_keys=True)
    assert Policy(**json.loads(text)) == load_policy()
