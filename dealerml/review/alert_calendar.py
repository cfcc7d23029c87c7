"""Due dates as an iCalendar file, for the calendars that people live in."""

from typing import Final

from dealerml.health import Alerts
from dealerml.review.showing import show_code
from dealerml.words import say

FOLD: Final = 74  # octets of a line before it is continued on the next
END: Final = "\r\n"


def write_calendar(alerts: Alerts, *, lang: str = "en") -> bytes:
    """Which alerts are due on which day, as all-day events, one for each?

    Returns
    -------
    The file's bytes: no clock in it, so that the same alerts give the same bytes. Each event has
    the alert's id, so that a calendar updates it instead of adding it twice; its owner is its
    category.

    References
    ----------
    RFC 5545, Internet Calendaring and Scheduling Core Object Specification (iCalendar),
    https://doi.org/10.17487/RFC5545
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dealerml//alerts//EN"]
    lines.append(f"X-WR-CALNAME:{_text(say('review.sheet.alerts', lang))}")
    for row in alerts.table_in(lang).to_dict("records"):
        due, stamp = f"{row['due_date']:%Y%m%d}", f"{row['as_of']:%Y%m%d}"
        kind = show_code("kind", str(row["kind"]), lang)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(str(row['alert_id']))}@dealerml",
            f"DTSTAMP:{stamp}T000000Z",
            f"DTSTART;VALUE=DATE:{due}",
            f"SUMMARY:{_text(str(row['dealer_name']))}: {_text(kind)}",
            f"DESCRIPTION:{_text(str(row['reason']))}",
            f"CATEGORIES:{_text(str(row['owner']))}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) + END for line in lines).encode()


def _text(value: str) -> str:
    """Text as the format wants it; what would begin a new line or field is escaped."""
    plain = "".join(sign if sign.isprintable() else " " for sign in value)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _fold(line: str) -> str:
    """Long lines go on with a space on the next, never within a character."""
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += width
    return END.join(parts)
