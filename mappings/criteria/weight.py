"""The body weight at the time of a sample."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from mappings.facts import Measurement, Result
from mappings.findings import Reason
from mappings.intervals import When
from mappings.record import Record
from mappings.site import Occasion

WEIGHT: Final = ("vital.weight",)


def nearest(record: Record, sampled: When) -> list[Result]:
    """Return the weight taken nearest to a sample, before or after it; several where that cannot be told."""
    gaps = [(_apart(one.when, sampled), one) for one in record.series(WEIGHT) if one.when]
    closest = min((most for (_, most), _ in gaps), default=timedelta())
    return [one for (least, _), one in gaps if least <= closest]


def doubt_about(weights: Sequence[Result], sampled: When, on: Occasion) -> Reason | None:
    """Return why ``weights``, those nearest to a sample, do not say what the patient weighed then, if so.

    The nearest counts, whatever is wrong with it: another one must not hide what nobody can read.
    """
    if not weights:
        return "missing"
    near = {_is_near(one.when, sampled, on) for one in weights if one.when}
    if False in near:
        return "outdated"
    if None in near:
        return "partial-date"
    return next((one.problem or "no-value" for one in weights if one.problem or not _is_weight(one)), None)


def _is_weight(one: Result) -> bool:
    return isinstance(one, Measurement) and one.value is not None and one.value.low is not None and one.value.low > 0


def _is_near(when: When, sampled: When, on: Occasion) -> bool | None:
    """Whether a weight was taken within some weeks of a sample; the last day on either side counts."""
    days = timedelta(days=on.limits.weight_window.days)
    opens = on.midnight(on.day_of(sampled.latest) - days)
    closes = on.midnight(on.day_of(sampled.earliest) + days + timedelta(days=1))
    if when.earliest >= opens and when.latest < closes:
        return True
    return False if when.latest < opens or when.earliest >= closes else None


def _apart(one: When, other: When) -> tuple[timedelta, timedelta]:
    """Return the least and the most time that may lie between two moments."""
    gaps = one.latest - other.earliest, other.latest - one.earliest
    return max(-gaps[0], -gaps[1], timedelta()), max(gaps)
