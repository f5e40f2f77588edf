"""Low blood pressure and what is given for it: hypotension by the CTCAE, and the axis of it in ASTCT 2019.

Sources: CTCAE 5.0 (National Cancer Institute, November 2017), "Hypotension", which version 6.0 grades alike; Lee DW et
al., Biol Blood Marrow Transplant 2019;25:625-638. Both leave the pressure to the clinician; the limit is a definition.
"""

from collections.abc import Iterator
from typing import Final

from mappings.criteria.glucocorticoid_courses import LOCAL_ROUTES, ORAL_ROUTES
from mappings.drugs import VASOPRESSORS
from mappings.facts import Measurement
from mappings.followed import Sighting
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.bedside import Bedside, Reached, ctcae, graded, judged, or_later, seen, sure
from mappings.safety.support import Support, drugs
from mappings.safety.vocabulary import HYPOTENSION
from mappings.site import Occasion

SYSTOLIC: Final = "vital.sbp"
#: It is not counted among two vasopressors (ASTCT 2019).
VASOPRESSIN: Final = "rx.vasopressor.vasopressin"
_AGENT: Final = "rx.vasopressor."


def vasopressors(record: Record, on: Occasion) -> list[Support]:
    """Return every vasopressor that reached the blood as one, from its start to its end; by mouth or inhaled it is none."""
    return drugs((one for one in record.exposed(VASOPRESSORS) if one.route not in LOCAL_ROUTES | ORAL_ROUTES), on)


def pressure(bed: Bedside, given: list[Support], moment: When) -> Reached:
    """Return what the blood pressure of ``moment`` comes to by ASTCT 2019: 0, or 2 to 4 by what is given for it."""
    running = [one for one in given if one.holds(moment)]
    proven = [one for one in running if one.proven]
    if proven:
        return _supported(proven, running)
    return or_later(lambda later: _unsupported(bed, running, moment, later))


def _unsupported(bed: Bedside, running: list[Support], moment: When, later: bool) -> Reached:
    """Return the grade by the pressure alone; that nothing is given is only known where every administration is there."""
    readings = bed.numbers(SYSTOLIC, moment, or_next=later)
    if not readings:
        return Reached(0, 4, "missing")
    is_low = judged(readings, lambda one: _is_low(one, bed.on))
    if not is_low:
        return sure(0, readings) if is_low is False else Reached(0, 4, "censored", readings)
    if running:
        return Reached(2, 4, "only-prescribed", (*readings, *(one.fact for one in running)))
    since = bed.on.day_of(moment.earliest)
    doubt = bed.record.no_absence(bed.on, ("MedicationAdministration",), since)
    return Reached(2, 4, doubt, readings) if doubt else sure(2, readings)


def _supported(proven: list[Support], running: list[Support]) -> Reached:
    """Return the grade by the number of vasopressors: one, vasopressin beside it or not, is 3, two are 4."""
    least, most = len(_agents(proven)), len(_agents(running)) + _unnamed(running)
    facts = tuple(one.fact for one in running)
    if least > 1:
        return sure(4, facts)
    return Reached(3, 4 if most > 1 else 3, "needs-person", facts)


def _agents(found: list[Support]) -> set[str]:
    """Return the vasopressors among ``found`` that are told apart by name, but for vasopressin."""
    named = {concept for one in found for concept in one.fact.concepts if concept.startswith(_AGENT)}
    return named - {VASOPRESSIN}


def _unnamed(found: list[Support]) -> int:
    """Return how many others there may be: drugs of the class under no name that we know, told apart by what was sent."""
    return len({one.fact.raw for one in found if not any(name.startswith(_AGENT) for name in one.fact.concepts)})


def _is_low(one: Measurement, on: Occasion) -> bool | None:
    return one.value.below(on.definitions.adverse_events.systolic_minimum.value) if one.value else None


def hypotension(record: Record, on: Occasion) -> Iterator[Sighting]:
    """Yield the grade of hypotension at every systolic pressure, and wherever a vasopressor was begun (CTCAE).

    A vasopressor on the day makes it grade 3, treatment in hospital; without one the grade hangs on what else was done.
    """
    given = vasopressors(record, on)
    for result in record.series((SYSTOLIC,)):
        if result.when:
            running = [one.fact for one in given if one.proven and one.holds(result.when)]
            found = sure(3, [result, *running]) if running else graded(result, lambda one: _untreated(one, on))
            yield seen(HYPOTENSION, "vital-sign", result.when, ctcae(on), found)
    for one in given:
        if one.proven:
            yield seen(HYPOTENSION, "vital-sign", one.start, ctcae(on), sure(3, [one.fact]))


def _untreated(one: Measurement, on: Occasion) -> Reached:
    """Return the grade of a pressure that no vasopressor is given for: what else was done, a person knows."""
    is_low = _is_low(one, on)
    if is_low is False:
        return sure(0, [one])
    return Reached(1, 4, "needs-person", (one,)) if is_low else Reached(0, 4, "censored", (one,))
