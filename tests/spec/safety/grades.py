"""The language of the grading tables in these tests: one row a term, with values and the grades they must have.

| column | meaning |
|---|---|
| ctcae | the version, or both |
| term | its name and direction: "Hyperkalemia high" |
| concept, unit | what was measured, and the unit in which everything in the row was sent |
| low, high | the normal range of the result, and of the baseline |
| base | the value at baseline; blank: the result was taken before it; "none": after it, but there is no baseline |
| grades | value=grade; "s" behind a grade: symptoms would raise it; "3..5" is a value between bounds; "?reason": no grade |
"""

import re
from decimal import Decimal
from typing import NamedTuple

from mappings.facts import Measurement, Source
from mappings.intervals import Interval
from mappings.reading.units import conversion
from mappings.safety.grading import TABLES, Against, Grade, grade
from mappings.safety.terms import Term
from mappings.site import Occasion
from tests.spec.tables import AT, interval, parse

ON = Occasion(AT)


class Row(NamedTuple):
    """One row of a table, for one version."""

    ctcae: str
    term: str
    concept: str
    unit: str
    low: str
    high: str
    base: str
    grades: dict[str, str]


def rows(table: str) -> list[Row]:
    """Return the rows of ``table``, those for both versions twice."""
    found = []
    for row in parse(table):
        cells = [row.get(name, "") for name in ("term", "concept", "unit", "low", "high", "base")]
        grades = dict(pair.split("=", 1) for pair in row["grades"].split())
        found += [Row(version, *cells, grades) for version in row["ctcae"].split()]
    return found


def term_of(version: str, name: str, concept: str) -> Term:
    """Return the one term of that name ("Anemia low") that grades ``concept``."""
    named, _, direction = name.rpartition(" ")
    return next(
        term
        for term in TABLES[version]  # type: ignore[index]
        if (term.name, term.direction) == (named, direction) and concept in term.concepts
    )


def measured(concept: str, value: str | Interval, unit: str, low: str = "", high: str = "") -> Measurement:
    """Return the result that ``value`` in ``unit`` is read as, with its range in the same unit."""
    sent = value if isinstance(value, Interval) else interval(value)
    if unit == "{plus}":
        return Measurement(source=Source("Observation/x"), concepts=frozenset({concept}), unit=unit, value=sent)
    change = conversion(concept, unit)
    assert change, f"{concept} in {unit}"
    ends = [None if end is None else change.of(end) for end in (sent.low, sent.high)]
    normal = [change.of(Decimal(end)) if end else None for end in (low, high)]
    return Measurement(
        source=Source("Observation/x"),
        concepts=frozenset({concept}),
        unit=change.unit,
        value=Interval(ends[0], ends[1], sent.low_open, sent.high_open),
        factor=change.ratio,
        low_normal=normal[0],
        high_normal=normal[1],
    )


def found(row: Row, value: str, unit: str = "", times: Decimal = Decimal(1)) -> Grade:
    """Return the grade of ``value`` in ``row``; with ``unit``, of the same amount sent in that one."""
    unit = unit or row.unit
    low, high, base = (_scaled(cell, times) for cell in (row.low, row.high, row.base))
    against = Against(ON, after=bool(base), baseline=None)
    if base not in ("", "none"):
        against = Against(ON, after=True, baseline=measured(row.concept, base, unit, low, high))
    one = measured(row.concept, _scaled(value, times), unit, low, high)
    return grade(one, term_of(row.ctcae, row.term, row.concept), against)


def _scaled(cell: str, times: Decimal) -> str:
    return re.sub(r"\d+(\.\d+)?", lambda number: f"{Decimal(number[0]) * times:f}", cell) if times != 1 else cell


def written(one: Grade) -> str:
    """Return a grade as the tables write it."""
    if one.grade is None:
        return f"?{one.reason}"
    assert one.reason in ("graded", "symptoms", "not-reached")
    assert (one.reason == "not-reached") == (one.grade == 0) or one.reason == "symptoms"
    return f"{one.grade}{'s' if one.reason == 'symptoms' else ''}"
