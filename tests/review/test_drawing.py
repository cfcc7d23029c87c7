import math
import xml.etree.ElementTree as ElementTree

from dealerml.review.drawing import draw_columns, draw_line


def parse(svg):
    return ElementTree.fromstring(str(svg))


def test_a_line_begins_anew_after_a_gap_and_ends_in_a_dot():
    svg = parse(draw_line([1.0, 2.0, math.nan, 3.0], alt='rises & "falls"'))
    path = svg.find("{*}path").get("d")
    assert path.count("M") == 2
    assert path.count("L") == 1
    assert float(svg.find("{*}circle").get("cy")) == 3.0
    assert svg.get("aria-label") == 'rises & "falls"'


def test_a_flat_line_lies_in_the_middle():
    assert {
        y.split(" ")[1]
        for y in parse(draw_line([5, 5], alt=""))
        .find("{*}path")
        .get("d")
        .replace("M", "L")
        .split("L")[1:]
    } == {"14.0"}


def test_too_little_draws_nothing():
    assert draw_line([1.0], alt="x") == ""
    assert draw_columns([0.0], [math.nan], ["25/06"], alt="x") == ""


def test_columns_stand_in_proportion_and_never_below_the_floor():
    svg = parse(draw_columns([100.0, -5.0], [50.0, math.nan], ["25/05", "<6>"], alt="two months"))
    heights = [float(rect.get("height")) for rect in svg.findall("{*}rect")]
    assert heights == [50.0, 100.0, 0.0, 0.0]
    assert [text.text for text in svg.findall("{*}text")] == ["25/05", "<6>"]
