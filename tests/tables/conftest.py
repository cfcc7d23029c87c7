"""A small network with every table, simulated once."""

import pytest

from dealerml.simulate import Network, simulate_network


@pytest.fixture(scope="session")
def network() -> Network:
    return simulate_network(dealers=30, years=2)
