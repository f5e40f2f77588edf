"""The protocol's clauses, in its order: what each asks, restated precisely, and the registry item it stands for.

Source: ClinicalTrials.gov record NCT06943937, last updated 2025-05-13. ``says`` quotes the registered words; ``asks``
restates them so that they can be answered; ``subject`` is the noun that sentences about a finding use.
"""

from typing import Final

import msgspec

from mappings.findings import Cohort, Kind

STUDY: Final = "NCT06943937"


class Bilingual(msgspec.Struct, frozen=True):
    """One text in English and in Chinese."""

    en: str
    zh: str


class Clause(msgspec.Struct, frozen=True):
    """One numbered statement of the protocol."""

    id: str
    kind: Kind
    cohort: Cohort | None
    item: str
    says: str
    asks: Bilingual
    subject: Bilingual


def _inclusion(
    name: str, item: str, says: str, asks: tuple[str, str], subject: tuple[str, str], cohort: Cohort | None = None
) -> Clause:
    return Clause(name, "inclusion", cohort, f"Inclusion {item}", says, Bilingual(*asks), Bilingual(*subject))


def _exclusion(name: str, item: str, says: str, asks: tuple[str, str], subject: tuple[str, str]) -> Clause:
    return Clause(name, "exclusion", None, f"Exclusion {item}", says, Bilingual(*asks), Bilingual(*subject))


CLAUSES: Final = (
    _inclusion(
        "I01",
        "1",
        "Age ranges from 18 to 65 years old (including threshold), regardless of gender.",
        ("The patient is 18 to 65 completed years old.", "患者年龄为18至65周岁（含两端）。"),
        ("age", "年龄"),
    ),
    _inclusion(
        "I02",
        "2",
        "Meet the EULAR/ACR 2019 SLE Classification Criteri",
        (
            "Systemic lupus erythematosus is classified by EULAR/ACR 2019: ANA at 1:80 or more, a score of at least 10 "
            "and at least one clinical item.",
            "符合2019年EULAR/ACR系统性红斑狼疮分类标准：ANA滴度≥1:80，总分≥10且至少一项临床条目。",
        ),
        ("EULAR/ACR 2019 classification", "EULAR/ACR 2019分类"),
    ),
    _inclusion(
        "I02-LN-1",
        "2, cohort 1",
        "failure to achieve remission after treatment with corticosteroids and ≥2 immunosuppressants (e.g., CTX, "
        "tacrolimus, MMF, cyclosporine) and/or biologics",
        (
            "Lupus nephritis did not remit under glucocorticoid and at least two immunosuppressants or biologics.",
            "狼疮性肾炎经糖皮质激素联合≥2种免疫抑制剂和/或生物制剂治疗未达缓解。",
        ),
        ("failure of glucocorticoid and two agents in lupus nephritis", "狼疮性肾炎激素联合两种药物治疗失败"),
        "LN",
    ),
    _inclusion(
        "I02-LN-2",
        "2, cohort 1",
        "urine protein/creatinine ratio (UPCR ≥1.0 g/g)",
        (
            "The latest urine protein/creatinine ratio is at least 1.0 g/g.",
            "最近一次尿蛋白/肌酐比值≥1.0 g/g。",
        ),
        ("urine protein/creatinine ratio", "尿蛋白/肌酐比值"),
        "LN",
    ),
    _inclusion(
        "I02-LN-3",
        "2, cohort 1",
        "ISN/RPS 2003 Class III/IV proliferative lupus nephritis (or combined with type V features)",
        (
            "The kidney biopsy shows ISN/RPS class III or IV, with or without V.",
            "肾活检为ISN/RPS III型或IV型（可合并V型）。",
        ),
        ("ISN/RPS class of the kidney biopsy", "肾活检ISN/RPS分型"),
        "LN",
    ),
    _inclusion(
        "I02-LN-4",
        "2, cohort 1",
        "with ≤50% glomerulosclerosis",
        (
            "At most 50 % of the glomeruli in the kidney biopsy are sclerosed.",
            "肾活检肾小球硬化比例≤50%。",
        ),
        ("share of sclerosed glomeruli", "肾小球硬化比例"),
        "LN",
    ),
    _inclusion(
        "I02-ITP-1",
        "2, cohort 2",
        "Failed treatment with at least 1 course of MP shock (1g for 3 days) or high- dose glucocorticosteroids "
        "(1mg/kg/d equivalent dose of glucocorticosteroids) in combination with 1 or more immunosuppressive agents.",
        (
            "Immune thrombocytopenia did not respond to a methylprednisolone pulse or high-dose glucocorticoid together "
            "with at least one immunosuppressant.",
            "免疫性血小板减少经甲泼尼龙冲击或大剂量激素联合≥1种免疫抑制剂治疗失败。",
        ),
        ("failure of glucocorticoid and one agent in immune thrombocytopenia", "血小板减少激素联合免疫抑制剂治疗失败"),
        "ITP",
    ),
    _inclusion(
        "I02-ITP-2",
        "2, cohort 2",
        "At least 2 consecutive routine blood tests for platelets less than 50×10^9/L and >30×10^9/L were performed "
        "prior to enrolment.",
        (
            "The latest two platelet counts both lie above 30 and below 50 x10^9/L.",
            "最近连续两次血小板计数均>30且<50×10^9/L。",
        ),
        ("consecutive platelet counts", "连续血小板计数"),
        "ITP",
    ),
    _inclusion(
        "I02-ITP-3",
        "2, cohort 2",
        "other non-SLE causes of thrombocytopenia, such as infections, myelosuppression and hypersplenism, were excluded.",
        (
            "Causes of thrombocytopenia other than lupus have been excluded.",
            "已排除感染、骨髓抑制、脾功能亢进等非狼疮原因所致血小板减少。",
        ),
        ("other causes of thrombocytopenia", "其他原因所致血小板减少"),
        "ITP",
    ),
    _inclusion(
        "I03-1",
        "3.1",
        "Bone marrow: Neutrophils ≥1×10^9/L (within 2 weeks, excluding granulocyte colony-stimulating factor use).",
        (
            "Neutrophils within 14 days are at least 1.0 x10^9/L, with no G-CSF in the 14 days before the sample.",
            "14天内中性粒细胞≥1.0×10^9/L，且采样前14天内未使用粒细胞集落刺激因子。",
        ),
        ("neutrophil count", "中性粒细胞计数"),
    ),
    _inclusion(
        "I03-2",
        "3.1",
        "Hemoglobin ≥60 g/L.",
        ("Haemoglobin is at least 60 g/L.", "血红蛋白≥60 g/L。"),
        ("haemoglobin", "血红蛋白"),
    ),
    _inclusion(
        "I03-3",
        "3.2",
        "Liver: ALT/AST ≤3×ULN (disease-related elevations permitted).",
        (
            "ALT is at most 3 times the upper limit of normal, or its elevation is attested as disease-related.",
            "ALT≤3倍正常值上限（经确认与疾病相关的升高除外）。",
        ),
        ("ALT", "丙氨酸氨基转移酶"),
    ),
    _inclusion(
        "I03-4",
        "3.2",
        "Liver: ALT/AST ≤3×ULN (disease-related elevations permitted).",
        (
            "AST is at most 3 times the upper limit of normal, or its elevation is attested as disease-related.",
            "AST≤3倍正常值上限（经确认与疾病相关的升高除外）。",
        ),
        ("AST", "天门冬氨酸氨基转移酶"),
    ),
    _inclusion(
        "I03-5",
        "3.2",
        "TBIL ≤1.5×ULN (disease-related elevations permitted).",
        (
            "Total bilirubin is at most 1.5 times the upper limit of normal, or its elevation is attested as "
            "disease-related.",
            "总胆红素≤1.5倍正常值上限（经确认与疾病相关的升高除外）。",
        ),
        ("total bilirubin", "总胆红素"),
    ),
    _inclusion(
        "I03-6",
        "3.3",
        "Renal: CrCl≥30mL/min (Cockcroft-Gault formula, excluding acute declines).",
        (
            "Creatinine clearance by Cockcroft-Gault is at least 30 mL/min; an acute decline is for an investigator to judge.",
            "Cockcroft-Gault公式计算的肌酐清除率≥30 mL/min；急性下降由研究者判断。",
        ),
        ("creatinine clearance (Cockcroft-Gault)", "肌酐清除率（Cockcroft-Gault）"),
    ),
    _inclusion(
        "I03-7",
        "3.4",
        "Coagulation: INR/PT ≤1.5×ULN.",
        (
            "INR and prothrombin time, as far as measured and at least one of them, are at most 1.5 times the upper "
            "limit of normal.",
            "INR及PT（至少检测一项）均≤1.5倍正常值上限。",
        ),
        ("INR and prothrombin time", "INR及凝血酶原时间"),
    ),
    _inclusion(
        "I03-8",
        "3.5",
        "Cardiovascular: Hemodynamic stability.",
        ("The patient is haemodynamically stable.", "患者血流动力学稳定。"),
        ("haemodynamic stability", "血流动力学稳定性"),
    ),
    _inclusion(
        "I04-1",
        "4",
        "Fertile females or males with partners of childbearing age must use medically approved contraception or "
        "abstain during and ≥12 months post- treatment.",
        (
            "A fertile patient agrees to contraception or abstinence during and at least 12 months after treatment.",
            "有生育能力者同意在治疗期间及治疗后至少12个月内避孕或禁欲。",
        ),
        ("agreement to contraception", "避孕承诺"),
    ),
    _inclusion(
        "I04-2",
        "4",
        "Negative serum HCG test (within 7 days pre-enrollment) for fertile females",
        (
            "A fertile woman has a negative serum hCG within 7 days.",
            "有生育能力的女性7天内血清HCG阴性。",
        ),
        ("serum hCG", "血清HCG"),
    ),
    _inclusion(
        "I04-3",
        "4",
        "non-lactating",
        ("The patient is not lactating.", "患者非哺乳期。"),
        ("lactation", "哺乳状态"),
    ),
    _inclusion(
        "I05",
        "5",
        "Voluntary participation with signed informed consent and compliance.",
        (
            "Informed consent to this study is signed and the patient is willing to comply.",
            "已签署本研究知情同意书并愿意遵从方案。",
        ),
        ("informed consent", "知情同意"),
    ),
    _exclusion(
        "E01",
        "1",
        "Severe drug allergies or hypersensitivity.",
        ("The patient has a severe drug allergy or hypersensitivity.", "有严重药物过敏或超敏反应。"),
        ("severe drug allergy", "严重药物过敏"),
    ),
    _exclusion(
        "E02",
        "2",
        "Uncontrolled/untreated infections (fungal, bacterial, viral, etc.).",
        ("The patient has an uncontrolled or untreated infection.", "存在未控制或未治疗的感染。"),
        ("uncontrolled infection", "未控制的感染"),
    ),
    _exclusion(
        "E03",
        "3",
        "CNS disorders (exceptions: epilepsy, psychosis, organic brain syndrome, cerebrovascular accident, "
        "encephalitis, CNS vasculitis).",
        ("The patient has a disorder of the central nervous system.", "存在中枢神经系统疾病。"),
        ("disorders of the central nervous system", "中枢神经系统疾病"),
    ),
    _exclusion(
        "E04",
        "4",
        "Heart failure intolerance.",
        ("The patient has heart failure.", "存在心力衰竭。"),
        ("heart failure", "心力衰竭"),
    ),
    _exclusion(
        "E05",
        "5",
        "Congenital immunoglobulin deficiency.",
        ("The patient has a congenital immunoglobulin deficiency.", "存在先天性免疫球蛋白缺乏。"),
        ("congenital immunoglobulin deficiency", "先天性免疫球蛋白缺乏"),
    ),
    _exclusion(
        "E06",
        "6",
        "Malignancy within 5 years (exceptions: localized cancers with negligible metastasis risk).",
        (
            "The patient had a malignancy within 5 years, other than a localized one with negligible risk of metastasis.",
            "5年内患恶性肿瘤（转移风险可忽略的局限性肿瘤除外）。",
        ),
        ("malignancy within 5 years", "5年内恶性肿瘤"),
    ),
    _exclusion(
        "E07",
        "7",
        "End-stage renal failure.",
        ("The patient has end-stage renal failure.", "存在终末期肾衰竭。"),
        ("end-stage renal failure", "终末期肾衰竭"),
    ),
    _exclusion(
        "E08-1",
        "8",
        "Subjects positive for: HBsAg / HBcAb with HBV DNA > detection limit",
        (
            "HBsAg or HBcAb is positive and HBV DNA lies above the detection limit.",
            "HBsAg或HBcAb阳性且HBV DNA高于检测下限。",
        ),
        ("hepatitis B", "乙型肝炎"),
    ),
    _exclusion(
        "E08-2",
        "8",
        "Subjects positive for: HCV Ab + HCV RNA",
        ("HCV antibody and HCV RNA are both positive.", "HCV抗体阳性且HCV RNA阳性。"),
        ("hepatitis C", "丙型肝炎"),
    ),
    _exclusion(
        "E08-3",
        "8",
        "Subjects positive for: HIV Ab",
        ("HIV antibody is positive.", "HIV抗体阳性。"),
        ("HIV antibody", "HIV抗体"),
    ),
    _exclusion(
        "E08-4",
        "8",
        "Subjects positive for: Syphilis test",
        ("A syphilis test is positive.", "梅毒检测阳性。"),
        ("syphilis", "梅毒检测"),
    ),
    _exclusion(
        "E09",
        "9",
        "Deep vein thrombosis/pulmonary embolism within 6 months pre- screening.",
        (
            "The patient had a deep vein thrombosis or pulmonary embolism within 6 months.",
            "6个月内发生深静脉血栓或肺栓塞。",
        ),
        ("deep vein thrombosis or pulmonary embolism", "深静脉血栓或肺栓塞"),
    ),
    _exclusion(
        "E10",
        "10",
        "Severe mental illness/cognitive impairment.",
        ("The patient has a severe mental illness or cognitive impairment.", "存在严重精神疾病或认知功能障碍。"),
        ("severe mental illness or cognitive impairment", "严重精神疾病或认知功能障碍"),
    ),
    _exclusion(
        "E11",
        "11",
        "Participation in other clinical trials within 3 months pre-screening.",
        ("The patient took part in another clinical trial within 3 months.", "3个月内参加过其他临床试验。"),
        ("participation in another clinical trial", "参加其他临床试验"),
    ),
    _exclusion(
        "E12",
        "12",
        "Use of immunosuppressants (within 5 half-lives) or biologics (within 4 weeks) pre-screening.",
        (
            "An immunosuppressant was used within 5 half-lives or a biologic within 28 days.",
            "在5个半衰期内使用过免疫抑制剂，或在28天内使用过生物制剂。",
        ),
        ("use of immunosuppressants or biologics within their washout", "洗脱期内使用免疫抑制剂或生物制剂"),
    ),
    _exclusion(
        "E13",
        "13",
        "Pregnancy/breastfeeding or planned conception.",
        ("The patient is pregnant, breastfeeding or plans to conceive.", "妊娠、哺乳或计划受孕。"),
        ("pregnancy, breastfeeding or planned conception", "妊娠、哺乳或计划受孕"),
    ),
    _exclusion(
        "E14",
        "14",
        "Other researcher-determined ineligibility.",
        (
            "The investigator found another reason against taking part.",
            "研究者认为存在其他不适合参加的原因。",
        ),
        ("another reason found by the investigator", "研究者认定的其他原因"),
    ),
)

CLAUSE: Final = {clause.id: clause for clause in CLAUSES}
