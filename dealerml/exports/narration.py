"""What an ingest says: as a table for machines, and as sentences for people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from dealerml.exports.ingest import NOTHING, FileIngest, Ingest
from dealerml.exports.opening.found import Unread
from dealerml.words import Sentence, has_entry

if TYPE_CHECKING:
    import pandas as pd

CENT = Decimal("0.01")
MINUS = "\u2212"
SHOWN_NAMES = 5
# Amounts of one file this many times those of another are written in another unit.
UNLIKE_TIMES, MOSTLY_ZERO, FEWEST_ROWS = 3_000, 0.99, 20
# Left alone on purpose, so a reader need not be told; they are still in `Ingest.unread`.
QUIET_REASONS = ("hidden", "unused")


def list_counts(files: Sequence[FileIngest]) -> "pd.DataFrame":
    """What became of the rows of each file, one row per file, outcome and rule?

    Returns
    -------
    Columns ``file``, ``table``, ``outcome`` (kept or set_aside), ``rule`` (empty: none),
    ``line_kind``, ``rows``, ``amount`` and ``example`` (first such row, ``#3`` = third row below
    the header).
    """
    import pandas as pd

    columns = ["file", "table", "outcome", "rule", "line_kind", "rows", "amount", "example"]
    rows = [
        (
            file.name,
            file.table,
            "set_aside" if count.set_aside else "kept",
            count.rule,
            count.line_kind,
            count.rows,
            float(count.amount),
            f"#{count.row}: {count.example}" if count.example else "",
        )
        for file in files
        for count in file.counts
    ]
    return pd.DataFrame(rows, columns=columns)


def tell_ingest(facts: Ingest) -> Ingest:
    """The same ingest, with what it says."""
    return replace(facts, said=tuple(_sentences(facts)))


def exact(amount: Decimal) -> str:
    """How does an amount read that must agree with finance to the cent?

    Examples
    --------
    >>> exact(Decimal("18909744.118")), exact(Decimal("-0.5"))
    ('18,909,744.12', '−0.50')
    """
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,.2f}".replace("-", MINUS)


def rule_words(rule: str) -> Sentence | str:
    """What is a rule called? One of a mapping of one's own is called by its name."""
    key = f"exports.rule.{rule}"
    return Sentence(key) if has_entry(key) else rule.replace("_", " ")


def _sentences(facts: Ingest) -> Iterator[Sentence]:
    lines = [file for file in facts.files if file.table == "order_lines"]
    totals = {"rows": facts.rows, "amount": exact(facts.amount)}
    yield Sentence("exports.read", {"n": len(lines), "source": facts.source, **totals})
    if facts.first_date:
        yield Sentence("exports.span", {"first": facts.first_date, "last": facts.last_date})
    yield _balance(facts)
    for aside, key in ((True, "exports.set_aside"), (False, "exports.kept_apart")):
        rules = list(_rules(lines, set_aside=aside))
        if rules:
            yield Sentence(key, {"rules": rules})
    yield from _other_tables(facts)
    yield from _layouts(facts)
    yield from _doubts(facts, lines)
    told = [item for item in facts.unread if item.reason not in QUIET_REASONS]
    if told:
        yield Sentence("exports.unread", {"files": _named(told)})


def _balance(facts: Ingest) -> Sentence:
    args = {
        "kept_rows": facts.rows_where(set_aside=False),
        "kept_amount": exact(facts.amount_where(set_aside=False)),
        "aside_rows": facts.rows_where(set_aside=True),
        "aside_amount": exact(facts.amount_where(set_aside=True)),
        "share": facts.set_aside_share,
    }
    return Sentence("exports.balance" if args["aside_rows"] else "exports.all_kept", args)


def _rules(files: Sequence[FileIngest], *, set_aside: bool) -> Iterator[Sentence]:
    sums: dict[str, tuple[int, Decimal]] = {}
    for file in files:
        for count in file.counts:
            if count.rule and count.set_aside == set_aside:
                rows, amount = sums.get(count.rule, (0, NOTHING))
                sums[count.rule] = rows + count.rows, amount + count.amount
    for rule, (rows, amount) in sorted(sums.items(), key=lambda item: (-item[1][0], item[0])):
        args = {"rule": rule_words(rule), "rows": rows, "amount": exact(amount)}
        yield Sentence("exports.counted", args)


def _other_tables(facts: Ingest) -> Iterator[Sentence]:
    others = [file for file in facts.files if file.table not in ("order_lines", "lookup")]
    rules: dict[str, int] = {}
    for file in others:
        for count in file.counts:
            if count.set_aside:
                rules[count.rule] = rules.get(count.rule, 0) + count.rows
    if rules:
        named = [
            Sentence("exports.counted_rows", {"rule": rule_words(rule), "rows": rows})
            for rule, rows in sorted(rules.items())
        ]
        yield Sentence("exports.set_aside_elsewhere", {"rules": named})
    unmatched = facts.unmatched
    if unmatched is None:
        yield Sentence("exports.no_dealer_list")
        return
    if unmatched.dealers_without_orders:
        yield Sentence("exports.silent_dealers", {"n": unmatched.dealers_without_orders})
    if unmatched.dealers_not_listed:
        args = {"n": unmatched.dealers_not_listed, "amount": exact(unmatched.amount)}
        yield Sentence("exports.unlisted_dealers", {**args, "share": unmatched.share})


def _layouts(facts: Ingest) -> Iterator[Sentence]:
    """What was understood of how files are laid out, as far as money depends on it."""
    totals = [(file, total) for file in facts.files for total in file.own_totals]
    if totals:
        args = {"n": len(totals), "agree": sum(total.agrees for _, total in totals)}
        yield Sentence("exports.own_totals", args)
    differing = [(file, total) for file, total in totals if not total.agrees]
    if differing:
        file, total = differing[0]
        place = {"file": file.name, "row": total.row}
        sums = {"stated": exact(total.stated), "summed": exact(total.summed)}
        yield Sentence("exports.own_total_differs", place | sums)
    for file in facts.files:
        if factor := file.factors.get("net_amount"):
            told: dict[str, object] = {"file": file.name, "factor": float(factor)}
            yield Sentence("exports.factor", told)
    if facts.links is not None:
        yield from facts.links.said


def _doubts(facts: Ingest, lines: Sequence[FileIngest]) -> Iterator[Sentence]:
    if not any("order_id" in group.fields.expressions for group in facts.groups):
        yield Sentence("exports.no_order_id")
    if facts.repeats:
        yield Sentence("exports.repeats", {"n": facts.repeats})
    yield from _odd_amounts(lines)
    unread: dict[str, int] = {}
    for file in facts.files:
        for item in file.unread_values:
            unread[item.column] = unread.get(item.column, 0) + item.rows
    for column, rows in sorted(unread.items()):
        yield Sentence("exports.unread_values", {"column": column, "rows": rows})


def _odd_amounts(lines: Sequence[FileIngest]) -> Iterator[Sentence]:
    """Files whose amounts are nearly all zero, or thousands of times those of another file."""
    usual: dict[str, Decimal] = {}
    for file in lines:
        kept = [count for count in file.counts if not count.set_aside]
        rows = sum(count.rows for count in kept)
        if rows >= FEWEST_ROWS:
            usual[file.name] = sum((count.size for count in kept), NOTHING) / rows
            zero = sum(count.zeros for count in kept) / rows
            if zero >= MOSTLY_ZERO:
                label = file.columns.get("net_amount", "net_amount")
                yield Sentence("exports.mostly_zero", {"file": file.name, "column": label})
    sized = sorted((size, name) for name, size in usual.items() if size)
    if sized and sized[-1][0] / sized[0][0] >= UNLIKE_TIMES:
        args = {"small": sized[0][1], "large": sized[-1][1]}
        times = int(sized[-1][0] / sized[0][0])
        yield Sentence("exports.unlike_amounts", args | {"times": times})


def _named(files: Sequence[Unread]) -> list[Sentence | str]:
    named: list[Sentence | str] = [
        Sentence(
            "exports.unread_file", {"name": i.name, "why": Sentence(f"exports.why.{i.reason}")}
        )
        for i in files[:SHOWN_NAMES]
    ]
    if len(files) > SHOWN_NAMES:
        named.append(Sentence("exports.more_files", {"n": len(files) - SHOWN_NAMES}))
    return named
