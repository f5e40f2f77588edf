"""What people call the codes of what follows treatment: results, responses, toxicities, milestones, in both languages."""

from collections.abc import Mapping
from typing import Final

from mappings.clauses import Bilingual
from mappings.followed import DltState, PlateletResult, RenalResult

#: Observations that the adapter writes, and their components. No value set names them: what we wrote is never read.
RESULTS: Final[Mapping[str, Bilingual]] = {
    "event-grade": Bilingual("Grade of an adverse event", "不良事件分级"),
    "dlt-state": Bilingual("State of the window for dose-limiting toxicities", "剂量限制性毒性观察窗状态"),
    "renal-response": Bilingual("Renal response at week 12", "第12周肾脏缓解"),
    "platelet-response": Bilingual("Platelet response at week 12", "第12周血小板反应"),
    "cell-kinetics": Bilingual("Kinetics of the infused cells", "输注细胞动力学"),
    "b-cell-depletion": Bilingual("Depletion and recovery of B cells", "B细胞清除与恢复"),
    "event": Bilingual("The event that is graded", "被分级的事件"),
    "at-least": Bilingual("Grade that is reached for sure", "确定达到的级别"),
    "dlt-event": Bilingual("Event that limits the dose, or may", "剂量限制性毒性或可能事件"),
    "evaluable": Bilingual("Evaluable", "可评价"),
    "responder": Bilingual("Counts as a response", "计为应答"),
    "check": Bilingual("Condition of the definition", "定义中的条件"),
    "analyte": Bilingual("What was measured", "检测项目"),
    "cmax": Bilingual("Highest value", "峰值"),
    "tmax": Bilingual("Time of the highest value", "达峰时间"),
    "clast": Bilingual("Last quantifiable value", "末次可定量值"),
    "tlast": Bilingual("Time of the last quantifiable value", "末次可定量时间"),
    "auc": Bilingual("Area under the curve", "曲线下面积"),
    "auc-to": Bilingual("Time to which the area reaches", "曲线下面积截止时间"),
    "half-life": Bilingual("Terminal half-life", "末端半衰期"),
    "depleted": Bilingual("Day of depletion", "清除日"),
    "recovered": Bilingual("Day of recovery", "恢复日"),
    "aplasia": Bilingual("Duration of aplasia", "B细胞缺失持续时间"),
    "nadir": Bilingual("Lowest value", "最低值"),
    "nadir-percent": Bilingual("Lowest value, share of baseline", "最低值占基线百分比"),
}
RESPONSES: Final[Mapping[RenalResult | PlateletResult, Bilingual]] = {
    "CRR": Bilingual("Complete renal response", "完全肾脏缓解"),
    "PRR": Bilingual("Partial renal response", "部分肾脏缓解"),
    "CR": Bilingual("Complete response", "完全反应"),
    "PR": Bilingual("Partial response", "部分反应"),
    "unconfirmed-CR": Bilingual("Complete response, not confirmed", "完全反应（未确认）"),
    "unconfirmed-PR": Bilingual("Partial response, not confirmed", "部分反应（未确认）"),
    "NR": Bilingual("No response", "无反应"),
}
DLT_STATES: Final[Mapping[DltState, Bilingual]] = {
    "open": Bilingual("Still open", "观察中"),
    "none": Bilingual("No dose-limiting toxicity", "无剂量限制性毒性"),
    "dlt": Bilingual("Dose-limiting toxicity", "剂量限制性毒性"),
    "data-gap": Bilingual("Cannot be told: data are lacking", "资料缺失，无法判断"),
}
MILESTONES: Final[Mapping[str, Bilingual]] = {
    "lymphodepletion": Bilingual("Lymphodepletion begun", "开始清淋预处理"),
    "infusion": Bilingual("YTS109 infused (Day 0)", "YTS109回输（第0天）"),
    "dlt-observed": Bilingual("Observed for dose-limiting toxicities to the end", "完成剂量限制性毒性观察"),
}
