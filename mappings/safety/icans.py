"""Immune effector cell-associated neurotoxicity syndrome by the consensus of the ASTCT, for adults.

Source: Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-638: the worst of the ICE score, consciousness,
seizures, motor findings and raised pressure in the skull, if no other cause explains it. Motor findings are for a
person, and so is whether another cause explains it. The Glasgow Coma Scale is none of its domains.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mappings.codes import LOINC, SNOMED_CT
from mappings.facts import CodedResult, Diagnosis, GradeNumber, Measurement, Result
from mappings.follow_reasons import SightingReason
from mappings.followed import Sighting, Timeline
from mappings.intervals import ZERO, Interval, When
from mappings.record import Record
from mappings.safety.assessed import assessed, unless_assessed
from mappings.safety.bedside import (
    Bedside,
    Reached,
    after_infusion,
    bedside,
    day_of,
    in_order,
    is_usable,
    seen,
    stepped,
    worst,
)
from mappings.safety.vocabulary import ICANS
from mappings.site import Occasion

GRADE: Final = "obs.icans_grade"
SCORE: Final = "obs.ice_score"
CONSCIOUSNESS: Final = "obs.consciousness"
SEIZURE: Final = ("dx.epilepsy_seizure", "sle_item.seizure")
OEDEMA: Final = ("ae.cerebral_edema",)
#: The full ICE score, and the score below which each grade begins.
FULL: Final = Decimal(10)
_SCORES: Final[dict[GradeNumber, Decimal]] = {3: Decimal(3), 2: Decimal(7), 1: FULL}

#: Levels of consciousness as the grades that they leave possible. Who is confused has lost points of the ICE score; who
#: wakes to pain alone may need it again and again.
_LEVELS: Final[dict[str, tuple[GradeNumber, GradeNumber]]] = {
    "alert": (0, 0), "spontaneous": (1, 1), "drowsy": (1, 2), "confused": (1, 1), "voice": (2, 2), "tactile": (3, 3), "pain": (3, 4),
    "unarousable": (4, 4),
}  # fmt: skip
#: Answers of the ACVPU scale (LOINC, SNOMED CT).
_CODES: Final = {
    (LOINC, "LA9340-6"): "alert",
    (LOINC, "LA6560-2"): "confused",
    (LOINC, "LA17108-4"): "voice",
    (LOINC, "LA17107-6"): "pain",
    (LOINC, "LA9343-0"): "unarousable",
    (SNOMED_CT, "248234008"): "alert",
    (SNOMED_CT, "130987000"): "confused",
    (SNOMED_CT, "300202002"): "voice",
    (SNOMED_CT, "450847001"): "pain",
    (SNOMED_CT, "422768004"): "unarousable",
}
#: The same in words; of one name the worst that fits counts.
_WORDS: Final = {
    level: re.compile(words, re.IGNORECASE)
    for level, words in {
        "unarousable": r"unarous|unrespons|cannot be awaken|coma\b|stupor|昏迷|无反应|不能唤醒",
        "pain": r"\bpain|疼痛|昏睡",
        "tactile": r"tactile|touch|触觉|触碰",
        "voice": r"voice|verbal|呼唤|声音",
        "confused": r"confus|delir|谵妄|意识模糊",
        "drowsy": r"drows|somnol|letharg|嗜睡",
        "spontaneous": r"awakens spontaneously|自发清醒",
        "alert": r"(?<!not )\balert|(?<!not )\bawake\b|(?<![不未欠半])清醒|神清|神志清",
    }.items()
}


def icans(record: Record, line: Timeline, on: Occasion) -> list[Sighting]:
    """Return the grade at each moment at which a domain was looked at, and every grade that a person gave.

    The ICE score is made for this syndrome and counts whenever it was taken; consciousness, seizures and oedema are
    proposed as signs of it within weeks of the infusion alone.
    """
    if line.day0 is None:
        return []
    told = assessed(record, GRADE, ICANS)
    return [*told, *unless_assessed(_proposed(record, line, on), told, on)]


def _proposed(record: Record, line: Timeline, on: Occasion) -> Iterator[Sighting]:
    bed = bedside(record, on, (SCORE, CONSCIOUSNESS))
    seizures = [one for one in record.diagnosed(SEIZURE) if _is_sign(one.when, line, on)]
    oedemas = [one for one in record.diagnosed(OEDEMA) if _is_sign(one.when, line, on)]
    looked_at = [*bed.results(SCORE), *bed.results(CONSCIOUSNESS), *seizures, *oedemas]
    for moment in sorted({one.when for one in looked_at if one.when}, key=in_order):
        found = _at(bed, moment, seizures, oedemas, line)
        if found:
            yield seen(ICANS, "assessment", moment, "ASTCT 2019", found, "attribution")
    for result in record.series((SCORE, CONSCIOUSNESS)):
        if result.when and not _decides(result, on):
            yield seen(ICANS, "assessment", result.when, "ASTCT 2019", _unplaced(result))


def _decides(result: Result, on: Occasion) -> bool:
    is_kind = isinstance(result, Measurement) or SCORE not in result.concepts
    return is_kind and is_usable(result) and result.when is not None and day_of(result.when, on) is not None


def _unplaced(result: Result) -> Reached:
    """Return what a result comes to that decides nothing, or of which nobody knows the day."""
    return Reached(0, 4, result.problem or "no-value", (result,))


def _is_sign(when: When | None, line: Timeline, on: Occasion) -> bool:
    """Whether what began at ``when`` may be a sign of the syndrome."""
    if when is None or line.day0 is None or not after_infusion(when, line):
        return False
    return on.day_of(when.earliest) - line.day0 <= timedelta(days=on.definitions.adverse_events.icans_onset.days)


def _at(
    bed: Bedside, moment: When, seizures: list[Diagnosis], oedemas: list[Diagnosis], line: Timeline
) -> Reached | None:
    """Return the worst of the domains at ``moment``; ``None`` where none was looked at that could tell."""
    on = bed.on
    alertness = [_level(one) for one in bed.holding(CONSCIOUSNESS, moment)]
    scores = [_score(one, alertness) for one in bed.numbers(SCORE, moment)]
    signs = [_diagnosis(one, line, on) for one in seizures if _is_of_day(one, moment, on)]
    signs += [_diagnosis(one, line, on) for one in oedemas if _lasts(one, moment)]
    if _is_sign(moment, line, on) and any(one.high for one in alertness):
        signs += alertness
    if scores:
        return worst(*scores, *signs)
    return worst(*signs, Reached(0, 4, "no-ice")) if signs else None


def _score(score: Measurement, alertness: list[Reached]) -> Reached:
    """Return the grade of an ICE score; 0 of 10 may be of one who is awake, or of one who cannot be waked (grade 4)."""
    value = score.value or Interval(None, None)
    if value.above(FULL):
        return Reached(0, 4, "no-value", (score,))
    found = stepped(score, {grade: _below(limit) for grade, limit in _SCORES.items()})
    is_awake = bool(alertness) and all(one.high < 4 for one in alertness)
    if value.above(ZERO) or is_awake:
        return found
    return Reached(found.low, 4, "consciousness" if found.low == 3 else found.doubt, found.facts)


def _below(limit: Decimal) -> Callable[[Measurement], bool | None]:
    return lambda it: it.value.below(limit) if it.value else None


def _level(result: Result) -> Reached:
    """Return the grade of a level of consciousness: by a code that we know, else by what a code or its name says."""
    codes = result.codes if isinstance(result, CodedResult) else ()
    known = [_CODES[one.system, one.code] for one in codes if (one.system, one.code) in _CODES]
    names = (*(code.code for code in codes), *(code.display for code in codes), result.raw)
    told = known or [level for name in names for level, words in _WORDS.items() if words.search(name)]
    if not told:
        return Reached(0, 4, "not-understood", (result,))
    return Reached(*_LEVELS[told[0]], "consciousness", (result,))


def _diagnosis(one: Diagnosis, line: Timeline, on: Occasion) -> Reached:
    """Return what a seizure or an oedema of the brain comes to: how long it was, and how far it went, a person knows."""
    is_after = one.when is not None and line.day0 is not None and on.day_of(one.when.earliest) >= line.day0
    doubt: SightingReason = (
        "needs-person" if one.certain and is_after else "unconfirmed" if is_after else "partial-date"
    )
    return Reached(3 if one.certain and is_after else 0, 4, doubt, (one,))


def _is_of_day(one: Diagnosis, moment: When, on: Occasion) -> bool:
    """Whether a seizure was at ``moment``, or earlier that day."""
    if one.when is None or one.when == moment:
        return one.when is not None
    return day_of(one.when, on) == day_of(moment, on) is not None and one.when.earliest <= moment.latest


def _lasts(one: Diagnosis, moment: When) -> bool:
    """Whether an oedema was there at ``moment``; as long as nobody says that it has gone, it is."""
    is_over = one.ended is not None and one.ended.latest <= moment.latest
    return one.when is not None and one.when.earliest <= moment.latest and not is_over
