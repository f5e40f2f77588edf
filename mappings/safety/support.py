"""Support that goes on for a while: vasopressors that run, ventilation and oxygen that are under way."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from mappings.facts import Exposure, ProcedureDone
from mappings.intervals import When
from mappings.safety.bedside import day_of
from mappings.site import Occasion

_TICK: Final = timedelta(microseconds=1)


class Support(msgspec.Struct, frozen=True):
    """One drug or procedure, from ``start`` until ``end``, at which it is over. ``said``: the record says when it ended.

    ``proven`` is false where it was only ordered, or where nobody says that it still went on.
    """

    fact: Exposure | ProcedureDone
    start: When
    end: datetime
    said: bool = True
    proven: bool = True

    def holds(self, moment: When) -> bool:
        """Whether it is under way at ``moment``, as far as the dates say."""
        return self.start.earliest <= moment.latest and moment.earliest < self.end

    def moments(self) -> Iterator[When]:
        """Yield when it starts, and when it is over where that is on record."""
        yield self.start
        if self.said:
            yield When(self.end, self.end, self.end.isoformat())


def drugs(found: Iterable[Exposure], on: Occasion) -> list[Support]:
    """Return each dated exposure as support; one that is a moment, or of which no end is on record, holds for its day."""
    return [support for one in found if one.when for support in _drug(one, one.when, on)]


def _drug(one: Exposure, start: When, on: Occasion) -> Iterator[Support]:
    proven = one.kind != "request" and one.problem is None and day_of(start, on) is not None
    if one.ended and one.ended != start:
        yield Support(one, start, one.ended.latest, True, proven)
    elif one.ended is None and one.ongoing:
        yield Support(one, start, on.at + _TICK, False, proven)
    else:
        yield Support(one, start, _midnight_after(start, on), False, proven)


def procedures(found: Iterable[ProcedureDone], on: Occasion) -> list[Support]:
    """Return each dated procedure as support; one that was not completed may have gone on since."""
    return [support for one in found if one.when for support in _procedure(one, one.when, on)]


def _procedure(one: ProcedureDone, when: When, on: Occasion) -> Iterator[Support]:
    if "/" in when.text:  # a period, from its start to its end
        yield Support(one, When(when.earliest, when.earliest, when.text), when.latest)
    else:
        yield Support(one, when, _midnight_after(when, on), False, day_of(when, on) is not None)
    if one.problem:
        yield Support(one, when, on.at + _TICK, False, False)


def _midnight_after(when: When, on: Occasion) -> datetime:
    return on.midnight(on.day_of(when.latest) + timedelta(days=1))
