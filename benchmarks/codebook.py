"""What the generated hospital measures, diagnoses, prescribes and does, and how often: panels as laboratories run them.

About half of the results are of no use to this protocol (red cell indices, lipids, electrolytes), as in real exports.
"""

from typing import Final, NamedTuple

from samples.codebook import Named


class Measured(NamedTuple):
    """One quantity: LOINC code, the hospital's name for it, unit as printed and in UCUM, normal range."""

    code: str
    name: str
    unit: str
    ucum: str
    low: float
    high: float
    digits: int


def _panel(rows: str) -> tuple[Measured, ...]:
    found = []
    for row in rows.strip().splitlines():
        code, name, unit, ucum, low, high, digits = (cell.strip() for cell in row.split("|"))
        found.append(Measured(code, name, unit, ucum, float(low), float(high), int(digits)))
    return tuple(found)


BLOOD_COUNT: Final = _panel("""
6690-2 |白细胞计数|10^9/L|10*9/L|3.5|9.5|2
789-8  |红细胞计数|10^12/L|10*12/L|3.8|5.1|2
718-7  |血红蛋白|g/L|g/L|115|150|0
4544-3 |红细胞压积|%|%|35|45|1
787-2  |平均红细胞体积|fL|fL|82|100|1
785-6  |平均血红蛋白量|pg|pg|27|34|1
786-4  |平均血红蛋白浓度|g/L|g/L|316|354|0
788-0  |红细胞分布宽度|%|%|11.5|14.5|1
777-3  |血小板计数|10^9/L|10*9/L|125|350|0
32623-1|平均血小板体积|fL|fL|7.4|12.5|1
751-8  |中性粒细胞绝对值|10^9/L|10*9/L|1.8|6.3|2
770-8  |中性粒细胞百分比|%|%|40|75|1
731-0  |淋巴细胞绝对值|10^9/L|10*9/L|1.1|3.2|2
736-9  |淋巴细胞百分比|%|%|20|50|1
742-7  |单核细胞绝对值|10^9/L|10*9/L|0.1|0.6|2
711-2  |嗜酸性粒细胞绝对值|10^9/L|10*9/L|0.02|0.52|2
""")
CHEMISTRY: Final = _panel("""
1742-6 |丙氨酸氨基转移酶|U/L|U/L|7|40|0
1920-8 |天门冬氨酸氨基转移酶|U/L|U/L|13|35|0
6768-6 |碱性磷酸酶|U/L|U/L|35|100|0
2885-2 |总蛋白|g/L|g/L|65|85|1
1751-7 |白蛋白|g/L|g/L|40|55|1
14631-6|总胆红素|μmol/L|umol/L|3|21|1
14682-9|肌酐|μmol/L|umol/L|41|73|0
22664-7|尿素|mmol/L|mmol/L|2.6|7.5|2
14933-6|尿酸|μmol/L|umol/L|155|357|0
14749-6|葡萄糖|mmol/L|mmol/L|3.9|6.1|2
2951-2 |血钠|mmol/L|mmol/L|137|147|1
2823-3 |血钾|mmol/L|mmol/L|3.5|5.3|2
2075-0 |血氯|mmol/L|mmol/L|99|110|1
2028-9 |二氧化碳结合力|mmol/L|mmol/L|20|30|1
2000-8 |血钙|mmol/L|mmol/L|2.11|2.52|2
14927-8|甘油三酯|mmol/L|mmol/L|0.5|1.7|2
14647-2|总胆固醇|mmol/L|mmol/L|2.8|5.2|2
""")
URINE: Final = _panel("""
2965-2 |尿比重||1|1.003|1.030|3
2756-5 |尿酸碱度||[pH]|5.0|8.0|1
2888-6 |尿蛋白定量|mg/L|mg/L|0|150|0
2890-2 |尿蛋白/肌酐比值|mg/g|mg/g|10|200|0
""")
VITALS: Final = _panel("""
8302-2 |身高|cm|cm|155|178|0
29463-7|体重|kg|kg|48|78|1
39156-5|体质指数|kg/m2|kg/m2|18.5|24|1
8867-4 |心率|次/分|/min|60|100|0
9279-1 |呼吸频率|次/分|/min|12|20|0
8310-5 |体温|℃|Cel|36.1|37.2|1
""")
PRESSURE: Final = _panel("""
8480-6 |收缩压|mmHg|mm[Hg]|90|139|0
8462-4 |舒张压|mmHg|mm[Hg]|60|89|0
""")
#: Panel -> the chance that it is run at a visit, and the category its results are sent under.
PANELS: Final = (
    (BLOOD_COUNT, 0.17, "laboratory"),
    (CHEMISTRY, 0.13, "laboratory"),
    (URINE, 0.12, "laboratory"),
    (VITALS, 0.12, "vital-signs"),
)
#: How a diagnosis, a drug or a procedure is coded; how often, relative to the others.
DIAGNOSES: Final = {
    ("I10.x05", "原发性高血压"): 16, ("E78.500", "高脂血症"): 10, ("E11.900", "2型糖尿病"): 9, ("K21.900", "胃食管反流病"): 9,
    ("K29.502", "慢性胃炎"): 9, ("J06.900", "急性上呼吸道感染"): 8, ("M81.900", "骨质疏松"): 6, ("M17.900", "膝关节骨性关节病"): 6,
    ("D50.900", "缺铁性贫血"): 5, ("H26.900", "白内障"): 4, ("N20.000", "肾结石"): 4, ("L30.900", "湿疹"): 4, ("M06.900", "类风湿关节炎"): 4,
    ("J18.900", "肺炎"): 3, ("M35.001", "干燥综合征"): 3, ("I25.103", "冠状动脉粥样硬化性心脏病"): 3, ("B18.106", "慢性乙型病毒性肝炎"): 2,
    ("I50.900", "心力衰竭"): 1, ("C50.900", "乳腺恶性肿瘤"): 1, ("N18.300", "慢性肾脏病3期"): 1, ("I80.201", "下肢深静脉血栓形成"): 1,
    ("F32.900", "抑郁发作"): 1,
}  # fmt: skip
LUPUS: Final = {
    ("M32.900", "系统性红斑狼疮"): 6,
    ("M32.101", "系统性红斑狼疮性肾炎"): 3,
    ("D69.300", "特发性血小板减少性紫癜"): 1,
}
DRUGS: Final = {
    ("C08CA01", "苯磺酸氨氯地平片"): 10, ("C10AA05", "阿托伐他汀钙片"): 8, ("A02BC01", "奥美拉唑肠溶胶囊"): 10, ("A10BA02", "盐酸二甲双胍片"): 7,
    ("A12AX", "碳酸钙D3片"): 6, ("C09CA01", "氯沙坦钾片"): 5, ("B01AC06", "阿司匹林肠溶片"): 5, ("J01CR02", "阿莫西林克拉维酸钾片"): 3,
    ("M05BA04", "阿仑膦酸钠片"): 3, ("M01AB05", "双氯芬酸钠缓释片"): 3,
}  # fmt: skip
LUPUS_DRUGS: Final = {
    ("P01BA02", "硫酸羟氯喹片"): 8, ("H02AB07", "醋酸泼尼松片"): 8, ("L04AA06", "吗替麦考酚酯胶囊"): 4, ("L04AD02", "他克莫司胶囊"): 2,
    ("L04AX01", "硫唑嘌呤片"): 2, ("L01AA01", "环磷酰胺片"): 1, ("L04AX03", "甲氨蝶呤片"): 1, ("L04AG04", "注射用贝利尤单抗"): 1,
}  # fmt: skip
PROCEDURES: Final = {
    ("268400002", "12 lead electrocardiogram"): 8, ("399208008", "Plain chest X-ray"): 7, ("45036003", "Ultrasonography of abdomen"): 6,
    ("40701008", "Echocardiography"): 4, ("76746007", "Cardiovascular stress testing"): 1, ("73761001", "Colonoscopy"): 2,
    ("386746003", "Esophagogastroduodenoscopy"): 2, ("430193006", "Medication reconciliation"): 6, ("82078001", "Collection of blood specimen"): 12,
}  # fmt: skip
WARDS: Final = ("风湿免疫科", "肾内科", "血液科", "心内科", "内分泌科", "消化科", "呼吸科", "全科")
VACCINES: Final = {("140", "Influenza, split virus, trivalent, PF"): 3, ("133", "Pneumococcal conjugate PCV 13"): 1}
REPORT: Final = Named("http://loinc.org", "58410-2", "CBC panel - Blood by Automated count")
