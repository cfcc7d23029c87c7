r"""How are days and times written? Patterns, each with what makes year, month and day of it."""

# The first of January 1900 is left out: databases and spreadsheets write it for "no date".
FIRST_DATE, LAST_DATE = "DATE '1900-01-02'", "DATE '2199-12-31'"
# Type of a column of days that are all within these: to be read as it is, so that the engine can
# skip the parts of a file that lie outside a period.
USUAL_DATE = "USUAL DATE"
ORDERS = ("dmy", "mdy", "ymd")

YEAR = r"(?:19\d[1-9]|19[1-9]0|2[01]\d\d)"
CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]?\d(?::(?:[0-5]?\d(?:[.,]\d{1,9})?)?)?"
OFFSET = r" ?(?:z|utc|gmt|(?:utc|gmt)?[+-]\d\d(?::?\d\d)?)"
FORENOON, AFTERNOON = r"(?:凌晨|早上|上午|am|a\.m\.)", r"(?:中午|下午|晚上|pm|p\.m\.)"
HALF_DAY = f"(?:{FORENOON}|{AFTERNOON})"
WALL_TIME = rf"(?:{HALF_DAY} ?)?{CLOCK} ?{HALF_DAY}?"
TIME = rf"{WALL_TIME}(?:{OFFSET})?"
MONTHS = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
WEEKDAYS = (
    r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? +"
)

# What systems write where there is no day: zeros, the first day they know, the last day they know.
NO_DATES = (
    r"0*1[-/.]0*1[-/.](?:0001|1753|1900)|(?:0001|1753|1900)[-/.年]0?1[-/.月]0?[01]日?"
    r"|(?:0001|1753|1900)010[01]|1899[-/.]?12[-/.]?3[01]|[03][01][-/.]1[-/.]1899"
    r"|9999[-/.]?12[-/.]?31|31[-/.]12[-/.]9999|12[-/.]31[-/.]9999|[-0/. ]*0[-0/. ]*"
)
NO_DAYS = "({})".format(
    ", ".join(
        f"DATE '{day}'"
        for day in "0001-01-01 1753-01-01 1899-12-30 1899-12-31 1900-01-01 9999-12-31".split()
    )
)
# Spreadsheets count days from here; the numbers 20000 to 80000 are the years 1954 to 2119.
SERIAL_START, SERIAL = "DATE '1899-12-30'", r"[2-7]\d{4}(?:\.\d+)?|80000"
# A moment in seconds or thousandths since 1970: the years 2001 to 2191.
SECONDS, MILLISECONDS = r"[1-6]\d{9}", r"[1-6]\d{12}"

# A day in full, whatever its column looks like: pattern, and what makes year-month-day of it.
FULL_DAYS = (
    (r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", r"\1-\2-\3"),
    (r"(\d{4})(\d\d)(\d\d)(?:\d{4}|\d{6})?", r"\1-\2-\3"),
    (r"([0-6]\d)年(\d{1,2})月(\d{1,2})日?", r"20\1-\2-\3"),
    (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", r"\3-\2-\1"),
)
# The same where the column says in which order the parts come. Years of two digits are those of
# 1970 to 2069.
ORDERED_DAYS = {
    "dmy": (
        (r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", r"\3-\2-\1"),
        (r"(\d{1,2})[-/.](\d{1,2})[-/.]([0-6]\d)", r"20\3-\2-\1"),
        (r"(\d{1,2})[-/.](\d{1,2})[-/.]([7-9]\d)", r"19\3-\2-\1"),
    ),
    "mdy": (
        (r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", r"\3-\1-\2"),
        (r"(\d{1,2})[-/](\d{1,2})[-/]([0-6]\d)", r"20\3-\1-\2"),
        (r"(\d{1,2})[-/](\d{1,2})[-/]([7-9]\d)", r"19\3-\1-\2"),
    ),
    "ymd": (
        (r"([0-6]\d)[-/.](\d{1,2})[-/.](\d{1,2})", r"20\1-\2-\3"),
        (r"([7-9]\d)[-/.](\d{1,2})[-/.](\d{1,2})", r"19\1-\2-\3"),
    ),
    "": (),
}
NAMED_DAYS = (
    (rf"(\d{{1,2}})[- /]?{MONTHS}[- /]?(\d{{4}})", r"\1 \2 \3"),
    (rf"(\d{{1,2}})[- /]?{MONTHS}[- /]?([0-6]\d)", r"\1 \2 20\3"),
    (rf"(\d{{1,2}})[- /]?{MONTHS}[- /]?([7-9]\d)", r"\1 \2 19\3"),
    (rf"{MONTHS}[- /]?(\d{{1,2}})[- ,/](\d{{4}})", r"\2 \1 \3"),
    (rf"(\d{{4}})[- /]{MONTHS}[- /](\d{{1,2}})", r"\3 \2 \1"),
)
# A month stands for its last day. 2025.1 may have been 2025.10 once, so the point wants two digits.
NAMED_MONTHS = (
    (rf"{MONTHS}[-/']([0-6]\d)", r"1 \1 20\2"),
    (rf"{MONTHS}[-/']([7-9]\d)", r"1 \1 19\2"),
    (rf"{MONTHS}[- /']?(\d{{4}})", r"1 \1 \2"),
    (rf"(\d{{4}})[- /]?{MONTHS}", r"1 \2 \1"),
)
FULL_MONTHS = (
    (r"(\d{4})[-/年](\d{1,2})(?:月份?)?", r"\1-\2-1"),
    (r"(\d{4})\.(\d\d)", r"\1-\2-1"),
    (r"(\d{1,2})[-/](\d{4})", r"\2-\1-1"),
    (r"(19\d\d|2[01]\d\d)(0[1-9]|1[0-2])", r"\1-\2-1"),
    (r"([0-6]\d)年(\d{1,2})月份?", r"20\1-\2-1"),
)
