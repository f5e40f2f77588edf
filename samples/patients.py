"""Who is in the sample hospital: the eligible, and the odd ways in which records come. The others are told apart.

Each story opens with somebody for whom every clause allows (``story.ln``, ``story.itp``); what is said after that is
all that is different, and the last call is what must come out.
"""

from typing import Any

from samples import barred, undetermined
from samples.codebook import SNOMED
from samples.resources import (
    VERIFIED,
    Hospital,
    allergic,
    attested,
    diagnosis,
    dispensed,
    done,
    dosage,
    given,
    in_study,
    measured,
    moment,
    prescribed,
    resolved,
    status_of,
    taken,
    worded,
)
from samples.story import Story, azathioprine, itp, ln, nephritis_drugs, pulse


def stories() -> list[Story]:
    """Return every patient of the hospital."""
    return [*_eligible_nephritis(), *_eligible_thrombocytopenia(), *barred.stories(), *undetermined.stories(), *_odd()]


def _eligible_nephritis() -> list[Story]:
    return [
        # 160.6 mg/mmol x 0.00884 = 1.42 g/g. Her hCG of 29 May is the first result to expire.
        ln("ln-01", "林晓雯", "UPCR under a local code in mg/mmol")
        .regular().without("upcr").labs(upcr_local="160.6").biopsied()
        .eligible("2025-06-05"),
        # 65 until tomorrow: his birthday, the last day of 65, is the second of June.
        ln("ln-02", "周建国", "a man on the eve of his 66th birthday; already a candidate of this study")
        .regular().man().aged("1959-06-02").biopsied("III(A)")
        .then(in_study, "NCT06943937", "candidate", "2025-05-28").eligible("2025-06-01"),
        # "At least" and "at most" include the limit; a pneumonia of last year is over.
        ln("ln-03", "吴丽华", "everything exactly at its limit, class III+V")
        .regular().labs(upcr="1.0", hb="60", anc="1.0", alt="120", ast="105", tbil="31.5", inr="1.725", pt="18.75")
        .ill("J18.900", "肺炎", "2024-02-03", **resolved("2024-02-25")).biopsied("III(A/C)+V", "50")
        .eligible("2025-06-05"),
        # No womb, so nobody asks for hCG or contraception; an allergy to food is none to a drug.
        ln("ln-04", "郑玉梅", "hysterectomy: the questions on fertility do not apply; allergic to shellfish")
        .regular().aged("1981-08-15").without("hcg").silent("I04-1", "E13").biopsied("IV(A)")
        .then(done, "236886002", "Hysterectomy", "2019-10-11").then(allergic, "海鲜过敏", "food", "low")
        .eligible("2025-06-10"),
        # Above 3 x ULN and attested as disease-related; a thrombosis of 2023 lies outside the six months.
        ln("ln-05", "何静怡", "ALT 150, attested as disease-related; deep vein thrombosis two years ago")
        .regular().labs(alt="150").attests(I03_3="met").biopsied()
        .ill("I80.201", "下肢深静脉血栓形成", "2023-02-08", **resolved("2023-09-01")).eligible("2025-06-05"),
        # 1420 mg/g = 1.42 g/g, 0.80 mg/dL = 70.7 umol/L, 9.8 g/dL = 98 g/L; ALT without a range takes the site's.
        ln("ln-06", "罗婷", "the units of another hospital, ALT without a range; basal cell carcinoma of the skin")
        .regular().without("cr", "tbil", "alt").labs(upcr="1420 mg/g", cr_mg="0.80", hb="9.8 g/dL", tbil_mg="0.6")
        .then(measured, "alt", "28 U/L", 5).then(_skin_cancer).biopsied("IV(A/C)")
        .eligible("2025-06-05"),
        ln("ln-07", "洪霞", "cyclophosphamide a month ago is washed out, the pneumonia after it is over")
        .regular().then(given, "cyclophosphamide", "2025-05-01", "800")
        .ill("J15.900", "细菌性肺炎", "2025-05-10", **resolved("2025-05-30")).biopsied().eligible("2025-06-05"),
    ]  # fmt: skip


def _eligible_thrombocytopenia() -> list[Story]:
    return [
        # Thrombocytopenia attested as of lupus (4), anti-dsDNA (6), low C3 and C4 (4): 14 points, one clinical.
        itp("itp-01", "陈思琪", "two counts between 30 and 50 after a pulse; another trial ended six months ago")
        .regular().then(in_study, "other-1", "off-study", "2024-03-01", "2024-11-30").eligible("2025-06-05"),
        itp("itp-02", "马国强", "a man").regular().man("68.0").eligible("2025-06-10"),
        # A positive HBcAb matters only with HBV DNA above the limit.
        itp("itp-03", "谢雨桐", "HBcAb positive, HBV DNA not detected")
        .regular().labs(21, hbcab="阳性(+)", hbvdna="<20 IU/mL 未检出").eligible("2025-06-05"),
        # 60 mg a day at 56 kg is more than 1 mg/kg; thyroid cancer ended nine years ago.
        itp("itp-04", "许文静", "high-dose prednisone for 30 days with ciclosporin; thyroid cancer in 2015")
        .regular().but(pulse).but(azathioprine).then(_high_dose)
        .ill("C73.x00", "甲状腺恶性肿瘤", "2015-05-20", **resolved("2016-03-01")).eligible("2025-06-05"),
        _both(),
    ]  # fmt: skip


def _both() -> Story:
    """Low platelets and an active nephritis, with a biopsy and enough failed for either cohort."""
    both = itp("both-01", "梁海燕", "eligible in both cohorts").regular().then(nephritis_drugs).biopsied("IV(A)", "8")
    both.bars, both.opens = set(), set()
    return both.labs(upcr="1.6").attests(I02_LN_1="met").eligible("2025-06-05")


def _odd() -> list[Story]:
    return [
        ln("odd-corrected", "彭佳", "haemoglobin 48 corrected to 84: both versions are in the export")
        .without("hb").then(_corrected, "48", "84").biopsied().eligible("2025-06-05"),
        ln("odd-error", "曾莉", "a reactive HIV test and a checklist that are not to be used")
        .then(worded, "hiv", "阳性(+)", 15, status="entered-in-error")
        .then(attested, {"E03": "met"}, 3, "Device/yts109-adapter").biopsied().eligible("2025-06-05"),
        ln("odd-refuted", "萧红", "a lung cancer that was refuted")
        .ill("C34.900", "支气管或肺恶性肿瘤", "2024-12-12", verificationStatus=status_of(VERIFIED, "refuted"))
        .biopsied().eligible("2025-06-05"),
        ln("odd-duplicate", "田甜", "the same UPCR under two ids counts once")
        .then(measured, "upcr", "2.31", 5).biopsied().eligible("2025-06-05"),
        # 14 days after the 19th of May is the second of June.
        ln("odd-expiring", "董洁", "neutrophils of 13 days ago: eligible for one more day")
        .labs(13, anc="2.2").biopsied().eligible("2025-06-02"),
        # The supply ended on the 15th of May; 220 hours later tacrolimus is washed out.
        ln("odd-dispensed", "袁媛", "a supply of tacrolimus that ended two weeks ago")
        .then(dispensed, "tacrolimus", "2025-05-02", 14).biopsied().eligible("2025-06-05"),
        _moved(),
    ]  # fmt: skip


def _moved() -> Story:
    """Half of her results hang on a record that was replaced: joined by Patient.link, nothing is missing."""
    story = ln("odd-moved", "蒋芳", "her serology hangs on a record that this one replaced")
    serology = {name: story.results.pop(name) for name in ("hbsag", "hbcab", "hcvab", "hiv", "tppa")}
    story.extra = {"link": [{"other": {"reference": "Patient/odd-moved-old"}, "type": "replaces"}]}
    return story.then(_replaced, serology).biopsied().eligible("2025-06-05")


def _replaced(hospital: Hospital, name: str, serology: dict[str, tuple[str, int]]) -> None:
    old = f"{name}-old"
    link = [{"other": {"reference": f"Patient/{name}"}, "type": "replaced-by"}]
    content = {"active": False, "name": [{"text": "蒋芳"}], "gender": "female", "link": link}
    hospital.put("Patient", old, moment(12, "08:00:00"), content, "9")
    for test, (words, back) in serology.items():
        worded(hospital, old, test, words, back)


def _corrected(hospital: Hospital, name: str, wrong: str, right: str) -> None:
    """Export both versions of one result."""
    first = measured(hospital, name, "hb", wrong, 4)
    second: dict[str, Any] = first | measured(hospital, name, "hb", right, 4)
    hospital.exported["Observation"].pop()
    meta = {"versionId": "2", "lastUpdated": moment(3, "09:40:00")}
    late = {"id": first["id"], "meta": meta, "status": "corrected", "issued": moment(3, "09:38:00")}
    hospital.exported["Observation"].append(second | late)


def _skin_cancer(hospital: Hospital, name: str) -> None:
    code = {"coding": [{"system": SNOMED, "code": "254701007"}], "text": "皮肤基底细胞癌"}
    diagnosis(hospital, name, "", "", "2023-06-01", code=code, **resolved("2023-06-30"))


def _high_dose(hospital: Hospital, name: str) -> None:
    high = dosage("60mg 口服 每日一次", "60", "QD")
    prescribed(hospital, name, "prednisone", "2024-09-13", high, 30)
    taken(hospital, name, "prednisone", "2024-09-13", "2024-10-12", dosage=[high])
    taken(hospital, name, "prednisone", "2024-10-13", dosage=[dosage("10mg 口服 每日一次", "10", "QD")])
    taken(hospital, name, "cyclosporine", "2024-09-01", "2025-03-31")
