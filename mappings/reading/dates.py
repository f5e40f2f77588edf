"""FHIR dates, which may be partial, as intervals of time-zone aware instants.

A date without a time is the whole of that day in the site's time zone; "2024-05" the whole month. A time without a
zone is not legal FHIR (R4 datatypes, dateTime) but is sent: it is read in the site's time zone.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from mappings.intervals import When
from mappings.reading.datatypes import Period

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
_TICK: Final = timedelta(microseconds=1)


@lru_cache(maxsize=65_536)
def when(text: str, zone: ZoneInfo) -> When:
    """Return the interval that a FHIR date, dateTime or instant stands for; ``ValueError`` when it is none."""
    if _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return When(moment, moment, text)
    first, after = days(text)
    return When(datetime.combine(first, time(), zone), datetime.combine(after, time(), zone) - _TICK, text)


def days(text: str) -> tuple[date, date]:
    """Return the first day that a date (YYYY, YYYY-MM or YYYY-MM-DD) stands for, and the day after its last."""
    found = _PARTIAL.fullmatch(text)
    if not found:
        raise ValueError("not a FHIR date")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    first = date(year, month or 1, day or 1)
    if day:
        return first, first + timedelta(days=1)
    if month:
        return first, date(year + month // 12, month % 12 + 1, 1)
    return first, date(year + 1, 1, 1)


def first_of(zone: ZoneInfo, *candidates: str | Period | None) -> When | None:
    """Return the first of ``candidates`` that says something; a Period counts from its start to its end."""
    for candidate in candidates:
        if isinstance(candidate, Period) and (candidate.start or candidate.end):
            return span(candidate, zone)
        if isinstance(candidate, str) and candidate:
            return when(candidate, zone)
    return None


def span(period: Period, zone: ZoneInfo) -> When:
    """Return the interval from the earliest start to the latest end of ``period``; an open side is a single bound."""
    start, end = when(period.start or period.end, zone), when(period.end or period.start, zone)
    if end.latest < start.earliest:
        raise ValueError("a period that ends before it starts")
    return When(start.earliest, end.latest, "/".join(filter(None, (period.start, period.end))))
