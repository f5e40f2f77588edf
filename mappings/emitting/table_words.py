"""What people call the parts of the tables over all treated participants, in both languages."""

from collections.abc import Mapping
from typing import Final

from mappings.clauses import Bilingual
from mappings.followed import Interest
from mappings.safety.tabulation import Level, Severity

GROUPS: Final[Mapping[str, Bilingual]] = {
    "adverse-events": Bilingual("Adverse events", "不良事件"),
    "dose-limiting-toxicities": Bilingual("Dose-limiting toxicities", "剂量限制性毒性"),
    "renal-response": Bilingual("Renal response at week 12", "第12周肾脏缓解"),
    "platelet-response": Bilingual("Platelet response at week 12", "第12周血小板反应"),
}
COUNTS: Final[Mapping[str, Bilingual]] = {
    "initial-population": Bilingual("Treated", "接受治疗者"),
    "denominator": Bilingual("Evaluable", "可评价者"),
    "numerator": Bilingual("With the outcome", "出现结局者"),
    "participants": Bilingual("Participants", "受试者数"),
    "events": Bilingual("Events", "事件数"),
    "participants-unknown": Bilingual(
        "Participants, unknown whether with the treatment", "受试者数（是否治疗中出现未知）"
    ),
    "events-unknown": Bilingual("Events, unknown whether with the treatment", "事件数（是否治疗中出现未知）"),
    "evaluable-unknown": Bilingual("Unknown whether evaluable", "可评价性未知"),
    "none": Bilingual("None", "无"),
    "open": Bilingual("Still open", "观察中"),
    "data-gap": Bilingual("Data are lacking", "资料缺失"),
}
DIMENSIONS: Final[Mapping[str, Bilingual]] = {
    "dose-level": Bilingual("Dose level", "剂量水平"),
    "event": Bilingual("Event", "事件"),
    "grade": Bilingual("Worst grade", "最高级别"),
    "cohort": Bilingual("Cohort", "队列"),
    "result": Bilingual("Result", "结果"),
    "event-and-dose-level-and-grade": Bilingual("Event, dose level and worst grade", "事件、剂量水平与最高级别"),
    "cohort-and-dose-level-and-result": Bilingual("Cohort, dose level and result", "队列、剂量水平与结果"),
}
LEVELS: Final[Mapping[Level, Bilingual]] = {
    1: Bilingual("1E6 STAR+ T cells per kg", "1E6 STAR+T细胞/kg"),
    2: Bilingual("2E6 STAR+ T cells per kg", "2E6 STAR+T细胞/kg"),
    "unknown": Bilingual("Dose level unknown", "剂量水平未知"),
}
SEVERITIES: Final[Mapping[Severity, Bilingual]] = {
    1: Bilingual("Grade 1", "1级"),
    2: Bilingual("Grade 2", "2级"),
    3: Bilingual("Grade 3", "3级"),
    4: Bilingual("Grade 4", "4级"),
    5: Bilingual("Grade 5", "5级"),
    "not-graded": Bilingual("Not graded", "未分级"),
}
#: Rows that are about more than one term.
TOTALS: Final[Mapping[str, Bilingual]] = {
    "any": Bilingual("Any event", "任何事件"),
    "serious": Bilingual("Serious events", "严重不良事件"),
}
INTERESTS: Final[Mapping[Interest, Bilingual]] = {
    "crs": Bilingual("Cytokine release syndrome", "细胞因子释放综合征"),
    "icans": Bilingual("ICANS", "免疫效应细胞相关神经毒性综合征"),
    "gvhd": Bilingual("Graft versus host disease", "移植物抗宿主病"),
    "iec-hs": Bilingual("IEC-HS", "免疫效应细胞相关噬血细胞性淋巴组织细胞增生症样综合征"),
    "infection": Bilingual("Infections", "感染"),
    "cytopenia": Bilingual("Cytopenias", "血细胞减少"),
    "hypogammaglobulinaemia": Bilingual("Hypogammaglobulinaemia", "低丙种球蛋白血症"),
    "malignancy": Bilingual("Secondary malignancies", "继发恶性肿瘤"),
    "hbv": Bilingual("Reactivation of hepatitis B", "乙型肝炎再激活"),
    "bleeding": Bilingual("Bleeding", "出血"),
}


def words() -> dict[str, Bilingual]:
    """Return every code of the tables with its words: the trial's code system ``table``."""
    levels = {level_code(level): name for level, name in LEVELS.items()}
    grades = {grade_code(grade): name for grade, name in SEVERITIES.items()}
    return {**GROUPS, **COUNTS, **DIMENSIONS, **TOTALS, **dict(INTERESTS.items()), **levels, **grades}


def level_code(level: Level) -> str:
    """Return the code of a dose level."""
    return f"dose-level-{level}"


def grade_code(grade: Severity) -> str:
    """Return the code of a grade."""
    return f"grade-{grade}"
