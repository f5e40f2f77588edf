"""Who was treated: participants of both cohorts by how their disease responded. Toxicities are told apart.

Each story opens with somebody whose treatment went as planned; what is said after that is all that is different, and
the last call is what must come out on the first of June 2025.
"""

from samples import toxicities
from samples.codebook import ICD_CN, Named
from samples.resources import Hospital, dosage, taken
from samples.treatment import LEVELS, Treated, treated_itp, treated_ln
from samples.ward import NCIT, Calendar, corrected, dosed, ill, late, reported, scored, stayed

REACTION = Named(NCIT, "C143583", "Infusion related reaction")
HEADACHE = Named(ICD_CN, "R51.x00", "头痛")


def participants() -> list[Treated]:
    """Return every treated participant."""
    return [*_nephritis(), *_thrombocytopenia(), *toxicities.participants()]


def _nephritis() -> list[Treated]:
    return [
        # UPCR 0.31 < 0.5; creatinine as at baseline, so that eGFR is more than 85 % of it.
        treated_ln("crr-1", "沈若兰", "2025-01-15", "UPCR 2.31 to 0.31, kidney function kept: complete response")
        .at_level(2).expands("1.6")
        .comes_out("none", "CRR", grades={
            "Neutrophil count decreased": 4, "Lymphocyte count decreased": 4, "Anemia": 2, "Platelet count decreased": 1}),
        # 2.80 to 1.10 is a fall by 61 %, and below 3.0. ICE 8 is grade 1, 5 is grade 2; none of grade 3.
        treated_ln("prr-1", "韩雪梅", "2025-01-22", "UPCR 2.80 to 1.10: partial response; ICANS of grade 2 that resolves")
        .expands("0.7").point(upcr={-6: "2.80", 28: "2.05", 56: "1.62", 84: "1.10"})
        .then(scored, "ice-score ICE评分", {4: "10", 5: "8", 6: "5", 7: "8", 8: "10"}, "09:00")
        .then(dosed, "dexamethasone", 6, "10", "10:00")
        .comes_out("none", "PRR", grades={"Immune effector cell-associated neurotoxicity syndrome": 2}),
        # 2.50 to 2.20 is a fall by 12 %. A pneumonia after the window, treated in a vein (grade 3), took her back in.
        treated_ln("nr-1", "顾佩珊", "2025-02-05", "UPCR 2.50 to 2.20: no response; pneumonia on day 40, admitted")
        .expands("0.12").point(upcr={-6: "2.50", 28: "2.41", 56: "2.62", 84: "2.20"})
        .then(ill, "J15.900", "细菌性肺炎", 40, 52).then(stayed, 40, 50).then(_antibiotic, "meropenem", range(40, 50))
        .comes_out("none", "NR", grades={"Lung infection": 3}),
        # UPCR is below 0.5, but only after a pulse for a flare.
        treated_ln("rescue-1", "金玉洁", "2024-12-11", "a pulse of methylprednisolone on day 50 for a flare: rescued")
        .point(upcr={-6: "2.31", 28: "1.90", 56: "2.75", 84: "0.42"})
        .then(_pulse, 50).comes_out("none", "NR"),
        # The values of days 56 and 112 lie outside of 84 +/- 7.
        treated_ln("missing-1", "方晓晴", "2025-02-05", "nobody saw her around week 12: not evaluable")
        .not_on(84).point(upcr={112: "0.28"}).comes_out("none", "not-evaluable"),
        # Creatinine 68 to 92 umol/L: eGFR falls by about 30 %, which rules out a partial response as well.
        treated_ln("egfr-1", "程丽萍", "2025-02-19", "UPCR 0.35, but eGFR below 85 % of baseline: no response")
        .infused_as(LEVELS[1], packed=True).point(upcr={84: "0.35"}).curve(cr={-6: "68", 28: "70", 84: "92"})
        .comes_out("none", "NR", grades={"Creatinine increased": 1}),
    ]  # fmt: skip


def _thrombocytopenia() -> list[Treated]:
    return [
        # 135 on day 84 and 142 a week later; what she reported is not serious.
        treated_itp("itp-cr", "叶知秋", "2025-01-08", "platelets 135 and 142: complete response; two reported events")
        .at_level(2).expands("2.2").curve(plt={-6: "38", 0: "35", 9: "27", 14: "41", 28: "88", 56: "121", 84: "135", 91: "142"})
        .then(reported, REACTION, "输液相关反应", 2, (0, "10:45"), (0, "16:00"), related="related")
        .then(reported, HEADACHE, "头痛", 2, (9, "08:00"), (10, "18:00"))
        .comes_out("none", platelets="CR", grades={"Infusion related reaction": 2, "Headache": 2}),
        # 38 doubled is 76: 82 and 85 are more, and less than 100. ALT 880 was a slip of the pen: 88 is grade 1. The dose
        # was written as a number of cells: a million for each of her kilograms.
        treated_itp("itp-pr", "苏慧敏", "2025-02-11", "platelets 82 and 85: partial response; ALT 880 corrected to 88")
        .infused_as(("64.5", "×10^6")).expands("0.8").not_on(12)
        .curve(plt={-6: "38", 0: "35", 9: "28", 14: "36", 28: "61", 84: "82", 91: "85"})
        .then(corrected, "alt", "880", "88", 12, "06:30")
        .comes_out("none", platelets="PR", grades={"Alanine aminotransferase increased": 1}),
        # The count before that of day 84 is of day 49, more than four weeks earlier, and none came after it.
        treated_itp("itp-unconfirmed", "丁香凝", "2025-02-26", "platelets 128, but no second count: not confirmed")
        .curve(plt={-6: "36", 0: "33", 9: "26", 14: "38", 28: "74", 49: "96", 84: "128"})
        .not_on(56, 91).also_on(49).comes_out("none", platelets="unconfirmed-CR"),
        # 45 and 41 are more than 30, but less than twice 38. Potassium of day 10 came to light a month later.
        treated_itp("itp-nr", "孔令仪", "2025-01-20", "platelets 45 and 41: no response; potassium 2.8 known a month late")
        .expands("0.3").curve(plt={-6: "38", 0: "35", 9: "27", 14: "31", 28: "47", 84: "45", 91: "41"})
        .then(late, "k", "2.8", 10, 40, "06:40").point(k={11: "4.0"})
        .comes_out("none", platelets="NR", grades={"Hypokalemia": 3}),
        # Eltrombopag since day 40 and immunoglobulin on day 60, within eight weeks: it is they that lifted the count.
        treated_itp("itp-rescue", "白露", "2025-01-02", "platelets 150 under eltrombopag and immunoglobulin: rescued")
        .curve(plt={-6: "38", 0: "35", 9: "27", 14: "30", 28: "33", 40: "26", 56: "90", 84: "150", 91: "155"})
        .then(_agonist, 40).then(dosed, "ivig", 60, "25000", "10:00")
        .comes_out("none", platelets="NR"),
        # 120 and 125, but bleeding of grade 2 two days before.
        treated_itp("itp-bleeding", "温静", "2025-02-18", "platelets 120 and 125, but a nosebleed of grade 2 on day 82")
        .curve(plt={-6: "38", 0: "35", 9: "27", 14: "44", 28: "92", 84: "120", 91: "125"})
        .then(ill, "R04.000", "鼻出血", 82, 83).then(scored, "bleeding-grade 出血分级", {82: "2"}, "21:00")
        .comes_out("none", platelets="NR"),
    ]  # fmt: skip


def _antibiotic(hospital: Hospital, patient: str, days: Calendar, name: str, on: range) -> None:
    """A gram in a vein every day."""
    for day in on:
        dosed(hospital, patient, days, name, day, "1000", "10:00")


def _pulse(hospital: Hospital, patient: str, days: Calendar, first: int) -> None:
    """Methylprednisolone, 500 mg on each of three days."""
    for day in range(first, first + 3):
        dosed(hospital, patient, days, "methylprednisolone", day, "500", "09:00")


def _agonist(hospital: Hospital, patient: str, days: Calendar, first: int) -> None:
    """Eltrombopag from then on."""
    taken(hospital, patient, "eltrombopag", days.date(first), dosage=[dosage("50mg 口服 每日一次", "50", "QD")])
