"""A dealer network with known truth, as exports in each source's dialect."""

from dealerml.simulate.network import Network, simulate_network
from dealerml.simulate.writers import WRITERS, write_network, write_truth

__all__ = ["WRITERS", "Network", "simulate_network", "write_network", "write_truth"]
