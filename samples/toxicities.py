"""Participants by what the treatment did to them: each kind of dose-limiting toxicity, and what leaves a window open.

The window is Day 0 to Day 28. Week 12 of most of them is still to come on the first of June 2025.
"""

from samples.codebook import SNOMED, Named
from samples.resources import Hospital
from samples.treatment import Treated, treated_ln
from samples.ward import (
    Calendar,
    assessed,
    breathing,
    dosed,
    ill,
    infused,
    ran,
    reported,
    scored,
    supported,
)

CRS = "Cytokine release syndrome"
ICANS = "Immune effector cell-associated neurotoxicity syndrome"
ALT = "Alanine aminotransferase increased"
GVHD = Named(SNOMED, "234646005", "Graft-versus-host disease (disorder)")
HLH = Named(SNOMED, "234437005", "Hemophagocytic lymphohistiocytosis")
ADMITTED = ("C83052", "Requires Inpatient Hospitalization")
DANGER = ("C84266", "Is Life Threatening")
#: More than five times the upper limit of 40 from day 8 to day 17, and no more on day 18.
NINE_DAYS = {-6: "22", 7: "38", 8: "260", 12: "310", 17: "228", 18: "150", 21: "88", 28: "36"}
#: Temperature, systolic pressure and oxygen saturation in the rounds of a storm of cytokines.
STORM = {
    (1, "07:00"): ("38.6", 112, "96"), (1, "19:00"): ("39.4", 104, "95"), (2, "07:00"): ("39.8", 86, "94"),
    (2, "19:00"): ("39.1", 88, "93"), (3, "07:00"): ("39.3", 82, "89"), (3, "19:00"): ("38.7", 92, "92"),
    (4, "07:00"): ("38.4", 94, "93"), (4, "19:00"): ("38.1", 96, "94"), (5, "07:00"): ("37.6", 98, "95"),
    (5, "19:00"): ("37.4", 100, "95"), (6, "07:00"): ("37.2", 98, "95"), (6, "19:00"): ("37.0", 102, "95"),
}  # fmt: skip
#: The id under which the rise of ALT of ``t-refuted-1`` is proposed: it hangs on the patient, the term and the day.
PROPOSED = "yts109-eccd7f2fb3e5c2fc01b40a550d75c9ec35027833"


def participants() -> list[Treated]:
    """Return every participant who is told for a toxicity, or for a window that cannot be called clean."""
    return [*_cytokines(), *_others(), *_open(), *_odd()]


def _cytokines() -> list[Treated]:
    return [
        # Two vasopressors besides a ventilator: grade 4.
        treated_ln("crs-4", "贺春燕", "2025-04-08", "CRS of grade 4: ventilated on day 4")
        .at_level(2).expands("4.5").rounds_of(STORM).then(_stormy).then(_ventilated)
        .comes_out("dlt", "not-evaluable", rules="crs", grades={CRS: 4}),
        # Grade 3 from the morning of day 3 to the evening of day 6: 83 hours.
        treated_ln("crs-3", "施佳怡", "2025-04-15", "CRS of grade 3 for more than 72 hours")
        .expands("3.1").rounds_of(STORM).then(_stormy).then(_high_flow)
        .comes_out("dlt", "not-evaluable", rules="crs", grades={CRS: 3}),
        # By vital signs alone: fever with a systolic pressure of 84, no vasopressor, no oxygen. Whether tocilizumab
        # was given for lupus only a person can say, so that the response stays open.
        treated_ln("crs-2", "康宁", "2025-02-25", "CRS of grade 2 by vital signs alone, over on day 4 after tocilizumab")
        .round(2, "19:00", "39.2").round(3, "07:00", "39.5", 84, "95").round(3, "14:00", "38.9", 88, "95")
        .round(3, "19:00", "38.2", 102, "96").round(4, "07:00", "37.0", 110, "98")
        .then(dosed, "tocilizumab", 3, "480", "15:00")
        .comes_out("none", "not-evaluable", grades={CRS: 2}),
        # An ICE score of 2 is grade 3, whatever else there was. The fever of days 3 and 4 is a CRS of grade 1.
        treated_ln("icans-3", "莫依然", "2025-04-02", "ICANS of grade 3: an ICE score of 2 on day 6")
        .at_level(2).round(3, "19:00", "38.4").round(4, "07:00", "38.2")
        .then(scored, "ice-score ICE评分", {4: "10", 5: "7", 6: "2", 7: "6", 8: "9", 9: "10"}, "09:00")
        .then(dosed, "dexamethasone", 6, "10", "10:00").then(dosed, "dexamethasone", 7, "10", "10:00")
        .comes_out("dlt", "not-evaluable", rules="icans", grades={ICANS: 3, CRS: 1}),
    ]  # fmt: skip


def _others() -> list[Treated]:
    return [
        treated_ln("gvhd-2", "尹秋实", "2025-04-10", "graft versus host disease of grade II, reported")
        .then(reported, GVHD, "急性移植物抗宿主病", 2, (16, "09:00"), (30, "16:00"), related="related", expected=False)
        .comes_out("dlt", "not-evaluable", rules="gvhd", grades={"Graft versus host disease": 2}),
        treated_ln("iec-hs-3", "焦安琪", "2025-04-16", "IEC-HS of grade 3, reported; ferritin above 18,000")
        .point(ferritin={8: "4860", 10: "11200", 12: "18600", 14: "9350", 28: "820"})
        .point(fib={-6: "2.4", 10: "1.6", 12: "1.3", 14: "1.8", 28: "2.6"})
        .then(dosed, "dexamethasone", 11, "10", "10:00").then(dosed, "dexamethasone", 12, "10", "10:00")
        .then(reported, HLH, "免疫效应细胞相关噬血细胞综合征", 3, (10, "12:00"), (20, "16:00"), related="related",
              criterion=DANGER)
        .comes_out("dlt", "not-evaluable", rules="iec-hs", grades={
            "Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome": 3}),
        # Fewer than 0.5 from day 5 on, and still on Day 28.
        treated_ln("neutropenia-28", "乔欣", "2025-03-26", "neutropenia of grade 4 that is still there on Day 28")
        .curve(anc={-6: "3.10", 0: "1.90", 5: "0.40", 14: "0.22", 28: "0.38", 35: "0.92", 56: "2.10"}).also_on(35)
        .comes_out("dlt", "not-evaluable", rules="cytopenia", grades={"Neutrophil count decreased": 4}),
        treated_ln("alt-3", "龚雪", "2025-04-17", "ALT of grade 3 for nine days")
        .curve(alt=NINE_DAYS).also_on(18)
        .comes_out("dlt", "not-evaluable", rules="other", grades={ALT: 3}),
        # Nobody reported that the sepsis was fatal: the death is an event of its own. The sepsis and its low pressure
        # were there for less than seven days, and never got better: whether they count a person must say.
        treated_ln("death-1", "邵文君", "2025-04-22", "died on day 19 under treatment for sepsis")
        .only_until(18).died(19, "04:20").round(17, "09:00", "39.4", 92, "95").round(18, "09:00", "38.8", 104, "94")
        .then(ill, "A41.900", "脓毒症", 17)
        .then(dosed, "meropenem", 17, "1000", "10:00").then(dosed, "meropenem", 18, "1000", "10:00")
        .then(ran, "norepinephrine", (18, "08:00"), (19, "04:20"))
        .comes_out("dlt", "NR", rules="death", undecided="other", grades={"Death": 5, "Sepsis": 3}),
    ]  # fmt: skip


def _open() -> list[Treated]:
    return [
        # As ``alt-3``, but the principal investigator found another cause.
        treated_ln("refuted-1", "邢丹", "2025-04-09", "ALT of grade 3 for nine days, which a person says limits no dose")
        .curve(alt=NINE_DAYS).also_on(18)
        .then(assessed, 24, PROPOSED, confirmed=True, related="not-related", serious=False, dlt=False)
        .comes_out("none", "not-evaluable", grades={ALT: 3}),
        treated_ln("lost-1", "霍思远", "2025-02-14", "lost to follow-up after day 17")
        .only_until(17).comes_out("data-gap", "not-evaluable", evaluable=False),
        treated_ln("open-1", "宁可欣", "2025-05-20", "still within the window, on day 12")
        .comes_out("open", "not-evaluable", evaluable=None),
    ]  # fmt: skip


def _odd() -> list[Treated]:
    return [
        treated_ln("two-infusions", "路遥", "2025-04-03", "infused twice: no sure Day 0")
        .then(infused, ("1.0", "×10^6/kg"), 14)
        .comes_out("data-gap", "not-evaluable", problems="two-infusions", evaluable=None),
        treated_ln("no-dose", "向晚", "2025-04-23", "an infusion without a dose")
        .infused_as(None).comes_out("none", "not-evaluable", problems="no-dose", evaluable=None),
        # 0.4 of a million is less than 80 % of the lower level.
        treated_ln("stopped", "时光", "2025-04-24", "an infusion that was broken off after 0.4 million cells for each kg")
        .infused_as(("0.4", "×10^6/kg"), status="stopped").expands("0.2")
        .comes_out("none", "not-evaluable", problems="infusion-stopped dose-unlike-any-level", evaluable=False),
    ]  # fmt: skip


def _stormy(hospital: Hospital, patient: str, days: Calendar) -> None:
    """A storm of cytokines that began on day 1, as a physician graded it, and what was given for it."""
    dosed(hospital, patient, days, "tocilizumab", 2, "480", "14:00")
    dosed(hospital, patient, days, "tocilizumab", 3, "480", "10:00")
    ran(hospital, patient, days, "norepinephrine", (3, "07:30"), (6, "21:30"))


def _ventilated(hospital: Hospital, patient: str, days: Calendar) -> None:
    grades = {1: "1", 2: "2", 3: "3", 4: "4", 5: "3", 6: "3", 7: "1", 8: "0"}
    scored(hospital, patient, days, "crs-grade CRS分级", grades, "09:00")
    ran(hospital, patient, days, "epinephrine", (4, "02:00"), (4, "20:00"))
    supported(hospital, patient, days, "40617009", "Artificial ventilation", (4, "03:10"), (4, "22:00"))
    for day, clock, device in (
        (3, "08:00", "面罩"),
        (4, "04:00", "呼吸机"),
        (5, "08:00", "面罩"),
        (7, "08:00", "未吸氧"),
    ):
        breathing(hospital, patient, days, day, clock, device)


def _high_flow(hospital: Hospital, patient: str, days: Calendar) -> None:
    scored(hospital, patient, days, "crs-grade CRS分级", {1: "1", 2: "2", 3: "3", 4: "3", 5: "3", 6: "3"}, "09:00")
    scored(hospital, patient, days, "crs-grade CRS分级", {6: "3", 7: "2", 8: "1", 9: "0"}, "20:00")
    for day, clock, device in (
        (3, "08:00", "高流量氧疗"),
        (6, "08:00", "高流量氧疗"),
        (7, "08:00", "鼻导管"),
        (8, "08:00", "未吸氧"),
    ):
        breathing(hospital, patient, days, day, clock, device)
