"""What the registered record leaves open about the time after treatment: one settings object, with published defaults.

The record names the endpoints and defines none of them. Each group of parameters below is one definition with a name
that every output bears; a site changes parameters in its file under ``[definitions.<group>]``, and the outputs then
say which. ``asked`` says where a default comes from: read in a publication, or chosen by us and to be confirmed by the
sponsor. A number of the registered record itself may not be changed.
"""

from decimal import Decimal
from typing import Final, Literal, Protocol

import msgspec

from mappings.limits import Limit

Asked = Literal["registered", "published", "default"]


class Choice(msgspec.Struct, frozen=True):
    """One of several readings: the one in force, all there are, the clause it belongs to, and who set it."""

    value: str
    among: tuple[str, ...]
    clause: str
    asked: Asked = "default"


def _(value: str, unit: str, clause: str, asked: Asked = "default") -> Limit:
    return Limit(Decimal(value), unit, clause, asked)


def _one_of(among: str, clause: str, asked: Asked = "default") -> Choice:
    """Return a choice among the words of ``among``, of which the first is in force."""
    words = tuple(among.split())
    return Choice(words[0], words, clause, asked)


class Treatment(msgspec.Struct, frozen=True):
    """Treatment_v1: dose levels, lymphodepletion, baseline, and visits in days from Day 0, with the days on either side."""

    dose_level_1: Limit = _("1E+6", "/kg", "P1", "registered")
    dose_level_2: Limit = _("2E+6", "/kg", "P1", "registered")
    dose_tolerance: Limit = _("20", "%", "P1")
    weight_tolerance: Limit = _("10", "%", "P1")
    lymphodepletion_window: Limit = _("14", "d", "P1")
    baseline: Choice = _one_of("before-lymphodepletion before-infusion", "P2")
    baseline_window: Limit = _("28", "d", "P2")
    week_4: Limit = _("28", "d", "X1")
    week_4_window: Limit = _("3", "d", "X1")
    week_8: Limit = _("56", "d", "X1")
    week_8_window: Limit = _("7", "d", "X1")
    week_12: Limit = _("84", "d", "S1", "registered")
    week_12_window: Limit = _("7", "d", "S1")
    week_24: Limit = _("168", "d", "X1")
    week_24_window: Limit = _("14", "d", "X1")


class AdverseEvents(msgspec.Struct, frozen=True):
    """AE_v1: how events are graded, joined into episodes, and told to have come with the treatment.

    Sources: CTCAE 5.0 with ASTCT 2019 for CRS and ICANS is what published CAR-T trials in lupus use.
    """

    version: Choice = _one_of("5.0 6.0", "P2", "published")
    emergent_from: Choice = _one_of("infusion lymphodepletion", "P2")
    collected: Limit = _("730", "d", "P2", "published")
    apart: Limit = _("28", "d", "P2")
    fever: Limit = _("38.0", "Cel", "P2", "published")
    systolic_minimum: Limit = _("90", "mm[Hg]", "P2", "published")
    saturation_minimum: Limit = _("88", "%", "P2", "published")
    low_flow: Limit = _("6", "L/min", "P2", "published")
    crs_onset: Limit = _("14", "d", "P2")
    crs_saturation: Limit = _("90", "%", "P2")
    icans_onset: Limit = _("28", "d", "P2")
    treatment_window: Limit = _("3", "d", "P2")


class DoseLimitation(msgspec.Struct, frozen=True):
    """DLT_v1: which events limit the dose. The window is that of NCT06585514 and of the IC19 trial, 28 days each."""

    window: Limit = _("28", "d", "P1", "published")
    crs: Choice = _one_of("grade-4-or-lasting-grade-3 any-grade-3", "P1")
    crs_hours: Limit = _("72", "h", "P1")
    icans: Choice = _one_of("any-grade-3 lasting-grade-3", "P1")
    icans_hours: Limit = _("72", "h", "P1")
    gvhd_grade: Limit = _("2", "{grade}", "P1")
    iec_hs_grade: Limit = _("3", "{grade}", "P1")
    cytopenia_days: Limit = _("28", "d", "P1")
    other_days: Limit = _("7", "d", "P1")
    infusion_reaction_hours: Limit = _("24", "h", "P1")
    gut_hours: Limit = _("72", "h", "P1")
    causality: Choice = _one_of("possibly-related any", "P1")
    evaluable_dose: Limit = _("80", "%", "P1")
    longest_gap: Limit = _("7", "d", "P1")


class RenalResponse(msgspec.Struct, frozen=True):
    """CRR_v1: complete and partial renal response at week 12.

    Sources: UPCR below 0.5 g/g and eGFR at 85 % of baseline or more without rescue, REGENCY (N Engl J Med 2025,
    doi 10.1056/NEJMoa2410965); a fall by half to below 3 g/g, KDIGO 2024 (Kidney Int 105(1S)).
    """

    upcr: Limit = _("0.5", "g/g", "S1", "published")
    upcr_bound: Choice = _one_of("below at-most", "S1", "published")
    partial_fall: Limit = _("50", "%", "S1", "published")
    partial_upcr: Limit = _("3.0", "g/g", "S1", "published")
    filtration: Choice = _one_of("share-of-baseline sixty-or-no-fall", "S1", "published")
    filtration_share: Limit = _("85", "%", "S1", "published")
    filtration_floor: Limit = _("60", "mL/min/{1.73_m2}", "S1", "published")
    filtration_fall: Limit = _("20", "%", "S1", "published")
    steroid_rise: Limit = _("10", "mg/d", "S1")
    steroid_days: Limit = _("7", "d", "S1")
    steroid_ceiling: Choice = _one_of("off on", "S1")
    steroid_most: Limit = _("7.5", "mg/d", "S1", "published")
    steroid_ceiling_days: Limit = _("28", "d", "S1")
    sediment: Choice = _one_of("off on", "S1")
    red_cells: Limit = _("5", "/[HPF]", "S1", "published")
    confirmation: Choice = _one_of("off on", "S1")
    confirmation_days: Limit = _("7", "d", "S1")


class PlateletResponse(msgspec.Struct, frozen=True):
    """ITP_v1: complete and partial response of platelets at week 12, PR being "R without CR" of the International Working Group.

    Source: Rodeghiero F et al., Blood 2009;113:2386 (both the floor and the doubling are asked, on two occasions at
    least seven days apart, without bleeding and without rescue).
    """

    complete: Limit = _("100", "10*9/L", "S2", "published")
    partial: Limit = _("30", "10*9/L", "S2", "published")
    fold: Limit = _("2", "1", "S2", "published")
    confirmation: Choice = _one_of("required off", "S2", "published")
    confirmation_least: Limit = _("7", "d", "S2", "published")
    confirmation_most: Limit = _("28", "d", "S2")
    baseline: Choice = _one_of("last mean-of-two", "S2")
    transfusion: Limit = _("7", "d", "S2")
    immunoglobulin: Limit = _("28", "d", "S2")
    steroid_rise: Limit = _("20", "mg/d", "S2")
    steroid_days: Limit = _("28", "d", "S2")
    rescue: Limit = _("56", "d", "S2")
    bleeding_days: Limit = _("7", "d", "S2")
    bleeding_grade: Limit = _("2", "{grade}", "S2")


class Kinetics(msgspec.Struct, frozen=True):
    """PK_v1: expansion of the cells; linear trapezoid from Day 0, never extrapolated beyond the last sample."""

    auc_days: Limit = _("28", "d", "X1")
    below_limit: Choice = _one_of("half-between-zero-else zero", "X1")
    terminal_points: Limit = _("3", "{points}", "X1")
    terminal_fit: Limit = _("0.8", "1", "X1")


class Dynamics(msgspec.Struct, frozen=True):
    """PD_v1: depletion and recovery of B cells, what is followed beside them, and the items of the SLEDAI-2K in its window.

    Sources: Gladman DD et al., J Rheumatol 2002;29:288-91 (items and their numbers; that of fever is the usual one);
    Touma Z et al., Lupus 2010;19:49-51 (a window of 30 days).
    """

    depleted: Limit = _("0.01", "10*9/L", "X1")
    recovery_counts: Limit = _("2", "{counts}", "X1")
    activity_window: Limit = _("30", "d", "X1", "published")
    activity_red_cells: Limit = _("5", "/[HPF]", "X1", "published")
    activity_white_cells: Limit = _("5", "/[HPF]", "X1", "published")
    activity_protein: Limit = _("0.5", "g/d", "X1", "published")
    activity_fever: Limit = _("38.0", "Cel", "X1")
    activity_platelets: Limit = _("100", "10*9/L", "X1", "published")
    activity_leukocytes: Limit = _("3.0", "10*9/L", "X1", "published")


class Definitions(msgspec.Struct, frozen=True):
    """Every definition in force."""

    treatment: Treatment = Treatment()
    adverse_events: AdverseEvents = AdverseEvents()
    dlt: DoseLimitation = DoseLimitation()
    renal_response: RenalResponse = RenalResponse()
    platelet_response: PlateletResponse = PlateletResponse()
    kinetics: Kinetics = Kinetics()
    dynamics: Dynamics = Dynamics()


DEFINITIONS = Definitions()

Group = Literal[
    "treatment", "adverse_events", "dlt", "renal_response", "platelet_response", "kinetics", "dynamics",
]  # fmt: skip
#: The name of each definition as outputs bear it. Another meaning of a parameter is another version.
NAMES: Final[dict[Group, str]] = {
    "treatment": "Treatment_v1",
    "adverse_events": "AE_v1",
    "dlt": "DLT_v1",
    "renal_response": "CRR_v1",
    "platelet_response": "ITP_v1",
    "kinetics": "PK_v1",
    "dynamics": "PD_v1",
}


class _Defined(Protocol):
    """What has definitions in force: an occasion, which cannot be named here as it holds ours."""

    @property
    def definitions(self) -> Definitions: ...


def named(group: Group, on: _Defined) -> str:
    """Return the name of a definition with every parameter that is not the default: ``CRR_v1 (upcr=0.7)``."""
    ours, theirs = getattr(DEFINITIONS, group), getattr(on.definitions, group)
    changed = [
        f"{name}={written(getattr(theirs, name))}"
        for name in ours.__struct_fields__
        if getattr(theirs, name) != getattr(ours, name)
    ]
    return f"{NAMES[group]} ({', '.join(changed)})" if changed else NAMES[group]


def written(parameter: Limit | Choice) -> str:
    """Return what a parameter is set to, numbers as one writes them: ``0.7`` for 0.70, ``28`` for 2.8E+1."""
    return f"{parameter.value.normalize():f}" if isinstance(parameter, Limit) else parameter.value
