"""Numbers and instants known only within bounds, and comparisons that admit not knowing.

A result "<20" and a date "2024-05" are the same kind of thing: a value somewhere in an interval. A comparison is
decided only when the whole interval lies on one side of the limit; otherwise it is ``None``.
"""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec


class Interval(msgspec.Struct, frozen=True):
    """A number between ``low`` and ``high``; ``None`` is no bound, ``*_open`` leaves the bound itself out."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    @property
    def exact(self) -> Decimal | None:
        """The number itself where it is known, else ``None``."""
        return self.low if self.low is not None and self.low == self.high else None

    def at_least(self, limit: Decimal) -> bool | None:
        """Whether the number is ``limit`` or more."""
        if self.low is not None and self.low >= limit:
            return True
        if self.high is not None and (self.high < limit or (self.high == limit and self.high_open)):
            return False
        return None

    def above(self, limit: Decimal) -> bool | None:
        """Whether the number is more than ``limit``."""
        if self.low is not None and (self.low > limit or (self.low == limit and self.low_open)):
            return True
        if self.high is not None and self.high <= limit:
            return False
        return None

    def at_most(self, limit: Decimal) -> bool | None:
        """Whether the number is ``limit`` or less."""
        return opposite(self.above(limit))

    def below(self, limit: Decimal) -> bool | None:
        """Whether the number is less than ``limit``."""
        return opposite(self.at_least(limit))


def exactly(value: Decimal) -> Interval:
    """Return the interval that holds ``value`` alone."""
    return Interval(value, value)


def opposite(answer: bool | None) -> bool | None:
    """Return the negation, where not knowing stays not knowing."""
    return None if answer is None else not answer


class When(msgspec.Struct, frozen=True):
    """An instant between ``earliest`` and ``latest``, both included and time-zone aware; ``text`` is the source's."""

    earliest: datetime
    latest: datetime
    text: str = ""

    def since(self, instant: datetime) -> bool | None:
        """Whether it lies at or after ``instant``."""
        return True if self.earliest >= instant else False if self.latest < instant else None

    def until(self, instant: datetime) -> bool | None:
        """Whether it lies at or before ``instant``."""
        return True if self.latest <= instant else False if self.earliest > instant else None


@lru_cache(maxsize=8_192)  # more than one patient has; the next one has others
def stamp(instant: datetime) -> float:
    """Return the seconds since 1970, by which facts are put in order: of one instant there are many facts."""
    return instant.timestamp()


ZERO: Final = Decimal(0)
