"""I01: age."""

from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from mappings.criteria.verdicts import amount_of
from mappings.findings import Amount, Evidence, Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I01"
BIRTH_DATE: Final = "patient.birthDate"


def age(record: Record, on: Occasion) -> Finding:
    """The patient is 18 to 65 completed years old."""
    person = record.person
    evidence = (Evidence(person.reference, person.source.version, None, person.born_text),)
    if person.born is None:
        return Finding(clause=CLAUSE, state="unknown", reason="missing", evidence=evidence, concept=BIRTH_DATE)
    lowest, highest = on.limits.age_minimum, on.limits.age_maximum
    turns = _turns(person.born, on, int(lowest.value), int(highest.value) + 1)
    oldest, youngest = (Decimal(completed_years(born, on.today)) for born in person.born)
    too_old, too_young = youngest > highest.value, oldest < lowest.value
    if not too_old and not too_young and (oldest > highest.value or youngest < lowest.value):
        vague = Finding(clause=CLAUSE, state="unknown", reason="partial-date", evidence=evidence, concept=BIRTH_DATE)
        return msgspec.structs.replace(vague, turns=turns)
    above, below = youngest - lowest.value, highest.value - oldest
    nearer, years = (lowest, youngest) if above < below else (highest, oldest)
    return Finding(
        clause=CLAUSE,
        state="not-met" if too_old or too_young else "met",
        reason="above-limit" if too_old else "below-limit" if too_young else "in-range",
        evidence=evidence,
        value=Amount(years, "a"),
        limit=amount_of(nearer),
        margin=Amount(min(above, below), "a"),
        turns=turns,
    )


def _turns(born: tuple[date, date], on: Occasion, *years: int) -> tuple[date, ...]:
    """Return the birthdays to come on which the answer turns."""
    days = {birthday(day, number) for day in born for number in years if day.year + number <= date.max.year}
    return tuple(sorted(day for day in days if day > on.today))


def completed_years(born: date, day: date) -> int:
    """Return the years completed on ``day``; who was born on 29 February has birthday on 1 March otherwise."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """Return the day on which ``years`` years are completed."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
