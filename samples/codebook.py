"""What the sample hospital measures and prescribes: its codes, its names, its units and its normal ranges.

Every standard code stands in ``profiles/valuesets/``. Where ``system`` is the hospital's own, the ConceptMaps beside
the site file say what the code stands for.
"""

from typing import NamedTuple

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
ICD = "http://hl7.org/fhir/sid/icd-10"
ICD_CN = "http://fhir.org.cn/CodeSystem/icd-10-cn"
ATC = "http://www.whocc.no/atc"
TRIAL = "https://yts109.example.org/fhir"
TRIAL_CODES = f"{TRIAL}/CodeSystem/trial"
#: 2.999 is the arc of object identifiers that is kept for examples.
LOCAL_LAB = "http://hospital.example.cn/lab"
LOCAL_DRUG = "urn:oid:2.999.1.2"


class Analyte(NamedTuple):
    """A measured quantity: the unit as printed, its UCUM code where one is sent, and the normal range.

    The range is sent as numbers (``low`` and ``high``) or, where ``words`` are given, as these words.
    """

    system: str
    code: str
    name: str
    unit: str
    ucum: str = ""
    low: str = ""
    high: str = ""
    words: str = ""


class Named(NamedTuple):
    """A code with the name that the hospital prints."""

    system: str
    code: str
    name: str


ANALYTES = {
    "wbc": Analyte(LOINC, "6690-2", "白细胞计数", "10^9/L", "10*9/L", "3.5", "9.5"),
    "hb": Analyte(LOINC, "718-7", "血红蛋白", "g/L", "g/L", "115", "150"),
    "plt": Analyte(LOCAL_LAB, "XCG-PLT", "血小板计数", "×10^9/L", "", "125", "350"),
    "anc": Analyte(LOINC, "751-8", "中性粒细胞绝对值", "10^9/L", "10*9/L", "1.8", "6.3"),
    "ret": Analyte(LOINC, "14196-0", "网织红细胞绝对值", "×10^12/L", "", "0.024", "0.084"),
    "alt": Analyte(LOINC, "1742-6", "丙氨酸氨基转移酶", "U/L", "U/L", "7", "40"),
    "ast": Analyte(LOINC, "1920-8", "天门冬氨酸氨基转移酶", "U/L", "U/L", words="13-35"),
    "tbil": Analyte(LOINC, "14631-6", "总胆红素", "μmol/L", "umol/L", words="0.0--21.0"),
    "tbil_mg": Analyte(LOINC, "1975-2", "总胆红素", "mg/dL", "mg/dL", words="<1.2"),
    "cr": Analyte(LOINC, "14682-9", "肌酐", "μmol/L", "umol/L", "41", "73"),
    "cr_mg": Analyte(LOINC, "2160-0", "血肌酐", "mg/dL", "mg/dL", "0.46", "0.83"),
    "upcr": Analyte(LOINC, "2890-2", "尿蛋白/肌酐", "g/gCr", "", words="<0.2"),
    "upcr_local": Analyte(LOCAL_LAB, "NY-UPCR", "尿蛋白/肌酐比值", "mg/mmol", "", words="<20"),
    "inr": Analyte(LOINC, "6301-6", "国际标准化比值", "", "", "0.85", "1.15"),
    "pt": Analyte(LOINC, "5902-2", "凝血酶原时间", "秒", "s", "9.4", "12.5"),
    "c3": Analyte(LOINC, "4485-9", "补体C3", "g/L", "g/L", "0.79", "1.52"),
    "c4": Analyte(LOINC, "4498-2", "补体C4", "g/L", "g/L", "0.16", "0.38"),
    "dsdna": Analyte(LOINC, "5130-0", "抗双链DNA抗体", "IU/mL", "[IU]/mL", words="0-100"),
    "hcg": Analyte(LOINC, "21198-7", "血清HCG", "mIU/mL", "m[IU]/mL", words="<5.3"),
    "k": Analyte(LOINC, "2823-3", "血钾", "mmol/L", "mmol/L", "3.5", "5.3"),
    "alb": Analyte(LOCAL_LAB, "SH-ALB", "白蛋白", "g/L", "g/L", "40", "55"),
    "lvef": Analyte(LOINC, "10230-1", "左室射血分数", "%", "%", "50", "75"),
    # What is measured on the trial ward besides. Of cells that no healthy person has there is no normal range.
    "lym": Analyte(LOINC, "731-0", "淋巴细胞绝对值", "10^9/L", "10*9/L", "1.1", "3.2"),
    "crp": Analyte(LOINC, "1988-5", "C反应蛋白", "mg/L", "mg/L", words="<8.0"),
    "ferritin": Analyte(LOINC, "2276-4", "铁蛋白", "ng/mL", "ng/mL", "11", "307"),
    "il6": Analyte(LOINC, "26881-3", "白介素6", "pg/mL", "pg/mL", words="<7.0"),
    "fib": Analyte(LOINC, "3255-7", "纤维蛋白原", "g/L", "g/L", "2.0", "4.0"),
    "igg": Analyte(LOINC, "2465-3", "免疫球蛋白G", "g/L", "g/L", "7.51", "15.6"),
    "cd19": Analyte(LOINC, "8116-6", "CD19+B细胞绝对计数", "个/μL", "/uL", "90", "560"),
    "copies": Analyte(LOCAL_LAB, "XB-COPY", "STAR转基因拷贝数", "copies/μg DNA"),
    "star": Analyte(LOCAL_LAB, "XB-STAR", "STAR+T细胞绝对计数", "个/μL", "/uL"),
}

TESTS = {
    "ana": Named(LOINC, "5048-4", "抗核抗体滴度"),
    "hbsag": Named(LOCAL_LAB, "GR-HBSAG", "乙肝表面抗原"),
    "hbcab": Named(LOINC, "13952-7", "乙肝核心抗体"),
    "hbvdna": Named(LOINC, "42595-9", "乙型肝炎病毒DNA定量"),
    "hcvab": Named(LOINC, "16128-1", "丙肝抗体"),
    "hcvrna": Named(LOINC, "11011-4", "丙型肝炎病毒RNA定量"),
    "hiv": Named(LOINC, "56888-1", "HIV抗原抗体"),
    "tppa": Named(LOINC, "24312-1", "梅毒螺旋体颗粒凝集试验"),
    "rpr": Named(LOINC, "20507-0", "梅毒快速血浆反应素试验"),
    "urine_hcg": Named(LOINC, "2106-3", "尿妊娠试验"),
    # Under a LOINC code whose display names another test, and under a local code that nobody mapped.
    "hbsag_mislabelled": Named(LOINC, "5195-3", "H. pylori IgG"),
    "hbsag_unmapped": Named(LOCAL_LAB, "GR-9001", "乙肝表面抗原（化学发光）"),
}

DRUGS = {
    "prednisone": Named(ATC, "H02AB07", "醋酸泼尼松片"),
    "methylprednisolone": Named(ATC, "H02AB04", "注射用甲泼尼龙琥珀酸钠"),
    "mmf": Named(LOCAL_DRUG, "XY-0388", "吗替麦考酚酯胶囊（骁悉）"),
    "cyclophosphamide": Named(ATC, "L01AA01", "注射用环磷酰胺"),
    "tacrolimus": Named(LOCAL_DRUG, "XY-0417", "他克莫司胶囊（普乐可复）"),
    "cyclosporine": Named(LOCAL_DRUG, "XY-0402", "环孢素软胶囊（新山地明）"),
    "azathioprine": Named(ATC, "L04AX01", "硫唑嘌呤片"),
    "leflunomide": Named(ATC, "L04AK01", "来氟米特片"),
    "hydroxychloroquine": Named(ATC, "P01BA02", "硫酸羟氯喹片"),
    "rituximab": Named(ATC, "L01FA01", "利妥昔单抗注射液"),
    "gcsf": Named(ATC, "L03AA02", "重组人粒细胞刺激因子注射液"),
    "ivig": Named(ATC, "J06BA02", "静注人免疫球蛋白（pH4）"),
    "herb": Named(LOCAL_DRUG, "ZY-0932", "院内复方制剂"),
    # What is given on the trial ward besides.
    "yts109": Named(LOCAL_DRUG, "XB-0109", "YTS109细胞注射液"),
    "fludarabine": Named(ATC, "L01BB05", "注射用磷酸氟达拉滨"),
    "tocilizumab": Named(ATC, "L04AC07", "托珠单抗注射液"),
    "dexamethasone": Named(ATC, "H02AB02", "地塞米松磷酸钠注射液"),
    "norepinephrine": Named(ATC, "C01CA03", "重酒石酸去甲肾上腺素注射液"),
    "epinephrine": Named(ATC, "C01CA24", "盐酸肾上腺素注射液"),
    "meropenem": Named(ATC, "J01DH02", "注射用美罗培南"),
    "ceftriaxone": Named(ATC, "J01DD04", "注射用头孢曲松钠"),
    "eltrombopag": Named(ATC, "B02BX05", "艾曲泊帕乙醇胺片"),
}

#: Local code -> what it stands for, with the name that the standard gives it.
LAB_MAP = {
    ("XCG-PLT", "血小板计数"): Named(LOINC, "777-3", "Platelets [#/volume] in Blood by Automated count"),
    ("SH-ALB", "白蛋白"): Named(LOINC, "1751-7", "Albumin [Mass/volume] in Serum or Plasma"),
    ("NY-UPCR", "尿蛋白/肌酐比值"): Named(LOINC, "2890-2", "Protein/Creatinine [Mass ratio] in Urine"),
    ("GR-HBSAG", "乙肝表面抗原"): Named(
        LOINC, "5196-1", "Hepatitis B virus surface Ag [Presence] in Serum or Plasma by Immunoassay"
    ),
    ("XB-COPY", "STAR转基因拷贝数"): Named(TRIAL_CODES, "transgene-copies", "STAR transgene copies in DNA"),
    ("XB-STAR", "STAR+T细胞绝对计数"): Named(TRIAL_CODES, "star-cells", "STAR-positive T cells in blood"),
}
DRUG_MAP = {
    ("XY-0388", "吗替麦考酚酯胶囊（骁悉）"): Named(ATC, "L04AA06", "mycophenolic acid"),
    ("XY-0417", "他克莫司胶囊（普乐可复）"): Named(ATC, "L04AD02", "tacrolimus"),
    ("XY-0402", "环孢素软胶囊（新山地明）"): Named(ATC, "L04AD01", "ciclosporin"),
    ("XB-0109", "YTS109细胞注射液"): Named(TRIAL_CODES, "yts109", "YTS109 cells"),
}

#: What came out at earlier visits, the latest first, over and over.
EARLIER = {
    "wbc": ("5.6", "4.9", "6.1", "5.3"),
    "hb": ("118", "109", "114", "121"),
    "plt": ("168", "201", "192", "177"),
    "anc": ("3.4", "2.9", "3.8", "3.2"),
    "alt": ("24", "31", "19", "27"),
    "ast": ("22", "26", "21", "25"),
    "cr": ("66", "71", "69", "64"),
    "alb": ("34", "31", "36", "33"),
    "k": ("4.0", "4.3", "3.9", "4.2"),
    "c3": ("0.61", "0.58", "0.66", "0.52"),
}
#: Of the two diseases: proteinuria that never went away, platelets that never stayed up.
EARLIER_NEPHRITIS = EARLIER | {"upcr": ("1.92", "2.75", "3.41", "2.08")}
EARLIER_THROMBOCYTOPENIA = EARLIER | {"plt": ("36", "58", "22", "71")}
