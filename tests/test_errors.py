import pytest

from dealerml.errors import (
    DealermlError,
    ExportError,
    HistoryError,
    PolicyError,
    ReviewError,
    TableError,
)


@pytest.mark.parametrize("kind", [ExportError, TableError, PolicyError, HistoryError])
def test_wrong_input_is_a_value_error_and_one_of_ours(kind):
    assert issubclass(kind, ValueError)
    assert issubclass(kind, DealermlError)


def test_a_review_that_cannot_be_written_is_a_runtime_error():
    assert issubclass(ReviewError, RuntimeError)
    assert not issubclass(ReviewError, ValueError)


def test_one_problem_is_told_as_it_is():
    error = TableError("orders: no date.")
    assert str(error) == "orders: no date."
    assert error.problems == ("orders: no date.",)


def test_one_problem_in_a_list_is_not_numbered():
    assert str(TableError(["orders: no date."])) == "orders: no date."


def test_all_problems_are_told_at_once_and_numbered():
    error = ExportError(text for text in ("a", "b", "c"))
    assert error.problems == ("a", "b", "c")
    assert str(error).splitlines() == ["3 problems:", "  1. a", "  2. b", "  3. c"]
