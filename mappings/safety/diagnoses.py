"""Conditions as sightings of adverse events: every one but infections, which their treatment grades.

A Condition seldom has a grade: only the codes of ICD-10-CM for CRS (D89.83-) and for ICANS (G92.0-) carry one.
"""

from typing import Final, cast

import msgspec

from mappings.codes import ICD_10_CM, bare, canonical_system
from mappings.facts import Diagnosis, Fact, GradeNumber
from mappings.followed import EventTerm, Sighting, Timeline
from mappings.record import Record
from mappings.safety.bedside import ctcae
from mappings.safety.infections import is_infection
from mappings.safety.states import began
from mappings.safety.vocabulary import CRS, ICANS, term_of
from mappings.site import Occasion

#: The last digit of these codes is the grade, by the ASTCT; 0 and 9 say none.
_GRADED: Final = {"D8983": CRS, "G920": ICANS}
_GRADES: Final = frozenset("12345")
#: The lowest grade that CTCAE 5.0 has for a term.
_LOWEST: Final[dict[str, GradeNumber]] = {
    "Acute kidney injury": 3,
    "Anaphylaxis": 3,
    "Disseminated intravascular coagulation": 2,
    "Febrile neutropenia": 3,
    "Tumor lysis syndrome": 3,
}
#: The diseases under study, and what they are called where their kind is not told.
UNDERLYING: Final = ("dx.sle", "dx.lupus", "dx.itp", "dx.cutaneous_lupus", "dx.nephrotic_syndrome")


def diagnosed(record: Record, _line: Timeline, on: Occasion) -> list[Sighting]:
    """Return a sighting of each Condition that is no infection, from its onset until its abatement."""
    return [_sighting(one, on) for one in record.diagnoses if not is_infection(one)]


def specified(sighting: Sighting) -> Sighting:
    """Return ``sighting`` under the name of its diagnosis where its term asks to specify: two such are two events."""
    named = [fact for fact in sighting.facts if isinstance(fact, Diagnosis)]
    if not sighting.term.name.endswith("Other, specify") or not named:
        return sighting
    term = term_of(named[0].text, named[0].codes, named[0].concepts)
    return msgspec.structs.replace(sighting, term=term)


def is_underlying(fact: Fact) -> bool:
    """Whether ``fact`` is a diagnosis of a disease under study."""
    return isinstance(fact, Diagnosis) and any(concept.startswith(UNDERLYING) for concept in fact.concepts)


def _sighting(one: Diagnosis, on: Occasion) -> Sighting:
    term = term_of(one.text, one.codes, one.concepts)
    grade = _grade(one)
    is_over = one.ended is not None and one.active is not True and one.ended.earliest <= on.at
    return Sighting(
        term=term,
        origin="diagnosis",
        facts=(one,),
        when=began(one, on, one.recorded),
        until=one.ended if is_over else None,
        lasts=is_over or one.active is not False,
        grade=grade,
        at_least=grade or (_lowest(term, on) if one.certain else 0),
        scale="ASTCT 2019" if term in (CRS, ICANS) else ctcae(on),
        reason="graded" if grade else "no-grade" if one.certain else "unconfirmed",
    )


def _grade(one: Diagnosis) -> GradeNumber | None:
    """Return the worst grade that the codes of a diagnosis carry; one that is not confirmed has none."""
    plain = [bare(code.code) for code in one.codes if canonical_system(code.system) == ICD_10_CM]
    found = [int(code[-1]) for code in plain if code[:-1] in _GRADED and code[-1] in _GRADES]
    return cast("GradeNumber", max(found)) if found and one.certain else None


def _lowest(term: EventTerm, on: Occasion) -> GradeNumber:
    return _LOWEST.get(term.name, 1) if ctcae(on) == "CTCAE 5.0" else 1
