r"""Which number does a raw value hold? As expressions of the embedded engine.

Text never passes through a binary fraction. Plain numbers are tried first and cost little; currency
signs, brackets, trailing minus signs and units such as 万 are looked for only in what is left.
"""

from decimal import Decimal

from dealerml.exports.sql import quote_text
from dealerml.exports.values.characters import bind, matches, replace_all, tidy_signs

DECIMAL = "DECIMAL(18, 4)"
SHARE_SCALE = 8
# Room to multiply in: 17 digits before the point and 12 behind, times a factor of 9 digits, are the
# 38 digits the engine has, so that a product never overflows.
WIDE = "DECIMAL(29, 12)"
FACTOR_DIGITS = 9
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
UNSIGNED_TYPES = tuple(f"U{name}" for name in WHOLE_TYPES)
FRACTION_TYPES = ("FLOAT", "DOUBLE")

CURRENCIES = (
    r"(?:(?:us|hk|nt|a|c|s|r)?\$|[¥￥€£₹₩]|rmb|cny|cnh|usd|eur|gbp|hkd|twd|jpy|krw|inr|rs\.?"
    r"|人民币|美元|欧元|英镑|港币|港元|日元|元整|元|圆整|圆|圓)"
)
# Longest first, since 万亿 ends in 亿.
UNITS = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "億": 8, "万": 4, "萬": 4, "千": 3}
# A value that states its unit is not in the unit of its column.
OWN_UNIT = "[千万萬亿億元圆圓]"
SIGN, EXPONENT = "[+-]?", r"( ?[eE][+-]?\d{1,3})?"
APOSTROPHES = "[’‘`´ʼ′]"


def read_number(
    raw: str, dtype: str, *, decimal: str = ".", factor: Decimal = Decimal(1), scale: int = 4
) -> str:
    """Which number does a raw value hold? Times `factor`, to `scale` decimals, 18 digits in all.

    What does not fit into them is not read. `decimal` is the mark before the decimals of text.
    """
    target = f"DECIMAL(18, {scale})"
    if dtype == "VARCHAR":
        return _read_text(raw, decimal, factor, target)
    if not is_number_type(dtype):
        return f"CAST(NULL AS {target})"
    # The shortest text of a binary fraction is what was meant by it.
    shortest = factor != 1 and dtype in FRACTION_TYPES
    return _scale(f"CAST({raw} AS VARCHAR)" if shortest else raw, factor, target)


def read_share(raw: str, dtype: str, *, decimal: str = ".", percent: bool = False) -> str:
    """Which share does a raw value hold? ``12%`` is 0.12; so is 12 in a column of percent points.

    Parameters
    ----------
    percent
        Whether numbers without a sign are percent points.
    """
    target, hundredth = f"DECIMAL(18, {SHARE_SCALE})", Decimal("0.01")
    unsigned = hundredth if percent else Decimal(1)
    if dtype != "VARCHAR":
        return read_number(raw, dtype, factor=unsigned, scale=SHARE_SCALE)
    plain = _read_text(raw, decimal, unsigned, target)
    bare = replace_all(raw, " *[%％﹪]( *[-)）－−]*[ \u3000]*)$", r"\1")
    signed = _read_text(bare, decimal, hundredth, target)
    return f"CASE WHEN regexp_matches({raw}, '[%％﹪]') THEN {signed} ELSE {plain} END"


def is_number_type(dtype: str) -> bool:
    """Are the values of a type of the engine numbers already?"""
    return dtype.startswith("DECIMAL") or dtype in (*WHOLE_TYPES, *UNSIGNED_TYPES, *FRACTION_TYPES)


def tidy_number(raw: str) -> str:
    """A number as digits and marks: no currency, one sign, in front; units as powers of ten.

    Which marks stand for what is left open; a lone ``-`` is what accountants write for zero.
    """
    text = f"trim({tidy_signs(raw)})"
    text = replace_all(text, rf"(?i)^([-+(]*) *{CURRENCIES}? *([-+(]*) *", r"\1\2")
    text = replace_all(text, rf"(?i) *{CURRENCIES}? *([-)]*)$", r"\1")
    text = replace_all(text, r"^\(([^()]+)\)$", r"-\1")
    text = replace_all(text, r"^([^-+]+)-$", r"-\1")
    for unit, power in UNITS.items():
        text = f"replace({text}, {quote_text(unit)}, 'e{power}')"
    return replace_all(text, APOSTROPHES, "'", "g")


def number_shape(decimal: str) -> str:
    """Which pattern do tidied numbers with this decimal mark follow?

    Thousands are set apart by one kind of mark throughout, in threes, or in twos the Indian way;
    what starts with a zero has none set apart.
    """
    mark, other = (r"\.", ",") if decimal == "." else (",", r"\.")
    groups = "|".join(rf"[1-9]\d{{0,2}}({separator}\d{{3}})+" for separator in (other, " ", "'"))
    indian = r"|[1-9]\d?(,\d{2})+,\d{3}" if decimal == "." else ""
    return rf"{SIGN}((\d+|{groups}{indian})({mark}\d*)?|{mark}\d+){EXPONENT}"


def _read_text(raw: str, decimal: str, factor: Decimal, target: str) -> str:
    """Quick ways first: plain numbers, with thousands set apart, and with a sign of currency."""
    mark, other = (r"\.", ",") if decimal == "." else (",", ".")
    plain = rf" *{SIGN}(\d+{mark}?\d*|{mark}\d+)([eE]{SIGN}\d{{1,3}})? *"
    grouped = rf"[1-9]\d{{0,2}}(\{other}\d{{3}})+({mark}\d+)?"
    priced = rf" *{SIGN}[¥￥$€£] ?{SIGN}({grouped}|\d+({mark}\d+)?) *"
    values = {
        plain: raw,
        rf" *{SIGN}{grouped} *": f"replace({raw}, '{other}', '')",
        priced: replace_all(raw, rf"[¥￥$€£ {other}]", "", "g"),
    }
    cases = [
        f"WHEN {matches(raw, pattern)} THEN {_scale(_point(bare, decimal), factor, target)}"
        for pattern, bare in values.items()
    ]
    empty = f"WHEN coalesce({raw}, '') = '' THEN NULL"
    otherwise = _read_odd(raw, decimal, factor, target)
    return f"CASE {cases[0]} {empty} {cases[1]} {cases[2]} ELSE {otherwise} END"


def _read_odd(raw: str, decimal: str, factor: Decimal, target: str) -> str:
    bare = "n"
    for separator in (" ", "'", "," if decimal == "." else "."):
        bare = f"replace({bare}, {quote_text(separator)}, '')"
    value = _scale(_point(bare, decimal), factor, target)
    zero = f"WHEN n = '-' THEN CAST(0 AS {target})"
    body = f"CASE {zero} WHEN {matches('n', number_shape(decimal))} THEN {value} END"
    if factor == 1:
        return bind(tidy_number(raw), "n", body)
    unscaled = f"TRY_CAST({_point(bare, decimal)} AS {target})"
    own = f"CASE WHEN {matches('n', number_shape(decimal))} THEN {unscaled} END"
    stated = f"regexp_matches({raw}, {quote_text(OWN_UNIT)})"
    tidied = tidy_number(raw)
    return f"CASE WHEN {stated} THEN {bind(tidied, 'n', own)} ELSE {bind(tidied, 'n', body)} END"


def _point(text: str, decimal: str) -> str:
    return f"replace({text}, ',', '.')" if decimal == "," else text


def _scale(value: str, factor: Decimal, target: str) -> str:
    if factor == 1:
        return f"TRY_CAST({value} AS {target})"
    number = f"CAST('{factor:f}' AS DECIMAL({factor_width(factor)}, {_places(factor)}))"
    return f"TRY_CAST(TRY_CAST({value} AS {WIDE}) * {number} AS {target})"


def factor_width(factor: Decimal) -> int:
    """How many digits does a factor have, zeros included? At most `FACTOR_DIGITS` can be used.

    Examples
    --------
    >>> factor_width(Decimal("10000")), factor_width(Decimal("0.01"))
    (5, 2)
    """
    _, digits, exponent = factor.as_tuple()
    return max(len(digits) + max(0, int(exponent)), _places(factor))


def _places(factor: Decimal) -> int:
    return max(0, -int(factor.as_tuple().exponent))
