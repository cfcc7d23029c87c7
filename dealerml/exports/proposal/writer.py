"""How a proposed mapping is written: as a TOML file that says beside each line how sure it is."""

import json
from collections.abc import Iterator, Mapping, Sequence

from dealerml.exports.proposal.evidence import HIDDEN
from dealerml.exports.proposal.kinds import Kind, Made, ProposedRule, in_order
from dealerml.exports.proposal.placement import SURE, Placed
from dealerml.exports.proposal.samples import Column, Sample
from dealerml.words import Sentence, has_entry, say

BETWEEN = {"en": "; ", "zh": "；"}
USUAL_ZONE = "Asia/Shanghai"
WIDEST = 98


def write_mapping(
    kinds: Sequence[Kind], unknown: Sequence[Sample], *, source: str, lang: str = "en"
) -> str:
    """What does the mapping file say, its comments in this language?

    Kinds of files that lack a needed field are written as comments, unless there would be no order
    lines at all: then reading with the file says what is missing.
    """
    complete = any(kind.table == "order_lines" and kind.is_read for kind in kinds)
    lines = [*_head(lang), "", f"source = {quote(source)}"]
    if any(_is_zoned(kind) for kind in kinds):
        lines += [*_comment(say("proposal.toml.zone", lang)), f"time_zone = {quote(USUAL_ZONE)}"]
    for kind in kinds:
        written = list(_kind(kind, lang))
        if not kind.is_read and (complete or kind.table != "order_lines"):
            written = [line if line.startswith("#") else f"# {line}".rstrip() for line in written]
        lines += ["", *written]
    for sample in unknown:
        lines += ["", *_comment(say("proposal.toml.unknown", lang, file=sample.name))]
        lines += [line for column in sample.columns for line in _column(column, lang)]
    return "".join(f"{line}\n" for line in lines)


def quote(text: str) -> str:
    r"""How is a text written in a mapping file?

    Examples
    --------
    >>> print(quote('the "new" ones'))
    "the \"new\" ones"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _head(lang: str) -> Iterator[str]:
    for name in ("made", "levels", "edit"):
        yield from _comment(say(f"proposal.toml.{name}", lang))


def _kind(kind: Kind, lang: str) -> Iterator[str]:
    section = f"files.{kind.name}"
    yield from _taken_for(kind, lang)
    yield f"[{section}]"
    yield f"table = {quote(kind.table)}"
    yield f"needs = [{', '.join(map(quote, kind.needs))}]"
    if kind.fill:
        fields = ", ".join(map(quote, kind.fill))
        yield f'fill = {{ within = "order_id", fields = [{fields}] }}'
    if kind.is_matrix:
        yield f"melt = {_melt(kind.sample)}"
    yield from _section(f"{section}.labels", _labels(kind, lang))
    yield from _section(f"{section}.kinds", _helper_kinds(kind))
    yield from _section(f"{section}.clean", _cleaning(kind))
    derived = (_noted(f"{n} = {made.how}", made, lang) for n, made in _in_order(kind.derived))
    yield from _section(f"{section}.derived", derived)
    for rule in kind.rules:
        yield from _rule(section, rule, lang)
    if kind.unplaced:
        yield ""
        yield from _comment(say("proposal.toml.unplaced", lang))
        yield from (line for column in kind.unplaced for line in _column(column, lang))


def _is_zoned(kind: Kind) -> bool:
    dates = (item.column for name, item in kind.placed.items() if name.endswith("_date"))
    return any(column.evidence.zoned for column in dates)


def _taken_for(kind: Kind, lang: str) -> Iterator[str]:
    files = [part.name for part in kind.parts]
    key = f"exports.table.{kind.table}"
    table = Sentence(key) if has_entry(key) else kind.table
    yield from _comment(say("proposal.toml.taken", lang, files=files, table=table))
    for note in kind.notes:
        yield from _comment(note.text_in(lang))
    for name in kind.missing:
        yield from _comment(say("proposal.toml.missing", lang, field=name))


def _labels(kind: Kind, lang: str) -> Iterator[str]:
    for name, item in in_order(kind.table, kind.placed).items():
        yield _noted(f"{name} = [{quote(item.column.label)}]", item, lang)


def _noted(line: str, item: Placed | Made, lang: str) -> str:
    others = item.others if isinstance(item, Placed) else ()
    if item.certainty >= SURE and not others:
        return line
    said = [] if item.certainty >= SURE else [_how_sure(item, lang)]
    if others:
        said.append(say("proposal.toml.others", lang, labels=[_plain(label) for label in others]))
    return f"{line}  # {BETWEEN[lang].join(said)}"


def _how_sure(item: Placed | Made, lang: str) -> str:
    why = BETWEEN[lang].join(reason.text_in(lang) for reason in item.why)
    level = Sentence(f"proposal.level.{item.level}")
    return say(
        "proposal.toml.how_sure", lang, level=level, share=f"{item.certainty:.2f}", why=_plain(why)
    )


def _helper_kinds(kind: Kind) -> Iterator[str]:
    for name in (*kind.placed, *kind.derived):
        if dtype := kind.kind_of(name):
            yield f"{name} = {quote(dtype)}"


def _cleaning(kind: Kind) -> Iterator[str]:
    for name, item in kind.placed.items():
        if not name.endswith(("_id", "_key")):
            continue
        evidence = item.column.evidence
        how = [f"strip_prefix = [{quote(evidence.prefix)}]"] if evidence.prefix else []
        how += ["strip_decimal = true"] if evidence.has_decimals else []
        how += ["code = true"] if evidence.code_and_name else []
        if how:
            yield f"{name} = {{ {', '.join(how)} }}"


def _melt(sample: Sample) -> str:
    """One measure for the money; a second one where it is called a quantity."""
    named = [measure for measure in sample.measures if measure]
    count = [measure for measure in named if "数量" in measure or "q" in measure.casefold()[:1]]
    money = [measure for measure in named if measure not in count] or ["金额"]
    measures = f"net_amount = [{', '.join(map(quote, money))}]"
    if count:
        measures += f", quantity = [{', '.join(map(quote, count))}]"
    return f'{{ period = "order_date", measures = {{ {measures} }} }}'


def _rule(section: str, rule: ProposedRule, lang: str) -> Iterator[str]:
    values = ", ".join(map(quote, rule.values))
    lines = [
        f"[[{section}.rules]]",
        f"name = {quote(rule.name)}",
        f'when = [{{ column = "{rule.column}", in = [{values}] }}]',
        f"do = {quote(rule.do)}",
    ]
    lines += [f"line_kind = {quote(rule.line_kind)}"] if rule.line_kind else []
    yield ""
    if not rule.real:
        yield from _comment(say("proposal.toml.rule", lang, column=rule.column))
    yield from (lines if rule.real else (f"# {_plain(line)}" for line in lines))


def _column(column: Column, lang: str) -> Iterator[str]:
    evidence = column.evidence
    looks = Sentence(f"proposal.looks.{evidence.looks}")
    key = "column" if evidence.example else "column_empty"
    if evidence.personal:
        key = "column_personal"
    args = {"label": _plain(column.label), "looks": looks, "example": evidence.example or HIDDEN}
    yield from _comment("  " + say(f"proposal.toml.{key}", lang, **args))


def _section(name: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", f"[{name}]", *found)


def _in_order(derived: Mapping[str, Made]) -> list[tuple[str, Made]]:
    """A field that others are made from stands above them."""
    return sorted(derived.items(), key=lambda pair: not pair[0].startswith("returned_"))


def _comment(text: str) -> Iterator[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    line = ""
    for word in text.split():
        if line and len(line) + len(word) > WIDEST - len(indent):
            yield f"# {indent}{line}"
            line = ""
        line = f"{line} {word}".strip()
    yield f"# {indent}{line}"


def _plain(text: str) -> str:
    """A text that cannot end its comment."""
    return "".join(c if c.isprintable() else " " for c in text)
