"""Low oxygen and what is given for it: hypoxia by the CTCAE, and the axis of it in ASTCT 2019.

Sources: CTCAE 5.0 (National Cancer Institute, November 2017), "Hypoxia": at rest below 88 % is grade 3, oxygen now and
then grade 2, intubation grade 4; version 6.0 has a grade 1 besides, below the lower limit of normal. Lee DW et al.,
Biol Blood Marrow Transplant 2019;25:625-638: a cannula of low flow or blow-by is grade 2, high flow or a mask grade
3, positive pressure grade 4.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mappings.codes import SNOMED_CT
from mappings.criteria.measured import lower_normal
from mappings.facts import CodedResult, GradeNumber, Measurement, Result
from mappings.follow_reasons import SightingReason
from mappings.followed import Sighting
from mappings.intervals import ZERO, When
from mappings.record import Record
from mappings.safety.bedside import (
    Bedside,
    Reached,
    ctcae,
    graded,
    in_order,
    judged,
    or_later,
    seen,
    stepped,
    sure,
    worst,
)
from mappings.safety.support import Support, procedures
from mappings.safety.vocabulary import HYPOXIA
from mappings.site import Occasion

SATURATION: Final = "vital.spo2"
FLOW: Final = "vital.o2_flow"
SHARE: Final = "vital.fio2"
DEVICE: Final = "obs.oxygen_device"
INVASIVE: Final = "proc.ventilation_invasive"
NON_INVASIVE: Final = "proc.ventilation_noninvasive"
HIGH_FLOW: Final = "proc.high_flow_oxygen"
#: The least difference between two instants.
TICK: Final = timedelta(microseconds=1)
#: Oxygen in room air, in per cent, with what a display rounds to.
ROOM_AIR: Final = Decimal("21.9")

#: The devices of each grade of ASTCT 2019 (SNOMED CT); "cannula" hangs on its flow, "oxygen" names no device.
_CODES: Final = {
    code: kind
    for kind, codes in {
        "air": "722742002",
        "blow-by": "425478008",
        "cannula": "336623009 371907003 464225001",
        "mask": "336602003 261352009 427591007 463587004 464233000 425926003 428285009 426294006 426851007 371908008",
        "high-flow": "426854004 870533002",
        "pressure": "425826004 467645007 706226000 704718009 26412008 129121000 706172005 449071006 428311008 47545007 "
        "1258985005 40617009",
        "oxygen": "371825009 315041000",
    }.items()
    for code in codes.split()
}
#: The same in words, the first that fits: "CPAP mask" is positive pressure, "blow-by mask" is not a mask.
_WORDS: Final = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in {
        "air": r"^(?:room air|ra|ambient air|none|无|空气|(?:未|不|停止)吸氧)$|room[- ]air|未吸氧|不吸氧",
        "pressure": r"cpap|bi-?pap|bi-?level|ventilator|ventilation|intubat|endotracheal|positive pressure|正压|呼吸机|插管|无创",
        "high-flow": r"high[- ]?flow|hfnc|高流量",
        "blow-by": r"blow[- ]?by|low[- ]flow|低流量",
        "mask": r"mask|venturi|rebreath|face tent|面罩|储氧|文丘里",
        "cannula": r"cannula|prongs|nasal|鼻导管|鼻塞",
        "oxygen": r"oxygen|吸氧|氧疗",
    }.items()
)
_GRADES: Final[dict[str, tuple[GradeNumber, GradeNumber, SightingReason]]] = {
    "air": (0, 0, ""),
    "blow-by": (2, 2, ""),
    "mask": (3, 3, ""),
    "high-flow": (3, 3, ""),
    "pressure": (4, 4, ""),
    "oxygen": (2, 4, "no-device"),
}


def kind_of(device: Result) -> str | None:
    """Return which kind of device a result names; ``None`` where it names none that we know."""
    if not isinstance(device, CodedResult):
        return None
    coded = [_CODES[code.code] for code in device.codes if code.system == SNOMED_CT and code.code in _CODES]
    names = (device.text, *(code.display for code in device.codes), *(code.code for code in device.codes))
    told = [kind for name in names for kind, words in _WORDS if words.search(name.strip())]
    return next(iter((*coded, *told)), None)


def ventilation(record: Record, on: Occasion) -> list[Support]:
    """Return every ventilation and oxygen of high flow that is recorded as a procedure."""
    return procedures(record.underwent((INVASIVE, NON_INVASIVE, HIGH_FLOW)), on)


def oxygen(bed: Bedside, under_way: list[Support], moment: When) -> Reached:
    """Return what the oxygen of ``moment`` comes to by ASTCT 2019: 0, or 2 to 4 by how it is given.

    A low saturation is at least grade 2, whatever is given for it. A normal one with no word of oxygen is none, unless
    oxygen was given in the days before and nobody says that this has ended.
    """
    return or_later(lambda later: _oxygen(bed, under_way, moment, later))


def _oxygen(bed: Bedside, under_way: list[Support], moment: When, later: bool) -> Reached:
    given = _given(bed, under_way, moment, later)
    readings = bed.numbers(SATURATION, moment, or_next=later)
    limit = bed.on.definitions.adverse_events.crs_saturation.value
    is_low = judged(readings, lambda one: one.value.below(limit) if one.value else None) if readings else None
    if given:
        found = worst(*given)
        if is_low:
            return worst(found, Reached(2, 2 if found.high > 1 else 4, "no-device", readings))
        if is_low is None and readings and found.high == 0:
            return worst(found, Reached(0, 4, "censored", readings))
        return worst(found, sure(0, readings))
    if is_low is None:
        return Reached(0, 4, "censored" if readings else "missing", readings)
    if is_low:
        return Reached(2, 4, "no-device", readings)
    return Reached(0, 4, "no-device", readings) if _lately(bed, moment) else sure(0, readings)


def _given(bed: Bedside, under_way: list[Support], moment: When, later: bool = False) -> list[Reached]:
    """Return what every way in which oxygen is given comes to; what may only go on counts where nothing else is known."""
    running = [one for one in under_way if one.holds(moment)]
    found = [*(_procedure(one) for one in running if one.proven), *_breathed(bed, moment, later)]
    return found or [_procedure(one) for one in running]


def _procedure(one: Support) -> Reached:
    grade: GradeNumber = 3 if HIGH_FLOW in one.fact.concepts else 4
    return sure(grade, [one.fact]) if one.proven else Reached(0, grade, "no-end", (one.fact,))


def _breathed(bed: Bedside, moment: When, later: bool = False) -> list[Reached]:
    """Return what devices, else flows, else shares of oxygen come to."""
    devices = bed.holding(DEVICE, moment, or_next=later)
    flows = bed.numbers(FLOW, moment, or_next=later)
    if devices:
        return [_device(one, flows, bed.on) for one in devices]
    if flows:
        return [_flow(one, bed.on) for one in flows]
    return [_share(one) for one in bed.numbers(SHARE, moment, or_next=later)]


def _device(device: Result, flows: tuple[Measurement, ...], on: Occasion) -> Reached:
    kind = kind_of(device)
    if kind is None:
        return Reached(0, 4, "not-understood", (device,))
    limit = on.definitions.adverse_events.low_flow.value
    is_high = judged(flows, lambda one: one.value.above(limit) if one.value else None)
    if kind == "blow-by" and is_high:
        return Reached(2, 3, "conflict", (device, *flows))
    if kind != "cannula":
        return Reached(*_GRADES[kind], (device,))
    if not flows:
        return Reached(2, 3, "no-flow", (device,))
    if all(one.value and one.value.exact == 0 for one in flows):
        return sure(0, (device, *flows))
    return Reached(3 if is_high else 2, 2 if is_high is False else 3, "censored", (device, *flows))


def _flow(flow: Measurement, on: Occasion) -> Reached:
    """Return what a flow without a device comes to: a little may be by mask, and much may be under pressure."""
    limit = on.definitions.adverse_events.low_flow.value
    if flow.value is None or flow.value.exact == 0:
        return sure(0, [flow])
    is_high = flow.value.above(limit)
    low: GradeNumber = 3 if is_high else 2 if flow.value.above(ZERO) else 0
    return Reached(low, 3 if is_high is False else 4, "no-device", (flow,))


def _share(share: Measurement) -> Reached:
    is_more = share.value.above(ROOM_AIR) if share.value else None
    return sure(0, [share]) if is_more is False else Reached(2 if is_more else 0, 4, "no-device", (share,))


def _lately(bed: Bedside, moment: When) -> bool:
    """Whether the last that the days before ``moment`` say of oxygen is that it was given."""
    today = bed.on.midnight(bed.on.day_of(moment.earliest))
    for days in range(bed.on.definitions.adverse_events.treatment_window.days):
        evening = today - timedelta(days=days) - TICK
        found = _breathed(bed, When(evening, evening))
        if found:
            return worst(*found).high > 0
    return False


#: What support comes to by the CTCAE, at least and at most, by its grade in ASTCT 2019.
_LEAST: Final[dict[int, GradeNumber]] = {0: 0, 2: 2, 3: 2, 4: 3}
_MOST: Final[dict[int, GradeNumber]] = {0: 0, 2: 3, 3: 3, 4: 4}


def hypoxia(bed: Bedside, record: Record, on: Occasion) -> Iterator[Sighting]:
    """Yield the grade of hypoxia at every saturation, and wherever oxygen is given or ventilation begins (CTCAE).

    A saturation is read as one at rest. Whether oxygen was needed all the time, and a ventilation to save a life, is
    for a person; an invasive one is grade 4.
    """
    under_way = ventilation(record, on)
    for result in record.series((SATURATION,)):
        if result.when:
            found = graded(result, lambda one: _saturated(one, bed, under_way))
            yield seen(HYPOXIA, "vital-sign", result.when, ctcae(on), found)
    begun = [one.start for one in under_way if one.proven]
    readings = [one.when for concept in (DEVICE, FLOW, SHARE) for one in bed.results(concept) if one.when]
    for moment in sorted({*begun, *readings}, key=in_order):
        found = _supported(bed, under_way, moment)
        if found.low:
            yield seen(HYPOXIA, "vital-sign", moment, ctcae(on), found)


def _saturated(one: Measurement, bed: Bedside, under_way: list[Support]) -> Reached:
    assert one.when is not None
    limit = bed.on.definitions.adverse_events.saturation_minimum.value
    rest = stepped(one, {3: lambda it: it.value.below(limit) if it.value else None})
    return worst(rest, _below_normal(one, bed.on), _supported(bed, under_way, one.when))


def _below_normal(one: Measurement, on: Occasion) -> Reached:
    """Return the grade 1 of version 6.0."""
    if ctcae(on) == "CTCAE 5.0":
        return sure(0)
    lower = lower_normal(one, on)
    if lower is None:
        return Reached(0, 1, "no-range")
    return stepped(one, {1: lambda it: it.value.below(lower) if it.value else None})


def _supported(bed: Bedside, under_way: list[Support], moment: When) -> Reached:
    """Return what the oxygen that is given at ``moment`` comes to by the CTCAE."""
    running = [one for one in under_way if one.proven and one.holds(moment) and INVASIVE in one.fact.concepts]
    if running:
        return sure(4, [one.fact for one in running])
    given = _given(bed, under_way, moment)
    if not given:
        return Reached(0, 3, "no-device") if _lately(bed, moment) else sure(0)
    found = worst(*given)
    return Reached(_LEAST[found.low], _MOST[found.high], found.doubt or "needs-person", found.facts)
