"""Units: every spelling that hospitals send comes to the concept's own unit by an exact factor, or to nothing."""

from decimal import Decimal

import pytest
from ucumvert import PintUcumRegistry

from mappings.codes import catalogue
from mappings.reading.units import FAMILIES, conversion, plain, unit_of

title = "Units"

#: Concepts that are answered in words, codes or dates only.
IN_WORDS = """
lab.ana_pattern lab.ana_presence lab.anti_dsdna_presence lab.anti_sm_presence lab.dat lab.hbv_dna_qual lab.hcg_serum_qual
lab.hcg_urine_qual lab.hcv_ab_immunoblot lab.hcv_rna_qual lab.hiv_p24_ag lab.lupus_anticoagulant lab.schistocytes
lab.syphilis_fta lab.syphilis_reagin_other lab.syphilis_rpr lab.syphilis_treponemal_agglutination
lab.syphilis_treponemal_hemagglutination lab.urine_blood_dipstick lab.urine_casts lab.urine_granular_casts
lab.urine_rbc_casts obs.consciousness obs.ecg_12lead obs.isn_rps_class obs.lmp_date obs.oxygen_device
obs.pregnancy_intention obs.pregnancy_status vital.bp_panel
"""


@pytest.mark.parametrize(
    ("concept", "unit", "value", "expected"),
    [
        ("lab.platelet", "10*9/L", "42", "42"),
        ("lab.platelet", "10^9/L", "42", "42"),
        ("lab.platelet", "x10^9/L", "42", "42"),
        ("lab.platelet", "×10⁹/L", "42", "42"),
        ("lab.platelet", "×10^9/L", "42", "42"),
        ("lab.platelet", "*10^9/L", "42", "42"),
        ("lab.platelet", "K/uL", "42", "42"),
        ("lab.platelet", "10*3/uL", "42", "42"),
        ("lab.platelet", "G/L", "42", "42"),
        ("lab.platelet", "/uL", "42000", "42"),
        ("lab.platelet", "{cells}/uL", "42000", "42"),
        ("lab.platelet", "cells/μL", "42000", "42"),
        ("lab.neutrophil_abs", "个/uL", "0", "0"),
        ("lab.hemoglobin_mass", "g/dL", "6.0", "60"),
        ("lab.hemoglobin_molar", "mmol/L", "6.2", "99.9068"),
        ("lab.creatinine_mass", "mg/dL", "1.2", "106.08"),
        ("lab.creatinine_molar", "mg/dl", "1.2", "106.08"),
        ("lab.creatinine_molar", "μmol/L", "80", "80"),
        ("lab.creatinine_molar", "µmol/l", "80", "80"),
        ("lab.creatinine_molar", "umol/l", "80", "80"),
        ("lab.creatinine_molar", "MG/DL", "1", "88.4"),
        ("lab.bilirubin_total_mass", "mg/dL", "1", "17.1"),
        ("lab.upcr_ratio_unspecified", "mg/mmol", "160.6", "1.419704"),
        ("lab.upcr_ratio_unspecified", "mg/mmol{creat}", "100", "0.884"),
        ("lab.upcr_ratio_unspecified", "g/mmol", "1", "8.84"),
        ("lab.upcr_ratio_unspecified", "g/mol", "1", "0.00884"),
        ("lab.upcr_ratio_unspecified", "g/gCr", "1.4", "1.4"),
        ("lab.upcr_ratio_unspecified", "mg/g.Cr", "1400", "1.4"),
        ("lab.upcr_ratio_unspecified", "mg/mg", "1.4", "1.4"),
        ("lab.upcr_mass_ratio", "%", "140", "1.4"),
        ("lab.upcr_mass_ratio", "1", "1.4", "1.4"),
        ("lab.urine_protein_24h_mass", "mg/24h", "500", "0.5"),
        ("lab.urine_protein_24h_mass", "g/(24.h)", "0.5", "0.5"),
        ("lab.urine_creatinine_24h", "g/d", "1", "8.84"),
        ("lab.alt", "IU/L", "40", "40"),
        ("lab.ast", "u/l", "40", "40"),
        ("lab.ldh", "ukat/L", "2", "120"),
        ("lab.pt_seconds", "秒", "12.1", "12.1"),
        ("lab.inr", "", "1.1", "1.1"),
        ("lab.inr", "{INR}", "1.1", "1.1"),
        ("lab.c3", "mg/dL", "90", "0.9"),
        ("lab.hcg_serum_quant", "mIU/ml", "5", "5"),
        ("lab.hbv_dna_quant_iu", "[IU]/mL", "20", "20"),
        ("lab.anti_dsdna_quant", "kIU/L", "100", "100"),
        ("lab.acl_igg", "GPL-U/ml", "41", "41"),
        ("lab.ana_titer", "", "320", "320"),
        ("lab.calcium_mass", "mg/dL", "8.0", "2"),
        ("lab.egfr_mdrd", "ml/min/1.73 m²", "60", "60"),
        ("vital.temperature", "[degF]", "100.94", "38.3"),
        ("vital.temperature", "℉", "32", "0"),
        ("vital.temperature", "℃", "38.3", "38.3"),
        ("vital.temperature", "K", "273.15", "0"),
        ("vital.weight", "[lb_av]", "100", "45.359237"),
        ("vital.height", "m", "1.7", "170"),
        ("vital.heart_rate", "次/分", "80", "80"),
        ("vital.spo2", "1", "0.98", "98"),
        ("obs.glomerulosclerosis_pct", "1", "0.3", "30"),
    ],
)
def test_a_spelling_that_is_listed_comes_to_the_own_unit_exactly(
    concept: str, unit: str, value: str, expected: str
) -> None:
    """The factor is exact: no digit appears that arithmetic by hand would not give."""
    change = conversion(concept, unit)
    assert change is not None
    assert change.unit == unit_of(concept)
    assert change.of(Decimal(value)) == Decimal(expected)


@pytest.mark.parametrize(
    ("concept", "unit"),
    [
        ("lab.platelet", ""),
        ("lab.platelet", "mg/dL"),
        ("lab.platelet", "%"),
        ("lab.hemoglobin_mass", "umol"),
        ("lab.creatinine_mass", "Mmol/L"),
        ("lab.upcr_ratio_unspecified", "%"),
        ("lab.upcr_ratio_unspecified", "1"),
        ("lab.upcr_ratio_unspecified", "mg/dL"),
        ("lab.upcr_mass_ratio", ""),
        ("lab.inr", "%"),
        ("lab.hbv_dna_quant_iu", "copies/mL"),
        ("lab.hbv_dna_quant_copies", "IU/mL"),
        ("lab.acl_igg", "RU/mL"),
        ("lab.acl_igg", "MPL"),
        ("lab.urea", "mg/dL"),
        ("lab.ddimer_feu", "mg/L{DDU}"),
        ("lab.egfr_mdrd", "mL/min"),
        ("lab.anti_dsdna_quant", ""),
        ("vital.temperature", "cm"),
        ("lab.ana_pattern", "1"),
        ("lab.no_such", "g/L"),
    ],
)
def test_a_unit_that_is_not_listed_is_never_guessed(concept: str, unit: str) -> None:
    """Another dimension, another analyte's unit, no unit where there must be one: not comparable."""
    assert conversion(concept, unit) is None


def test_an_arbitrary_unit_stands_for_itself() -> None:
    """A laboratory's own unit of an antibody is comparable with its own range, never with another unit."""
    change = conversion("lab.anti_dsdna_quant", "RU/mL")
    assert change is not None
    assert (change.unit, change.ratio) == ("RU/mL", 1)


def test_every_measured_concept_has_a_unit() -> None:
    """Each concept of the laboratory, of vital signs and of observations is in a table, or is known to be words."""
    asked = {name for name in catalogue().titles if name.startswith(("lab.", "vital.", "obs.", "drug_level.", "pk."))}
    assert asked - set(FAMILIES) == set(IN_WORDS.split())
    assert set(FAMILIES) <= asked


def test_no_two_units_of_a_concept_share_a_spelling() -> None:
    """Writing a unit in capitals, in small letters or without blanks never turns it into another one."""
    for concept, (family, _) in FAMILIES.items():
        for name in (*family.factors, *family.uneven):
            meant = family.uneven.get(name) or family.factors[name]
            for form in {name, plain(name), plain(name).upper(), plain(name).lower()}:
                found = conversion(concept, form)
                assert found is not None
                assert found == meant or found.ratio == meant, f"{concept}: {name} as {form}"


#: Valid UCUM to some parser, but not what hospitals mean by it; and equivalents, which depend on the ion's charge.
NOT_UCUM = {"meq/L", "mEq/L", "K/uL", "K/mm3", "1/uL", "C", "F", "K", "m", "L/L", "U/dL", "h", "G/L"}


def test_factors_within_one_dimension_are_those_of_ucum() -> None:
    """Where UCUM itself can convert the unit into the concept's own, an independent library finds the same factor."""
    registry = PintUcumRegistry()
    checked = 0
    for family, _ in {id(family): (family, spelled) for family, spelled in FAMILIES.values()}.values():
        own = _parsed(registry, family.unit)
        for name, factor in family.factors.items():
            sent = None if name in NOT_UCUM else _parsed(registry, name)
            if own is None or sent is None or not (sent / own).dimensionless:
                continue
            oracle = float((sent / own).to("dimensionless").magnitude)
            assert float(factor) == pytest.approx(oracle, rel=1e-9), f"{name} {family.unit}"
            checked += 1
    assert checked > 200


def _parsed(registry: PintUcumRegistry, unit: str):  # type: ignore[no-untyped-def]
    if "{" in unit or "(score)" in unit or not unit.isascii() or " " in unit:
        return None
    try:
        return 1 * registry.from_ucum(unit)
    except Exception:  # the library's parser raises whatever its grammar meets
        return None
