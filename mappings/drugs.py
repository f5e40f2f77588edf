"""What the clauses need to know of drugs: half-lives, glucocorticoid equivalents, and which agents count as one.

Half-lives are the conservative end of the published range. "published" ones were read in the named source; the
others are general knowledge, to be confirmed by the sponsor before they decide about a patient.
"""

from decimal import Decimal
from typing import Final, Literal

import msgspec

SUPPRESSANT: Final = "rx.immunosuppressant."
BIOLOGIC: Final = "rx.biologic."
GLUCOCORTICOID: Final = "rx.glucocorticoid."
#: Any other drug of ATC L04 or L01: it may suppress immunity, and we hold no half-life for it.
OTHER_SUPPRESSANT: Final = "rx.immunosuppressant.other"
#: Engineered cells are biologics as well.
CELLS: Final = "rx.cart."
#: Antibodies, interferons and interleukins that are given for other diseases: whether they are meant, a person says.
OTHER_BIOLOGIC: Final = "rx.other_biologic"
#: Cytotoxic drugs of ATC L01 that we know by name, but of which we hold no half-life.
CYTOTOXIC: Final = ("rx.lymphodepletion.fludarabine", "rx.other.vincristine")
#: Drugs given in lupus that suppress immunity a little, or not: whether they are meant, nobody has said.
BORDERLINE: Final = ("rx.other.danazol", "rx.other.dapsone", "rx.other.sulfasalazine", "rx.itp.fostamatinib")
ANTIMALARIAL: Final = "rx.antimalarial."
HYDROXYCHLOROQUINE: Final = "rx.antimalarial.hydroxychloroquine"
ANTI_INFECTIVE: Final = ("rx.anti_infective",)


class HalfLife(msgspec.Struct, frozen=True):
    """A half-life in hours, where it comes from, and how sure it is."""

    hours: Decimal
    source: str
    tag: Literal["published", "to be confirmed by the sponsor"] = "to be confirmed by the sponsor"


def _h(hours: str, source: str) -> HalfLife:
    return HalfLife(Decimal(hours), source)


def _published(hours: str, source: str) -> HalfLife:
    return HalfLife(Decimal(hours), source, "published")


#: Concept -> half-life that washout is counted by.
HALF_LIVES: Final = {
    "rx.immunosuppressant.cyclophosphamide": _h("12", "US label, 3-12 h"),
    "rx.immunosuppressant.mycophenolic_acid": _published("18", "mycophenolic acid, 8-18 h"),
    "rx.immunosuppressant.tacrolimus": _published("44", "EU SmPC and 14C study, 12-44 h"),
    "rx.immunosuppressant.cyclosporine": _published("20", "product information, terminal 5-20 h"),
    "rx.immunosuppressant.voclosporin": _h("37", "25-37 h"),
    "rx.immunosuppressant.azathioprine": _h("120", "thioguanine nucleotides, 3-13 d, used 5 d"),
    "rx.immunosuppressant.methotrexate": _published("10", "US label, low dose 3-10 h"),
    "rx.immunosuppressant.leflunomide": _h("456", "teriflunomide, 14-19 d"),
    "rx.immunosuppressant.teriflunomide": _h("456", "18-19 d"),
    "rx.immunosuppressant.sirolimus": _h("80", "about 62 h"),
    "rx.immunosuppressant.everolimus": _h("38", "about 30 h"),
    "rx.immunosuppressant.thalidomide": _h("7", "5-7 h"),
    "rx.immunosuppressant.tofacitinib": _h("3.2", "3 h"),
    "rx.immunosuppressant.baricitinib": _h("14", "12.5 h"),
    "rx.immunosuppressant.upadacitinib": _h("14", "9-14 h"),
    "rx.immunosuppressant.ruxolitinib": _h("6", "parent and metabolites, 3-6 h"),
    "rx.immunosuppressant.ibrutinib": _h("6", "4-6 h"),
    "rx.immunosuppressant.zanubrutinib": _h("4", "2-4 h"),
}
#: Read instead when a site chooses so (``mappings.interpretations``).
AZATHIOPRINE_PARENT: Final = _h("5", "azathioprine and mercaptopurine, about 5 h")
GLUCOCORTICOID_EFFECT: Final = _published("54", "biological half-life 12-54 h")
HYDROXYCHLOROQUINE_HALF_LIFE: Final = _published("1200", "chronic use, 40-50 d")

#: Milligrams that equal 5 mg of prednisone (globalrph.com converter; deflazacort: general knowledge).
PREDNISONE_5_MG: Final = {
    "rx.glucocorticoid.hydrocortisone": Decimal(20),
    "rx.glucocorticoid.cortisone": Decimal(25),
    "rx.glucocorticoid.prednisone": Decimal(5),
    "rx.glucocorticoid.prednisolone": Decimal(5),
    "rx.glucocorticoid.methylprednisolone": Decimal(4),
    "rx.glucocorticoid.triamcinolone": Decimal(4),
    "rx.glucocorticoid.dexamethasone": Decimal("0.75"),
    "rx.glucocorticoid.betamethasone": Decimal("0.6"),
    "rx.glucocorticoid.deflazacort": Decimal(6),
}
METHYLPREDNISOLONE: Final = "rx.glucocorticoid.methylprednisolone"

SHORT_ACTING_GCSF: Final = ("rx.gcsf.filgrastim", "rx.gcsf.lenograstim", "rx.gcsf.gm-csf")
#: Any other one may be of a prolonged form.
GCSF: Final = (*SHORT_ACTING_GCSF, "rx.gcsf.pegfilgrastim", "rx.gcsf.other")
VASOPRESSORS: Final = ("rx.vasopressor",)
PLATELET_SUPPORT: Final = ("rx.transfusion.platelets",)
IMMUNOGLOBULIN: Final = ("rx.itp.ivig",)


def prednisone_equivalent(concept: str, milligrams: Decimal) -> Decimal | None:
    """Return the milligrams of prednisone that equal ``milligrams`` of a glucocorticoid; ``None`` for another drug."""
    equal = PREDNISONE_5_MG.get(concept)
    return None if equal is None else milligrams * 5 / equal
