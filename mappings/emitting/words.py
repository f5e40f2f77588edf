"""What people call the codes that are written: states, effects and decisions, in English and in Chinese."""

from collections.abc import Mapping
from typing import Final

from mappings.clauses import Bilingual
from mappings.findings import Cohort, Decision, Effect, State

STATES: Final[Mapping[State, Bilingual]] = {
    "met": Bilingual("Met", "符合"),
    "not-met": Bilingual("Not met", "不符合"),
    "unknown": Bilingual("Unknown", "未知"),
    "judgement": Bilingual("For an investigator to judge", "须由研究者判断"),
    "not-applicable": Bilingual("Not applicable", "不适用"),
}
EFFECTS: Final[Mapping[Effect, Bilingual]] = {
    "allows": Bilingual("Allows enrolment", "允许入组"),
    "bars": Bilingual("Bars enrolment", "不得入组"),
    "open": Bilingual("Leaves enrolment open", "尚待确定"),
}
DECISIONS: Final[Mapping[Decision, Bilingual]] = {
    "eligible": Bilingual("Eligible", "符合入组条件"),
    "ineligible": Bilingual("Ineligible", "不符合入组条件"),
    "undetermined": Bilingual("Undetermined", "尚不能确定"),
}
COHORTS: Final[Mapping[Cohort, Bilingual]] = {
    "LN": Bilingual("Lupus nephritis", "狼疮性肾炎"),
    "ITP": Bilingual("Immune thrombocytopenia", "免疫性血小板减少"),
}
#: Ways in which oxygen is given, from the least support to the most.
OXYGEN_DEVICES: Final[Mapping[str, Bilingual]] = {
    "room-air": Bilingual("Room air", "未吸氧"),
    "low-flow": Bilingual("Low-flow nasal cannula", "低流量鼻导管"),
    "blow-by": Bilingual("Blow-by", "面前吹氧"),
    "high-flow": Bilingual("High-flow nasal cannula", "经鼻高流量氧疗"),
    "face-mask": Bilingual("Simple face mask", "普通面罩"),
    "non-rebreather": Bilingual("Non-rebreather mask", "非重复呼吸面罩"),
    "venturi": Bilingual("Venturi mask", "文丘里面罩"),
    "cpap": Bilingual("Continuous positive airway pressure", "持续气道正压通气"),
    "bipap": Bilingual("Bilevel positive airway pressure", "双水平气道正压通气"),
    "ventilator": Bilingual("Intubation and mechanical ventilation", "气管插管机械通气"),
}
#: What a patient awakens to.
CONSCIOUSNESS: Final[Mapping[str, Bilingual]] = {
    "alert": Bilingual("Alert", "清醒"),
    "voice": Bilingual("Awakens to voice", "呼唤可醒"),
    "tactile": Bilingual("Awakens only to touch", "仅触觉刺激可醒"),
    "unarousable": Bilingual("Cannot be awakened", "不能唤醒"),
}
#: What a person may say of the classification: its gate and its items.
SLE_ITEMS: Final = {
    "ana": Bilingual("ANA at 1:80 or more", "ANA滴度≥1:80"),
    "fever": Bilingual("fever", "发热"),
    "leukopenia": Bilingual("leukopenia", "白细胞减少"),
    "thrombocytopenia": Bilingual("thrombocytopenia", "血小板减少"),
    "autoimmune_hemolysis": Bilingual("autoimmune haemolysis", "自身免疫性溶血"),
    "delirium": Bilingual("delirium", "谵妄"),
    "psychosis": Bilingual("psychosis", "精神病"),
    "seizure": Bilingual("seizure", "癫痫发作"),
    "nonscarring_alopecia": Bilingual("non-scarring alopecia", "非瘢痕性脱发"),
    "oral_ulcers": Bilingual("oral ulcers", "口腔溃疡"),
    "subacute_cutaneous_or_discoid": Bilingual("subacute cutaneous or discoid lupus", "亚急性皮肤型或盘状红斑狼疮"),
    "acute_cutaneous": Bilingual("acute cutaneous lupus", "急性皮肤型红斑狼疮"),
    "pleural_or_pericardial_effusion": Bilingual("pleural or pericardial effusion", "胸腔积液或心包积液"),
    "acute_pericarditis": Bilingual("acute pericarditis", "急性心包炎"),
    "joint_involvement": Bilingual("joint involvement", "关节受累"),
    "proteinuria": Bilingual("more than 0.5 g of protein in the urine a day", "尿蛋白>0.5 g/24h"),
    "biopsy_class_II_or_V": Bilingual("kidney biopsy of class II or V", "肾活检II型或V型"),
    "biopsy_class_III_or_IV": Bilingual("kidney biopsy of class III or IV", "肾活检III型或IV型"),
    "apl_any": Bilingual("antiphospholipid antibodies", "抗磷脂抗体阳性"),
    "low_c3_or_c4": Bilingual("low C3 or low C4", "C3或C4降低"),
    "low_c3_and_c4": Bilingual("low C3 and low C4", "C3和C4均降低"),
    "anti_dsdna_or_anti_sm": Bilingual("anti-dsDNA or anti-Sm", "抗dsDNA或抗Sm抗体阳性"),
}


def in_cohort(cohort: Cohort, decision: Decision) -> Bilingual:
    """Return what a decision in a cohort is called."""
    where, what = COHORTS[cohort], DECISIONS[decision]
    return Bilingual(f"{where.en}: {what.en.lower()}", f"{where.zh}：{what.zh}")
