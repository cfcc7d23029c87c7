"""What to do for each kind of alert: steps in words, from the policy."""

from collections.abc import Mapping
from typing import Any

from dealerml.errors import PolicyError
from dealerml.policy import Policy, load_policy
from dealerml.words import has_entry, say


def playbook_steps(name: str, lang: str = "en", *, policy: Policy | None = None) -> list[str]:
    """Which steps does a playbook have, in order?

    Parameters
    ----------
    name
        A name of the policy's ``playbooks``.
    lang
        Language of the steps; a step a company wrote itself is given as it is written.

    Raises
    ------
    PolicyError
        If there is no such playbook, naming those there are.

    Examples
    --------
    >>> playbook_steps("lost_category")[2]
    'Offer a first order of the category that the dealer can sell through in a month.'
    """
    playbook = find_playbook(name, policy=policy)
    return [say(step, lang) if has_entry(step) else str(step) for step in playbook["steps"]]


def find_playbook(name: str, *, policy: Policy | None = None) -> Mapping[str, Any]:
    """What does the policy say about a playbook: name, owner_role, days, steps?"""
    playbooks = {row["name"]: row for row in (policy or load_policy()).playbooks["playbooks"]}
    if name not in playbooks:
        message = f"There is no playbook {name!r}. Known: {', '.join(sorted(playbooks))}."
        raise PolicyError(message)
    found: Mapping[str, Any] = playbooks[name]
    return found


def role_name(role: str, lang: str = "en") -> str:
    """How is a role called: by its words, or as a company wrote it?"""
    key = f"health.role.{role}"
    return say(key, lang) if has_entry(key) else role
