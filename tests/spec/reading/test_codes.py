"""Codes, the names they are sent with, and when the two contradict each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.codes import (
    ATC,
    ICD_10,
    LOINC,
    SNOMED_CT,
    analyte,
    canonical_system,
    catalogue,
    concepts_of,
    contradicts,
    is_placed,
    names_another,
)

title = "Codes"


def test_no_code_is_contradicted_by_a_name_of_its_own() -> None:
    """Every display and designation that we hold for a code is accepted with it."""
    names = catalogue().names
    assert sum(map(len, names.values())) > 2000
    assert not [(code, name) for code, held in names.items() for name in held if contradicts(*code, name)]


@pytest.mark.parametrize(
    ("code", "displays"),
    [
        ("777-3", ["PLT", "血小板计数", "血小板计数(PLT)", "Platelet count", "Platelets", "platelets (auto)", "血小板", "BPC", "", "  "]),
        ("1742-6", ["谷丙转氨酶", "丙氨酸氨基转移酶", "ALT", "ALT (GPT)", "SGPT", "Alanine aminotransferase"]),
        ("1920-8", ["谷草转氨酶", "天门冬氨酸氨基转移酶", "AST"]),
        ("2160-0", ["肌酐", "Scr", "Creatinine", "Creatinine [Moles/volume] in Serum or Plasma"]),
        ("718-7", ["Hb", "HGB", "Haemoglobin", "血红蛋白测定"]),
        ("6690-2", ["WBC", "白细胞", "White blood cell count", "Leukocytes"]),
        ("6301-6", ["INR", "PT-INR", "国际标准化比值", "Prothrombin time INR"]),
        ("5195-3", ["HBsAg", "乙肝表面抗原", "乙肝表面抗原定性", "Hepatitis B surface antigen"]),
        ("2885-2", ["TP", "总蛋白"]),
        ("2823-3", ["K", "K+", "血钾"]),
        ("2890-2", ["UPCR", "尿蛋白/肌酐", "Protein/Creatinine Ratio, urine"]),
        ("8480-6", ["Systolic Blood Pressure", "收缩压", "SBP"]),
    ],
)  # fmt: skip
def test_the_ordinary_names_of_a_test_are_accepted(code: str, displays: list[str]) -> None:
    """LOINC's names, short names, Chinese names, and abbreviations that we do not know."""
    assert [display for display in displays if contradicts(LOINC, code, display)] == []


@pytest.mark.parametrize(
    ("code", "displays"),
    [
        ("777-3", ["Hemoglobin [Mass/volume] in Blood", "血红蛋白", "WBC", "Vitamin D", "维生素D", "Iron"]),
        ("5195-3", ["H. pylori IgG", "乙肝表面抗体", "HBsAb", "HBcAb", "HIV"]),
        ("1742-6", ["AST", "谷草转氨酶", "Creatinine"]),
        ("6301-6", ["Platelets", "Platelet poor plasma"]),
        ("4485-9", ["C4", "补体C4"]),
        ("2465-3", ["IgA", "免疫球蛋白A"]),
        ("2106-3", ["Serum pregnancy test", "血清HCG"]),
        ("2823-3", ["Na", "血钠"]),
    ],
)
def test_the_name_of_another_test_is_a_contradiction(code: str, displays: list[str]) -> None:
    """Another concept's name, or a name that shares no telling word."""
    wrong = [display for display in displays if contradicts(LOINC, code, display)]
    assert wrong == [display for display in displays if display != "Platelet poor plasma"]


@pytest.mark.parametrize(
    ("system", "code", "display", "wrong"),
    [
        (ICD_10, "I50.9", "Heart failure, unspecified", False),
        (ICD_10, "I50.900", "心力衰竭", False),
        (ICD_10, "I50.9", "Fracture of femur", True),
        (ICD_10, "A41.9", "Sepsis, unspecified organism", False),
        (ICD_10, "C81.9", "Hodgkin lymphoma", False),
        (ICD_10, "M32.1", "Systemic lupus erythematosus with organ involvement", False),
        (SNOMED_CT, "34436003", "Blood in urine (finding)", False),
        (SNOMED_CT, "91302008", "", False),
        ("http://hospital.example.cn", "777-3", "血红蛋白", False),
    ],
)
def test_diagnoses_are_compared_by_their_words(system: str, code: str, display: str, wrong: bool) -> None:
    """A wider or narrower name is no contradiction, nor any name under a whole chapter; an unlike one is."""
    assert contradicts(system, code, display) is wrong


@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        ("lab.creatinine_mass", "lab.creatinine"),
        ("lab.creatinine_unspecified_mass_or_molar", "lab.creatinine"),
        ("lab.hbv_dna_quant_iu", "lab.hbv_dna"),
        ("lab.upcr_24h_mass_ratio", "lab.upcr"),
        ("lab.hcg_serum_qual", "lab.hcg_serum"),
        ("lab.hcg_urine_qual", "lab.hcg_urine"),
        ("lab.neutrophil_pct", "lab.neutrophil_pct"),
        ("lab.neutrophil_abs", "lab.neutrophil_abs"),
        ("lab.platelet", "lab.platelet"),
    ],
)
def test_an_analyte_is_one_however_it_is_reported(concept: str, expected: str) -> None:
    """Mass and amount are of one analyte; serum and urine, count and share are not."""
    assert analyte(concept) == expected


@pytest.mark.parametrize(
    ("system", "code", "concept"),
    [
        (LOINC, "777-3", "lab.platelet"),
        ("urn:oid:2.16.840.1.113883.6.1", "777-3", "lab.platelet"),
        ("http://hl7.org/fhir/sid/icd-10-cn", "I50.900x001", "dx.heart_failure"),
        (ICD_10, "i509", "dx.heart_failure"),
        ("http://www.whocc.no/atc/", "L01FA01", "rx.biologic.rituximab"),
    ],
)
def test_a_code_is_placed_under_every_name_of_its_system(system: str, code: str, concept: str) -> None:
    """ICD-10 goes by its prefix, with or without the dot and with national digits behind it."""
    assert concept in concepts_of(system, code)


#: Codes of which an exclusion would be cleared wrongly, were they taken for something that does not matter.
PLACED = {
    "dx.infection": "A41.9 B02.9 B99 G00.9 J00 J06.9 J15.9 J36 J85.1 H66.0 K35.8 K61.0 K65.0 K81.0 L03.1 M00.9 M86.9 N10 "
    "N39.0 N73.9 O86.0 R65.2 T81.4 U07.1 Z21 Z22.8",
    "dx.cns_other": "G04.9 G25.0 G35 G37.3 G43.9 G92 G93.4 G95.9 F00.9 H46 Q03.9 S06.0 D32.0 D33.1 R40.2 R56.8",
    "dx.heart_failure_possible": "I42.0 I43 J81 I97.1",
    "dx.malignancy_all_C_chapter": "C34.9 C91.0 C97",
    "dx.neoplasm_uncertain": "D37.0 D45 D47.1 D48.9",
    "dx.esrd": "N18.6",
    "dx.renal_failure_unspecified": "N18.0 N19 I12.0 I13.1 I13.2 Z49.1",
    "dx.kidney_transplant_status": "T86.1 Z94.0",
    "dx.venous_thrombosis_other_site": "I80.0 I80.9 I81 I82.9 O22.3 O87.1 O88.2 G08 I67.6",
    "dx.mental_illness_unspecified": "F32 F32.9 F33.9 F34.1 F39 R41.3 F84.0",
    "allergy.reaction_other": "T78.3 T78.4 T88.7 L27.0 L51.1",
    "dx.liver_disease_severe": "K70.3 K72.1 K76.6 I85.0",
}


@pytest.mark.parametrize("concept", sorted(PLACED))
def test_whole_chapters_of_icd_10_are_placed(concept: str) -> None:
    """A diagnosis that may exclude a patient is recognised under every code of its kind, refined nationally or not."""
    codes = PLACED[concept].split()
    assert [code for code in codes if concept not in concepts_of(ICD_10, code)] == []
    assert [
        code for code in codes if concept not in concepts_of("http://hl7.org/fhir/sid/icd-10-cn", f"{code}00x1")
    ] == [code for code in codes if code in {"F32"}]
    assert not any(concept in concepts_of(ICD_10, code) for code in ("I10", "M32.1", "K21.9", "G56.0", "F32.0"))


def test_a_system_we_do_not_know_keeps_its_name() -> None:
    """Its codes stand for none of our concepts."""
    assert canonical_system("http://x") == "http://x"
    assert not concepts_of("http://x", "777-3")


@given(st.text(max_size=30))
def test_no_display_makes_the_comparison_fail(display: str) -> None:
    """Whatever stands there, it contradicts or it does not."""
    assert contradicts(LOINC, "777-3", display) in {True, False}


@pytest.mark.parametrize(
    ("system", "code", "name", "is_another"),
    [
        (ICD_10, "K21.900", "Pulmonary embolism", True),
        (ICD_10, "K21.900", "胃食管反流病", False),
        (ICD_10, "K21.900", "血小板计数", False),
        (ATC, "A02BC01", "他克莫司", True),
        (ATC, "A02BC01", "他克莫司胶囊", True),
        (ATC, "A02BC01", "注射用环磷酰胺", True),
        (ATC, "A02BC01", "奥美拉唑", False),
        (ATC, "D11AH01", "tacrolimus", False),
        (SNOMED_CT, "1", "Pulmonary embolism", False),
    ],
)
def test_the_name_of_one_of_ours_under_a_code_that_is_not_is_a_contradiction(
    system: str, code: str, name: str, is_another: bool
) -> None:
    """The code alone would set it aside for good; a drug for the skin bears the name of the one that is swallowed."""
    assert names_another(system, code, name) is is_another


@pytest.mark.parametrize(
    ("system", "code", "placed"),
    [
        (ICD_10, "K21.900", True),
        (ICD_10, "k21.9", True),
        (ICD_10, "Ｋ２１．９", True),
        (ICD_10, "C7A.00", True),
        (ICD_10, "CA40.0", False),
        (ICD_10, "2C6Z", False),
        (ICD_10, "M81400/3", False),
        (ICD_10, "K2", False),
        (ATC, "A02BC01", True),
        (ATC, "a02bc01", True),
        (ATC, "A02", True),
        (ATC, "XA02BC01", False),
        (ATC, "A02BC", True),
        (ATC, "A02BC1", False),
        (LOINC, "718-7", False),
    ],
)
def test_only_what_has_the_form_of_a_code_can_be_placed(system: str, code: str, placed: bool) -> None:
    """ICD-11, morphologies and codes of the hospital's own, sent under another system's name, may be anything."""
    assert is_placed(system, code) is placed


@pytest.mark.parametrize(
    ("system", "code", "concept"),
    [
        (ATC, "l04ad02", "rx.immunosuppressant.tacrolimus"),
        (ATC, " L04AD02", "rx.immunosuppressant.tacrolimus"),
        ("https://loinc.org/", "718-7 ", "lab.hemoglobin_mass"),
        ("http://HL7.org/fhir/sid/icd-10/", "ｉ２６．９", "dx.pe"),
    ],
)
def test_a_code_is_known_however_it_is_spelled(system: str, code: str, concept: str) -> None:
    """Case, blanks, full-width letters, and the ways to write an address."""
    assert concept in concepts_of(system, code)


@pytest.mark.parametrize(
    ("system", "code", "concept"),
    [
        (ICD_10, "C4A.9", "dx.malignancy_all_C_chapter"),
        (ICD_10, "C7B.0", "dx.malignancy_all_C_chapter"),
        (ICD_10, "Z51.1", "hx.malignancy"),
        (ICD_10, "Z08.0", "hx.malignancy"),
        (ICD_10, "D73.3", "dx.infection"),
        (ICD_10, "M49.0", "dx.infection"),
        (ICD_10, "O08.2", "dx.venous_thrombosis_other_site"),
        (ICD_10, "I09.81", "dx.heart_failure_possible"),
        (ICD_10, "Y84.1", "dx.renal_failure_unspecified"),
        (ICD_10, "D72.12", "allergy.reaction_other"),
        (ICD_10, "F99", "dx.mental_illness_unspecified"),
        (ICD_10, "X70", "dx.mental_illness_unspecified"),
        (ICD_10, "R45.851", "dx.mental_illness_unspecified"),
        (ICD_10, "Z31.9", "status.obstetric"),
        (ATC, "P01AB01", "rx.anti_infective"),
        (ATC, "C10AX13", "rx.other_biologic"),
    ],
)
def test_what_only_a_person_can_judge_is_laid_before_one(system: str, code: str, concept: str) -> None:
    """Codes beside the ones that everybody thinks of, each of which would otherwise be set aside as of no use."""
    assert concept in concepts_of(system, code)
