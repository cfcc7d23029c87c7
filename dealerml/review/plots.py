"""Pictures of the report: each drawn by its own topic, sized for the page, as inline SVG."""

import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import matplotlib.pyplot as plt

from dealerml.review.wording import fold_text
from dealerml.theme import figure_svg

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from dealerml.review.page import Picture

Plot: TypeAlias = Callable[..., "Axes"]

# Inches at which a picture fills half of the page or its whole width without being scaled, so that
# the letters of all pictures are of one size.
HALF: Final = 5.75
WHOLE: Final = 11.9
HEIGHT: Final = 3.2
PIXELS: Final = 200  # dots an inch, sharp on a projector
# Places of a title on one line.
HALF_TITLE, WHOLE_TITLE = 56, 140


def draw(
    plot: Plot,
    result: object,
    *,
    lang: str,
    wide: bool = False,
    height: float = HEIGHT,
    **options: Any,
) -> "Picture":
    """A picture of a result for the page, which can be drawn once more as pixels for slides."""
    from dealerml.review.page import Picture

    shape: dict[str, Any] = {"lang": lang, "wide": wide, "height": height, **options}
    svg = draw_svg(plot, result, **shape)
    return Picture(svg, wide, partial(draw_png, plot, result, **shape))


def draw_png(plot: Plot, *args: Any, **options: Any) -> tuple[bytes, str]:
    """The same picture as pixels, and what it says."""
    figure, title = _figure(plot, *args, **options)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=PIXELS, metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue(), title


def draw_svg(
    plot: Plot,
    *args: Any,
    lang: str,
    wide: bool = False,
    height: float = HEIGHT,
    **options: Any,
) -> "Markup":
    """How does a picture stand in the page, its finding read out by a screen reader?

    Parameters
    ----------
    plot
        A plot of a topic; called with `args`, `options`, an axes and the language.
    wide
        Over the whole page instead of half of it.
    height
        Inches.
    """
    from markupsafe import Markup

    figure, title = _figure(plot, *args, lang=lang, wide=wide, height=height, **options)
    svg = figure_svg(figure, title)
    plt.close(figure)
    return Markup(svg)


def _figure(
    plot: Plot, *args: Any, lang: str, wide: bool, height: float, **options: Any
) -> "tuple[Figure, str]":
    figure, ax = plt.subplots(figsize=(WHOLE if wide else HALF, height), layout="constrained")
    plot(*args, ax=ax, lang=lang, **options)
    title = ax.get_title(loc="left") or ax.get_title()
    # A title wider than its picture would make the whole picture smaller.
    ax.set_title(fold_text(title, WHOLE_TITLE if wide else HALF_TITLE))
    return figure, title
