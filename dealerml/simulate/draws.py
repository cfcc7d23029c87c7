"""Random draws made of integers alone, so that every machine draws the same network.

Exponentials and logarithms differ in the last bit between processors, integers never do.
Shares are per mille (1000 is one), logarithms are in hundredths (100 is one).
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

LARGEST_EXPONENT = 600
EXPONENTIALS = np.array(
    [
        int(1000 * (Decimal(hundredths) / 100).exp())
        for hundredths in range(-LARGEST_EXPONENT, LARGEST_EXPONENT + 1)
    ],
    dtype=np.int64,
)


def draw_bell(rng: np.random.Generator, shape: int | tuple[int, ...]) -> Ints:
    """Which bell-shaped deviates come next, in thousandths of a standard deviation?

    The sum of twelve uniform draws has unit variance and no value beyond six deviations.
    """
    size = (shape,) if isinstance(shape, int) else shape
    total: Ints = rng.integers(0, 1000, size=(12, *size)).sum(axis=0) - 5994
    return total


def raise_exponential(hundredths: Ints) -> Ints:
    """What is the exponential of each number of hundredths, per mille?

    Examples
    --------
    >>> raise_exponential(np.array([-100, 0, 100])).tolist()
    [367, 1000, 2718]
    """
    clipped = np.clip(hundredths, -LARGEST_EXPONENT, LARGEST_EXPONENT)
    values: Ints = EXPONENTIALS[clipped + LARGEST_EXPONENT]
    return values


def draw_factor(
    rng: np.random.Generator, shape: int | tuple[int, ...], *, spread: int | Ints
) -> Ints:
    """Which lognormal factors with mean one come next, per mille?

    Parameters
    ----------
    rng
        Where the draws come from.
    shape
        Shape of the result.
    spread
        Deviation of the logarithm, in hundredths; a number or an array that fits the shape.
    """
    deviates = draw_bell(rng, shape) * spread // 1000
    return raise_exponential(deviates - spread * spread // 200)


def draw_index(rng: np.random.Generator, size: int, *, weights: Sequence[int]) -> Ints:
    """Which entry of a weighted list is taken, for each of so many draws?"""
    upper = np.cumsum(np.array(weights, dtype=np.int64))
    picked: Ints = np.searchsorted(upper, rng.integers(0, int(upper[-1]), size=size), side="right")
    return picked


def draw_flag(rng: np.random.Generator, size: int, *, per_mille: int | Ints) -> Flags:
    """Does it happen, for each of so many draws?"""
    flags: Flags = rng.integers(0, 1000, size=size) < per_mille
    return flags


def scale(values: Ints, *factors: int | Ints) -> Ints:
    """What is left after multiplying by factors per mille, rounded down each time?

    Examples
    --------
    >>> scale(np.array([10, 25]), 1500, 500).tolist()
    [7, 18]
    """
    for factor in factors:
        values = values * factor // 1000
    return values
