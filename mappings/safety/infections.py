"""Infections: which Conditions are one, under which term they stand, and the grade that their treatment gives them.

Source: CTCAE 5.0 (National Cancer Institute, November 2017), "Infections and infestations": an oral anti-infective is
grade 2, an intravenous one grade 3, sepsis is grade 3 at least. Version 6.0 grades them alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

import msgspec

from mappings.codes import ICD_10, ICD_10_CM, SNOMED_CT, Code, bare, canonical_system
from mappings.criteria.glucocorticoid_courses import LOCAL_ROUTES, ORAL_ROUTES
from mappings.drugs import ANTI_INFECTIVE
from mappings.facts import Diagnosis, Exposure, GradeNumber
from mappings.follow_reasons import SightingReason
from mappings.followed import EventTerm, Sighting
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.bedside import Reached, ctcae, seen, sure, worst
from mappings.safety.states import began
from mappings.safety.vocabulary import TERMS
from mappings.site import Occasion

#: Concepts that begin with this are infections; :func:`is_infection` says which Conditions are graded here.
INFECTIONS: Final = "dx.infection"
#: What wakes up again after treatment and has terms of its own.
_VIRAL_HEPATITIS: Final = frozenset({"dx.hbv", "dx.hcv"})
#: Routes into a vein (SNOMED CT), and the words of hospitals for them.
VENOUS_ROUTES: Final = frozenset("47625008 IV iv 静脉 静脉滴注 静脉注射 静脉输液 静脉泵入 静滴 静注 静推 ivgtt".split())
ANTIVIRAL: Final = "rx.antiviral."
SEPSIS: Final = TERMS["Sepsis"]
_OTHER: Final = TERMS["Infections and infestations - Other, specify"]
#: Terms by codes of SNOMED CT and beginnings of codes of ICD-10.
_TERMS: Final[Mapping[EventTerm, tuple[str, ...]]] = {
    TERMS[name]: tuple(map(bare, codes.split()))
    for name, codes in {
        "Sepsis": "91302008 76571007 A40 A41 B37.7 R57.2 R65.2",
        "Cytomegalovirus infection reactivation": "28944009 B25",
        "Lung infection": "233604007 88860002 J12 J13 J14 J15 J16 J17 J18 J10.0 J11.0 A48.1 B48.5 B59",
        "Urinary tract infection": "68566005 N39.0 N10 N12 N30",
        "Upper respiratory infection": "J00 J01 J02 J03 J04 J05 J06",
    }.items()
}
_SHOCK: Final = tuple(map(bare, "76571007 R57.2 R65.21".split()))
_SEVERITIES: Final[Mapping[str, GradeNumber]] = {"mild": 1, "moderate": 2, "severe": 3}


def is_infection(diagnosis: Diagnosis) -> bool:
    """Whether a Condition is an infection that is graded by its treatment; viral hepatitis is not."""
    concepts = diagnosis.concepts
    return concepts.isdisjoint(_VIRAL_HEPATITIS) and any(one.startswith(INFECTIONS) for one in concepts)


def infections(record: Record, on: Occasion) -> Iterator[Sighting]:
    """Yield every infection, from its onset until its abatement, with the grade that its treatment gives it (CTCAE)."""
    drugs = [one for one in record.exposures if one.when and _fights(one)]
    for one in filter(is_infection, record.diagnoses):
        term, when = _term(one), began(one, on, one.recorded)
        is_over = one.ended is not None and one.active is not True and one.ended.earliest <= on.at
        until = one.ended if is_over else None
        found = worst(_severity(one, term), *_treatments(drugs, when, until, on))
        if not one.certain:
            found = Reached(0, found.high, "unconfirmed", found.facts)
        sighting = seen(term, "diagnosis", when, ctcae(on), found)
        yield msgspec.structs.replace(sighting, until=until, lasts=is_over or one.active is not False)


def _fights(drug: Exposure) -> bool:
    is_named = any(one in ANTI_INFECTIVE or one.startswith(ANTIVIRAL) for one in drug.concepts)
    return is_named and drug.route not in LOCAL_ROUTES


def _term(diagnosis: Diagnosis) -> EventTerm:
    """Return the term under which an infection stands, by its codes."""
    for term, starts in _TERMS.items():
        if any(_is_one_of(code, starts) for code in diagnosis.codes):
            return term
    return _OTHER


def _is_one_of(code: Code, starts: tuple[str, ...]) -> bool:
    system = canonical_system(code.system)
    if system == SNOMED_CT:
        return code.code in starts
    return system in (ICD_10, ICD_10_CM) and bare(code.code).startswith(starts)


def _severity(diagnosis: Diagnosis, term: EventTerm) -> Reached:
    """Return what is reached whatever the treatment: by the term, and by how severe a person called it.

    A septic shock threatens life; whether it did, a person says.
    """
    if any(_is_one_of(code, _SHOCK) for code in diagnosis.codes):
        return Reached(3, 4, "needs-person", (diagnosis,))
    return sure(3 if term == SEPSIS else _SEVERITIES.get(diagnosis.severity or "", 1), [diagnosis])


def _treatments(drugs: Iterable[Exposure], when: When, until: When | None, on: Occasion) -> Iterator[Reached]:
    """Yield what each drug that was given for an infection comes to; with none, nobody can tell how bad it was.

    A drug is given for it that was begun within days of it. One that was given just so before is a prophylaxis as far
    as anybody can tell, and one that was only ordered may never have been given.
    """
    window = timedelta(days=on.definitions.adverse_events.treatment_window.days)
    first, last = when.earliest - window, (until.latest + window if until else on.at)
    known = {(one.concepts, one.raw, one.route) for one in drugs if one.when and one.when.latest < first}
    given = [one for one in drugs if one.when and one.when.latest >= first and one.when.earliest <= last]
    for one in given:
        is_new = (one.concepts, one.raw, one.route) not in known
        yield _treatment(one, "needs-person" if not is_new else "only-prescribed" if one.kind == "request" else "")
    if not given:
        yield Reached(0, 4, "no-treatment")


def _treatment(drug: Exposure, doubt: SightingReason) -> Reached:
    low, high = _by_route(drug)
    reason: SightingReason = doubt or drug.problem or ("no-route" if low < high else "")
    return Reached(0 if doubt or drug.problem else low, high, reason, (drug,))


def _by_route(drug: Exposure) -> tuple[GradeNumber, GradeNumber]:
    if drug.route in ORAL_ROUTES:
        return 2, 2
    return (3, 3) if drug.route in VENOUS_ROUTES else (2, 3)
