"""Small pictures that stand beside a figure: lines of a few quarters, columns of a few months."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from markupsafe import Markup

WIDE, HIGH, EDGE = 120.0, 28.0, 3.0
COLUMNS_WIDE, COLUMNS_HIGH = 620.0, 120.0
INK, QUIET, FAINT = "#12355B", "#7B8794", "#C9D6E2"


def draw_line(values: Sequence[float], *, alt: str) -> "Markup | str":
    """A line through a few values with a dot on the last; nothing for fewer than two.

    Parameters
    ----------
    values
        The oldest first; a gap where one is not known.
    alt
        What the picture says, for those who cannot see it.
    """
    known = np.asarray(values, dtype=float)
    if np.isfinite(known).sum() < 2:
        return ""
    low, high = np.nanmin(known), np.nanmax(known)
    across = np.linspace(EDGE, WIDE - EDGE, len(known))
    up = HIGH / 2 if high == low else HIGH - EDGE - (known - low) / (high - low) * (HIGH - 2 * EDGE)
    up = np.broadcast_to(up, known.shape)
    runs, path = False, []
    for x, y, value in zip(across, up, known, strict=True):
        path += [f"{'L' if runs else 'M'}{x:.1f} {y:.1f}"] if np.isfinite(value) else []
        runs = bool(np.isfinite(value))
    last = int(np.flatnonzero(np.isfinite(known))[-1])
    body = (
        f'<path d="{"".join(path)}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
        f'<circle cx="{across[last]:.1f}" cy="{up[last]:.1f}" r="2.6" fill="{INK}"/>'
    )
    return _svg(body, WIDE, HIGH, alt, "spark")


def draw_columns(
    now: Sequence[float], before: Sequence[float], labels: Sequence[str], *, alt: str
) -> "Markup | str":
    """Columns of the last months, with last year's beside them in a fainter colour."""
    top = float(np.nanmax([*now, *before, 0.0]))
    if not top > 0:
        return ""
    step, floor = COLUMNS_WIDE / len(labels), COLUMNS_HIGH - 16.0
    parts = []
    for place, (value, old, label) in enumerate(zip(now, before, labels, strict=True)):
        left = place * step
        pair = ((old, left + step * 0.12, FAINT), (value, left + step * 0.42, INK))
        for amount, x, colour in pair:
            high = max(float(np.nan_to_num(amount)), 0.0) / top * (floor - 4)
            parts.append(
                f'<rect x="{x:.1f}" y="{floor - high:.1f}" width="{step * 0.42:.1f}" '
                f'height="{high:.1f}" fill="{colour}"/>'
            )
        parts.append(
            f'<text x="{left + step / 2:.1f}" y="{COLUMNS_HIGH - 3:.1f}" font-size="10" '
            f'text-anchor="middle" fill="#52606d">{escape(label)}</text>'
        )
    parts.append(f'<path d="M0 {floor}H{COLUMNS_WIDE}" stroke="{QUIET}" stroke-width="1"/>')
    return _svg("".join(parts), COLUMNS_WIDE, COLUMNS_HIGH, alt, "columns")


def _svg(body: str, width: float, height: float, alt: str, kind: str) -> "Markup":
    from markupsafe import Markup

    text = escape(alt, quote=True)
    return Markup(
        f'<svg class="{kind}" role="img" aria-label="{text}" viewBox="0 0 {width:g} {height:g}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(alt)}</title>{body}</svg>'
    )
