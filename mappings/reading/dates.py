"""FHIR dates, which may be partial, as intervals of time-zone aware instants.

A date without a time is the whole of that day in the site's time zone; "2024-05" the whole month, "08:30" the whole
minute. Three things that are not legal FHIR (R4 datatypes, dateTime) are sent so often, and leave so little doubt,
that they are read: a time without a zone, which is in the site's, a blank for the "T", and small letters. Years that
no living patient's record can speak of are what systems write for "not known" (0001) and "no end" (9999).
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from mappings.intervals import When
from mappings.reading.datatypes import Period

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?P<second>:(?:[0-5]\d|(?P<leap>60))(?:\.\d+)?)?"
    r"(?:[Zz]|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?",
    re.ASCII,
)
_TICK: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
#: Of these years a date is read as a date.
FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2199
LAST_DAY: Final = date(LAST_YEAR, 12, 31)


@lru_cache(maxsize=8_192)  # more than one patient has; the next one has others
def when(text: str, zone: ZoneInfo) -> When:
    """Return the interval that a FHIR date, dateTime or instant stands for; ``ValueError`` when it is none."""
    found = _MOMENT.fullmatch(text)
    if found:
        return _moment(text, found, zone)
    first, after = days(text)
    return When(datetime.combine(first, time(), zone), datetime.combine(after, time(), zone) - _TICK, text)


def _moment(text: str, found: re.Match[str], zone: ZoneInfo) -> When:
    """Return an instant; the leap second 23:59:60, for which Python has no time, is the first of the next minute."""
    leap = found["leap"] is not None
    plain = text[:17] + "59" + text[19:] if leap else text
    moment = datetime.fromisoformat(plain.upper())
    _check(moment.year)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    moment = moment + _SECOND if leap else moment
    return When(moment, moment if found["second"] else moment + _MINUTE - _TICK, text)


def days(text: str) -> tuple[date, date]:
    """Return the first day that a date (YYYY, YYYY-MM or YYYY-MM-DD) stands for, and the day after its last."""
    found = _PARTIAL.fullmatch(text)
    if not found:
        raise ValueError("not a FHIR date")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    _check(year)
    first = date(year, 1 if month is None else month, 1 if day is None else day)
    if day is not None:
        return first, first + timedelta(days=1)
    if month is not None:
        return first, date(year + month // 12, month % 12 + 1, 1)
    return first, date(year + 1, 1, 1)


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("not a date of our time")


def ending(text: str, zone: ZoneInfo) -> When | None:
    """Return when something ended; ``None`` where nothing says so, or a far year says that there is no end."""
    return None if not text or _is_far(text) else when(text, zone)


def _is_far(text: str) -> bool:
    year = _PARTIAL.match(text)
    return year is not None and int(year[1]) > LAST_YEAR


def first_of(zone: ZoneInfo, *candidates: str | Period | None) -> When | None:
    """Return the first of ``candidates`` that says something; a Period counts from its start to its end."""
    for candidate in candidates:
        if isinstance(candidate, Period):
            found = span(candidate, zone)
            if found:
                return found
        elif candidate:
            return when(candidate, zone)
    return None


def span(period: Period, zone: ZoneInfo) -> When | None:
    """Return the interval from the earliest start to the latest end of ``period``; an open side is a single bound."""
    start = when(period.start, zone) if period.start else None
    last = ending(period.end, zone)
    if start is None or last is None:
        return start or last
    if last.latest < start.earliest:
        raise ValueError("a period that ends before it starts")
    return When(start.earliest, last.latest, f"{period.start}/{period.end}")
