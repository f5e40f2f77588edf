"""What people call every reason, rule and word of what follows treatment, in English and in Chinese.

Each is a clause that fits after a colon, without a full stop. Tables are complete: a test holds each against the closed
list that it is for.
"""

from collections.abc import Mapping
from typing import Final

from mappings.clauses import Bilingual
from mappings.definitions import NAMES, Group
from mappings.facts import Outcome, Relatedness, SeriousnessCriterion
from mappings.follow_reasons import CheckRule, DltAsk, DltRule, DltWhy
from mappings.followed import Origin

_ = Bilingual

#: Reasons that a value has of its own, or that a record has wherever it is silent.
_REASONS: Final[Mapping[str, Bilingual]] = {
    "in-range": _("it lies within its limit", "在限值之内"),
    "below-limit": _("it lies below its limit", "低于限值"),
    "above-limit": _("it lies above its limit", "高于限值"),
    "absent": _("everything that could show it was measured, and nothing does", "相关检查齐全，均未显示"),
    "present": _("it is on record", "记录中存在"),
    "positive": _("the result is positive", "结果为阳性"),
    "negative": _("the result is negative", "结果为阴性"),
    "undetected": _("nothing was detected", "未检出"),
    "listed": _("it is one of those meant", "属于所指范围"),
    "not-listed": _("it is none of those meant", "不属于所指范围"),
    "withdrawn": _("it was withdrawn", "已撤回"),
    "missing": _("there is no usable value on record", "记录中无可用数值"),
    "outdated": _("it is too old to count", "超出时间窗"),
    "unit": _("its unit is missing or cannot be converted", "无单位或单位无法换算"),
    "no-range": _("it has no normal range", "无参考范围"),
    "partial-date": _("its date is too vague", "日期不完整"),
    "no-end": _("the record does not say when it ended", "未记录结束时间"),
    "only-prescribed": _("it was prescribed; that it was used is not on record", "仅有处方，未记录使用"),
    "censored": _("it is only known within bounds that include the limit", "仅为界值，无法与限值比较"),
    "conflict": _("values of one time contradict each other", "同一时间的资料相互矛盾"),
    "preliminary": _("it is preliminary", "为初步结果"),
    "no-value": _("it carries no usable value", "无可用数值"),
    "not-covered": _("nothing is on record, but the source does not declare its records complete", "无相关记录，但数据来源未声明记录完整"),
    "not-understood": _("records that could not be read may bear on it", "存在无法识别的记录，可能相关"),
    "needs-person": _("a person must say", "须由研究者判断"),
    "attested": _("a person said so", "由研究者确认"),
    "not-applicable": _("it does not apply", "不适用"),
    "deceased": _("the participant has died", "受试者已死亡"),
}  # fmt: skip
PROBLEMS: Final[Mapping[str, Bilingual]] = {
    "two-infusions": _("the record tells of more than one infusion", "记录中有不止一次回输"),
    "infusion-stopped": _("the infusion was stopped before its end", "回输中途停止"),
    "infusion-undated": _("the day of the infusion is not known", "回输日期不明"),
    "infusion-doubtful": _("it is not sure that the infusion took place", "回输是否实施不确定"),
    "infusion-after-death": _("the infusion is dated after the participant's death", "回输日期晚于死亡日期"),
    "no-dose": _("the dose is not on record", "未记录回输剂量"),
    "dose-unlike-any-level": _("the dose is near to neither of the planned levels", "剂量与任一计划剂量水平均不相近"),
    "dose-contradicts-weight": _("the dose per kilogram contradicts the weight", "每公斤剂量与体重矛盾"),
    "no-weight": _("there is no weight from which the dose per kilogram can be told", "无体重记录，无法得出每公斤剂量"),
    "lymphodepletion-undated": _("the day of the lymphodepletion is not known", "清淋预处理日期不明"),
    "cohort-unknown": _("the cohort is not known", "队列不明"),
    "cohort-contradicted": _("the records contradict each other about the cohort", "关于队列的记录相互矛盾"),
}
#: Why a value does not count, a condition does not hold or is open, or a response is what it is.
NOTES: Final[Mapping[str, Bilingual]] = {
    **_REASONS,
    **PROBLEMS,
    "not-closest": _("another value stands for the time that is asked about", "所询时点已由另一数值代表"),
    "no-baseline": _("there is no usable baseline value", "无可用基线值"),
    "no-date": _("it has no date", "无日期"),
    "duplicate": _("it repeats another value of the same time", "与同一时间的另一数值重复"),
    "before-or-after-infusion": _("it may be of before or of after the infusion", "无法确定在回输之前或之后"),
    "no-rate": _("the filtration rate cannot be computed, for want of birth date, sex or number", "缺少出生日期、性别或数值，无法计算滤过率"),
    "undecided": _("the value lies on neither side of the limit for sure", "无法确定数值在限值的哪一侧"),
    "unclear": _("whether it was newly begun or increased after the infusion cannot be told", "无法判断是否为回输后新用或加量"),
    "after-transfusion": _("a transfusion of platelets may have lifted it", "可能受血小板输注影响"),
    "after-immunoglobulin": _("immunoglobulin may have lifted it", "可能受免疫球蛋白影响"),
    "after-glucocorticoid": _("a raised dose of glucocorticoid may have lifted it", "可能受激素加量影响"),
    "on-receptor-agonist": _("a receptor agonist may have lifted it", "可能受血小板生成素受体激动剂影响"),
    "rescue": _("rescue treatment is on record", "记录中有挽救治疗"),
    "rescue-unclear": _("something on record may be rescue treatment; a person must say", "记录中有可能的挽救治疗，须由研究者判断"),
    "bleeding": _("there was a bleeding of the grade that denies a response", "出现了达到否定反应级别的出血"),
    "bleeding-unclear": _("a bleeding is on record, whose grade or time is not known", "记录中有出血，级别或时间不明"),
    "dialysis": _("the participant was dialysed", "受试者接受了透析"),
    "transplant": _("the participant received a kidney", "受试者接受了肾移植"),
    "died": _("the participant died before the end of week 12", "受试者在第12周结束前死亡"),
    "left": _("the participant left the study before the end of week 12", "受试者在第12周结束前退出研究"),
    "unconfirmed": _("there is no second value yet that may confirm it", "尚无可供确认的第二次数值"),
    "not-confirmed": _("a second value does not confirm it", "第二次数值未能确认"),
    "not-yet": _("its time is not over yet", "时间窗尚未结束"),
    "other-cohort": _("the participant belongs to the other cohort", "受试者属于另一队列"),
    "data-gap": _("there is no sure Day 0", "第0天不确定"),
    "unless-excluded": _("results show it; a person must rule out other causes", "检查结果提示存在，须由研究者排除其他原因"),
}  # fmt: skip
#: Why a grade is what it is, or why there is none.
SIGHTINGS: Final[Mapping[str, Bilingual]] = {
    **_REASONS,
    "graded": _("by its number, or by a person's word", "按数值或人员判断分级"),
    "symptoms": _("by its number alone; symptoms would raise it", "仅按数值分级，有症状时级别更高"),
    "not-reached": _("it reaches no grade", "未达到任何级别"),
    "attribution": _("a person must say whether another cause explains it", "须由研究者判断是否有其他原因"),
    "no-grade": _("nobody has given it a grade", "未见分级"),
    "unconfirmed": _("the diagnosis is not confirmed", "诊断未确认"),
    "no-albumin": _("total calcium needs an albumin of the same day", "总钙需同日白蛋白校正"),
    "no-baseline": _("there is no usable baseline value", "无可用基线值"),
    "not-fasting": _("it is not known to have been taken fasting", "是否空腹不明"),
    "no-device": _("how the oxygen was given is not known", "吸氧方式不明"),
    "no-flow": _("the flow of the oxygen is not known", "氧流量不明"),
    "no-treatment": _("no treatment that would grade it is on record", "未记录可据以分级的治疗"),
    "no-route": _("by which route the drug was given is not known", "给药途径不明"),
    "no-fever": _(
        "there is no fever, and nothing that explains why it is no longer asked for", "无发热，且无可免除发热条件的用药"
    ),
    "no-ice": _("there is no ICE score of the time", "无当时的ICE评分"),
    "consciousness": _("a person must say how far consciousness was impaired", "须由研究者判断意识障碍程度"),
    "duration": _("how long it lasted is not known", "持续时间不明"),
}
DLT_WHY: Final[Mapping[DltWhy, Bilingual]] = {
    "no-event": _("it was followed, and no event limits the dose", "观察完整，无限制剂量的事件"),
    "dlt": _("an event limits the dose", "有事件限制剂量"),
    "event-pending": _("an event may limit the dose, and its data are still to come", "有事件可能限制剂量，资料待定"),
    "event-undecided": _("whether an event limits the dose cannot be told from the record", "仅凭记录无法判断某事件是否限制剂量"),
    "not-over": _("it is not over", "观察窗尚未结束"),
    "unseen": _("nobody has looked since the last assessment, and may yet", "末次评估后尚无新的评估"),
    "gap": _("nobody looked for too long", "评估间隔过长"),
    "no-count": _("neutrophils or platelets were not counted at the end of the window", "观察窗末未检测中性粒细胞或血小板"),
    "unread": _("something that may tell of an event could not be read", "可能涉及事件的记录无法读取"),
    "died": _("the participant died", "受试者死亡"),
    "left": _("the participant left the study", "受试者退出研究"),
    "no-day-0": _("there is no sure Day 0", "第0天不确定"),
}  # fmt: skip
DLT_RULES: Final[Mapping[DltRule, Bilingual]] = {
    "crs": _("the rule for cytokine release syndrome", "细胞因子释放综合征规则"),
    "icans": _("the rule for ICANS", "免疫效应细胞相关神经毒性综合征规则"),
    "gvhd": _("the rule for graft versus host disease", "移植物抗宿主病规则"),
    "iec-hs": _("the rule for IEC-HS", "免疫效应细胞相关噬血细胞综合征规则"),
    "cytopenia": _("the rule for cytopenias that do not recover", "持续性血细胞减少规则"),
    "other": _("the rule for every other event of grade 3 or more", "其他3级及以上事件规则"),
    "death": _("the rule for death", "死亡规则"),
    "person": _("a person's word", "研究者判定"),
}
ASKS: Final[Mapping[DltAsk, Bilingual]] = {
    "attribution": _("whether the treatment caused it", "是否与治疗有关"),
    "grade": _("which grade it had", "级别"),
    "symptoms": _("whether there were symptoms", "有无症状"),
    "duration": _("how long it lasted", "持续时间"),
    "dlt": _("whether it limits the dose", "是否限制剂量"),
}
#: The conditions of the endpoints, as what must be true.
RULES: Final[Mapping[CheckRule, Bilingual]] = {
    "day-0": _("Day 0 is sure", "第0天确定"),
    "alive": _("alive at the end of week 12", "第12周结束时存活"),
    "in-study": _("still in the study at the end of week 12", "第12周结束时仍在研究中"),
    "no-dialysis": _("no dialysis", "未接受透析"),
    "no-transplant": _("no kidney transplant", "未接受肾移植"),
    "no-rescue": _("no rescue treatment", "无挽救治疗"),
    "filtration": _("filtration rate kept", "滤过率保持"),
    "upcr": _("urine protein/creatinine ratio low enough for a complete response", "尿蛋白/肌酐达到完全缓解"),
    "upcr-partial": _("urine protein/creatinine ratio low enough for a partial response", "尿蛋白/肌酐达到部分缓解"),
    "upcr-fall": _("urine protein/creatinine ratio fallen far enough from baseline", "尿蛋白/肌酐较基线充分下降"),
    "confirmed-complete": _("complete response confirmed by a second value", "完全反应经第二次数值确认"),
    "confirmed-partial": _("partial response confirmed by a second value", "部分反应经第二次数值确认"),
    "steroid-ceiling": _("daily glucocorticoid low enough before week 12", "第12周前激素日剂量足够低"),
    "red-cells": _("red cells in the urine few enough", "尿红细胞足够少"),
    "casts": _("no red-cell casts in the urine", "无尿红细胞管型"),
    "platelets-complete": _("platelet count high enough for a complete response", "血小板计数达到完全反应"),
    "platelets-partial": _("platelet count high enough for a partial response", "血小板计数达到部分反应"),
    "platelets-doubled": _("platelet count high enough above baseline", "血小板计数较基线充分升高"),
    "no-bleeding": _("no bleeding of the grade that denies a response", "无达到否定反应级别的出血"),
}
EXPANSION: Final[Mapping[str, Bilingual]] = {
    "unusable-samples": _("samples after the infusion cannot be used", "回输后样本不可用"),
    "never-quantified": _("no sample after the infusion could be quantified", "回输后样本均低于定量下限"),
    "no-sample": _("there is no sample of after the infusion", "无回输后样本"),
    "last-in-doubt": _("which value is the last quantifiable one is in doubt", "末次可定量值存疑"),
    "peak-in-doubt": _("a sample that does not count may hold the peak", "未计入的样本可能为峰值"),
    "quantified-before-infusion": _(
        "no area: something was quantified before the infusion", "回输前已可定量，不计算曲线下面积"
    ),
    "limit-not-told": _(
        "no area: the limit of quantification of a sample is not told", "定量下限未注明，不计算曲线下面积"
    ),
    "too-few-points": _("no half-life: too few values after the peak", "峰后数值过少，不计算半衰期"),
    "no-decline": _("no half-life: the values do not fall", "数值未下降，不计算半衰期"),
    "poor-fit": _("no half-life: the values do not lie on a line", "数值拟合不佳，不计算半衰期"),
}
B_CELLS: Final[Mapping[str, Bilingual]] = {
    "no-day-0": _("there is no sure Day 0", "第0天不确定"),
    "no-counts": _("there is no count of after the infusion", "无回输后计数"),
    "partial-date": _("the day of a count is not known", "某次计数日期不明"),
    "undecided-counts": _("a count may lie on either side of the limit", "某次计数无法确定在限值哪一侧"),
    "never-depleted": _("no count is at or below the limit", "计数均高于限值"),
    "not-recovered": _("they have not come back for as many counts as are asked", "尚未按要求次数恢复"),
    "depleted-at-baseline": _("they were depleted at baseline already", "基线时已清除"),
    "depleted-before-infusion": _("they were depleted before the infusion already", "回输前已清除"),
    "nadir-in-doubt": _("the lowest count is in doubt", "最低值存疑"),
}
OUTCOMES: Final[Mapping[Outcome, Bilingual]] = {
    "resolved": _("it is over", "已痊愈"),
    "recovering": _("it is getting better", "好转中"),
    "ongoing": _("it goes on", "持续中"),
    "resolved-with-sequelae": _("it is over, with sequelae", "痊愈伴后遗症"),
    "fatal": _("the participant died of it", "致死"),
    "unknown": _("how it ended is not known", "转归不明"),
}
CRITERIA: Final[Mapping[SeriousnessCriterion, Bilingual]] = {
    "death": _("death", "死亡"),
    "life-threatening": _("danger to life", "危及生命"),
    "hospitalisation": _("a stay in hospital", "住院或延长住院"),
    "disability": _("disability", "残疾"),
    "congenital-anomaly": _("congenital anomaly", "先天异常"),
    "medically-important": _("medically important", "重要医学事件"),
    "intervention": _("an intervention to prevent harm", "需干预以防损害"),
}
RELATED: Final[Mapping[Relatedness, Bilingual]] = {
    "not-related": _("not related to the treatment", "与治疗无关"),
    "unlikely": _("unlikely to be related to the treatment", "与治疗可能无关"),
    "possible": _("possibly related to the treatment", "与治疗可能有关"),
    "related": _("related to the treatment", "与治疗有关"),
}
ORIGINS: Final[Mapping[Origin, Bilingual]] = {
    "reported": _("a report", "上报"),
    "diagnosis": _("a diagnosis", "诊断"),
    "laboratory": _("laboratory results", "实验室检查"),
    "vital-sign": _("vital signs or their treatment", "生命体征或其治疗"),
    "assessment": _("an assessment", "评估"),
}
_DEFINED: Final[Mapping[Group, Bilingual]] = {
    "treatment": _("dose levels, lymphodepletion, baseline and visits", "剂量水平、清淋预处理、基线及访视"),
    "adverse_events": _("how events are graded, joined and told to have come with the treatment", "不良事件的分级、合并及治疗中出现的判定"),
    "dlt": _("which events limit the dose", "剂量限制性毒性"),
    "renal_response": _("renal response after REGENCY and KDIGO 2024", "依REGENCY及KDIGO 2024的肾脏缓解"),
    "platelet_response": _("platelet response after the International Working Group 2009", "依国际工作组2009的血小板反应"),
    "kinetics": _("expansion of the cells, without extrapolation", "细胞扩增，不外推"),
    "dynamics": _("B cells and items of the SLEDAI-2K", "B细胞及SLEDAI-2K条目"),
}  # fmt: skip
#: The name of each definition -> what it defines.
DEFINITIONS: Final[Mapping[str, Bilingual]] = {NAMES[group]: words for group, words in _DEFINED.items()}
#: What is computed, and is no value set.
MEASURED: Final[Mapping[str, Bilingual]] = {
    "egfr": _("Filtration rate (CKD-EPI 2021)", "估算滤过率（CKD-EPI 2021）"),
    "derived.egfr": _("Filtration rate (CKD-EPI 2021)", "估算滤过率（CKD-EPI 2021）"),
}
#: The items of the SLEDAI-2K.
ITEMS: Final[Mapping[str, Bilingual]] = {
    "urinary-casts": _("urinary casts", "管型尿"),
    "haematuria": _("haematuria", "血尿"),
    "proteinuria": _("proteinuria", "蛋白尿"),
    "pyuria": _("pyuria", "脓尿"),
    "low-complement": _("low complement", "低补体"),
    "raised-anti-dsdna": _("raised anti-dsDNA", "抗双链DNA抗体升高"),
    "fever": _("fever", "发热"),
    "thrombocytopenia": _("thrombocytopenia", "血小板减少"),
    "leukopenia": _("leukopenia", "白细胞减少"),
    "seizure": _("seizure", "癫痫发作"),
    "psychosis": _("psychosis", "精神症状"),
    "organic-brain-syndrome": _("organic brain syndrome", "器质性脑病综合征"),
    "visual-disturbance": _("visual disturbance", "视觉障碍"),
    "cranial-nerve-disorder": _("cranial nerve disorder", "颅神经病变"),
    "lupus-headache": _("lupus headache", "狼疮性头痛"),
    "cerebrovascular-accident": _("cerebrovascular accident", "脑血管意外"),
    "vasculitis": _("vasculitis", "血管炎"),
    "arthritis": _("arthritis", "关节炎"),
    "myositis": _("myositis", "肌炎"),
    "rash": _("rash", "皮疹"),
    "alopecia": _("alopecia", "脱发"),
    "mucosal-ulcers": _("mucosal ulcers", "黏膜溃疡"),
    "pleurisy": _("pleurisy", "胸膜炎"),
    "pericarditis": _("pericarditis", "心包炎"),
}
