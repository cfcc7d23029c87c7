import pytest

from dealerml.errors import TableError
from dealerml.tables import rename_dealers
from dealerml.tables.successors import follow_successors


def steps(*pairs):
    return [{"dealer_id": old, "successor_id": new} for old, new in pairs]


def test_chains_are_followed_to_their_end():
    assert follow_successors(steps(("C", "D"), ("A", "B"), ("B", "C"))) == dict.fromkeys("ABC", "D")
    assert follow_successors([]) == {}


@pytest.mark.parametrize("ring", [[("A", "A")], [("A", "B"), ("B", "A")]])
def test_a_ring_is_refused_by_name(ring):
    with pytest.raises(TableError, match="succeed one another in a ring"):
        follow_successors(steps(*ring))


def test_only_old_codes_are_renamed(tables_of):
    lines = tables_of(
        order_lines="""\
        dealer_id order_date net_amount
        A         -1         1
        B         -1         2
        C         -1         3"""
    ).order_lines
    renamed = rename_dealers(lines, {"A": "B", "Z": "C"}).collect("pyarrow")
    assert renamed["dealer_id"].to_list() == ["B", "B", "C"]
    assert rename_dealers(lines, {}) is lines
