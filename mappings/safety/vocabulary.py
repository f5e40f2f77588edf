"""What kinds of adverse event there are: the terms of the CTCAE that can be told from data, and those it has none for.

Names and NCIt codes are those of CTCAE 5.0 (National Cancer Institute); what version 6.0 renamed or brought anew stands
beside. No MedDRA code or term is here: MedDRA is licensed, and only a site that has it sends one.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from mappings.codes import ICD_10, ICD_10_CM, SNOMED_CT, Code, bare, canonical_system, catalogue
from mappings.codes import named as concepts_named
from mappings.followed import EventTerm, Interest

NCIT: Final = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
#: Terms of CTCAE 5.0 by the special interest that the trial takes in them; "" is none.
_NAMED: Final[Mapping[Interest | str, str]] = {
    "": """
        C143261 Activated partial thromboplastin time prolonged
        C143262 Acute kidney injury
        C143267 Alanine aminotransferase increased
        C143269 Alkaline phosphatase increased
        C143271 Allergic reaction
        C143282 Anaphylaxis
        C143301 Aspartate aminotransferase increased
        C143323 Blood and lymphatic system disorders - Other, specify
        C143325 Blood bilirubin increased
        C143218 Blood lactate dehydrogenase increased
        C143389 CPK increased
        C143369 Chronic kidney disease
        C143391 Creatinine increased
        C57788 Diarrhea
        C55273 Disseminated intravascular coagulation
        C143436 Ejection fraction decreased
        C143437 Electrocardiogram QT corrected interval prolonged
        C146699 Encephalopathy
        C146753 Fatigue
        C143485 Fever
        C143486 Fibrinogen decreased
        C143516 GGT increased
        C143527 Headache
        C143529 Heart failure
        C55992 Hemolysis
        C143551 Hypercalcemia
        C143552 Hyperglycemia
        C143554 Hyperkalemia
        C143555 Hypermagnesemia
        C143556 Hypernatremia
        C55060 Hypertension
        C143562 Hypertriglyceridemia
        C143564 Hypoalbuminemia
        C143565 Hypocalcemia
        C143567 Hypoglycemia
        C143569 Hypokalemia
        C143570 Hypomagnesemia
        C143571 Hyponatremia
        C55061 Hypotension
        C58188 Hypoxia
        C143590 INR increased
        C143580 Immune system disorders - Other, specify
        C143583 Infusion related reaction
        C143615 Investigations - Other, specify
        C143652 Lipase increased
        C143680 Multi-organ failure
        C146764 Nausea
        C143702 Nervous system disorders - Other, specify
        C146758 Proteinuria
        C146700 Seizure
        C143829 Serum amylase increased
        C143873 Thromboembolic event
        C146780 Tremor
        C146688 Tumor lysis syndrome
        C57896 Vomiting
    """,
    "cytopenia": """
        C143283 Anemia
        C143332 Bone marrow hypocellular
        C143357 CD4 lymphocytes decreased
        C143481 Febrile neutropenia
        C143662 Lymphocyte count decreased
        C143704 Neutrophil count decreased
        C143764 Platelet count decreased
        C143948 White blood cell decreased
    """,
    "crs": """
        C143394 Cytokine release syndrome
    """,
    "infection": """
        C143207 Cytomegalovirus infection reactivation
        C143581 Infections and infestations - Other, specify
        C143657 Lung infection
        C143827 Sepsis
        C143896 Upper respiratory infection
        C143904 Urinary tract infection
    """,
    "bleeding": """
        C143447 Epistaxis
        C143596 Intracranial hemorrhage
        C143794 Purpura
    """,
    "hbv": """
        C143211 Hepatitis B reactivation
    """,
}
#: Events that CTCAE 5.0 has no term for; their scales are their own (ASTCT, MAGIC, IEC-HS), and so are their names.
_OTHERS: Final[Mapping[str, Interest]] = {
    "Immune effector cell-associated neurotoxicity syndrome": "icans",
    "Graft versus host disease": "gvhd",
    "Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome": "iec-hs",
    "Hypogammaglobulinemia": "hypogammaglobulinaemia",
    "Secondary malignancy": "malignancy",
    "Bleeding": "bleeding",
}
#: What version 6.0 calls a term of version 5.0.
RENAMED: Final = {
    "Thrombocytopenia": "Platelet count decreased",
    "Lymphopenia": "Lymphocyte count decreased",
    "Urinary protein increased": "Proteinuria",
    "Pneumonia": "Lung infection",
    "Venous thromboembolism": "Thromboembolic event",
}


def _terms() -> dict[str, EventTerm]:
    found = {name: EventTerm(name, None, interest) for name, interest in _OTHERS.items()}
    for interest, lines in _NAMED.items():
        for line in lines.strip().splitlines():
            code, _, name = line.strip().partition(" ")
            found[name] = EventTerm(name, Code(NCIT, code, name), interest or None)  # type: ignore[arg-type]  # as named above
    return found


#: Every term by its name.
TERMS: Final = _terms()
CRS: Final = TERMS["Cytokine release syndrome"]
ICANS: Final = TERMS["Immune effector cell-associated neurotoxicity syndrome"]
GVHD: Final = TERMS["Graft versus host disease"]
IEC_HS: Final = TERMS["Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome"]
FEVER: Final = TERMS["Fever"]
FEBRILE_NEUTROPENIA: Final = TERMS["Febrile neutropenia"]
HYPOTENSION: Final = TERMS["Hypotension"]
HYPOXIA: Final = TERMS["Hypoxia"]
BLEEDING: Final = TERMS["Bleeding"]
#: A death that no event on record explains.
DEATH: Final = EventTerm("Death")
#: What an event is called of which nothing says what it is.
UNNAMED: Final = "Event without a name"


def named(name: str) -> EventTerm | None:
    """Return the term with this name, be it that of version 6.0, whatever its letter case; else ``None``."""
    plain = name.strip().casefold()
    return _BY_NAME.get(plain)


#: What the same terms are called in Chinese reports, so that a report joins what the data show instead of standing beside it.
_IN_CHINESE: Final[Mapping[str, str]] = {
    "Alanine aminotransferase increased": "丙氨酸氨基转移酶升高 丙氨酸氨基转移酶增高 谷丙转氨酶升高 ALT升高",
    "Allergic reaction": "过敏反应",
    "Anemia": "贫血",
    "Aspartate aminotransferase increased": "天门冬氨酸氨基转移酶升高 天冬氨酸氨基转移酶升高 谷草转氨酶升高 AST升高",
    "Blood bilirubin increased": "血胆红素升高 血胆红素增高 胆红素升高",
    "Creatinine increased": "血肌酐升高 肌酐升高 肌酐增高",
    "Diarrhea": "腹泻",
    "Epistaxis": "鼻出血 鼻衄",
    "Fatigue": "乏力 疲劳",
    "Febrile neutropenia": "发热性中性粒细胞减少 发热性中性粒细胞减少症 粒细胞缺乏伴发热 粒缺伴发热",
    "Fever": "发热 发烧",
    "Headache": "头痛",
    "Hypoalbuminemia": "低白蛋白血症",
    "Hypocalcemia": "低钙血症",
    "Hypogammaglobulinemia": "低免疫球蛋白血症",
    "Hypokalemia": "低钾血症",
    "Hyperkalemia": "高钾血症",
    "Hyponatremia": "低钠血症",
    "Hypoxia": "缺氧 低氧血症",
    "Infusion related reaction": "输液反应 输液相关反应",
    "Intracranial hemorrhage": "颅内出血",
    "Lung infection": "肺部感染 肺炎",
    "Lymphocyte count decreased": "淋巴细胞减少 淋巴细胞减少症 淋巴细胞计数降低 淋巴细胞计数减少",
    "Nausea": "恶心",
    "Neutrophil count decreased": "中性粒细胞减少 中性粒细胞减少症 中性粒细胞计数降低 中性粒细胞计数减少",
    "Platelet count decreased": "血小板减少 血小板减少症 血小板计数降低 血小板计数减少",
    "Sepsis": "脓毒症 败血症",
    "Tremor": "震颤",
    "Upper respiratory infection": "上呼吸道感染",
    "Urinary tract infection": "尿路感染 泌尿道感染",
    "Vomiting": "呕吐",
    "White blood cell decreased": "白细胞减少 白细胞减少症 白细胞计数降低 白细胞计数减少",
    "Hepatitis B reactivation": "乙肝再激活 乙型肝炎病毒再激活 乙型肝炎再激活",
}
_BY_NAME: Final = (
    {name.casefold(): term for name, term in TERMS.items()}
    | {later.casefold(): TERMS[name] for later, name in RENAMED.items()}
    | {word.casefold(): TERMS[name] for name, words in _IN_CHINESE.items() for word in words.split()}
)


#: Terms by the concepts of ours that say the same; the first that fits counts.
_BY_CONCEPT: Final[Mapping[str, str]] = {
    "Cytokine release syndrome": "ae.crs",
    "Immune effector cell-associated neurotoxicity syndrome": "ae.icans",
    "Graft versus host disease": "ae.gvhd ae.gvhd_candidate",
    "Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome": "ae.hlh",
    "Disseminated intravascular coagulation": "ae.dic dx.dic",
    "Tumor lysis syndrome": "ae.tls",
    "Anaphylaxis": "allergy.anaphylaxis",
    "Allergic reaction": "allergy.hypersensitivity",
    "Neutrophil count decreased": "ae.neutropenia",
    "White blood cell decreased": "sle_item.leukopenia",
    "Platelet count decreased": """
        dx.thrombocytopenia dx.secondary_thrombocytopenia dx.drug_induced_thrombocytopenia
    """,
    "Hemolysis": "sle_item.autoimmune_hemolysis",
    "Acute kidney injury": "dx.aki",
    "Chronic kidney disease": "dx.ckd dx.ckd5 dx.esrd",
    "Proteinuria": "dx.proteinuria",
    "Thromboembolic event": "dx.dvt dx.pe dx.venous_thrombosis_other_site",
    "Seizure": "dx.epilepsy_seizure sle_item.seizure",
    "Heart failure": "dx.heart_failure",
    "Hypogammaglobulinemia": "dx.hypogammaglobulinemia dx.hypogammaglobulinemia_acquired",
    "Hepatitis B reactivation": "dx.hbv",
    "Secondary malignancy": """
        dx.malignancy dx.malignancy_all_C_chapter dx.malignancy_metastatic dx.malignancy_NOT_exempt_metastatic_bcc
        dx.malignancy_exempt_bcc dx.malignancy_exempt_candidate_thyroid_papillary dx.malignancy_exempt_cis
        dx.malignancy_exempt_cis_any dx.malignancy_exempt_cis_breast dx.malignancy_exempt_cis_cervix
        dx.malignancy_exempt_nonmelanoma_skin dx.malignancy_exempt_scc_skin dx.mds_leukemia dx.melanoma
    """,
    "Bleeding": "ae.bleeding",
    "Hypotension": "ae.hypotension",
    "Hypoxia": "ae.hypoxia",
    "Fever": "sle_item.fever",
}
#: Terms that a code names more exactly than its concept does: codes of SNOMED CT, and beginnings of codes of ICD-10.
_BY_CODE: Final[Mapping[str, str]] = {
    "Febrile neutropenia": "409089005",
    "Epistaxis": "249366005 R04.0",
    "Intracranial hemorrhage": "1386000 274100004 21454007 I60 I61 I62",
    "Purpura": "423902002 271813007 302227002",
    "Encephalopathy": "G93.4",
    "Fever": "R50",
    "Headache": "R51",
    "Fatigue": "R53",
    "Tremor": "R25.1",
    "Hypertension": "I10",
    "Hypotension": "I95",
}


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: Terms by what stands in a name that says more, or says it shorter: "CRS (grade 2)".
_BY_WORD: Final[Mapping[str, re.Pattern[str]]] = {
    "Cytokine release syndrome": _words(r"\bCRS\b|cytokine.release|细胞因子释放"),
    "Immune effector cell-associated neurotoxicity syndrome": _words(
        r"\bICANS\b|neurotoxicity syndrome|神经毒性综合征"
    ),
    "Graft versus host disease": _words(r"\b[ac]?GVHD\b|graft.versus.host|移植物抗宿主"),
    "Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome": _words(
        r"\bIEC-?HS\b|\bHLH\b|ha?emophagocytic|噬血细胞"
    ),
}
#: The interest that the trial takes in what keeps its own name, by what stands in the name.
_INTEREST_WORDS: Final[Mapping[Interest, re.Pattern[str]]] = {
    "infection": _words(r"infecti|sepsis|pneumonia|herpes|zoster|感染|肺炎|脓毒|疱疹"),
    "bleeding": _words(r"ha?emorrhag|bleed|出血"),
    "cytopenia": _words(r"cytopeni|neutropeni|血细胞减少|骨髓抑制"),
}
#: The same by how its concepts begin.
_INTERESTS: Final[Mapping[str, Interest]] = {
    "dx.infection": "infection",
    "dx.myelosuppression": "cytopenia",
    "dx.neoplasm_uncertain": "malignancy",
}
_CONCEPT_TERMS: Final = [
    (frozenset(concepts.split()), TERMS[name]) for name, concepts in _BY_CONCEPT.items()
]  # fmt: skip
_CODE_TERMS: Final = [(bare(code), TERMS[name]) for name, codes in _BY_CODE.items() for code in codes.split()]
_NCIT_TERMS: Final = {term.code.code: term for term in TERMS.values() if term.code}


def term_of(text: str, codes: Collection[Code], concepts: Collection[str]) -> EventTerm:
    """Return the term for what a site calls ``text`` and codes so; where there is none, an event under its own name."""
    found = [term for term in map(_by_code, codes) if term]
    if found:
        return found[0]
    names = (text, *(code.display for code in codes))
    term = next((known for known in map(named, names) if known), None)
    term = term or _by_concept(concepts) or _by_concept(concepts_named(text))
    term = term or _by_word(text)
    return term or _own_term(_own_name(text, codes, concepts), codes, concepts)


def _own_term(name: str, codes: Collection[Code], concepts: Collection[str]) -> EventTerm:
    words = (one for one, pattern in _INTEREST_WORDS.items() if pattern.search(name))
    return EventTerm(name, next(iter(codes), None), _interest(concepts) or next(words, None))


def _by_word(text: str) -> EventTerm | None:
    return next((TERMS[name] for name, pattern in _BY_WORD.items() if pattern.search(text)), None)


def _by_code(code: Code) -> EventTerm | None:
    system = canonical_system(code.system)
    if system == NCIT:
        return _NCIT_TERMS.get(code.code)
    if system == SNOMED_CT:
        return next((term for known, term in _CODE_TERMS if known == code.code), None)
    if system in (ICD_10, ICD_10_CM):
        return next((term for known, term in _CODE_TERMS if bare(code.code).startswith(known)), None)
    return None


def _by_concept(concepts: Collection[str]) -> EventTerm | None:
    return next((term for known, term in _CONCEPT_TERMS if not known.isdisjoint(concepts)), None)


def _own_name(text: str, codes: Collection[Code], concepts: Collection[str]) -> str:
    """Return what an event is called: in words before a bare code, which some sites send in their place."""
    bare_codes = [code.code for code in codes]
    words = [text.strip(), *(code.display for code in codes), *(catalogue().titles[one].en for one in sorted(concepts))]
    return next((one for one in (*(one for one in words if one not in bare_codes), *bare_codes) if one), UNNAMED)


def _interest(concepts: Collection[str]) -> Interest | None:
    starts = (start for start in _INTERESTS if any(concept.startswith(start) for concept in concepts))
    return next((_INTERESTS[start] for start in starts), None)
