"""Dates of sources in words: the year of a short reference, and the date of a full one in the manner of APA 7."""

from psm_cards.model import Date

MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
SEASONS = ("", "Spring", "Summer", "Fall", "Winter")
NO_DATE = "n.d."


def _year(date: Date) -> str:
    return f"{-date.year} B.C.E." if date.year < 0 else str(date.year)


def _years(date: Date) -> str:
    """Return the year, or the years of a range."""
    first, last = _year(date), _year(date.until) if date.until else ""
    return f"{first}–{last}" if last and last != first else first  # noqa: RUF001 (print has this dash in a range)


def _day(date: Date) -> str:
    """Return what is known below the year, such as `February 23` or `Spring`, or blank."""
    parts = (MONTHS[date.month] or SEASONS[date.season], str(date.day or ""))
    return " ".join(part for part in parts if part)


def _days(date: Date) -> str:
    """Return the day, or the days of a range: `March 4–9`, `March 4–April 9`."""  # noqa: RUF002 (as printed)
    first, until = _day(date), date.until
    if until is None or not first:
        return first
    same_month = date.day and until.day and (date.year, date.month) == (until.year, until.month)
    last = str(until.day) if same_month else _day(until)
    return f"{first}–{last}" if last and last != first else first  # noqa: RUF001 (print has this dash in a range)


def year(date: Date | None, suffix: str = "") -> str:
    """Return the year with the letter that tells works apart, such as `2026a`, `ca. 1610` or `n.d.-b`."""
    if date is None:
        return f"{NO_DATE}-{suffix}" if suffix else NO_DATE
    if date.literal:
        return f"{date.literal}-{suffix}" if suffix else date.literal
    return f"{'ca. ' if date.is_about else ''}{_years(date)}{suffix}"


def spelled(date: Date | None, suffix: str = "") -> str:
    """Return year and day as APA has them: `2026, February 23`."""
    day = "" if date is None or date.literal else _days(date)
    return f"{year(date, suffix)}, {day}" if day else year(date, suffix)


def in_a_sentence(date: Date) -> str:
    """Return the date as it stands in a sentence: `March 1, 2026`."""
    return ", ".join(part for part in (_days(date), year(date)) if part and part != date.literal) or date.literal
