"""What a company decides and the data does not, as small commented tables."""

from dealerml.policy.settings import Policy, load_policy, write_policy

__all__ = ["Policy", "load_policy", "write_policy"]
