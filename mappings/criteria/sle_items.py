"""The items of EULAR/ACR 2019: what in the record speaks for each, and whether software may believe it.

Aringer M et al., Ann Rheum Dis 2019;78:1151-9, table 1 and figure 2 (definitions, domains and weights). An item that a
laboratory or a coded biopsy proves is present; one that needs a clinician's eye, or that often has another cause in
these patients (drugs, infections, steroids), is a candidate until a person attests it. One occurrence ever is enough.
"""

from datetime import timedelta
from typing import Final

import msgspec

from mappings.criteria.biopsy import CLASS, classes_of
from mappings.criteria.measured import of_one_day
from mappings.criteria.proteinuria import RATIO
from mappings.criteria.sightings import (
    Look,
    Seen,
    Sighting,
    diagnosed,
    either,
    ever,
    is_high,
    is_low,
    is_usable,
    low,
    measured,
    positive,
    usable,
)
from mappings.facts import CodedResult, Measurement, Result
from mappings.record import Record
from mappings.site import Occasion


class Item(msgspec.Struct, frozen=True):
    """One item: its domain, its weight, whether the domain is a clinical one, and how it is looked for."""

    id: str
    domain: str
    weight: int
    is_clinical: bool
    look: Look


def haemolysis(record: Record, on: Occasion) -> Sighting:
    """Look for a positive direct antiglobulin test with a sign of haemolysis within some days of it."""
    tests = [(one, is_high(one)) for one in usable(record, "lab.dat")]
    near = timedelta(days=on.limits.haemolysis_window.days)
    signs = [one for one in usable(record, "lab.haptoglobin") if is_low(one)]
    signs += [one for one in usable(record, "lab.ldh", "lab.reticulocyte_abs", "lab.reticulocyte_pct") if is_high(one)]
    for test in (one for one, answer in tests if answer):
        beside = [one for one in signs if one.when and test.when and abs(one.when.latest - test.when.latest) <= near]
        if beside:
            return Sighting("candidate", (test, *beside[:2]))
    negative = [one for one, answer in tests if answer is False]
    return Sighting("absent", tuple(negative[:1])) if negative else Sighting("not-tested")


def _biopsied(*classes: str) -> Look:
    """Look for a coded ISN/RPS class of the kidney; a biopsy that only words describe is a candidate."""

    def test(one: Result) -> bool | None:
        found = _classes(one)
        return not found.isdisjoint(classes) if found else None

    def look(record: Record, on: Occasion) -> Sighting:
        coded = ever(record, CLASS, test, "present")
        found = usable(record, *CLASS)
        named = [one for one in found if _classes(one)]
        worded = [one for one in found if not any(of_one_day(one, other, on) for other in named)]
        return Sighting("candidate", tuple(worded[:3])) if coded.seen != "present" and worded else coded

    return look


def _classes(one: Result) -> set[str]:
    return {name for name, _ in classes_of(one)} if isinstance(one, CodedResult) else set()


def cardiolipin(record: Record, on: Occasion) -> Sighting:
    """Look for anticardiolipin above 40 units; one that is called positive without a number may be."""
    names, bound = ("lab.acl_igg", "lab.acl_igm", "lab.acl_iga"), on.limits.cardiolipin_titre.value

    def test(one: Result) -> bool | None:
        value = one.value if isinstance(one, Measurement) else None
        return value.above(bound) if value else is_high(one)

    return ever(record, names, test, "candidate")


def both_low(record: Record, on: Occasion) -> Sighting:
    """Look for C3 and C4 both below the laboratory's limits: of one day they count, of different days they may."""
    found = [ever(record, (name,), is_low, "present") for name in ("lab.c3", "lab.c4")]
    if any(one.seen == "absent" for one in found):
        return Sighting("absent", tuple(fact for one in found if one.seen == "absent" for fact in one.facts))
    if any(one.seen == "not-tested" for one in found):
        return Sighting("not-tested")
    for third in (one for one in usable(record, "lab.c3") if is_low(one)):
        beside = [one for one in usable(record, "lab.c4") if is_low(one) and of_one_day(third, one, on)]
        if beside:
            return Sighting("present", (third, beside[0]))
    return Sighting("candidate", tuple(fact for one in found for fact in one.facts[:1]))


ANTI_DSDNA: Final = ("lab.anti_dsdna_quant", "lab.anti_dsdna_presence", "lab.anti_dsdna_titer")
ANTI_SM: Final = ("lab.anti_sm_quant", "lab.anti_sm_presence")
ANTI_B2GP1: Final = ("lab.anti_b2gp1_igg", "lab.anti_b2gp1_igm", "lab.anti_b2gp1_iga")
ANA: Final = ("lab.ana_titer", "lab.ana_presence_if", "lab.ana_presence", "lab.ana_quant")


def antinuclear(record: Record, on: Occasion) -> Sighting:
    """Look for ANA at 1:80 or more, ever: the gate. A positive test without a titre, or one in doubt, is a candidate.

    It is absent only where every result there is can be used, and says so.
    """
    results = record.series(ANA)
    unusable = [one for one in results if not is_usable(one)]
    seen = [(one, _antinuclear_in(one, on)) for one in results if is_usable(one)]
    for rank in ("present", "candidate"):
        found = [one for one, answer in seen if answer == rank]
        if found:
            return Sighting(rank, tuple(found[:1]))
    if unusable or not seen:
        return Sighting("not-tested", tuple(unusable[:1]))
    return Sighting("absent", tuple(results[:1]))


def _antinuclear_in(one: Result, on: Occasion) -> Seen:
    """Return what one result says of ANA; "negative (1:100)" names the dilution at which it was negative."""
    titre = one.value if isinstance(one, Measurement) and one.unit == "{titer}" else None
    reached = titre.at_least(on.limits.ana_titre.value) if titre else None
    if reached is False or (one.answer == "negative" and not reached):
        return "absent"
    if reached and one.answer in (None, "positive"):
        return "present"
    return "absent" if titre is None and is_high(one) is False else "candidate"


#: A diagnosis is a candidate beside what can be measured: its threshold is not known.
FEVER: Final = either(measured(("vital.temperature",), "fever", "above", "candidate"), diagnosed("sle_item.fever"))
LEUKOPENIA: Final = either(measured(("lab.wbc",), "leukopenia", "below", "candidate"), diagnosed("sle_item.leukopenia"))
THROMBOCYTOPENIA: Final = either(
    measured(("lab.platelet",), "thrombocytopenia", "below", "candidate"),
    diagnosed("dx.thrombocytopenia", "dx.secondary_thrombocytopenia", "dx.itp"),
)
HAEMOLYSIS: Final = either(haemolysis, diagnosed("sle_item.autoimmune_hemolysis"))
#: More than 0.5 g of protein in 24 hours, or its equivalent in a spot sample.
PROTEINURIA: Final = either(
    measured(("lab.urine_protein_24h_mass",), "proteinuria_24h", "above", "present"),
    measured(RATIO, "proteinuria_ratio", "above", "present"),
    diagnosed("dx.proteinuria"),
)
#: WHO's classes of lupus nephritis are not those of ISN/RPS: they only say that a report should be asked for.
MEMBRANOUS: Final = either(_biopsied("II", "V"), diagnosed("dx.lupus_nephritis_class2", "dx.lupus_nephritis_class5"))
PROLIFERATIVE: Final = either(
    _biopsied("III", "IV"), diagnosed("dx.lupus_nephritis_class3", "dx.lupus_nephritis_class4")
)
ANTIPHOSPHOLIPID: Final = either(
    positive(ANTI_B2GP1, "present"),
    cardiolipin,
    positive(("lab.lupus_anticoagulant", "lab.drvvt"), "candidate"),
    diagnosed("dx.aps"),
)

ITEMS: Final = (
    Item("fever", "constitutional", 2, True, FEVER),
    Item("leukopenia", "hematologic", 3, True, LEUKOPENIA),
    Item("thrombocytopenia", "hematologic", 4, True, THROMBOCYTOPENIA),
    Item("autoimmune_hemolysis", "hematologic", 4, True, HAEMOLYSIS),
    Item("delirium", "neuropsychiatric", 2, True, diagnosed("sle_item.delirium")),
    Item("psychosis", "neuropsychiatric", 3, True, diagnosed("dx.psychosis")),
    Item("seizure", "neuropsychiatric", 5, True, diagnosed("dx.epilepsy_seizure", "sle_item.seizure")),
    Item("nonscarring_alopecia", "mucocutaneous", 2, True, diagnosed("sle_item.alopecia_any", "sle_item.alopecia")),
    Item("oral_ulcers", "mucocutaneous", 2, True, diagnosed("sle_item.oral_ulcer")),
    Item(
        "subacute_cutaneous_or_discoid",
        "mucocutaneous",
        4,
        True,
        diagnosed("sle_item.discoid_lupus", "sle_item.subacute_cutaneous_lupus"),
    ),
    Item("acute_cutaneous", "mucocutaneous", 6, True, diagnosed("sle_item.rash_of_sle")),
    Item(
        "pleural_or_pericardial_effusion",
        "serosal",
        5,
        True,
        diagnosed("sle_item.pleural_effusion", "sle_item.pericardial_effusion"),
    ),
    Item("acute_pericarditis", "serosal", 6, True, diagnosed("sle_item.acute_pericarditis")),
    Item("joint_involvement", "musculoskeletal", 6, True, diagnosed("sle_item.joint")),
    Item("proteinuria", "renal", 4, True, PROTEINURIA),
    Item("biopsy_class_II_or_V", "renal", 8, True, MEMBRANOUS),
    Item("biopsy_class_III_or_IV", "renal", 10, True, PROLIFERATIVE),
    Item("apl_any", "antiphospholipid", 2, False, ANTIPHOSPHOLIPID),
    Item("low_c3_or_c4", "complement", 3, False, low("lab.c3", "lab.c4")),
    Item("low_c3_and_c4", "complement", 4, False, both_low),
    Item("anti_dsdna_or_anti_sm", "specific antibodies", 6, False, positive((*ANTI_DSDNA, *ANTI_SM), "present")),
)
