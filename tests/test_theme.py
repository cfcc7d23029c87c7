import base64
import hashlib
import io
import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.figure import Figure

from dealerml import theme
from dealerml.words import LANGUAGES, formatting

COMPANY, PERSON = "上海恒达建材有限公司", "王喆"
RARE = "喆珺昇堃镕祎瑄垚翀赟恒達臺灣龍鑫淼犇䶮㛃"
# What a person without red or green cones sees, on linear light (Machado, Oliveira and Fernandes,
# 2009, severity 1; https://doi.org/10.1109/TVCG.2009.113).
BLINDNESS = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
}


@pytest.fixture(autouse=True)
def own_style():
    with mpl.rc_context():
        yield


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine whose only fonts are the one of matplotlib and the bundled one."""
    manager = font_manager.fontManager
    latin = [font for font in manager.ttflist if font.name == theme.LATIN_FAMILY]
    monkeypatch.setattr(manager, "ttflist", latin)
    manager._findfont_cached.cache_clear()
    yield
    manager._findfont_cached.cache_clear()


def draw(title: str, *, lang: str = "zh") -> Figure:
    theme.set_theme(lang)
    fig = Figure(figsize=(4, 2))
    ax = fig.subplots()
    ax.barh([COMPANY, PERSON], [1_200_000, -300_000])
    ax.set_title(title)
    theme.compact_axis(ax, lang, which="x")
    return fig


@pytest.mark.usefixtures("bare_machine")
def test_chinese_names_are_drawn_without_a_chinese_font_on_the_machine():
    fig = draw(f"{COMPANY} {PERSON} {RARE}")
    fig.axes[0].title.set_fontweight("bold")
    # A glyph that is missing would warn, and warnings are errors.
    svg = theme.figure_svg(fig, "names")
    # Each Chinese character of title, labels and axis ("万") is one path of its own.
    drawn = re.findall(r'id="[^"]*DealermlHei[^"]*"', svg)
    assert len(drawn) == len(set(COMPANY + PERSON + RARE + "万"))
    assert "<text" not in svg


@pytest.mark.usefixtures("bare_machine")
def test_without_the_bundled_font_the_same_picture_would_warn():
    fig = draw("names")
    mpl.rcParams["font.family"] = [theme.LATIN_FAMILY]
    fig.axes[0].set_title(PERSON, fontfamily=[theme.LATIN_FAMILY])
    with pytest.warns(UserWarning, match="missing from font"):
        fig.savefig(io.BytesIO(), format="png")


def test_the_font_covers_the_block_of_unified_ideographs():
    covered = theme._cjk_characters()
    # U+9FF0 to U+9FFF came in 2020 and 2021; no free font has all of them yet.
    assert not set(range(0x4E00, 0x9FF0)) - covered
    assert not {ord(c) for c in RARE + "，。、：；（）《》“”％！？￥"} - covered


def test_the_font_is_small_renamed_and_licensed():
    from importlib.resources import files

    folder = files("dealerml") / "fonts"
    assert len((folder / theme.CJK_FILE).read_bytes()) < 5_000_000
    with TTFont(theme._font_path(), lazy=True) as font:
        assert font["name"].getDebugName(1) == theme.CJK_FAMILY
        assert "Noto" not in font["name"].getDebugName(4)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")


def test_fonts_are_registered_once():
    theme.register_fonts()
    count = len(font_manager.fontManager.ttflist)
    theme.register_fonts()
    assert len(font_manager.fontManager.ttflist) == count


def test_the_theme_knows_its_languages():
    with pytest.raises(ValueError, match="'de' is unknown; use one of en, zh"):
        theme.set_theme("de")
    theme.set_theme("en")
    small = mpl.rcParams["font.size"]
    theme.set_theme("zh")
    assert mpl.rcParams["font.size"] > small


def test_a_style_of_the_machine_does_not_change_a_report():
    svg = theme.figure_svg(draw(PERSON), "t")
    mpl.rcParams["lines.linewidth"] = mpl.rcParams["patch.linewidth"] = 7
    assert theme.figure_svg(draw(PERSON), "t") == svg


@pytest.mark.parametrize("colours", [theme.PALETTE, tuple(theme.BAND_COLOURS.values())])
def test_colours_keep_apart_in_grey(colours):
    greys = sorted(lightness(theme.luminance(colour)) for colour in colours)
    assert min(b - a for a, b in itertools.pairwise(greys)) > 9


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("colours", [theme.PALETTE, tuple(theme.BAND_COLOURS.values())])
def test_colours_keep_apart_for_the_colour_blind(colours, kind):
    seen = [as_seen(colour, kind) for colour in colours]
    nearest = min(np.abs(a - b).max() for a, b in itertools.combinations(seen, 2))
    assert nearest > 0.1


def test_the_worse_the_band_the_darker():
    lights = [theme.luminance(theme.BAND_COLOURS[band]) for band in ("red", "amber", "green")]
    assert lights == sorted(lights)


@pytest.mark.parametrize("colour", [*theme.PALETTE, *theme.BAND_COLOURS.values()])
def test_text_on_any_colour_can_be_read(colour):
    dark, light = sorted((theme.luminance(colour), theme.luminance(theme.ink_on(colour))))
    assert (light + 0.05) / (dark + 0.05) >= 4.5, "the contrast that WCAG asks for"


def test_amounts_on_an_axis_read_in_each_language():
    assert [theme.tick_label(v) for v in (0, 950, 1e3, 1.25e6, 2e9)] == [
        "0",
        "950",
        "1 K",
        "1.25 M",
        "2 B",
    ]
    assert [theme.tick_label(v, "zh") for v in (5000, 1.2e6, -3e8)] == ["5,000", "120 万", "−3 亿"]
    # Steps of 0.1 M miss the round number by a bit: 3 * 0.1 is not 0.3.
    assert theme.tick_label(1e6 * (0.1 + 0.2)) == "300 K"
    assert theme.tick_label(999_999.9999999999) == "1 M"
    assert theme.tick_label(-1e-12) == "0"


def test_axes_and_sentences_count_alike():
    assert formatting.MONEY_UNITS == theme.MONEY_UNITS
    assert formatting.MINUS == theme.MINUS
    assert tuple(theme.TEXT_SIZE) == LANGUAGES


def test_an_axis_gets_the_labels():
    ticks = draw("names").axes[0].xaxis.get_major_formatter()
    assert ticks(1_200_000, 0) == "120 万"


def test_a_figure_is_one_accessible_element_that_leaves_its_page_alone():
    svg = theme.figure_svg(draw("t"), 'Sales "fell" <b>& more')
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title.text == 'Sales "fell" <b>& more'
    assert root.get("aria-labelledby") == title.get("id")
    for unwanted in ("<style", "<script", "<metadata", "<!--", "<!DOCTYPE", "<?xml", "matplotlib"):
        assert unwanted not in svg


def test_a_figure_has_the_same_bytes_every_time():
    digests = {
        hashlib.sha256(theme.figure_svg(draw(PERSON), "same").encode()).hexdigest()
        for _ in range(2)
    }
    assert len(digests) == 1


def test_ids_meet_nowhere_on_a_page_and_every_reference_is_answered():
    svgs = [theme.figure_svg(draw(PERSON), title) for title in ("first", "second")]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in svgs]
    assert not ids[0] & ids[1]
    for svg, known in zip(svgs, ids, strict=True):
        referred = set(re.findall(r'(?:href="#|url\(#|labelledby=")([^")]+)', svg))
        assert referred == known


def test_a_name_is_no_formula():
    assert "<svg" in theme.figure_svg(draw(r"A$\nonsense{$B"), "t")


def test_a_page_embeds_only_the_glyphs_it_uses():
    css = theme.embed_font(f"<p>{COMPANY}, Müller & Söhne</p>")
    data = re.fullmatch(
        r'@font-face\{font-family:"Dealerml Hei";unicode-range:U\+2E80-3FFFF;'
        r'src:url\("data:font/woff;base64,([A-Za-z0-9+/=]+)"\) format\("woff"\)\}',
        css,
    )
    with TTFont(io.BytesIO(base64.b64decode(data[1]))) as font:
        assert set(font.getBestCmap()) == {ord(c) for c in COMPANY}
    assert len(css) < 10_000


def test_the_same_characters_embed_to_the_same_bytes():
    assert theme.embed_font(COMPANY + PERSON) == theme.embed_font(PERSON[::-1] + COMPANY + "abc")


def test_a_page_without_chinese_embeds_nothing():
    assert theme.embed_font("Müller & Söhne, 1.2 M “net” – ok") == ""


def lightness(luminance: float) -> float:
    return 116 * luminance ** (1 / 3) - 16


def as_seen(colour: str, kind: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1)
    return np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
