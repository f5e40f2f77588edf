"""From the unit that a hospital sends to the one unit that this project uses for a concept, by exact decimal factors.

The tables are ours because no unit library knows analytes: what a mole of creatinine weighs, that "K/uL" of platelets
is thousands and not kelvins per microlitre (as in UCUM), that an international unit of one test is none of another.
A unit that is not in the table of its concept is not comparable: it is never guessed. The source of a factor stands
beside it; "labunits" is the table of the Python package labunits 0.2.1, by LOINC code.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

Factors = Mapping[str, Decimal]
ONE: Final = Decimal(1)


class Conversion(msgspec.Struct, frozen=True):
    """``(value + offset) * factor / divisor`` is the value in ``unit``: five ninths have no exact decimal."""

    unit: str
    factor: Decimal = ONE
    divisor: Decimal = ONE
    offset: Decimal = Decimal(0)

    @property
    def ratio(self) -> Decimal:
        """How many of ``unit`` one of the unit sent is."""
        return self.factor / self.divisor

    def of(self, value: Decimal) -> Decimal:
        """Return ``value`` in ``unit``."""
        return (value + self.offset) * self.factor / self.divisor


class Family(msgspec.Struct, frozen=True):
    """What may be written for one kind of quantity, whose own unit is ``unit``.

    ``bare``: it has no dimension, so that no unit at all is a unit. ``arbitrary``: every laboratory has units of its
    own, so that one we do not list stands for itself, comparable with nothing but its own normal range.
    """

    unit: str
    factors: Factors
    uneven: Mapping[str, Conversion] = {}
    bare: bool = False
    arbitrary: bool = False


def _table(text: str) -> dict[str, Decimal]:
    """Return "unit=factor" pairs, parted by blanks; "|" parts several spellings, "~" is a blank in one."""
    found: dict[str, Decimal] = {}
    for pair in text.split():
        spellings, _, factor = pair.rpartition("=")
        found |= dict.fromkeys(spellings.replace("~", " ").split("|"), Decimal(factor))
    return found


_GRAMS: Final = _table("kg=1E+3 g|gm=1 mg=1E-3 ug|mcg=1E-6 ng=1E-9 pg=1E-12")
_MOLES: Final = _table("mol=1 mmol=1E-3 umol=1E-6 nmol=1E-9 pmol=1E-12")
_LITRES: Final = _table("L=1 dL|100mL=1E-1 mL=1E-3 uL=1E-6")
_DAYS: Final = ("d", "(24.h)", "24.h", "24h", "24hr", "24hrs", "day", "24小时", "日", "天")


def _over(tops: Factors, bottoms: Factors, unit: str) -> dict[str, Decimal]:
    """Return every "top/bottom" as multiples of ``unit``."""
    found = {f"{a}/{b}": tops[a] / bottoms[b] for a in tops for b in bottoms}
    return {name: factor / found[unit] for name, factor in found.items()}


def _times(factors: Factors, by: str) -> dict[str, Decimal]:
    return {name: factor * Decimal(by) for name, factor in factors.items()}


def _mass(unit: str) -> dict[str, Decimal]:
    return _over(_GRAMS, _LITRES, unit)


def _moles(unit: str, mg_per_dl: str = "", milliequivalent: str = "") -> dict[str, Decimal]:
    """Return concentrations as multiples of ``unit``, of which ``mg_per_dl`` are 1 mg/dL of this analyte."""
    found = _over(_MOLES, _LITRES, unit)
    if mg_per_dl:
        found |= _times(_mass("mg/dL"), mg_per_dl)
    if milliequivalent:
        found |= dict.fromkeys(("meq/L", "mEq/L"), Decimal(milliequivalent))
    return found


def _daily(tops: Factors, by: str) -> dict[str, Decimal]:
    return {f"{name}/{day}": factor for name, factor in _times(tops, by).items() for day in _DAYS}


_CELLS: Final = _table(
    "10*9/L|10^9/L|10E9/L|x10*9/L|x10^9/L|x10E9/L|x109/L|10⁹/L|G/L|/nL=1 10*6/mL|10^6/mL=1 K/uL|K/mm3=1 "
    "10*3/uL|10^3/uL|10E3/uL|x10*3/uL|x10^3/uL|x10E3/uL|10*3/mm3|10^3/mm3|x10^3/mm3|Thousand/uL|thou/uL=1 "
    "10*6/L|10^6/L|x10^6/L|/uL|1/uL|{#}/uL|/mm3|/cmm=1E-3 10*12/L|10^12/L|x10^12/L|10*6/uL|10^6/uL=1E+3 "
    "/L=1E-9 /mL=1E-6 10*4/uL|万/uL=10"
)
_ENZYME: Final = _table("U/L|[U]/L|[IU]/L|IU/L|units/L|mU/mL|mIU/mL=1 U/dL=10 U/mL|IU/mL=1E+3 ukat/L=60 nkat/L=0.06")
_INTERNATIONAL: Final = _table(
    "[IU]/L|[iU]/L|IU/L|U/L|m[IU]/mL|m[iU]/mL|mIU/mL|mU/mL=1 [IU]/mL|[iU]/mL|IU/mL|U/mL|k[IU]/L|kIU/L|kU/L=1E+3"
)
#: 1 g of creatinine is 8.84 mmol (labunits 2162-6), so that 1 mg/mmol is 0.00884 g/g.
_PER_CREATININE: Final = _table(
    "g/g|mg/mg=1 mg/g|ug/mg=1E-3 ug/g=1E-6 mg/mmol|g/mol|ug/umol=0.00884 g/mmol=8.84 mg/mol|ug/mmol=0.00000884"
)
_SHARE: Final = _table("%|percent=1 1|{fraction}|L/L=100")
_NUMBER: Final = _table("1|{ratio}|ratio|{INR}|INR|比值|倍=1")
_TITRE: Final = _table("{titer}|titer|滴度|{dilution}|1=1")
_SCORE: Final = _table("{score}|score|(score)|分|1=1")
_INDEX: Final = _table("{s_co_ratio}|{S/CO}|S/CO|COI|{COI}|{index}|index|1=1")
_AREA: Final = _table(
    "mL/min/{1.73_m2}|mL/min/1.73m2|mL/min/1.73m^2|mL/min/(1.73m2)|mL/min/(1.73m^2)|mL/(min.1.73m2)=1"
)
#: Copies of a gene in so much DNA.
_COPIES: Final = _table(
    "{copies}/ug|copies/ug|[copies]/ug|cp/ug|拷贝/ug|{copies}/ug{DNA}|copies/ug~DNA|copies/ugDNA|拷贝/ugDNA=1 "
    "{copies}/ng|copies/ng|拷贝/ng|copies/ng~DNA=1E+3 {copies}/mg|copies/mg|拷贝/mg=1E-3"
)
_BEATS: Final = _table("/min|1/min|{beats}/min|bpm|beats/min|{breaths}/min|breaths/min|次/分|次/分钟|次/min=1")
_FAHRENHEIT: Final = dict.fromkeys(
    ("[degF]", "°F", "℉", "F", "degF"), Conversion("Cel", Decimal(5), Decimal(9), Decimal(-32))
)
_KELVIN: Final = {"K": Conversion("Cel", offset=Decimal("-273.15"))}
#: UCUM: a metre of mercury is 133.3220 kPa.
_KILOPASCAL: Final = {"kPa": Conversion("mm[Hg]", Decimal(1000), Decimal("133.322"))}


def _cardiolipin(isotype: str) -> Family:
    """Only the units of the isotype itself: a limit in them says nothing about other units (domain: EULAR/ACR 2019)."""
    unit = f"{{{isotype}'U}}/mL"
    return Family(
        unit, _table(f"{unit}|[{isotype}'U]/mL|[{isotype}'U]|{isotype}/mL|{isotype}U/mL|{isotype}-U/mL|{isotype}=1")
    )


_LABORATORY: Final = (
    (Family("10*9/L", _CELLS), "platelet neutrophil_abs wbc lymphocyte_abs reticulocyte_abs cd19_abs cd3_abs cd4_abs cd8_abs"),
    (Family("/uL", _times(_CELLS, "1000")), "urine_rbc_auto"),
    # The monomer, 16114 g/mol, as in CTCAE 5.0, which has 6.2 mmol/L beside 10.0 g/dL.
    (Family("g/L", _mass("g/L") | _table("g%=10") | _times(_moles("mmol/L"), "16.114")), "hemoglobin_mass hemoglobin_molar"),
    (Family("g/L", _mass("g/L")), "albumin protein_total igg iga igm c3 c4 fibrinogen haptoglobin urine_protein_conc "
        "urine_protein_dipstick"),
    # labunits 2160-0: 88.4
    (Family("umol/L", _moles("umol/L", "88.4")), "creatinine_mass creatinine_molar creatinine_unspecified_mass_or_molar"),
    (Family("mmol/L", _moles("mmol/L", "0.0884")), "urine_creatinine_conc_mass urine_creatinine_conc_molar"),
    # Bilirubin weighs 584.67 g/mol: 17.104, which laboratories round to 17.1.
    (Family("umol/L", _moles("umol/L", "17.1")), "bilirubin_total_mass bilirubin_total_molar bilirubin_direct"),
    (Family("mmol/L", _moles("mmol/L", "0.05551")), "glucose glucose_fasting"),  # labunits 2345-7
    (Family("mmol/L", _moles("mmol/L", "0.01129")), "triglyceride"),  # labunits 2571-8
    # labunits 17864-0; CTCAE 5.0 has 2.0 mmol/L beside 8.0 mg/dL
    (Family("mmol/L", _moles("mmol/L", "0.25", "0.5")), "calcium_mass calcium_molar calcium_ionised calcium_albumin_corrected"),
    (Family("mmol/L", _moles("mmol/L", "0.4114", "0.5")), "magnesium"),  # labunits 19123-9 and 2601-3
    (Family("mmol/L", _moles("mmol/L", "0.3229")), "phosphate"),  # phosphorus weighs 30.97 g/mol
    (Family("mmol/L", _moles("mmol/L", "0.1110")), "lactate"),  # lactic acid weighs 90.08 g/mol
    (Family("umol/L", _moles("umol/L", "59.48")), "urate"),  # uric acid weighs 168.11 g/mol
    # mg/dL may be of urea or of its nitrogen, which differ by 2.14: not converted.
    (Family("mmol/L", _moles("mmol/L")), "urea"),
    (Family("mmol/L", _moles("mmol/L", "", "1")), "sodium potassium bicarbonate"),  # labunits 2951-2, 2823-3, 1963-8
    (Family("mg/L", _mass("mg/L")), "crp"),
    (Family("mg/L", _mass("mg/L") | _table("mg/L{FEU}|ug/mL{FEU}|mg/L~FEU|ug/mL~FEU=1 ng/mL{FEU}=1E-3")), "ddimer_feu"),
    (Family("mg/L", _mass("mg/L") | _table("mg/L{DDU}|ug/mL{DDU}|mg/L~DDU|ug/mL~DDU=1 ng/mL{DDU}=1E-3")), "ddimer_ddu"),
    (Family("ug/L", _mass("ug/L")), "ferritin procalcitonin"),
    (Family("ng/L", _mass("ng/L")), "troponin_i troponin_t bnp nt_probnp il6"),
    (Family("U/L", _ENZYME), "alt ast alp ggt ldh ck lipase amylase"),
    (Family("g/g", _PER_CREATININE), "upcr_ratio_unspecified upcr_24h_ratio uacr"),
    (Family("g/g", _PER_CREATININE | _table("1=1 %=0.01")), "upcr_mass_ratio upcr_24h_mass_ratio upcr_12h_mass_ratio"),
    (Family("g/d", _daily(_GRAMS, "1")), "urine_protein_24h_mass"),
    (Family("mmol/d", _daily(_MOLES, "1000") | _daily(_GRAMS, "8.84")), "urine_creatinine_24h"),  # labunits 2162-6
    (Family("s", _table("s|sec|secs|second|seconds|秒=1 ms=1E-3")), "pt_seconds aptt aptt_la_screen"),
    (Family("1", _NUMBER, bare=True), "inr drvvt"),
    (Family("%", _SHARE), "pt_activity_pct hematocrit neutrophil_pct reticulocyte_pct cd19_pct cd4_pct"),
    (Family("{titer}", _TITRE, bare=True), "ana_titer ana_presence_if anti_dsdna_titer"),
    (Family("[IU]/L", _INTERNATIONAL), "hcg_serum_quant hcg_urine_quant"),
    (Family("[IU]/mL", _times(_INTERNATIONAL, "0.001")), "hbv_dna_quant_iu hcv_rna_quant_iu ige"),
    (Family("[IU]/mL", _times(_INTERNATIONAL, "0.001"), arbitrary=True), "hbsag_quant hbsab"),
    (Family("{copies}/mL", _table("{copies}/mL|copies/mL|[copies]/mL|cp/mL|cps/mL|拷贝/mL=1 {copies}/L|拷贝/L=1E-3")),
     "hbv_dna_quant_copies hcv_rna_quant_copies hiv_rna"),
    (Family("{Log_IU}/mL", _table("{Log_IU}/mL|log~IU/mL|log10~IU/mL|lg~IU/mL=1")), "hcv_rna_log"),
    (_cardiolipin("GPL"), "acl_igg"),
    (_cardiolipin("MPL"), "acl_igm"),
    (_cardiolipin("APL"), "acl_iga"),
    (Family("[IU]/mL", _table("[IU]/mL|[iU]/mL|IU/mL|k[IU]/L|kIU/L=1"), arbitrary=True), "anti_dsdna_quant"),
    (Family("U/mL", _table("U/mL|kU/L=1"), arbitrary=True),
     "anti_b2gp1_igg anti_b2gp1_igm anti_b2gp1_iga anti_sm_quant ana_quant anti_rnp anti_ssa anti_ssb ch50"),
    (Family("{s_co_ratio}", _INDEX, bare=True, arbitrary=True),
     "hcv_ab hcv_ab_signal_cutoff hiv_ab hiv_ag_ab_combo hbsag_qual hbsag_confirm hbcab_total hbcab_igm hbeag hbeab "
     "syphilis_treponemal_immunoassay"),
    (Family("mL/min", _table("mL/min=1 mL/s=60")), "crcl_24h crcl_cockcroft_gault"),
    (Family("mL/min/{1.73_m2}", _AREA),
     "crcl_cg_bsa_normalised egfr_ckdepi_older egfr_ckdepi2021 egfr_cr_cys_2021 egfr_mdrd egfr_unspecified"),
    (Family("mm/h", _table("mm/h|mm/hr|mm/1h|mm/小时=1")), "esr"),
    (Family("/[HPF]", _table("/[HPF]|/HPF|/HP|/高倍视野=1")), "urine_rbc_hpf urine_wbc_hpf"),
)  # fmt: skip
_OBSERVED: Final = (
    (Family("kg", _table("kg|公斤|千克=1 g=1E-3 斤=0.5 [lb_av]|lb|lbs=0.45359237")), "vital.weight"),
    (Family("cm", _table("cm|厘米=1 m|米=100 mm=0.1 [in_i]|in|inch=2.54")), "vital.height"),
    (Family("Cel", _table("Cel|°C|℃|C|degC|摄氏度=1"), _FAHRENHEIT | _KELVIN), "vital.temperature"),
    (Family("mm[Hg]", _table("mm[Hg]|mmHg|毫米汞柱=1"), _KILOPASCAL), "vital.sbp vital.dbp vital.map"),
    (Family("/min", _BEATS), "vital.heart_rate vital.resp_rate"),
    (Family("%", _SHARE), "vital.spo2 vital.fio2 obs.lvef obs.glomerulosclerosis_pct"),
    (Family("L/min", _table("L/min|升/分=1 mL/min=1E-3")), "vital.o2_flow"),
    (Family("kg/m2", _table("kg/m2|kg/m^2=1")), "vital.bmi"),
    (Family("ms", _table("ms|msec|毫秒=1 s=1E+3")), "obs.qtc"),
    (Family("{score}", _SCORE, bare=True), "obs.ecog obs.gcs_total obs.ice_score obs.mmse obs.moca_total"),
    (Family("{grade}", _table("{grade}|grade|级|度|1=1"), bare=True), "obs.crs_grade obs.icans_grade obs.bleeding_grade"),
    (Family("{glomeruli}", _table("{glomeruli}|{count}|{#}|个|1=1"), bare=True), "obs.glomeruli"),
    (Family("a", _table("a|yr|years|岁=1")), "obs.age_reported"),
    (Family("ug/L", _mass("ug/L")), "drug_level.cyclosporine drug_level.tacrolimus"),
    (Family("{copies}/ug", _COPIES), "pk.transgene_copies"),
    (Family("/uL", _times(_CELLS, "1000")), "pk.star_cells"),
    (Family("%", _SHARE), "pk.star_cells_pct"),
)  # fmt: skip

_LITRE: Final = re.compile(r"(?<=[/mdu])L\b")
_SUPERSCRIPT: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
#: What is counted, or divided by, is known from the concept: these words and annotations add nothing to the unit.
_DECORATION: Final = re.compile(
    r"\{(?:creat|creatinine|cre|cr|cells?|total)\}|[.·]?(?:creatinine|creat|crea|cre|cr|肌酐)$|^(?:cells?|个)(?=/)",
    re.IGNORECASE,
)


def plain(unit: str) -> str:
    """Return ``unit`` as one would type it: micro as u, times as x, powers after a caret, no blanks."""
    raised = _SUPERSCRIPT.sub(lambda found: f"^{found[0]}", unit)
    text = unicodedata.normalize("NFKC", raised).replace("μ", "u").replace("×", "x").replace("*10^", "x10^")
    return "".join(text.split())


def _spelled(family: Family) -> dict[str, Conversion]:
    """Return every accepted spelling with its conversion.

    A unit may also be written with l for litre, in capitals throughout (UCUM's case-insensitive form), or in small
    letters throughout. No other mixture of cases is accepted: m and M are different things.
    """
    listed = {name: Conversion(family.unit, factor) for name, factor in family.factors.items()} | dict(family.uneven)
    found: dict[str, Conversion] = {"": Conversion(family.unit)} if family.bare else {}
    for name, change in listed.items():
        found |= dict.fromkeys((name, plain(name)), change)
    for name, change in listed.items():
        for form in (_LITRE.sub("l", plain(name)), plain(name).upper(), plain(name).lower()):
            found.setdefault(form, change)
    return found


def _by_concept() -> dict[str, tuple[Family, dict[str, Conversion]]]:
    found: dict[str, tuple[Family, dict[str, Conversion]]] = {}
    for prefix, rows in (("lab.", _LABORATORY), ("", _OBSERVED)):
        for family, concepts in rows:
            spelled = _spelled(family)
            found |= {f"{prefix}{concept}": (family, spelled) for concept in concepts.split()}
    return found


FAMILIES: Final = _by_concept()


def unit_of(concept: str) -> str | None:
    """Return the unit that ``concept`` is held in; ``None`` for one that is answered in words."""
    found = FAMILIES.get(concept)
    return found[0].unit if found else None


@lru_cache(maxsize=65_536)
def conversion(concept: str, unit: str) -> Conversion | None:
    """Return how a value of ``concept`` in ``unit`` (UCUM code, else as printed) is converted; ``None``: it cannot be."""
    found = FAMILIES.get(concept)
    if found is None:
        return None
    family, spelled = found
    tidy = plain(unit)
    change = spelled.get(unit) or spelled.get(tidy) or spelled.get(_DECORATION.sub("", tidy) or "?")
    return change or (Conversion(tidy) if family.arbitrary and tidy else None)
