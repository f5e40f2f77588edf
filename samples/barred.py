"""The patients whom one clause bars, each by that clause alone; the other cohort is barred or open to them anyway."""

from samples.codebook import SNOMED
from samples.resources import Hospital, allergic, day, given, in_study, measured, moment, taken
from samples.story import Story, itp, ln


def stories() -> list[Story]:
    """Return the barred patients in the order of the protocol."""
    return [
        *_by_who_they_are(),
        *_by_cohort(),
        *_by_organs(),
        *_by_fertility_and_consent(),
        *_by_exclusion(),
        *_by_drugs(),
    ]


def _by_who_they_are() -> list[Story]:
    return [
        ln("i01-young", "宋雅", "18 tomorrow").aged("2007-06-02").biopsied().barred("I01", days=("2025-06-02", "2025-06-05")),
        ln("i01-old", "邓秀英", "66 since yesterday")
        .aged("1959-05-31").without("hcg").silent("I04-1", "I04-3", "E13").biopsied().barred("I01"),
        # ANA is the gate: without it no score counts, whatever the biopsy shows.
        ln("i02", "冯雪", "ANA never reached 1:80").labs(1400, ana="<1:80 阴性").biopsied().barred("I02"),
    ]  # fmt: skip


def _by_cohort() -> list[Story]:
    return [
        ln("i02-ln-1", "程晨", "a person says that treatment did not fail").attests(I02_LN_1="not-met").biopsied().barred("I02-LN-1"),
        ln("i02-ln-2", "曹颖", "UPCR 0.99").labs(upcr="0.99").biopsied().barred("I02-LN-2"),
        ln("i02-ln-3", "袁慧", "class V alone; anti-dsDNA and complement still classify her").biopsied("V").barred("I02-LN-3"),
        ln("i02-ln-4", "邹琳", "51 % sclerosed").biopsied("IV(A/C)", "51").barred("I02-LN-4"),
        itp("i02-itp-1", "熊瑛", "a person says that treatment did not fail").attests(I02_ITP_1="not-met").barred("I02-ITP-1"),
        itp("i02-itp-2", "陆瑶", "the latest count is exactly 50").labs(3, plt="50").barred("I02-ITP-2"),
        itp("i02-itp-2-low", "郝娜", "the latest count is exactly 30: the registered floor").labs(3, plt="30").barred("I02-ITP-2"),
        itp("i02-itp-3", "孔倩", "hypersplenism, which a person calls the cause")
        .ill("D73.100", "脾功能亢进", "2024-11-02").attests(I02_ITP_3="not-met").barred("I02-ITP-3"),
    ]  # fmt: skip


def _by_organs() -> list[Story]:
    unstable = ln("i03-8", "白洁", "pressure 78/46, unstable as a person says").attests(I03_8="not-met").biopsied()
    unstable.pressure = (78, 46)
    return [
        ln("i03-1", "崔灿", "neutrophils 0.99").labs(anc="0.99").biopsied().barred("I03-1"),
        ln("i03-2", "康宁", "haemoglobin 59").labs(hb="59").biopsied().barred("I03-2"),
        ln("i03-3", "毛蕾", "ALT 121 = 3.025 x ULN, not of the disease").labs(alt="121").attests(I03_3="not-met").biopsied().barred("I03-3"),
        ln("i03-4", "邱月", "AST 106 = 3.03 x ULN, not of the disease").labs(ast="106").attests(I03_4="not-met").biopsied().barred("I03-4"),
        ln("i03-5", "秦岚", "bilirubin 32.0 = 1.52 x ULN, not of the disease").labs(tbil="32.0").attests(I03_5="not-met").biopsied().barred("I03-5"),
        # About 24 mL/min, and the same three weeks ago: no acute decline.
        ln("i03-6", "江珊", "creatinine 260 and stable").labs(cr="260").then(measured, "cr", "255", 25)
        .ill("N18.400", "慢性肾脏病4期", "2024-10-08").biopsied().barred("I03-6"),
        ln("i03-7", "史云", "INR 1.73 = 1.504 x ULN").labs(inr="1.73").biopsied().barred("I03-7"),
        unstable.barred("I03-8"),
    ]  # fmt: skip


def _by_fertility_and_consent() -> list[Story]:
    return [
        ln("i04-1", "顾萍", "does not agree to contraception").attests(I04_1="not-met").biopsied().barred("I04-1"),
        # The test bars by I04-2; that she is not pregnant, as a person says, contradicts it and leaves E13 open.
        ln("i04-2", "侯蓉", "serum hCG 250, said not to be pregnant").labs(3, hcg="250").biopsied().barred("I04-2", opens="E13"),
        ln("i04-3", "邵琪", "lactating, as a person says").attests(I04_3="not-met").silent("E13").biopsied().barred("I04-3", opens="E13"),
        ln("i05", "孟瑶", "consent withdrawn: the second version of it").then(_withdrawn).biopsied().barred("I05"),
    ]  # fmt: skip


def _by_exclusion() -> list[Story]:
    anaphylaxis = {"manifestation": [{"coding": [{"system": SNOMED, "code": "39579001"}], "text": "过敏性休克"}]}
    return [
        ln("e01", "龙云", "anaphylaxis to ceftriaxone")
        .then(allergic, "头孢曲松过敏", "medication", "high", severity="severe", **anaphylaxis).biopsied().barred("E01"),
        # A pneumonia may also lower platelets, so the other cohort's clause waits for a person too.
        ln("e02", "万芳", "pneumonia, uncontrolled as a person says")
        .ill("J18.900", "肺炎", day(6)).attests(E02="met").biopsied().barred("E02", opens="I02-ITP-3"),
        ln("e03", "段丽", "epilepsy, and a person says that it bars")
        .ill("G40.900", "癫痫", "2019-04-02").attests(E03="met").biopsied().barred("E03"),
        ln("e04", "雷蕾", "heart failure, and a person says that it bars")
        .ill("I50.900", "心力衰竭", "2024-08-19").attests(E04="met").biopsied().barred("E04"),
        ln("e05", "钱多多", "hereditary hypogammaglobulinaemia").ill("D80.000", "遗传性低丙种球蛋白血症", "2010-01-08").biopsied().barred("E05"),
        ln("e06", "汤圆", "lung cancer two years ago").ill("C34.900", "支气管或肺恶性肿瘤", "2023-05-04").biopsied().barred("E06"),
        ln("e07", "尹航", "kidney transplant").ill("Z94.000", "肾移植状态", "2022-02-01").biopsied().barred("E07"),
        ln("e08-1", "黎明珠", "HBsAg positive with HBV DNA 1250 IU/mL")
        .labs(21, hbsag="阳性(+)", hbvdna="1250 IU/mL").biopsied().barred("E08-1"),
        ln("e08-2", "易烊", "HCV antibody and RNA positive").labs(21, hcvab="阳性(+)", hcvrna="8.8×10^4 IU/mL").biopsied().barred("E08-2"),
        ln("e08-3", "常欣", "HIV reactive").labs(21, hiv="反应性").biopsied().barred("E08-3"),
        ln("e08-4", "武薇", "TPPA and RPR positive").labs(21, tppa="阳性(+)", rpr="阳性(1:8)").biopsied().barred("E08-4"),
        ln("e09", "乔木兰", "deep vein thrombosis in March").ill("I80.201", "下肢深静脉血栓形成", "2025-03-03").biopsied().barred("E09"),
        ln("e10", "贺喜", "bipolar disorder, severe as a person says")
        .ill("F31.900", "双相情感障碍", "2018-01-01").attests(E10="met").biopsied().barred("E10"),
        ln("e11", "赖敏", "another trial until April").then(in_study, "other-1", "off-study", "2024-10-01", "2025-04-11").biopsied().barred("E11"),
        ln("e13", "龚琳娜", "plans to conceive").attests(E13="met").biopsied().barred("E13"),
        ln("e13-pregnant", "文静", "pregnant, with the test to show for it")
        .labs(3, hcg="18250").silent("E13").ill("Z33.x00", "妊娠状态", day(30)).biopsied().barred("I04-2", "E13"),
        ln("e14", "庞博雅", "the investigator has another reason").attests(E14="met").biopsied().barred("E14"),
    ]  # fmt: skip


def _by_drugs() -> list[Story]:
    return [
        # The 28th day after the 12th of May, the 9th of June, still counts; his neutrophils of the 30th last until the 13th.
        ln("e12", "樊刚", "rituximab 20 days ago: eligible from the 29th day").man().labs(2, anc="3.1")
        .then(given, "rituximab", "2025-05-12", "1000").biopsied().barred("E12", days=("2025-06-10", "2025-06-13")),
        # 5 x 44 h after the end of the 25th of May is the early morning of the 4th of June.
        ln("e12-tacrolimus", "兰兰", "tacrolimus until a week ago: 220 hours")
        .then(taken, "tacrolimus", "2025-03-10", "2025-05-25").biopsied().barred("E12", days=("2025-06-05", "2025-06-05")),
        ln("e12-leflunomide", "殷桃", "leflunomide until April: 95 days, longer than any result lasts")
        .then(taken, "leflunomide", "2024-12-01", "2025-04-20").biopsied().barred("E12"),
        ln("e12-mycophenolate", "施诗", "still on mycophenolate").then(taken, "mmf", "2024-05-01").biopsied().barred("E12"),
    ]  # fmt: skip


def _withdrawn(hospital: Hospital, name: str) -> None:
    """Export the second version of the consent: withdrawn two days ago."""
    signed = next(one for one in hospital.exported["Consent"] if one["id"].startswith(f"{name}-cons"))
    meta = {"versionId": "2", "lastUpdated": moment(2, "15:00:00")}
    hospital.exported["Consent"].append(signed | {"status": "inactive", "meta": meta})
