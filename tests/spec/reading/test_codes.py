"""Codes, the names they are sent with, and when the two contradict each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.codes import ICD_10, LOINC, SNOMED_CT, analyte, canonical_system, catalogue, concepts_of, contradicts

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


def test_a_system_we_do_not_know_keeps_its_name() -> None:
    """Its codes stand for none of our concepts."""
    assert canonical_system("http://x") == "http://x"
    assert not concepts_of("http://x", "777-3")


@given(st.text(max_size=30))
def test_no_display_makes_the_comparison_fail(display: str) -> None:
    """Whatever stands there, it contradicts or it does not."""
    assert contradicts(LOINC, "777-3", display) in {True, False}
