"""Windows of calendar months: from the same day of the month so many months ago until today, both included."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from mappings.intervals import When
from mappings.site import EVER, Occasion


def months_before(day: date, months: int) -> date:
    """Return the same day of the month ``months`` months before ``day``, or the last day of a shorter month."""
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def first_day_out(day: date, months: int) -> date:
    """Return the first day of which the window of ``months`` months holds ``day`` no more."""
    out = months_before(day, -months)
    while months_before(out, months) <= day:
        out += timedelta(days=1)
    return out


def passing(instants: Iterable[datetime], months: int, on: Occasion) -> tuple[date, ...]:
    """Return the days to come on which ``instants`` pass out of the window, as turns."""
    days = {first_day_out(on.day_of(instant), months) for instant in instants}
    return tuple(sorted(day for day in days if day > on.today))


def covered(types: Iterable[str], months: int, on: Occasion) -> tuple[date, ...]:
    """Return the day from which declared coverage reaches back through the whole window, as a turn."""
    since = declared(types, on)
    return () if since is None else (first_day_out(since - timedelta(days=1), months),)


def declared(types: Iterable[str], on: Occasion) -> date | None:
    """Return the day since which the source declares all of ``types`` complete, where it names one for each."""
    days = [on.site.coverage.get(kind) for kind in types]
    limited = [day for day in days if day and day != EVER]
    return max(limited) if limited and None not in days else None


def bounds(*times: When | None) -> list[datetime]:
    """Return the bounds of the first of ``times`` that is known."""
    known = next((one for one in times if one), None)
    return [known.earliest, known.latest] if known else []
