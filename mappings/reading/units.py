"""Units: what each concept is measured in here, and the exact factor from every unit that hospitals send.

Factors within one dimension follow from UCUM; those between mass and amount of substance belong to one analyte and
carry their source. A unit that is not listed is not comparable: it is never guessed. ``K/uL`` is kelvin per
microlitre in UCUM; hospitals mean thousand cells, so it stands here as an alias of blood counts only.
"""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final

import msgspec


class Conversion(msgspec.Struct, frozen=True):
    """``value * factor + offset`` is the value in ``unit``, the concept's own unit."""

    unit: str
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)


_Table = Mapping[str, str]

_CELLS: Final = {
    "10*9/L": "1", "10^9/L": "1", "10E9/L": "1", "x10^9/L": "1", "x10*9/L": "1", "x10E9/L": "1", "x109/L": "1",
    "10*3/uL": "1", "10^3/uL": "1", "x10^3/uL": "1", "x10E3/uL": "1", "10*3/mm3": "1", "K/uL": "1", "G/L": "1",
    "/nL": "1", "10*6/L": "0.001", "10^6/L": "0.001", "x10^6/L": "0.001", "/uL": "0.001", "cells/uL": "0.001",
    "{cells}/uL": "0.001", "/mm3": "0.001", "{#}/uL": "0.001", "个/uL": "0.001", "10*12/L": "1000",
    "x10^12/L": "1000", "10^12/L": "1000",
}  # fmt: skip
_MASS: Final = {
    "g/L": "1", "g/dL": "10", "mg/mL": "1", "mg/dL": "0.01", "mg/L": "0.001", "ug/mL": "0.001", "g%": "10",
    "kg/L": "1000",
}  # fmt: skip
_MICROMOLAR: Final = {"umol/L": "1", "mmol/L": "1000", "nmol/L": "0.001", "mol/L": "1000000", "umol/dL": "10"}
#: Arbitrary and catalytic units: [IU] and U of an enzyme assay are one unit here (1 U = 1 umol/min = 1 IU).
_ENZYME: Final = {"U/L": "1", "IU/L": "1", "[IU]/L": "1", "[iU]/L": "1", "mU/mL": "1", "U/mL": "1000", "U/dL": "10",
                  "ukat/L": "60", "nkat/L": "0.06"}  # fmt: skip
_IU_ML: Final = {"[IU]/mL": "1", "[iU]/mL": "1", "IU/mL": "1", "k[IU]/L": "1", "kIU/L": "1", "KIU/L": "1",
                 "[IU]/L": "0.001", "IU/L": "0.001", "U/mL": "1"}  # fmt: skip
_IU_L: Final = {"[IU]/L": "1", "[iU]/L": "1", "IU/L": "1", "m[IU]/mL": "1", "m[iU]/mL": "1", "mIU/mL": "1", "U/L": "1",
                "[IU]/mL": "1000", "IU/mL": "1000", "mU/mL": "1"}  # fmt: skip
_PERCENT: Final = {"%": "1", "1": "100"}
_SECONDS: Final = {"s": "1", "sec": "1", "秒": "1", "seconds": "1", "ms": "0.001"}
_RATIO: Final = {"1": "1", "{INR}": "1", "INR": "1", "{ratio}": "1", "ratio": "1", "": "1"}

#: 1 g of creatinine is 8.84 mmol (labunits 0.2.1, LOINC 2162-6), 1 mg/dL is 88.4 umol/L (labunits 0.2.1).
_CREATININE: Final = {**_MICROMOLAR, "mg/dL": "88.4", "mg/L": "8.84", "g/L": "8840"}
#: Molar mass of bilirubin 584.7 g/mol: 1 mg/dL is 17.1 umol/L (labunits 0.2.1).
_BILIRUBIN: Final = {**_MICROMOLAR, "mg/dL": "17.1", "mg/L": "1.71", "g/L": "1710"}
#: Haemoglobin monomer 16.114 kDa: 1 mmol/L is 16.114 g/L (Fe; ICSH convention).
_HAEMOGLOBIN: Final = {**_MASS, "mmol/L": "16.114"}
#: Protein to creatinine; with creatinine in moles by 1 g = 8.84 mmol as above.
_PROTEIN_RATIO: Final = {
    "g/g": "1", "mg/mg": "1", "g/g{creat}": "1", "g/gCr": "1", "g/g.Cr": "1", "g/gcrea": "1", "g/gCREA": "1",
    "mg/g": "0.001", "mg/g{creat}": "0.001", "mg/gCr": "0.001", "mg/g.Cr": "0.001", "mg/g{Cre}": "0.001",
    "mg/mmol": "0.00884", "mg/mmol{creat}": "0.00884", "mg/mmolCr": "0.00884", "mg/mmol.Cr": "0.00884",
    "g/mol": "0.00884", "g/mol{creat}": "0.00884", "g/mmol": "8.84", "ug/mg": "0.001", "ug/g": "0.000001",
}  # fmt: skip

#: Concepts by what they are measured in: the unit, the factors to it, the concepts.
_MEASURED: Final[tuple[tuple[str, _Table, str], ...]] = (
    ("10*9/L", _CELLS, "neutrophil_abs wbc lymphocyte_abs platelet reticulocyte_abs cd19_abs cd3_abs cd4_abs cd8_abs"),
    ("g/L", _HAEMOGLOBIN, "hemoglobin_mass hemoglobin_molar"),
    ("umol/L", _CREATININE, "creatinine_mass creatinine_molar creatinine_unspecified_mass_or_molar"),
    ("umol/L", _BILIRUBIN, "bilirubin_total_mass bilirubin_total_molar bilirubin_direct"),
    ("U/L", _ENZYME, "alt ast alp ggt ldh ck lipase amylase"),
    ("g/g", _PROTEIN_RATIO, "upcr_ratio_unspecified upcr_24h_ratio"),
    ("g/g", {**_PROTEIN_RATIO, "1": "1", "%": "0.01"}, "upcr_mass_ratio upcr_24h_mass_ratio upcr_12h_mass_ratio"),
    ("g/d", {"g/d": "1", "g/24h": "1", "g/(24.h)": "1", "mg/d": "0.001", "mg/24h": "0.001", "mg/(24.h)": "0.001",
             "g/24hr": "1", "mg/24hr": "0.001"}, "urine_protein_24h_mass"),
    ("1", _RATIO, "inr"),
    ("s", _SECONDS, "pt_seconds aptt"),
    ("g/L", _MASS, "c3 c4 igg iga igm haptoglobin albumin protein_total fibrinogen"),
    ("%", _PERCENT, "neutrophil_pct reticulocyte_pct cd19_pct cd4_pct hematocrit"),
    ("[IU]/mL", _IU_ML, "anti_dsdna_quant hbv_dna_quant_iu hcv_rna_quant_iu"),
    ("{copies}/mL", {"{copies}/mL": "1", "copies/mL": "1", "拷贝/mL": "1", "cps/mL": "1"},
     "hbv_dna_quant_copies hcv_rna_quant_copies"),
    ("[IU]/L", _IU_L, "hcg_serum_quant hcg_urine_quant"),
    ("[arb'U]/mL", {"[arb'U]/mL": "1", "U/mL": "1", "AU/mL": "1", "RU/mL": "1", "{S/CO}": "1", "S/CO": "1",
                    "{COI}": "1", "COI": "1", "[IU]/mL": "1", "IU/mL": "1", "{index}": "1"},
     "hbsag_quant hcv_ab_signal_cutoff anti_sm_quant ana_quant"),
    ("{U}/mL", {"{GPL'U}/mL": "1", "[GPL'U]/mL": "1", "GPL/mL": "1", "GPLU/mL": "1", "[GPL'U]": "1", "GPL": "1",
                "{MPL'U}/mL": "1", "[MPL'U]/mL": "1", "MPL/mL": "1", "MPLU/mL": "1", "MPL": "1",
                "{APL'U}/mL": "1", "[APL'U]/mL": "1", "APL/mL": "1", "APLU/mL": "1", "APL": "1",
                "[arb'U]/mL": "1", "U/mL": "1", "RU/mL": "1", "CU": "1"},
     "acl_igg acl_igm acl_iga anti_b2gp1_igg anti_b2gp1_igm anti_b2gp1_iga"),
    ("{titer}", {"{titer}": "1", "1": "1", "": "1"}, "ana_titer ana_presence_if anti_dsdna_titer"),
)  # fmt: skip
_OBSERVED: Final[tuple[tuple[str, _Table, str], ...]] = (
    ("kg", {"kg": "1", "g": "0.001", "[lb_av]": "0.45359237", "lb": "0.45359237", "公斤": "1", "千克": "1"}, "vital.weight"),
    ("cm", {"cm": "1", "m": "100", "mm": "0.1", "[in_i]": "2.54", "厘米": "1"}, "vital.height"),
    ("Cel", {"Cel": "1", "°C": "1", "℃": "1", "C": "1", "degC": "1", "摄氏度": "1"}, "vital.temperature"),
    ("mm[Hg]", {"mm[Hg]": "1", "mmHg": "1", "毫米汞柱": "1", "kPa": "7.500615758456564"}, "vital.sbp vital.dbp vital.map"),
    ("/min", {"/min": "1", "{beats}/min": "1", "bpm": "1", "次/分": "1", "次/min": "1", "beats/min": "1"},
     "vital.heart_rate vital.resp_rate"),
    ("%", _PERCENT, "vital.spo2 obs.lvef obs.glomerulosclerosis_pct"),
    ("{glomeruli}", {"{glomeruli}": "1", "{count}": "1", "1": "1", "": "1", "个": "1"}, "obs.glomeruli"),
)  # fmt: skip
_FAHRENHEIT: Final = {"[degF]", "°f", "℉", "f", "degf"}


@cache
def _tables() -> dict[str, tuple[str, dict[str, Decimal]]]:
    found: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for prefix, groups in (("lab.", _MEASURED), ("", _OBSERVED)):
        for unit, factors, concepts in groups:
            table = {_spelled(name): Decimal(factor) for name, factor in factors.items()}
            found |= {f"{prefix}{concept}": (unit, table) for concept in concepts.split()}
    return found


def unit_of(concept: str) -> str | None:
    """Return the unit that ``concept`` is held in; ``None`` for one that is answered in words."""
    found = _tables().get(concept)
    return found[0] if found else None


@lru_cache(maxsize=16_384)
def conversion(concept: str, unit: str) -> Conversion | None:
    """Return how a value of ``concept`` in ``unit`` (UCUM code, else as printed) is converted; ``None``: it cannot be."""
    found = _tables().get(concept)
    if found is None:
        return None
    own, table = found
    spelled = _spelled(unit)
    if own == "Cel" and spelled in _FAHRENHEIT:
        return Conversion(own, Decimal(5) / Decimal(9), Decimal(-160) / Decimal(9))
    factor = table.get(spelled)
    return None if factor is None else Conversion(own, factor)


def _spelled(unit: str) -> str:
    """Return ``unit`` without the differences that mean nothing: width, letter case, blanks, the signs for micro and times."""
    text = unicodedata.normalize("NFKC", unit).replace("\u03bc", "u").replace("\u00b5", "u").replace("×", "x")
    return "".join(text.split()).casefold().replace("*10^", "x10^")
