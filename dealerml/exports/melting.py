"""A sheet with a column for each month, told again with a row for each month."""

from collections.abc import Iterable, Iterator

from dealerml.errors import ExportError
from dealerml.exports.labels import normalise_label
from dealerml.exports.recognition import Recognised

# A month with nothing but these brought nothing, and makes no row.
NOTHING = ("", "0", "0.0", "0.00", "-", "—", "–")


def melt_rows(
    rows: Iterable[tuple[int, list[str]]], item: Recognised
) -> Iterator[tuple[int, list[str]]]:
    """Which rows does a month matrix stand for? One for each row and month with any value.

    A row without any value stays one row, so that it is set aside under a name and not lost. Cells
    behind the last column of the header are handed on.
    """
    header, width = item.header, len(item.header.labels)
    kept = [at for at in range(width) if at not in header.months]
    months = sorted({month.end for month in header.months.values()})
    places = _measure_places(item)
    for number, row in rows:
        cells = [*row, *[""] * (width - len(row))]
        own, beyond = [cells[at] for at in kept], cells[width:]
        if not any(cell.strip() for cell in cells):
            continue
        found = False
        for month in months:
            values = [cells[at] if at is not None else "" for at in places[month]]
            if any(value.strip() not in NOTHING for value in values):
                found = True
                yield number, [*own, month.isoformat(), *values, *beyond]
        if not found:
            yield number, [*own, "", *[""] * len(places[months[0]]), *beyond]


def _measure_places(item: Recognised) -> dict[object, list[int | None]]:
    """Month → the column of each measure in it; None where the month has no such column."""
    assert item.kind.melt is not None
    measures, header = item.kind.melt.measures, item.header
    names = {
        normalise_label(label): n for n, found in enumerate(measures.values()) for label in found
    }
    places: dict[object, list[int | None]] = {}
    for at, month in header.months.items():
        measure = 0 if not month.measure else names.get(normalise_label(month.measure))
        row = places.setdefault(month.end, [None] * len(measures))
        if measure is None:
            continue
        taken = row[measure]
        if taken is not None:
            message = (
                f"{item.candidate.name} has two columns for {month.end:%Y-%m}: "
                f"{header.labels[taken]!r} and {header.labels[at]!r}. Remove one of them, "
                "or name what each holds in the mapping's melt.measures."
            )
            raise ExportError(message)
        row[measure] = at
    return places
