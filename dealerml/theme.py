"""One look for every picture: colours, fonts, money on axes, and figures as inline SVG."""

import base64
import dataclasses
import hashlib
import io
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager, style
from matplotlib.ticker import FuncFormatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType
    from pandas import DataFrame

LATIN_FAMILY: Final = "DejaVu Sans"
CJK_FAMILY: Final = "Dealerml Hei"
CJK_FILE: Final = "dealerml-hei.otf"
CSS_FAMILIES: Final = f'"{CJK_FAMILY}", "Segoe UI", "Helvetica Neue", Arial, sans-serif'
# From here on Unicode is ideographs and their punctuation; below it the Latin font has it all.
FIRST_CJK: Final = 0x2E80

INK: Final = "#1F2933"
QUIET: Final = "#7B8794"
GRID: Final = "#E4E7EB"
# From dark to light with even steps, so that the order survives a grey printer and every common
# form of colour blindness; the first is the colour of "us, now", the last that of "last year".
PALETTE: Final = ("#12355B", "#A23B2E", "#2A79B0", "#D9822B", "#7CC6A4", "#C9D6E2")
# The worse, the darker. "unknown" is a dealer whose data do not carry a score.
BAND_COLOURS: Final = {
    "red": "#A61C28",
    "amber": "#E08A1E",
    "green": "#93D3B0",
    "unknown": "#ECEFF2",
}
BOLD: Final = 700
SVG_SALT: Final = "dealerml"
TEXT_SIZE: Final = {"en": 9.5, "zh": 10.5}
# As in sentences; a test compares the two, because siblings do not import each other.
MONEY_UNITS: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "K")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
MINUS: Final = "\u2212"

STYLE: "Final[dict[RcKeyType, Any]]" = {
    # The list itself falls back glyph by glyph; "sans-serif" would not.
    "font.family": [LATIN_FAMILY, CJK_FAMILY],
    "axes.unicode_minus": False,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    # A dealer may be called "A$B$C": names are not formulas.
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "figure.figsize": (7.2, 3.8),
    "figure.dpi": 110,
    "savefig.bbox": "tight",
    "svg.fonttype": "path",
    "svg.hashsalt": SVG_SALT,
}


def set_theme(lang: str = "en") -> None:
    """How do all pictures look from here on?

    Parameters
    ----------
    lang
        Chinese text is set a little larger, because its characters hold more strokes.

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    if lang not in TEXT_SIZE:
        message = f"Language {lang!r} is unknown; use one of {', '.join(TEXT_SIZE)}."
        raise ValueError(message)
    register_fonts()
    # First back to what matplotlib ships: a matplotlibrc of the machine must not change a report.
    style.use("default")
    mpl.rcParams.update(STYLE)
    mpl.rcParams["font.size"] = TEXT_SIZE[lang]
    mpl.rcParams["axes.titlesize"] = TEXT_SIZE[lang] + 1.5


def register_fonts() -> None:
    """Can Chinese be drawn on this machine? Yes, once the bundled font is known to matplotlib."""
    manager = font_manager.fontManager
    if any(font.name == CJK_FAMILY for font in manager.ttflist):
        return
    manager.addfont(_font_path())
    # One weight is enough for names, but asking for bold would log a complaint for every figure.
    manager.ttflist.append(dataclasses.replace(manager.ttflist[-1], weight=BOLD))


def compact_axis(ax: "Axes", lang: str = "en", *, which: str = "y") -> None:
    """How does an axis of amounts read: 1.2 M in English, 120 万 in Chinese?

    Parameters
    ----------
    which
        ``x`` or ``y``.
    """
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value, lang)))


def tick_label(value: float, lang: str = "en") -> str:
    """How does an amount read beside a tick, where 1.25 M must not become 1.2 M?

    Examples
    --------
    >>> [tick_label(v) for v in (0, 950, 1_250_000, -20_000)]
    ['0', '950', '1.25 M', '−20 K']
    >>> tick_label(1_200_000, "zh")
    '120 万'
    """
    # Ticks are sums of steps: 0.1 + 0.2 must not miss the unit by its last bit.
    size = float(f"{abs(value):.10g}")
    unit, name = next(((u, n) for u, n in MONEY_UNITS[lang] if size >= u), (1.0, ""))
    number = f"{size / unit:,.4f}".rstrip("0").rstrip(".")
    sign = MINUS if value < 0 and number != "0" else ""
    return f"{sign}{number} {name}".rstrip()


def ink_on(colour: str) -> str:
    """Which text colour can be read on a coloured ground?

    Examples
    --------
    >>> ink_on(BAND_COLOURS["red"]), ink_on(BAND_COLOURS["green"])
    ('#FFFFFF', '#1F2933')
    """
    ground = luminance(colour)
    on_white = 1.05 / (ground + 0.05)
    on_ink = (ground + 0.05) / (luminance(INK) + 0.05)
    return "#FFFFFF" if on_white > on_ink else INK


def luminance(colour: str) -> float:
    """How light is a colour in grey, from 0 (black) to 1 (white)?

    References
    ----------
    WCAG 2.2, relative luminance.
    """
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def draw_counts(ax: "Axes", counts: "DataFrame") -> None:
    """Draw a table of counts as a map: the more, the darker, every figure readable on its grey.

    Parameters
    ----------
    counts
        Index and columns as they are to be read.
    """
    import seaborn as sns

    # Only the lighter half of the greys is used, so that ink reads on all of them.
    darkest = 2.2 * max(1.0, float(counts.to_numpy().max(initial=0)))
    colours: dict[str, Any] = {"cmap": "Greys", "vmin": 0, "vmax": darkest, "cbar": False}
    look = {"linewidths": 1, "linecolor": GRID, "annot_kws": {"color": INK}}
    if counts.size:
        # Its own labels of index and columns would stand in the codes' language.
        counts = counts.rename_axis(index=None, columns=None)
        sns.heatmap(counts, annot=True, fmt=",.0f", ax=ax, **colours, **look)
    ax.tick_params(axis="y", labelrotation=0)
    ax.grid(visible=False)


def figure_svg(fig: "Figure", title: str) -> str:
    """How is a figure put into an HTML page: self-contained, the same bytes every time?

    Parameters
    ----------
    fig
        Stays open; closing it is up to its owner.
    title
        What a screen reader says and a pointer shows: the finding of the picture.

    Returns
    -------
    An ``<svg>`` element with glyphs as paths, no date, no style sheet that could reach the page,
    and ids that no other figure of the page has.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": SVG_SALT}):
        metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        fig.savefig(buffer, format="svg", bbox_inches="tight", metadata=metadata)
    return _inline(buffer.getvalue(), title)


def embed_font(text: str) -> str:
    """Which style lets a page show its Chinese where no Chinese font is installed?

    Parameters
    ----------
    text
        All text of the page; only its Chinese characters are embedded.

    Returns
    -------
    One ``@font-face`` rule of ``CJK_FAMILY`` with the glyphs used, about 300 bytes each; empty if
    the text holds no Chinese.

    Notes
    -----
    The page sets ``font-family`` to ``CSS_FAMILIES``, where this family comes first: named after a
    font of the machine, Chromium left the first line of a page in empty boxes. Latin text is not
    touched, because the rule is confined to Chinese.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    used = sorted({ord(c) for c in text if ord(c) >= FIRST_CJK} & _cjk_characters())
    if not used:
        return ""
    options = subset.Options()
    options.flavor, options.hinting = "woff", False
    # Outlines that stand for themselves: pruning what they share takes longer and saves nothing.
    options.layout_features, options.name_IDs, options.desubroutinize = [], [], True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=used)
    buffer = io.BytesIO()
    # Without a time stamp of the run: the same text gives the same bytes.
    with TTFont(_font_path(), lazy=True, recalcTimestamp=False) as font:
        subsetter.subset(font)
        subset.save_font(font, buffer, options)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    source = f'url("data:font/woff;base64,{data}") format("woff")'
    confined = f"unicode-range:U+{FIRST_CJK:X}-3FFFF"
    return f'@font-face{{font-family:"{CJK_FAMILY}";{confined};src:{source}}}'


def _font_path() -> str:
    return str(files("dealerml") / "fonts" / CJK_FILE)


@cache
def _cjk_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(_font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _inline(svg: str, title: str) -> str:
    prefix = "f" + hashlib.sha256(f"{title}\n{svg}".encode()).hexdigest()[:10]
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in referred else "", body)
    body = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}-", body)
    width, view_box = (_attribute(body, name) for name in ("width", "viewBox"))
    opening = (
        f'<svg role="img" aria-labelledby="{prefix}-title" viewBox="{view_box}" width="{width}" '
        'style="max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt" '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
    )
    lines = (line.strip() for line in body[body.index(">") + 1 :].splitlines())
    return opening + "\n".join(line for line in lines if line)


def _attribute(svg: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]+)"', svg)
    return found[1] if found else ""
