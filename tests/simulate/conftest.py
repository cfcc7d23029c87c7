"""The network of the sample, simulated once for all tests of the simulator."""

import pandas as pd
import pytest

from dealerml.simulate import Network, simulate_network


@pytest.fixture(scope="session")
def network() -> Network:
    return simulate_network()


@pytest.fixture(scope="session")
def buying(network: Network) -> pd.DataFrame:
    """Lines that can make an order: goods with a positive amount."""
    lines = network.order_lines
    return lines[(lines["line_kind"] == "goods") & (lines["net_amount"] > 0)]


@pytest.fixture(scope="session")
def planted(network: Network) -> dict[str, pd.DataFrame]:
    return {str(event): rows for event, rows in network.truth.groupby("event")}
