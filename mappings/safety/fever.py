"""Fever, and fever without neutrophils, by the CTCAE.

Source: CTCAE 5.0 (National Cancer Institute, November 2017), "Fever" and "Febrile neutropenia"; version 6.0 grades both
alike. Temperatures are in degrees Celsius, neutrophils in 10*9/L.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from mappings.facts import Measurement, Result
from mappings.followed import Sighting
from mappings.intervals import Interval, When
from mappings.record import Record
from mappings.safety.bedside import Reached, ctcae, day_of, graded, in_order, is_usable, judged, seen, stepped, sure
from mappings.safety.vocabulary import FEBRILE_NEUTROPENIA, FEVER
from mappings.site import Occasion

TEMPERATURE: Final = "vital.temperature"
NEUTROPHILS: Final = "lab.neutrophil_abs"
#: Above these a fever is grade 2, and grade 3; for longer than a day above the second, grade 4.
MODERATE: Final = Decimal("39.0")
HIGH: Final = Decimal("40.0")
A_DAY: Final = timedelta(hours=24)
#: Febrile neutropenia: fewer neutrophils, and once above a temperature, or at the lower one for longer than an hour.
FEW: Final = Decimal("1.0")
ONCE: Final = Decimal("38.3")
LASTING: Final = Decimal("38.0")
AN_HOUR: Final = timedelta(hours=1)

Test = Callable[[Interval], bool | None]


def fever(record: Record, on: Occasion) -> Iterator[Sighting]:
    """Yield the grade of fever at every temperature; how long one above 40.0 has lasted is told by the readings before."""
    temperatures = _in_time(record, TEMPERATURE)
    lasting = _lasting(temperatures, lambda value: value.above(HIGH), A_DAY)
    for one in record.series((TEMPERATURE,)):
        if one.when:
            found = graded(one, lambda it: _fever(it, lasting.get(id(it), False), on))
            yield seen(FEVER, "vital-sign", one.when, ctcae(on), found)


def _fever(one: Measurement, lasts: bool | None, on: Occasion) -> Reached:
    limit = on.definitions.adverse_events.fever.value
    found = stepped(
        one,
        {
            3: lambda it: it.value.above(HIGH) if it.value else None,
            2: lambda it: it.value.above(MODERATE) if it.value else None,
            1: lambda it: it.value.at_least(limit) if it.value else None,
        },
    )
    if found.high < 3 or lasts is False:
        return found
    if lasts and found.low == 3:
        return sure(4, found.facts)
    return Reached(found.low, 4, "duration", found.facts)


def _in_time(record: Record, concept: str) -> list[Measurement]:
    """Return the usable numbers of ``concept``, the earliest first."""
    found = [one for one in record.series((concept,)) if is_usable(one) and isinstance(one, Measurement)]
    return sorted(found, key=lambda one: (*in_order(_when(one)), one.source.reference))


def _when(one: Result) -> When:
    assert one.when is not None
    return one.when


def _lasting(readings: list[Measurement], test: Test, span: timedelta) -> dict[int, bool | None]:
    """Return, by the identity of a reading that passes ``test``, whether it has been passed for longer than ``span``.

    It is proven from reading to reading with no other in between, as long as two are no more than a day apart; beyond,
    and through readings that decide nothing, nobody knows. One that fails ends it, unless another of that moment passes.
    """
    passed = {one.when for one in readings if one.value and test(one.value)}
    found: dict[int, bool | None] = {}
    proven: datetime | None = None
    possible: datetime | None = None
    last: datetime | None = None
    for one in readings:
        answer, when = test(one.value) if one.value else None, _when(one)
        if answer is False and when not in passed:
            proven = possible = None
        if answer is None:
            proven, possible = None, possible or when.earliest
        if not answer:
            continue
        if proven is None or last is None or when.earliest - last > A_DAY:
            proven = when.latest
        possible, last = possible or when.earliest, when.latest
        found[id(one)] = True if when.earliest - proven > span else None if when.latest - possible > span else False
    return found


def febrile_neutropenia(record: Record, on: Occasion) -> Iterator[Sighting]:
    """Yield whether there was fever without neutrophils: at every temperature, and at every count of a day with fever.

    The last count before counts for some days. That it threatens life (grade 4) only a person can say.
    """
    temperatures, counts = _in_time(record, TEMPERATURE), _in_time(record, NEUTROPHILS)
    lasting = _lasting(temperatures, lambda value: value.at_least(LASTING), AN_HOUR)
    feverish = {
        id(one): _either(one.value.above(ONCE), lasting.get(id(one), False)) for one in temperatures if one.value
    }
    for one in temperatures:
        yield _neutropenia([one], _last(counts, _when(one), on), feverish, _when(one), on)
    by_day: dict[date | None, list[Measurement]] = defaultdict(list)
    for one in temperatures:
        by_day[day_of(_when(one), on)].append(one)
    for count in counts:
        moment = _when(count)
        day = day_of(moment, on)
        warm = [one for one in by_day[day] if day and _when(one).earliest <= moment.latest]
        if warm:
            yield _neutropenia(warm, _last(counts, moment, on), feverish, moment, on)


def _either(*answers: bool | None) -> bool | None:
    return True if True in answers else None if None in answers else False


def _last(counts: list[Measurement], moment: When, on: Occasion) -> list[Measurement]:
    """Return the last counts up to ``moment`` of the days before it: one, or several that cannot be told apart in time."""
    opens = moment.earliest - timedelta(days=on.definitions.adverse_events.treatment_window.days)
    before = [one for one in counts if _when(one).earliest <= moment.latest and _when(one).latest >= opens]
    start = max((_when(one).earliest for one in before if _when(one).latest <= moment.latest), default=opens)
    return [one for one in before if _when(one).latest >= start]


def _neutropenia(
    warm: list[Measurement],
    counts: list[Measurement],
    feverish: Mapping[int, bool | None],
    moment: When,
    on: Occasion,
) -> Sighting:
    hot = _either(*(feverish.get(id(one)) for one in warm))
    few = judged(counts, lambda one: one.value.below(FEW) if one.value else None) if counts else None
    facts = (*warm, *counts)
    if hot is False or few is False:
        found = sure(0, facts)
    elif hot and few:
        found = sure(3, facts)
    else:
        found = Reached(0, 3, "censored" if counts else "missing", facts)
    return seen(FEBRILE_NEUTROPENIA, "vital-sign", moment, ctcae(on), found)
