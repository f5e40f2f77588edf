"""The items of EULAR/ACR 2019: what in the record speaks for each, and whether software may believe it.

Aringer M et al., Ann Rheum Dis 2019;78:1151-9, table 1 and figure 2 (definitions, domains and weights). An item that a
laboratory or a coded biopsy proves is present; one that needs a clinician's eye, or that often has another cause in
these patients (drugs, infections, steroids), is a candidate until a person attests it. One occurrence ever is enough.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, Literal

import msgspec

from mappings.criteria.biopsy import CLASS, classes_of
from mappings.criteria.proteinuria import RATIO
from mappings.facts import CodedResult, Fact, Measurement, Result
from mappings.record import Record
from mappings.site import Occasion

Seen = Literal["present", "candidate", "absent", "not-tested"]


class Sighting(msgspec.Struct, frozen=True):
    """What the record says of an item, and the facts that say so."""

    seen: Seen
    facts: tuple[Fact, ...] = ()


Look = Callable[[Record, Occasion], Sighting]


class Item(msgspec.Struct, frozen=True):
    """One item: its domain, its weight, whether the domain is a clinical one, and how it is looked for."""

    id: str
    domain: str
    weight: int
    is_clinical: bool
    look: Look


Test = Callable[[Result], bool | None]


def _ever(record: Record, concepts: Iterable[str], test: Test, seen: Seen) -> Sighting:
    """Look through every usable result of ``concepts``: any that passes makes the item ``seen``."""
    tested = [(one, test(one)) for one in record.series(tuple(concepts)) if one.problem is None]
    passed = [one for one, answer in tested if answer]
    if passed:
        return Sighting(seen, tuple(passed[:3]))
    known = [one for one, answer in tested if answer is False]
    return Sighting("absent", tuple(known[:1])) if known else Sighting("not-tested")


def _measured(concepts: tuple[str, ...], limit: str, side: Literal["above", "below"], seen: Seen) -> Look:
    """Look for a value ever strictly above or below the limit of that name."""

    def look(record: Record, on: Occasion) -> Sighting:
        bound = getattr(on.limits, limit).value

        def test(one: Result) -> bool | None:
            value = one.value if isinstance(one, Measurement) else None
            return None if value is None else value.above(bound) if side == "above" else value.below(bound)

        return _ever(record, concepts, test, seen)

    return look


def _diagnosed(*concepts: str) -> Look:
    """Look for a diagnosis ever; a record without one does not say that it never was."""

    def look(record: Record, on: Occasion) -> Sighting:
        found = record.diagnosed(concepts)
        return Sighting("candidate", tuple(found[:3])) if found else Sighting("not-tested")

    return look


def is_high(one: Result) -> bool | None:
    """Whether a result lies above its own range, or says that it is positive."""
    if one.answer:
        return {"positive": True, "negative": False}.get(one.answer)
    if not isinstance(one, Measurement):
        return None
    if one.value is not None and one.high_normal is not None:
        return one.value.above(one.high_normal)
    return None if one.flag is None else one.flag == "high"


def is_low(one: Result) -> bool | None:
    """Whether a measured value lies below its own range; without a range, nobody can say."""
    if not isinstance(one, Measurement):
        return None
    if one.value is not None and one.low_normal is not None:
        return one.value.below(one.low_normal)
    return None if one.flag is None else one.flag == "low"


def _positive(concepts: tuple[str, ...], seen: Seen) -> Look:
    return lambda record, _: _ever(record, concepts, is_high, seen)


def haemolysis(record: Record, on: Occasion) -> Sighting:
    """Look for a positive direct antiglobulin test with a sign of haemolysis within some days of it."""
    coombs = _ever(record, ("lab.dat",), is_high, "candidate")
    near = timedelta(days=on.limits.haemolysis_window.days)
    signs = [one for one in record.series(("lab.haptoglobin",)) if is_low(one)]
    signs += [one for one in record.series(("lab.ldh", "lab.reticulocyte_abs", "lab.reticulocyte_pct")) if is_high(one)]
    for test in coombs.facts if coombs.seen == "candidate" else ():
        beside = [one for one in signs if one.when and test.when and abs(one.when.latest - test.when.latest) <= near]
        if beside:
            return Sighting("candidate", (test, *beside[:2]))
    return coombs if coombs.seen == "absent" else Sighting("not-tested")


def proteinuria(record: Record, on: Occasion) -> Sighting:
    """Look for more than 0.5 g of protein in 24 hours, or its equivalent in a spot sample."""
    day = _measured(("lab.urine_protein_24h_mass",), "proteinuria_24h", "above", "present")(record, on)
    return day if day.seen == "present" else _measured(RATIO, "proteinuria_ratio", "above", "present")(record, on)


def _biopsied(*classes: str) -> Look:
    """Look for a coded ISN/RPS class of the kidney; one in words only is a candidate."""

    def test(one: Result) -> bool | None:
        found = {name for name, _ in classes_of(one)} if isinstance(one, CodedResult) else set()
        return not found.isdisjoint(classes) if found else None

    def look(record: Record, on: Occasion) -> Sighting:
        return _ever(record, CLASS, test, "present")

    return look


def antiphospholipid(record: Record, on: Occasion) -> Sighting:
    """Look for anticardiolipin above 40 units, anti-beta2-glycoprotein I or lupus anticoagulant."""
    glycoprotein = _positive(("lab.anti_b2gp1_igg", "lab.anti_b2gp1_igm", "lab.anti_b2gp1_iga"), "present")(record, on)
    cardiolipin = ("lab.acl_igg", "lab.acl_igm", "lab.acl_iga")
    others = [
        _measured(cardiolipin, "cardiolipin_titre", "above", "candidate")(record, on),
        _positive(("lab.lupus_anticoagulant",), "candidate")(record, on),
    ]
    ranked: tuple[Seen, ...] = ("present", "candidate", "absent", "not-tested")
    return min([glycoprotein, *others], key=lambda one: ranked.index(one.seen))


def low_complement(record: Record, on: Occasion) -> Sighting:
    """Look for C3 or C4 below the laboratory's limit."""
    return _ever(record, ("lab.c3", "lab.c4"), is_low, "present")


def both_low(record: Record, on: Occasion) -> Sighting:
    """Look for C3 and C4 below the laboratory's limits, each at any time."""
    found = [_ever(record, (name,), is_low, "present") for name in ("lab.c3", "lab.c4")]
    facts = tuple(fact for one in found for fact in one.facts[:1])
    if all(one.seen == "present" for one in found):
        return Sighting("present", facts)
    return Sighting("absent", facts) if any(one.seen == "absent" for one in found) else Sighting("not-tested")


ANTI_DSDNA: Final = ("lab.anti_dsdna_quant", "lab.anti_dsdna_presence", "lab.anti_dsdna_titer")
ANTI_SM: Final = ("lab.anti_sm_quant", "lab.anti_sm_presence")

ITEMS: Final = (
    Item("fever", "constitutional", 2, True, _measured(("vital.temperature",), "fever", "above", "candidate")),
    Item("leukopenia", "hematologic", 3, True, _measured(("lab.wbc",), "leukopenia", "below", "candidate")),
    Item(
        "thrombocytopenia",
        "hematologic",
        4,
        True,
        _measured(("lab.platelet",), "thrombocytopenia", "below", "candidate"),
    ),
    Item("autoimmune_hemolysis", "hematologic", 4, True, haemolysis),
    Item("delirium", "neuropsychiatric", 2, True, _diagnosed("sle_item.delirium")),
    Item("psychosis", "neuropsychiatric", 3, True, _diagnosed("dx.psychosis")),
    Item("seizure", "neuropsychiatric", 5, True, _diagnosed("dx.epilepsy_seizure", "sle_item.seizure")),
    Item("nonscarring_alopecia", "mucocutaneous", 2, True, _diagnosed("sle_item.alopecia_any", "sle_item.alopecia")),
    Item("oral_ulcers", "mucocutaneous", 2, True, _diagnosed("sle_item.oral_ulcer")),
    Item(
        "subacute_cutaneous_or_discoid",
        "mucocutaneous",
        4,
        True,
        _diagnosed("sle_item.discoid_lupus", "sle_item.subacute_cutaneous_lupus"),
    ),
    Item("acute_cutaneous", "mucocutaneous", 6, True, _diagnosed("sle_item.rash_of_sle")),
    Item(
        "pleural_or_pericardial_effusion",
        "serosal",
        5,
        True,
        _diagnosed("sle_item.pleural_effusion", "sle_item.pericardial_effusion"),
    ),
    Item("acute_pericarditis", "serosal", 6, True, _diagnosed("sle_item.acute_pericarditis")),
    Item("joint_involvement", "musculoskeletal", 6, True, _diagnosed("sle_item.joint")),
    Item("proteinuria", "renal", 4, True, proteinuria),
    Item("biopsy_class_II_or_V", "renal", 8, True, _biopsied("II", "V")),
    Item("biopsy_class_III_or_IV", "renal", 10, True, _biopsied("III", "IV")),
    Item("apl_any", "antiphospholipid", 2, False, antiphospholipid),
    Item("low_c3_or_c4", "complement", 3, False, low_complement),
    Item("low_c3_and_c4", "complement", 4, False, both_low),
    Item("anti_dsdna_or_anti_sm", "specific antibodies", 6, False, _positive((*ANTI_DSDNA, *ANTI_SM), "present")),
)
