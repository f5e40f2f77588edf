"""The dose that was given: STAR+ T cells for each kilogram, and the planned level it is nearest to.

Numbers are compared exactly, by multiplication; only what is reported is divided, and rounded to four digits. The
levels are those of the registered record (NCT06943937); the tolerances are ours, under ``[definitions.treatment]``.
"""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.verdicts import evidence_of
from mappings.criteria.weight import WEIGHT, doubt_about, nearest
from mappings.definitions import Treatment
from mappings.facts import Infusion, Measurement, Result
from mappings.follow_reasons import TimelineProblem
from mappings.followed import Dose
from mappings.intervals import When
from mappings.record import Record
from mappings.site import Occasion

_DISPLAYED: Final = Context(prec=4)
_HUNDRED: Final = Decimal(100)


def told(infusions: Iterable[Infusion]) -> list[Infusion]:
    """Return the infusions whose dose counts, the administrations first.

    One that was broken off counts where it says itself what was given: of it, another resource may tell the plan.
    """
    found = list(infusions)
    if any(one.stopped for one in found):
        found = [one for one in found if one.stopped]
    return sorted((one for one in found if one.problem is None), key=lambda one: (one.kind, one.source.reference))


def agree(infusions: Sequence[Infusion], on: Occasion) -> bool:
    """Whether the doses that several resources tell may be one dose, in cells (1) and in cells per kg (1/kg)."""
    tolerance = on.definitions.treatment.dose_tolerance.value
    for name in ("cells", "cells_per_kg"):
        doses = [dose for one in infusions if (dose := getattr(one, name)) is not None]
        if doses and not _near(min(doses), max(doses), tolerance):
            return False
    return True


def dose_given(
    infusions: Sequence[Infusion], began: When, record: Record, on: Occasion
) -> tuple[Dose, list[TimelineProblem]]:
    """Return the dose of one infusion, as one or two resources tell it, and what stands in the way of a sure level."""
    given = told(infusions)
    cells = next((one.cells for one in given if one.cells is not None), None)
    per_kg = next((one.cells_per_kg for one in given if one.cells_per_kg is not None), None)
    weights = _weights(record, began, on)
    weight = _weight(weights, began, on)
    level = _level(cells, per_kg, weight, on)
    dose = Dose(
        per_kg=_DISPLAYED.divide(cells, weight) if per_kg is None and cells is not None and weight else per_kg,
        cells=per_kg * weight if cells is None and per_kg is not None and weight else cells,
        weight=weight,
        level=None if isinstance(level, str) else level,
        evidence=evidence_of([*infusions, *weights]),
    )
    return dose, [level] if isinstance(level, str) else []


def _weights(record: Record, began: When, on: Occasion) -> list[Result]:
    """Return the weights of Day 0 or before that may be the nearest to the infusion."""
    day0 = on.day_of(began.latest)
    before = [one for one in record.series(WEIGHT) if one.when and on.day_of(one.when.earliest) <= day0]
    return nearest(msgspec.structs.replace(record, results={WEIGHT[0]: tuple(before)}), began)


def _weight(weights: Sequence[Result], began: When, on: Occasion) -> Decimal | None:
    """Return the weight in kg where one is known; several that differ are none."""
    if doubt_about(weights, began, on):
        return None
    values = {one.value.exact for one in weights if isinstance(one, Measurement) and one.value}
    return values.pop() if len(values) == 1 else None


def _level(
    cells: Decimal | None, per_kg: Decimal | None, weight: Decimal | None, on: Occasion
) -> Literal[1, 2] | TimelineProblem:
    """Return the planned level that the dose is nearest to, or why there is none."""
    planned = on.definitions.treatment
    if per_kg is None:
        if cells is None or weight is None:
            return "no-dose" if cells is None else "no-weight"
        return _nearest_level(cells, weight, planned)
    if cells is not None and weight is not None and not _near(cells, per_kg * weight, planned.weight_tolerance.value):
        return "dose-contradicts-weight"
    return _nearest_level(per_kg, Decimal(1), planned)


def _nearest_level(dose: Decimal, weight: Decimal, planned: Treatment) -> Literal[1, 2] | TimelineProblem:
    """Return the level that ``dose`` for a patient of ``weight`` is nearest to, if it is near enough."""
    levels: dict[Decimal, Literal[1, 2]] = {planned.dose_level_1.value: 1, planned.dose_level_2.value: 2}
    closest = min(levels, key=lambda level: abs(dose - level * weight))
    is_near = _near(dose, closest * weight, planned.dose_tolerance.value)
    return levels[closest] if is_near else "dose-unlike-any-level"


def _near(dose: Decimal, other: Decimal, percent: Decimal) -> bool:
    """Whether ``dose`` lies within ``percent`` of ``other``; the bound itself does."""
    return abs(dose - other) * _HUNDRED <= percent * other
