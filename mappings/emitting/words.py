"""What people call the codes that are written: states, effects and decisions, in English and in Chinese."""

from collections.abc import Mapping
from typing import Final

from mappings.clauses import Bilingual
from mappings.findings import Cohort, Decision, Effect, State

STATES: Final[Mapping[State, Bilingual]] = {
    "met": Bilingual("Met", "符合"),
    "not-met": Bilingual("Not met", "不符合"),
    "unknown": Bilingual("Unknown", "未知"),
    "judgement": Bilingual("For a person to judge", "须由研究者判断"),
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


def in_cohort(cohort: Cohort, decision: Decision) -> Bilingual:
    """Return what a decision in a cohort is called."""
    where, what = COHORTS[cohort], DECISIONS[decision]
    return Bilingual(f"{where.en}: {what.en.lower()}", f"{where.zh}：{what.zh}")
