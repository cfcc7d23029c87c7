"""How far off a forecast may be, measured on past forecasts instead of assumed."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.levels import Level
from dealerml.growth.season import SEASON, FloatArray

# Quantiles of the limits lo95, lo80, hi80, hi95, and the share of errors beyond each.
QUANTILES: Final = (0.025, 0.1, 0.9, 0.975)
TAILS: Final = (0.025, 0.1, 0.1, 0.025)
LIMITS: Final = ("lo95", "lo80", "hi80", "hi95")
# An error quantile is read off only where about this many errors lie beyond it.
ERRORS_BEYOND: Final = 2
# Without any past forecast: errors of this many usual changes, growing with the root of time.
ASSUMED_ERROR: Final = 1.5
# Weights of last year's change, the monthly change and the level in the usual change of a series.
YEAR_WEIGHT, MONTH_WEIGHT, LEVEL_WEIGHT = 0.4, 0.4, 0.1


@dataclass(frozen=True)
class Margins:
    """Limits in units of a series' usual change.

    Parameters
    ----------
    quantiles
        4 x steps, in the order of ``LIMITS``.
    measured
        Whether they are quantiles of past errors; else Student's t around their size.
    """

    quantiles: FloatArray
    measured: bool


def usual_change(y: FloatArray) -> FloatArray:
    """By how much does a series usually change?

    A mix of the mean absolute change on last year, the mean absolute change from month to month and
    the level, over the last one to two years: the unit in which errors of all dealers are alike.

    Parameters
    ----------
    y
        n x months; NaN before the first month.

    Returns
    -------
    FloatArray
        n; zero only where there never was anything.

    Examples
    --------
    >>> usual_change(np.array([[10.0, 12.0, 10.0, 12.0]])).round(2)
    array([2.7])
    """
    recent = y[:, -2 * SEASON :]
    month, _ = _mean_size(recent[:, 1:] - recent[:, :-1])
    year, known = _mean_size((y[:, SEASON:] - y[:, :-SEASON])[:, -SEASON:])
    year = np.where(known >= SEASON // 2, year, month)
    level, _ = _mean_size(y[:, -SEASON:])
    return YEAR_WEIGHT * year + MONTH_WEIGHT * month + LEVEL_WEIGHT * level


def past_errors(y: FloatArray, backcasts: Backcasts, *, level: Level) -> FloatArray:
    """How far off were past forecasts, in units of the usual change?

    For sums the error is that of the sum, never a sum of errors. The forecast of a region is held
    against the dealers who had begun by then; those who came later are no error of it.

    Returns
    -------
    FloatArray
        Origins x rows x 12; NaN where the month is not known yet or the dealer was not forecast.
    """
    steps = backcasts.means.shape[2]
    errors = np.full((len(backcasts.origins), len(level.keys), steps), np.nan)
    for k in range(len(backcasts.origins)):
        gap, unit = _gap(y, backcasts, level=level, at=k)
        usable = unit > 0
        errors[k, usable, : gap.shape[1]] = gap[usable] / unit[usable, None]
    return errors


def past_sum_errors(
    y: FloatArray, backcasts: Backcasts, *, level: Level, months: int
) -> FloatArray:
    """How far off were past forecasts of several months together, per month in the same units?

    Returns
    -------
    FloatArray
        Origins x rows x 1.
    """
    errors = np.full((len(backcasts.origins), len(level.keys), 1), np.nan)
    for k in range(len(backcasts.origins)):
        gap, unit = _gap(y, backcasts, level=level, at=k)
        usable = unit > 0
        if gap.shape[1] >= months:
            errors[k, usable, 0] = gap[usable, :months].sum(axis=1) / (months * unit[usable])
    return errors


def known_by(errors: FloatArray, backcasts: Backcasts, *, month: int) -> FloatArray:
    """Which of the past errors were already known when a number of months was known?"""
    ends = np.array(backcasts.origins)[:, None] + np.arange(1, errors.shape[2] + 1)
    return np.where((ends <= month)[:, None, :], errors, np.nan)


def measure_margins(errors: FloatArray, *, block: int = 3, shared: bool = False) -> Margins:
    """Which limits would have held the past errors as often as they claim?

    Split conformal quantiles, pooled over dealers and origins, of each block of steps; between the
    middles of the blocks they are interpolated. Steps never seen are extended with the root of
    time.

    Parameters
    ----------
    errors
        Origins x rows x steps, scaled.
    block
        Steps pooled: as many as lie between origins, so that every calendar month is in each block.
    shared
        Whether the rows of one origin share its luck, as regions do: then they prove as little as
        one row, and count once.

    References
    ----------
    Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. J., & Wasserman, L. (2018). Distribution-free
    predictive inference for regression. JASA. https://doi.org/10.1080/01621459.2017.1307116
    """
    steps = errors.shape[2]
    starts = np.arange(0, steps, block)
    blocks = [errors[:, :, start : start + block] for start in starts]
    units = [_units(errors, shared=shared) for errors in blocks]
    size = np.maximum.accumulate([_size(errors) for errors in blocks])
    cut = [
        _block_quantiles(errors, units=n, size=s, freedom=max(units) - 1)
        for errors, n, s in zip(blocks, units, size, strict=True)
    ]
    quantiles = _extend([q for q, _ in cut])
    middles = starts + (np.minimum(block, steps - starts) - 1) / 2
    by_step = np.stack([np.interp(np.arange(steps), middles, q) for q in quantiles.T])
    found = [measured for q, measured in cut if np.isfinite(q).all()]
    return Margins(by_step, measured=bool(found) and all(found))


def put_limits(
    mean: FloatArray, unit: FloatArray, *, margins: Margins, floor: FloatArray
) -> FloatArray:
    """Between which amounts will each row lie?

    Parameters
    ----------
    mean
        Rows x steps.
    unit
        Rows; the usual change, zero for rows without an interval.
    floor
        Rows; no limit lies below it (0 where no month was ever below zero).

    Returns
    -------
    FloatArray
        4 x rows x steps in the order of ``LIMITS``; the mean always lies within.
    """
    limits = mean[None] + margins.quantiles[:, None, :] * unit[None, :, None]
    limits = np.maximum(limits, floor[None, :, None])
    lower, upper = np.minimum(limits[:2], mean), np.maximum(limits[2:], mean)
    return np.concatenate([lower, upper])


def _gap(
    y: FloatArray, backcasts: Backcasts, *, level: Level, at: int
) -> tuple[FloatArray, FloatArray]:
    """Errors of one origin, rows x months known, and the unit; zero for rows that do not count."""
    origin = backcasts.origins[at]
    after = y[:, origin : origin + backcasts.means.shape[2]]
    begun = np.isfinite(y[:, origin - 1])
    actual = level.total(np.where(begun[:, None], after, np.nan))
    gap = actual - level.total(backcasts.means[at, :, : after.shape[1]])
    unit = usual_change(level.total(y[:, :origin]))
    return gap, np.where(backcasts.active[at], unit, 0.0) if level.name == "dealer" else unit


def _mean_size(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    known = np.isfinite(values)
    count = known.sum(axis=1).astype(np.float64)
    return np.where(known, np.abs(values), 0.0).sum(axis=1) / np.maximum(count, 1), count


def _units(errors: FloatArray, *, shared: bool) -> int:
    # Steps of one origin and row are no independent proof: they count once.
    return int(np.isfinite(errors).any(axis=(1, 2) if shared else 2).sum())


def _size(errors: FloatArray) -> float:
    """Root mean square of the known errors; zero without any."""
    values = errors[np.isfinite(errors)]
    return float(np.sqrt((values**2).mean())) if values.size else 0.0


def _block_quantiles(
    errors: FloatArray, *, units: int, size: float, freedom: int
) -> tuple[FloatArray, bool]:
    """Quantiles of one block of steps, and whether all are read off past errors.

    Where errors are too few, Student's t is put around their size, which never falls from one
    block to the next, with the degrees of freedom of the block that has the most.
    """
    if units < 2:
        return np.full(len(QUANTILES), np.nan), False
    values = errors[np.isfinite(errors)]
    places = [_place(len(values), q, tail) for q, tail in zip(QUANTILES, TAILS, strict=True)]
    values = np.partition(values, sorted(set(places)))  # four places, not all of them in order
    enough = [units >= ERRORS_BEYOND / tail for tail in TAILS]
    out = [
        float(values[place]) if well_known else _student(size, q, freedom)
        for q, place, well_known in zip(QUANTILES, places, enough, strict=True)
    ]
    # The two kinds may cross: the wider limits contain the narrower ones.
    return np.array([min(out[0], out[1]), out[1], out[2], max(out[2], out[3])]), all(enough)


def _place(count: int, q: float, tail: float) -> int:
    """Where a limit stands among so many ordered errors."""
    # The (n + 1) rule: a shade wider than the plain quantile, so as to hold for the next error.
    beyond = max(int(np.floor(tail * (count + 1))), 1)
    return beyond - 1 if q < 0.5 else count - beyond


def _student(size: float, q: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, q) * size)


def _extend(blocks: list[FloatArray]) -> FloatArray:
    """Fill blocks without errors from the last one that has some; blocks x 4."""
    last, at = _assumed(), 0
    out = []
    for number, quantiles in enumerate(blocks):
        if np.isfinite(quantiles).all():
            last, at = quantiles, number
        out.append(last * np.sqrt((number + 1) / (at + 1)))
    return np.stack(out)


def _assumed() -> FloatArray:
    from scipy.special import ndtri

    assumed: FloatArray = ASSUMED_ERROR * ndtri(np.array(QUANTILES))
    return assumed
