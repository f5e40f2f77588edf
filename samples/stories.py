"""Who is in the sample hospital, and why they come out as they do."""

from samples.patients import (
    Story,
    allergic,
    biopsied,
    consented_late,
    corrected,
    event,
    ill,
    in_other_study,
    itp,
    ln,
    reported,
    verification,
)
from samples.resources import day, dispensed, given, measured, moment, prescribed, resolved, taken, worded

OPEN_ITP = "I02-ITP-1 I02-ITP-2"


def stories() -> list[Story]:
    """Return every patient of the hospital."""
    return [*_eligible(), *_barred_by_inclusion(), *_barred_by_exclusion(), *_open(), *_odd()]


def _eligible() -> list[Story]:
    both = itp("both-01", "both cohorts").but(biopsied()).result(upcr="1.6").says(I02_LN_1="met")
    return [
        ln("ln-01", "UPCR in mg/mmol").result(upcr="160.6 mg/mmol").but(biopsied()),
        ln("ln-02", "a man, on the eve of his 66th birthday", sex="male", born="1959-06-02", weight="71").but(biopsied("III(A)")),
        ln("ln-03", "class III+V, everything at its limit", weight="60.0")
        .result(upcr="1.0", hb="60", anc="1.0", alt="120", ast="105", tbil="31.5", inr="1.725")
        .but(biopsied("III(A/C)+V", "50")),
        itp("itp-01", "two counts between 30 and 50"),
        itp("itp-02", "a man", sex="male", weight="68"),
        itp("itp-03", "HBcAb positive, DNA not detected").result(hbcab="阳性(+)", hbvdna="<20 未检出"),
        both,
    ]


def _barred_by_inclusion() -> list[Story]:
    return [
        ln("i01-young", "17 years old", born="2007-06-02").but(biopsied()),
        ln("i01-old", "66 since yesterday", born="1959-05-31").but(biopsied()),
        ln("i02", "ANA never positive").result(ana="<1:80 阴性").but(biopsied()),
        ln("i02-ln-1", "a person says that treatment did not fail").says(I02_LN_1="not-met").but(biopsied()),
        ln("i02-ln-2", "UPCR 0.99").result(upcr="0.99").but(biopsied()),
        ln("i02-ln-3", "class V alone").but(biopsied("V")).says(**{"I02": "met"}),
        ln("i02-ln-4", "51 % sclerosed").but(biopsied(sclerosed="51")),
        itp("i02-itp-1", "a person says that treatment did not fail").says(I02_ITP_1="not-met"),
        itp("i02-itp-2", "second count exactly 50").result(plt="50", back=3),
        itp("i02-itp-3", "a person says that another cause remains").says(I02_ITP_3="not-met").but(
            ill("D73.100", "脾功能亢进", "2024-11-02")
        ),
        ln("i03-1", "neutrophils 0.99").result(anc="0.99").but(biopsied()),
        ln("i03-2", "haemoglobin 59").result(hb="59").but(biopsied()),
        ln("i03-3", "ALT above 3 ULN, not disease-related").result(alt="121").says(I03_3="not-met").but(biopsied()),
        ln("i03-4", "AST above 3 ULN, not disease-related").result(ast="106").says(I03_4="not-met").but(biopsied()),
        ln("i03-5", "bilirubin above 1.5 ULN, not disease-related").result(tbil="32.0").says(I03_5="not-met").but(biopsied()),
        ln("i03-6", "clearance below 30 and stable").result(cr="260").but(biopsied(), event(measured, "cr", "255", 15)),
        ln("i03-7", "INR above 1.5 ULN").result(inr="1.73").but(biopsied()),
        ln("i03-8", "a person says unstable").says(I03_8="not-met").but(biopsied()),
        ln("i04-1", "no contraception").says(I04_1="not-met").but(biopsied()),
        ln("i04-2", "hCG positive").result(hcg="250", back=3).says(E13=None).but(biopsied()),
        ln("i04-3", "breastfeeding").says(I04_3="not-met").but(biopsied()),
        ln("i05", "consent withdrawn").but(biopsied(), consented_late),
    ]


def _barred_by_exclusion() -> list[Story]:
    return [
        ln("e01", "anaphylaxis to a drug").but(biopsied(), allergic("416098002", "头孢曲松过敏", "39579001")),
        ln("e02", "pneumonia, uncontrolled as a person says").but(biopsied(), ill("J18.900", "肺炎", day(6))).says(E02="met"),
        ln("e03", "epilepsy, and a person says it bars").but(biopsied(), ill("G40.901", "癫痫", "2019-04-02")).says(E03="met"),
        ln("e04", "heart failure, and a person says it bars").but(biopsied(), ill("I50.900", "心力衰竭", "2024-08-19")).says(E04="met"),
        ln("e05", "common variable immunodeficiency").but(biopsied(), ill("D83.900", "普通变异型免疫缺陷", "2010-01-08")),
        ln("e06", "lung cancer two years ago").but(biopsied(), ill("C34.900", "肺恶性肿瘤", "2023-05-04")),
        ln("e07", "on dialysis").but(biopsied(), ill("Z99.201", "依赖肾透析", "2025-02-01")),
        ln("e08-1", "HBsAg and HBV DNA positive").result(hbsag="阳性(+)", hbvdna="1250 IU/mL").but(biopsied()),
        ln("e08-2", "HCV antibody and RNA positive").result(hcvab="阳性(+)", hcvrna="88000 IU/mL").but(biopsied()),
        ln("e08-3", "HIV reactive").result(hiv="反应性").but(biopsied()),
        ln("e08-4", "TPPA and RPR positive").result(tppa="阳性(+)", rpr="阳性(1:8)").but(biopsied()),
        ln("e09", "deep vein thrombosis in March").but(biopsied(), ill("I80.201", "下肢深静脉血栓形成", "2025-03-03")),
        ln("e10", "dementia, and a person says it bars").but(biopsied(), ill("F03.x00", "痴呆", "2023-01-01")).says(E10="met"),
        ln("e11", "another trial until April").but(biopsied(), in_other_study("2024-10-01", "2025-04-11")),
        ln("e12-biologic", "rituximab 20 days ago: eligible from the 29th day").but(
            biopsied(), event(given, "rituximab", day(20), "1000")
        ),
        ln("e12-leflunomide", "leflunomide until April: 95 days").but(
            biopsied(), event(taken, "leflunomide", "2024-12-01", "2025-04-20")
        ),
        ln("e13", "pregnant").says(E13=None).but(biopsied(), ill("Z33.x00", "妊娠状态", day(30))),
        ln("e14", "the investigator has another reason").says(E14="met").but(biopsied()),
    ]


def _open() -> list[Story]:
    return [
        ln("open-hcg", "no hCG").result(hcg=None).but(biopsied()),
        ln("open-hbv", "HBcAb positive without DNA").result(hbcab="阳性(+)").but(biopsied()),
        ln("open-unit", "UPCR without a unit").result(upcr=None).but(biopsied(), event(measured, "upcr", "1.8 ?", 5)),
        ln("open-range", "PT and INR without ranges").result(inr=None, pt=None).but(
            biopsied(), event(measured, "inr", "1.1", 5, referenceRange=[{"text": "见说明"}])
        ),
        ln("open-preliminary", "latest haemoglobin preliminary").but(
            biopsied(), event(measured, "hb", "96", 1, status="preliminary")
        ),
        ln("open-birth", "born some time in 1959", born="1959").but(biopsied()),
        ln("open-text", "biopsy in words only").but(reported("狼疮性肾炎 IV-G(A/C)+V型")),
        ln("open-conflict", "measured and attested contradict").result(hb="52").says(I03_2="met").but(biopsied()),
        ln("open-local", "a drug under a local code that nobody mapped").but(
            biopsied(), event(taken, "herb", "2025-05-01", None)
        ),
        ln("open-washout", "tacrolimus without an end").but(
            biopsied(), event(taken, "tacrolimus", "2025-05-10", None, status="unknown")
        ),
        ln("open-infection", "treated infection: a person must judge").but(biopsied(), ill("J15.900", "细菌性肺炎", day(9))),
        ln("open-stroke", "stroke years ago: the brackets of E03 are unsettled").but(
            biopsied(), ill("I63.900", "脑梗死", "2016-09-30", **resolved("2017-01-15"))
        ),
        itp("open-itp", "one count only, and lupus not yet scored").result(plt=None, dsdna=None).says(**{"I02.thrombocytopenia": None}),
    ]


def _odd() -> list[Story]:
    return [
        ln("odd-corrected", "haemoglobin 48 corrected to 84").result(hb=None).but(biopsied(), corrected("hb", "48", "84")),
        ln("odd-error", "a positive HIV test entered in error").but(
            biopsied(), event(worded, "hiv", "反应性", 15, status="entered-in-error")
        ),
        ln("odd-refuted", "malignancy refuted").but(
            biopsied(), ill("C34.900", "肺恶性肿瘤", "2024-12-12", **verification("refuted"))
        ),
        ln("odd-display", "HBsAg under a display that names something else").result(hbsag=None).but(
            biopsied(),
            event(worded, "hbsag", "阴性", 21, code={"coding": [{"system": "http://loinc.org", "code": "5195-3", "display": "H. pylori IgG"}]}),
        ),
        ln("odd-duplicate", "the same UPCR under two ids").but(biopsied(), event(measured, "upcr", "2.31", 5)),
        ln("odd-expiring", "neutrophils of 13 days ago: two more days").result(anc="2.2", back=13).but(biopsied()),
        ln("odd-dispensed", "supply of tacrolimus through a Medication resource").but(
            biopsied(), event(dispensed, "tacrolimus", day(30), 14), event(prescribed, "mmf", "2021-07-25", status="completed")
        ),
        ln("odd-moved", "record merged into another", extra={"meta": {"versionId": "4", "lastUpdated": moment(12)}}).but(biopsied()),
    ]
