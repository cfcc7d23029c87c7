"""How healthy dealers are, who should act, and whether the score was right before."""

from dealerml.health.alerts import Alerts, raise_alerts
from dealerml.health.playbooks import find_playbook, playbook_steps
from dealerml.health.score import Health, score_health
from dealerml.health.validation import HealthValidation, validate_health

__all__ = [
    "Alerts",
    "Health",
    "HealthValidation",
    "find_playbook",
    "playbook_steps",
    "raise_alerts",
    "score_health",
    "validate_health",
]
