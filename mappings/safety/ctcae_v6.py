"""The laboratory terms of CTCAE 6.0 (National Cancer Institute, with the errata of January 2026).

Codes in the NCI Thesaurus are those of the same term in version 5.0. "CPK increased" is no term of this version. Grade
5 is death, which no number says.
"""

from typing import Final

from mappings.safety.terms import Term, term

_COUNT: Final = "10*9/L"
_GFR: Final = (
    "lab.egfr_ckdepi2021 lab.egfr_cr_cys_2021 lab.egfr_ckdepi_older lab.egfr_mdrd lab.egfr_unspecified "
    "lab.crcl_cg_bsa_normalised lab.crcl_24h lab.crcl_cockcroft_gault"
)
_UPCR: Final = (
    "lab.upcr_mass_ratio lab.upcr_ratio_unspecified lab.upcr_24h_mass_ratio lab.upcr_24h_ratio lab.upcr_12h_mass_ratio"
)
_CALCIUM: Final = "lab.calcium_albumin_corrected lab.calcium_mass lab.calcium_molar"
_BILIRUBIN: Final = "lab.bilirubin_total_mass lab.bilirubin_total_molar"
_CREATININE: Final = "lab.creatinine_mass lab.creatinine_molar lab.creatinine_unspecified_mass_or_molar"
_HAEMOGLOBIN: Final = "lab.hemoglobin_mass lab.hemoglobin_molar"
_TRANSFUSION: Final = "transfusion is indicated"
_HOSPITAL: Final = "admission to hospital is indicated"
_LIFE: Final = "consequences threaten life"
_URGENT: Final = "consequences threaten life, or urgent intervention is indicated"
_INTERVENTION: Final = "an intervention was begun"
_SYMPTOMS: Final = "there are symptoms"
_BLEEDING: Final = "there is bleeding"

TERMS: Final[tuple[Term, ...]] = (
    term("Neutrophil count decreased", "C143704", "low", "lab.neutrophil_abs", _COUNT,
         {1: "<1.5", 2: "<1.0", 3: "<0.5", 4: "<0.1"}),
    term("Lymphopenia", "C143662", "low", "lab.lymphocyte_abs", _COUNT, {1: "<LLN"}),
    term("White blood cell decreased", "C143948", "low", "lab.wbc", _COUNT,
         {1: "<LLN", 2: "<3.0", 3: "<2.0", 4: "<1.0"}),
    term("Thrombocytopenia", "C143764", "low", "lab.platelet", _COUNT,
         {1: "<LLN", 2: "<75", 3: "<50", 4: "<10"}, {3: _TRANSFUSION, 4: _URGENT}),
    term("Anemia", "C143283", "low", _HAEMOGLOBIN, "g/L|mmol/L",
         {1: "<LLN", 2: "<100|6.2", 3: "<80|4.9"}, {3: _TRANSFUSION, 4: _URGENT}),
    term("CD4 lymphocytes decreased", "C143357", "low", "lab.cd4_abs", _COUNT,
         {1: "<LLN", 2: "<0.5", 3: "<0.2", 4: "<0.05"}),
    term("Alanine aminotransferase increased", "C143267", "high", "lab.alt", "U/L",
         {1: "normal:>ULN; high:>=1.0 BL", 2: "normal:>3 ULN; high:>1.5 BL",
          3: "normal:>5 ULN; high:>2 BL", 4: "normal:>20 ULN; high:>4 BL"}),
    term("Aspartate aminotransferase increased", "C143301", "high", "lab.ast", "U/L",
         {1: "normal:>ULN; high:>=1.0 BL", 2: "normal:>3 ULN; high:>1.5 BL",
          3: "normal:>5 ULN; high:>2 BL", 4: "normal:>20 ULN; high:>4 BL"}),
    term("Blood bilirubin increased", "C143325", "high", _BILIRUBIN, "umol/L",
         {1: "normal:>ULN; high:>=1.0 BL", 2: "normal:>1.5 ULN; high:>1.5 BL",
          3: "normal:>3 ULN; high:>2.5 BL", 4: "normal:>10 ULN; high:>10 BL"}),
    term("Alkaline phosphatase increased", "C143269", "high", "lab.alp", "U/L", {1: ">ULN & >1 BL"}),
    term("GGT increased", "C143516", "high", "lab.ggt", "U/L",
         {1: "normal:>ULN; high:>=1.0 BL", 2: "normal:>2.5 ULN; high:>1.5 BL",
          3: "normal:>5 ULN; high:>3 BL", 4: "normal:>20 ULN; high:>10 BL"}),
    term("Blood lactate dehydrogenase increased", "C143218", "high", "lab.ldh", "U/L", {1: ">ULN"}),
    term("Creatinine increased", "C143391", "high", _CREATININE, "umol/L",
         {1: ">ULN", 2: ">1.5 ULN; low:>1.5 BL", 3: ">3 ULN; low:>3 BL", 4: ">6 ULN"}),
    term("Chronic kidney disease", "C143369", "low", _GFR, "mL/min/{1.73_m2}",
         {1: "<LLN", 2: "<60", 3: "<30", 4: "<15"}, {4: "dialysis or transplantation is indicated"}),
    term("Chronic kidney disease", "C143369", "high", _UPCR, "g/g", {1: ">0.5"}),
    term("Chronic kidney disease", "C143369", "high", "lab.urine_protein_dipstick", "{plus}", {1: ">=2"}),
    term("Urinary protein increased", "C146758", "high", "lab.urine_protein_24h_mass", "g/d",
         {1: ">=ULN", 2: ">=1.0", 3: ">=3.5"}),
    # Grade 1 is printed without a lower end: what the laboratory calls normal is none.
    term("Urinary protein increased", "C146758", "high", _UPCR, "g/g", {1: ">ULN", 2: ">=1", 3: ">3.5"}),
    term("Urinary protein increased", "C146758", "high", "lab.urine_protein_dipstick", "{plus}",
         {1: ">=1", 2: ">=2", 3: ">=4"}),
    term("INR increased", "C143590", "high", "lab.inr", "1",
         {1: ">1.2; anticoagulated:>1 BL", 2: ">1.5; anticoagulated:>1.5 BL", 3: ">2.5; anticoagulated:>2.5 BL"},
         {2: "the dose of an anticoagulant has to be adjusted", 3: _BLEEDING}),
    term("Activated partial thromboplastin time prolonged", "C143261", "high", "lab.aptt", "s",
         {1: ">ULN", 2: ">1.5 ULN", 3: ">2.5 ULN"}, {3: _BLEEDING}),
    term("Fibrinogen decreased", "C143486", "low", "lab.fibrinogen", "g/L|mg/dL",
         {1: "<LLN", 2: "<0.75 LLN; <LLN & <=0.75 BL", 3: "<0.5 LLN; <LLN & <=0.5 BL",
          4: "<0.25 LLN; <LLN & <=0.25 BL; <0.5|50"}),
    term("Hyperkalemia", "C143554", "high", "lab.potassium", "mmol/L",
         {1: ">ULN", 2: ">5.5", 3: ">6.0", 4: ">7.0"}, {2: _INTERVENTION, 3: _HOSPITAL, 4: _LIFE}),
    term("Hypokalemia", "C143569", "low", "lab.potassium", "mmol/L",
         {1: "<LLN ?symptoms", 3: "<3.0", 4: "<2.5"},
         {2: "there are symptoms, or an intervention is indicated", 3: _HOSPITAL, 4: _LIFE}),
    term("Hypernatremia", "C143556", "high", "lab.sodium", "mmol/L",
         {1: ">ULN", 2: ">150", 3: ">155", 4: ">160"}, {2: _INTERVENTION, 3: _HOSPITAL, 4: _LIFE}),
    term("Hyponatremia", "C143571", "low", "lab.sodium", "mmol/L",
         {1: "<LLN", 2: "<130 ?symptoms", 3: "<125", 4: "<120"},
         {3: "there are symptoms below 130 mmol/L", 4: _LIFE}),
    term("Hypercalcemia", "C143551", "high", _CALCIUM, "mmol/L|mg/dL",
         {1: ">ULN", 2: ">2.9|11.5", 3: ">3.1|12.5", 4: ">3.4|13.5"}, {2: _SYMPTOMS, 3: _HOSPITAL, 4: _LIFE}),
    term("Hypercalcemia", "C143551", "high", "lab.calcium_ionised", "mmol/L",
         {1: ">ULN", 2: ">1.5", 3: ">1.6", 4: ">1.8"}, {2: _SYMPTOMS, 3: _HOSPITAL, 4: _LIFE}),
    term("Hypocalcemia", "C143565", "low", _CALCIUM, "mmol/L|mg/dL",
         {1: "<LLN", 2: "<2.0|8.0", 3: "<1.75|7.0", 4: "<1.5|6.0"}, {2: _SYMPTOMS, 3: _HOSPITAL, 4: _LIFE}),
    term("Hypocalcemia", "C143565", "low", "lab.calcium_ionised", "mmol/L",
         {1: "<LLN", 2: "<1.0", 3: "<0.9", 4: "<0.8"}, {2: _SYMPTOMS, 3: _HOSPITAL, 4: _LIFE}),
    term("Hypermagnesemia", "C143555", "high", "lab.magnesium", "mmol/L|mg/dL",
         {1: ">ULN", 3: ">1.23|3.0", 4: ">3.30|8.0"}, {4: _LIFE}),
    term("Hypomagnesemia", "C143570", "low", "lab.magnesium", "mmol/L|mg/dL",
         {1: "<LLN", 2: "<0.5|1.2", 3: "<0.4|0.9", 4: "<0.3|0.7"}, {4: _LIFE}),
    # Grades 1 and 2 are of fasting glucose.
    term("Hyperglycemia", "C143552", "high", "lab.glucose_fasting", "mmol/L|mg/dL",
         {1: ">ULN", 2: ">8.9|160", 3: ">13.9|250", 4: ">27.8|500"}, {3: _HOSPITAL, 4: _LIFE}),
    term("Hyperglycemia", "C143552", "high", "lab.glucose", "mmol/L|mg/dL",
         {1: ">ULN ?not-fasting", 2: ">8.9|160 ?not-fasting", 3: ">13.9|250", 4: ">27.8|500"},
         {3: _HOSPITAL, 4: _LIFE}),
    term("Hypoglycemia", "C143567", "low", "lab.glucose lab.glucose_fasting", "mmol/L|mg/dL",
         {1: "<LLN", 2: "<3.0|55", 3: "<2.2|40", 4: "<1.7|30"},
         {4: "consequences threaten life, or there are seizures"}),
    term("Hypoalbuminemia", "C143564", "low", "lab.albumin", "g/L", {1: "<LLN", 2: "<30", 3: "<20"}, {4: _URGENT}),
    term("Hypertriglyceridemia", "C143562", "high", "lab.triglyceride", "mmol/L|mg/dL",
         {1: ">=1.71|150", 2: ">3.42|300", 3: ">5.7|500", 4: ">11.4|1000"}, {4: _LIFE}),
    term("Lipase increased", "C143652", "high", "lab.lipase", "U/L",
         {1: ">ULN", 2: ">3 ULN ?symptoms; >1.5 ULN", 3: ">5 ULN ?symptoms"},
         {3: "there are symptoms above 3 ULN", 4: "there are symptoms above 5 ULN"}),
    term("Serum amylase increased", "C143829", "high", "lab.amylase", "U/L",
         {1: ">ULN", 2: ">2 ULN ?symptoms; >1.5 ULN", 3: ">5 ULN ?symptoms"},
         {3: "there are moderate or severe symptoms above 2 ULN", 4: "there are symptoms above 5 ULN"}),
    term("Electrocardiogram QT corrected interval prolonged", "C143437", "high", "obs.qtc", "ms",
         {1: ">=450", 2: ">480", 3: ">500; >BL+60"},
         {4: "consequences threaten life, or there is torsade de pointes or polymorphic ventricular tachycardia"}),
    # Strain and cardiac biomarkers count besides the ejection fraction; grade 4 is for a person.
    term("Left ventricular dysfunction", "C143436", "low", "obs.lvef", "%",
         {2: "<50 & <=BL-10; <50 ?needs-person", 3: "<40 & <1 BL"},
         {1: "strain fell by more than 15 % from baseline, or cardiac biomarkers rose",
          2: "below 50 %, strain fell by more than 15 % from baseline, or cardiac biomarkers rose"}),
    # Above 40.0 degrees the duration decides between grades 3 and 4.
    term("Fever", "C143485", "high", "vital.temperature", "Cel",
         {1: ">=38.0", 2: ">39.0", 3: ">40.0", 4: ">40.0 ?needs-person"}, {4: "it lasts more than 24 hours above 40.0 Cel"}),
)  # fmt: skip
