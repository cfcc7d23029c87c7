import re

import pytest

from dealerml.growth.plots import plot_bridge
from dealerml.review.plots import draw_svg
from dealerml.theme import set_theme


@pytest.fixture(autouse=True)
def theme():
    set_theme("en")


def width(svg):
    return float(re.search(r' width="([\d.]+)pt"', svg)[1])


def test_a_picture_reads_out_its_finding_and_is_markup(small_review):
    svg = draw_svg(plot_bridge, small_review.sales, lang="en")
    assert hasattr(svg, "__html__")
    assert "<title" in svg
    assert "Stopped dealers cost" in svg


def test_half_and_whole_pictures_fit_the_page_unscaled(small_review):
    half = draw_svg(plot_bridge, small_review.sales, lang="en")
    whole = draw_svg(plot_bridge, small_review.sales, lang="en", wide=True)
    # 574 and 1168 pixels, at 4 pixels to 3 points.
    assert 390 < width(half) <= 430.5
    assert 820 < width(whole) <= 876


def test_a_long_title_does_not_widen_the_picture():
    def plot(ax, lang):
        ax.set_title("a finding that is far too long for one line " * 4)
        return ax

    assert width(draw_svg(plot, lang="en")) <= 430.5
