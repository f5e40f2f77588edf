"""Every number and window of the protocol, once, with its unit and its clause.

``asked`` says who set the number: the registered record, a publication that was read, or we, where the record is
silent. A default of ours is to be confirmed by the sponsor; it and a published number may be changed in the site file
under ``[limits]``, a registered number may not.
"""

from decimal import Decimal
from typing import Literal

import msgspec

PROTOCOL = "2025-05-13"
#: A window of a hundred years: what lies in it never becomes too old, unless a site sets a shorter one.
NEVER = "36500"


class Limit(msgspec.Struct, frozen=True):
    """A number with its UCUM unit, the clause it belongs to, who set it, and the protocol date it is in force from."""

    value: Decimal
    unit: str
    clause: str
    asked: Literal["registered", "published", "default"] = "registered"
    since: str = PROTOCOL

    @property
    def days(self) -> int:
        """The number as whole days."""
        return int(self.value)


def _(value: str, unit: str, clause: str, asked: Literal["registered", "published", "default"] = "registered") -> Limit:
    return Limit(Decimal(value), unit, clause, asked)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits in force. Windows are counted back from the day of screening, first and last day included."""

    age_minimum: Limit = _("18", "a", "I01")
    age_maximum: Limit = _("65", "a", "I01")
    result_window: Limit = _("28", "d", "I02-LN-2", "default")
    attestation_window: Limit = _("28", "d", "I03-8", "default")

    ana_titre: Limit = _("80", "{titer}", "I02", "published")
    sle_score: Limit = _("10", "{score}", "I02", "published")
    fever: Limit = _("38.3", "Cel", "I02", "published")
    leukopenia: Limit = _("4.0", "10*9/L", "I02", "published")
    thrombocytopenia: Limit = _("100", "10*9/L", "I02", "published")
    proteinuria_24h: Limit = _("0.5", "g/d", "I02", "published")
    proteinuria_ratio: Limit = _("0.5", "g/g", "I02", "default")
    cardiolipin_titre: Limit = _("40", "{APL'U}/mL", "I02", "default")
    haemolysis_window: Limit = _("14", "d", "I02", "default")
    classification_window: Limit = _(NEVER, "d", "I02", "default")

    refractory_agents: Limit = _("2", "{agents}", "I02-LN-1")
    exposure_days: Limit = _("28", "d", "I02-LN-1", "default")
    upcr_minimum: Limit = _("1.0", "g/g", "I02-LN-2")
    biopsy_window: Limit = _(NEVER, "d", "I02-LN-3", "default")
    one_biopsy: Limit = _("28", "d", "I02-LN-3", "default")
    sclerosis_maximum: Limit = _("50", "%", "I02-LN-4")
    biopsy_glomeruli: Limit = _("10", "{glomeruli}", "I02-LN-4", "default")

    pulse_dose: Limit = _("1000", "mg", "I02-ITP-1")
    pulse_tolerance: Limit = _("5", "%", "I02-ITP-1", "default")
    pulse_days: Limit = _("3", "d", "I02-ITP-1")
    high_dose: Limit = _("1", "mg/kg", "I02-ITP-1")
    high_dose_days: Limit = _("14", "d", "I02-ITP-1", "default")
    combination_window: Limit = _("92", "d", "I02-ITP-1", "default")
    platelets_below: Limit = _("50", "10*9/L", "I02-ITP-2")
    platelets_above: Limit = _("30", "10*9/L", "I02-ITP-2")
    platelet_counts: Limit = _("2", "{counts}", "I02-ITP-2")
    platelet_latest: Limit = _("14", "d", "I02-ITP-2", "default")
    platelet_transfusion: Limit = _("7", "d", "I02-ITP-2", "default")
    platelet_immunoglobulin: Limit = _("28", "d", "I02-ITP-2", "default")

    neutrophils_minimum: Limit = _("1.0", "10*9/L", "I03-1")
    neutrophil_window: Limit = _("14", "d", "I03-1")
    long_acting_gcsf_window: Limit = _("21", "d", "I03-1", "default")
    haemoglobin_minimum: Limit = _("60", "g/L", "I03-2")
    alt_maximum: Limit = _("3", "{ULN}", "I03-3")
    ast_maximum: Limit = _("3", "{ULN}", "I03-4")
    bilirubin_maximum: Limit = _("1.5", "{ULN}", "I03-5")
    clearance_minimum: Limit = _("30", "mL/min", "I03-6")
    weight_window: Limit = _("30", "d", "I03-6", "default")
    acute_decline_ratio: Limit = _("1.5", "1", "I03-6", "default")
    acute_decline_rise: Limit = _("26.5", "umol/L", "I03-6", "default")
    coagulation_maximum: Limit = _("1.5", "{ULN}", "I03-7")
    vitals_window: Limit = _("1", "d", "I03-8", "default")
    systolic_minimum: Limit = _("90", "mm[Hg]", "I03-8", "default")
    heart_rate_maximum: Limit = _("120", "/min", "I03-8", "default")
    fertile_age_maximum: Limit = _("55", "a", "I04-2", "default")
    menopause_months: Limit = _("12", "mo", "I04-2", "default")
    hcg_window: Limit = _("7", "d", "I04-2")
    hcg_negative: Limit = _("5", "[IU]/L", "I04-2", "default")
    contraception_months: Limit = _("12", "mo", "I04-1")
    pregnancy_window: Limit = _("300", "d", "E13", "default")

    infection_treatment_window: Limit = _("14", "d", "E02", "default")
    ejection_fraction_minimum: Limit = _("50", "%", "E04", "default")
    malignancy_years: Limit = _("5", "a", "E06")
    end_stage_filtration: Limit = _("15", "mL/min/{1.73_m2}", "E07", "default")
    end_stage_days: Limit = _("90", "d", "E07", "default")
    serology_window: Limit = _(NEVER, "d", "E08-1", "default")
    thrombosis_months: Limit = _("6", "mo", "E09")
    trial_months: Limit = _("3", "mo", "E11")
    half_lives: Limit = _("5", "{half-lives}", "E12")
    biologic_days: Limit = _("28", "d", "E12")


LIMITS = Limits()
