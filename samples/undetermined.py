"""The patients about whom nobody can tell yet, each for another reason, and what is open then."""

from samples.resources import (
    Hospital,
    allergic,
    attested,
    biopsy_report,
    consented,
    day,
    diagnosis,
    done,
    dosage,
    given,
    measured,
    prescribed,
    quantity,
    resolved,
    taken,
)
from samples.story import Story, itp, ln, pulse

#: Everything that waits when a diagnosis cannot be placed: it may be any of these.
BY_DIAGNOSES = ("I02-ITP-3", "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E09", "E10", "E11")


def stories() -> list[Story]:
    """Return the patients who are left open."""
    return [
        *_by_results(),
        *_by_biopsy(),
        *_by_serology(),
        *_by_history(),
        *_by_drugs(),
        *_by_people(),
        *_thrombocytopenia(),
    ]


def _by_results() -> list[Story]:
    return [
        ln("open-hcg", "温馨", "no hCG at all").without("hcg").biopsied().undetermined("I04-2"),
        ln("open-hcg-urine", "芦苇", "hCG in urine only").without("hcg").labs(3, urine_hcg="阴性(-)").biopsied().undetermined("I04-2"),
        ln("open-hcg-old", "柯兰", "hCG of eight days ago").labs(8, hcg="0.6").biopsied().undetermined("I04-2"),
        # The unit says whether 1.8 is much or little.
        ln("open-unit", "谷雨", "UPCR without a unit").without("upcr")
        .then(measured, "upcr", "1.8", 5, valueQuantity=quantity("1.8")).biopsied().undetermined("I02-LN-2"),
        ln("open-range", "辛夷", "INR without a normal range, PT not measured").without("inr", "pt")
        .then(measured, "inr", "1.1", 5, referenceRange=[{"text": "见说明"}]).biopsied().undetermined("I03-7"),
        ln("open-preliminary", "安然", "the latest haemoglobin is preliminary")
        .then(measured, "hb", "96", 1, status="preliminary").biopsied().undetermined("I03-2"),
        ln("open-censored", "池晚", "UPCR reported as above 0.5").labs(upcr=">0.5").biopsied().undetermined("I02-LN-2"),
        ln("open-outdated", "岑溪", "liver tests of 29 days ago").labs(29, alt="22", ast="24", tbil="9.8").biopsied()
        .undetermined("I03-3", "I03-4", "I03-5"),
        ln("open-no-value", "简宁", "haemolysed sample: no creatinine came out").without("cr").then(_haemolysed).biopsied()
        .undetermined("I03-6"),
        ln("open-birth", "老陈阿婆", "born some time in 1959: 65 or 66")
        .aged("1959").without("hcg").silent("I04-1", "I04-3", "E13").biopsied().undetermined("I01"),
        ln("open-alt", "练霓", "ALT above 3 x ULN, nobody has said why").labs(alt="150").biopsied().undetermined("I03-3"),
        # 95 two days ago: up by more than half within a week, so a low clearance is for a person.
        ln("open-acute", "初夏", "creatinine jumped from 95 to 260 within two days")
        .labs(1, cr="260").then(measured, "cr", "95", 3).biopsied().undetermined("I03-6"),
        ln("open-gcsf", "连翘", "neutrophils under G-CSF").then(given, "gcsf", day(9), "0.3").biopsied().undetermined("I03-1"),
    ]  # fmt: skip


def _by_biopsy() -> list[Story]:
    return [
        # Words are never parsed into a class; without counts nobody knows how much is sclerosed.
        ln("open-text", "卓玛", "the biopsy report in words only")
        .then(biopsy_report, 240, "狼疮性肾炎 IV-G(A/C)+V型，建议结合临床。").undetermined("I02-LN-3", "I02-LN-4"),
        ln("open-no-biopsy", "车晓", "no biopsy on record").undetermined("I02-LN-3", "I02-LN-4"),
        ln("open-chronic", "米娜", "purely chronic lesions: class III(C)").biopsied("III(C)").undetermined("I02-LN-3"),
        ln("open-few", "阮玲", "eight glomeruli tell no share").biopsied("IV(A)", "25", 8).undetermined("I02-LN-4"),
    ]  # fmt: skip


def _by_serology() -> list[Story]:
    return [
        ln("open-hbv", "岳灵", "HBcAb positive, HBV DNA never measured").labs(21, hbcab="阳性(+)").biopsied().undetermined("E08-1"),
        ln("open-hbsag", "凤仪", "HBsAg positive, HBV DNA below the limit")
        .labs(21, hbsag="阳性(+)", hbvdna="<20 IU/mL 未检出").biopsied().undetermined("E08-1"),
        # The code is that of HBsAg, the display names a bacterium: neither is believed.
        ln("open-display", "景甜", "HBsAg under a display that names another test")
        .without("hbsag").labs(21, hbsag_mislabelled="阴性").biopsied().undetermined("E08-1"),
        ln("open-local-lab", "燕子", "HBsAg under a local code that nobody mapped")
        .without("hbsag").labs(21, hbsag_unmapped="阴性(-)").biopsied().undetermined("E08-1"),
        ln("open-hcv", "苗苗", "HCV antibody weakly positive").labs(21, hcvab="弱阳性(±)").biopsied().undetermined("E08-2"),
        ln("open-hiv", "花蕊", "HIV never tested").without("hiv").biopsied().undetermined("E08-3"),
        ln("open-syphilis", "莫愁", "TPPA positive, RPR negative: treated, or another cause")
        .labs(21, tppa="阳性(+)", rpr="阴性(-)").biopsied().undetermined("E08-4"),
    ]  # fmt: skip


def _by_history() -> list[Story]:
    return [
        ln("open-allergy", "鲍晶", "an allergy to penicillin of which only the risk is known")
        .then(allergic, "青霉素过敏", "medication", "high").biopsied().undetermined("E01"),
        ln("open-infection", "滕丽", "shingles under treatment: whether it is controlled is for a person")
        .ill("B02.900", "带状疱疹", day(9)).biopsied().undetermined("E02", "I02-ITP-3"),
        ln("open-stroke", "司徒岚", "a stroke years ago: the registered brackets read two ways")
        .ill("I63.900", "脑梗死", "2016-09-30", **resolved("2017-01-15")).biopsied().undetermined("E03"),
        ln("open-heart", "欧阳倩", "an ejection fraction of 42 %").then(measured, "lvef", "42", 12).biopsied().undetermined("E04"),
        ln("open-skin", "上官云", "a skin cancer of unknown kind: a candidate for the exemption")
        .ill("C44.900", "皮肤恶性肿瘤", "2024-06-06").biopsied().undetermined("E06"),
        ln("open-dialysis", "诸葛琳", "one dialysis, which may have been for an acute failure")
        .then(done, "302497006", "Hemodialysis (procedure)", "2022-03-08").biopsied().undetermined("E07"),
        ln("open-uncoded", "司马晴", "a diagnosis in words alone: it may be anything").then(_uncoded).biopsied()
        .undetermined(*BY_DIAGNOSES),
    ]  # fmt: skip


def _by_drugs() -> list[Story]:
    return [
        # It may be an immunosuppressant or G-CSF, an anti-infective, or a course of glucocorticoid.
        ln("open-local-drug", "夏侯英", "a drug under a local code that nobody mapped")
        .then(taken, "herb", "2025-05-01").biopsied().undetermined("E12", "E02", "I03-1", "I02-ITP-1"),
        ln("open-washout", "皇甫静", "tacrolimus from March, nobody knows until when")
        .then(taken, "tacrolimus", "2025-03-10", status="unknown").biopsied().undetermined("E12"),
        ln("open-ordered", "尉迟雪", "mycophenolate prescribed; whether it was taken is not on record")
        .then(prescribed, "mmf", day(60), dosage("0.5g 口服 每日两次", "500", "BID"), 0, status="active")
        .biopsied().undetermined("E12"),
    ]  # fmt: skip


def _by_people() -> list[Story]:
    expired = ln("open-expired", "公孙丽", "everything that was attested is older than 28 days").biopsied()
    expired.said_back = 29
    return [
        expired.undetermined("I02-LN-1", "I03-8", "I04-1", "I04-3", "E13"),
        ln("open-conflict", "慕容婉", "haemoglobin 52 measured, and attested as enough")
        .labs(hb="52").attests(I03_2="met").biopsied().undetermined("I03-2"),
        ln("open-disagree", "令狐慧", "two practitioners disagree on the failure of treatment")
        .then(attested, {"I02-LN-1": "not-met"}, 4, "Practitioner/dr-wang").biopsied().undetermined("I02-LN-1"),
        ln("open-consent", "长孙美", "no consent on record").but(consented).biopsied().undetermined("I05"),
    ]  # fmt: skip


def _thrombocytopenia() -> list[Story]:
    return [
        # ANA 1:1000, low C3 and C4 (4) and platelets that may be of lupus (4) make 8 of 10 points.
        itp("open-itp", "纳兰月", "one recent count only, and lupus not yet scored")
        .without("plt", "dsdna").silent("I02.thrombocytopenia").undetermined("I02", "I02-ITP-2"),
        itp("open-immunoglobulin", "端木蓉", "immunoglobulin two weeks before the latest count")
        .then(given, "ivig", day(17), "25000").undetermined("I02-ITP-2"),
        itp("open-small-pulse", "百里香", "a pulse of 0.5 g on three days: below the registered dose")
        .but(pulse).then(_small_pulse).silent("I02-ITP-1").undetermined("I02-ITP-1"),
        itp("open-spleen", "东方晓", "an enlarged spleen: a possible other cause")
        .ill("R16.100", "脾大", "2025-01-20").undetermined("I02-ITP-3"),
    ]  # fmt: skip


def _small_pulse(hospital: Hospital, name: str) -> None:
    for when in ("2024-09-10", "2024-09-11", "2024-09-12"):
        given(hospital, name, "methylprednisolone", when, "500")
    taken(hospital, name, "prednisone", "2024-09-13")


def _uncoded(hospital: Hospital, name: str) -> None:
    diagnosis(hospital, name, "", "", "2024-03-01", code={"text": "待查：反复头晕，外院诊断不详"})


def _haemolysed(hospital: Hospital, name: str) -> None:
    found = measured(hospital, name, "cr", "0", 5)
    for part in ("valueQuantity", "interpretation", "referenceRange"):
        found.pop(part, None)
    found["dataAbsentReason"] = {"text": "标本溶血，结果不可用"}
