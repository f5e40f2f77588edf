"""The infusion of YTS109 cells, told by a MedicationAdministration or by a Procedure, besides what else these tell.

The cells are known by code: the resource's own, a local one that a ConceptMap translates, or that of the Medication it
points to. An order, a statement or a dispense of them is no infusion. Only what was brought to its end is not stopped.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from mappings.facts import Exposure, Fact, Infusion, ProcedureDone
from mappings.findings import Reason
from mappings.reading.context import Context
from mappings.reading.dates import ending, first_of
from mappings.reading.quantities import measure
from mappings.reading.units import plain
from mappings.reading.views import AdministeredDosage, MedicationAdministration, Procedure

PRODUCT: Final = "rx.cart.yts109"
#: Numbers in words, as they stand in units.
_WORDS: Final = {"万": 4, "百万": 6, "million": 6, "millions": 6, "亿": 8, "billion": 9}
#: A number of cells, as such or per kilogram: "10*6", "{cells}/kg", "×10^6 cells/kg", "万/kg", "10*6.{STAR+ T cells}/kg".
_UNIT: Final = re.compile(
    rf"(?:(?:x?10[*^E]|x?1E)(?P<power>\d{{1,2}})|(?P<word>{'|'.join(_WORDS)}))?"
    r"[.·]?(?:\{?(?:STAR[+-]?)?T?-?cells?\}?|个?细胞|个)?(?P<per>/(?:kg|公斤|千克)(?:\{?(?:BW|bodyweight|体重)\}?)?)?",
    re.IGNORECASE,
)


def of_administration(view: MedicationAdministration, found: Sequence[Fact], context: Context) -> list[Fact]:
    """Return the infusion that ``view`` tells, whose exposures are ``found``; nothing where it tells none."""
    given = [one for one in found if isinstance(one, Exposure) and _is_of_cells(one, context)]
    cells, per_kg = _cells(view.dosage)
    return [
        Infusion(
            source=one.source,
            concepts=one.concepts,
            when=one.when,
            raw=_raw(view.dosage) or one.raw,
            problem=_problem(view.status),
            kind="administration",
            ended=one.ended,
            cells=cells,
            cells_per_kg=per_kg,
            stopped=view.status != "completed",
        )
        for one in given
    ]


def of_procedure(view: Procedure, found: Sequence[Fact], context: Context) -> list[Fact]:
    """Return the same of a Procedure, which has no place for a dose. Raises ValueError for dates."""
    given = [one for one in found if isinstance(one, ProcedureDone) and _is_of_cells(one, context)]
    period = view.performed_period or view.occurrence_period
    moment = first_of(context.zone, view.performed_date_time, view.occurrence_date_time)
    began = moment or (first_of(context.zone, period.start) if period else None)
    ended = moment or (ending(period.end, context.zone) if period else None)
    return [
        Infusion(
            source=one.source,
            concepts=one.concepts,
            when=began,
            raw=one.raw,
            problem=_problem(view.status),
            kind="procedure",
            ended=ended,
            stopped=view.status != "completed",
        )
        for one in given
    ]


def _is_of_cells(fact: Fact, context: Context) -> bool:
    return context.follows and PRODUCT in fact.concepts


def _problem(status: str) -> Reason | None:
    """Return "preliminary" where not even that it began is said."""
    return "preliminary" if status == "unknown" else None


def _cells(dosage: AdministeredDosage | None) -> tuple[Decimal | None, Decimal | None]:
    """Return how many cells were given, in all or else per kilogram; neither where the unit does not say what it counts.

    Where the unit for machines and the printed one say two things, neither is believed.
    """
    found = measure(dosage.dose) if dosage and dosage.dose and not dosage.modifier_extension else None
    value = found.value.exact if found else None
    if found is None or value is None or value < 0:
        return None, None
    units = {unit for unit in map(_unit, (found.unit, found.printed)) if unit}
    if len(units) != 1:
        return None, None
    factor, per_kg = units.pop()
    return (None, value * factor) if per_kg else (value * factor, None)


def _unit(text: str) -> tuple[Decimal, bool] | None:
    """Return how many cells one of a unit is, and whether it is per kilogram; ``None`` for any other unit."""
    found = _UNIT.fullmatch(plain(text).strip(".·") or "?")
    if found is None:
        return None
    power = int(found["power"]) if found["power"] else _WORDS.get((found["word"] or "").lower(), 0)
    return Decimal(1).scaleb(power), found["per"] is not None


def _raw(dosage: AdministeredDosage | None) -> str:
    """Return the dose as it was sent, for people to compare."""
    dose = dosage.dose if dosage else None
    return f"{bytes(dose.value).decode(errors='replace')[:40]} {dose.unit or dose.code}".strip() if dose else ""
