from dealerml.review.tiles import Tile, Tiles

TILES = Tiles((Tile("Sales", "1.2 M", "+3.0 % on last year"), Tile("A<B", "0")))


def test_each_figure_stands_with_its_label_and_note():
    html = TILES._repr_html_()
    assert html.index("Sales") < html.index("1.2 M") < html.index("+3.0 % on last year")
    assert "A&lt;B" in html


def test_they_also_read_as_text():
    assert repr(TILES).splitlines()[0] == "Sales: 1.2 M (+3.0 % on last year)"
