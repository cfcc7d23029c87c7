import pytest

from dealerml.errors import PolicyError
from dealerml.health import find_playbook, playbook_steps
from dealerml.health.playbooks import role_name
from dealerml.policy import load_policy
from dealerml.words import has_entry


def test_every_step_and_role_of_every_playbook_is_in_the_catalogue():
    for playbook in load_policy().playbooks["playbooks"]:
        assert playbook["days"] > 0
        assert has_entry(f"health.role.{playbook['owner_role']}")
        assert [step for step in playbook["steps"] if not has_entry(step)] == []


def test_steps_come_in_order_and_in_the_language():
    assert playbook_steps("returns_surge")[0].startswith("List what came back")
    assert playbook_steps("returns_surge", "zh")[0] == "按产品、批次和原因列出退货明细。"


def test_steps_and_roles_of_ones_own_are_shown_as_written():
    rows = load_policy().as_dict()["playbooks"]["playbooks"]
    rows[0] = {**rows[0], "steps": ["Ring {twice}."]}
    policy = load_policy().changed({"playbooks.playbooks": rows})
    assert playbook_steps(rows[0]["name"], "zh", policy=policy) == ["Ring {twice}."]
    assert role_name("head of sales", "zh") == "head of sales"


def test_an_unknown_playbook_is_refused_with_the_known_ones():
    with pytest.raises(
        PolicyError, match=r"no playbook 'pray'. Known: a_class_at_risk, below_forecast"
    ):
        find_playbook("pray")
