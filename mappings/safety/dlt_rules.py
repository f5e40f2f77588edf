"""The rules by which an event limits the dose, one function each. The first that speaks of an event decides on it.

The registered record names dose-limiting toxicities and defines none. The window of 28 days is that of NCT06585514 and
of the IC19 trial; every other number is a default of ours to be confirmed by the sponsor (``definitions.dlt``).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from mappings.follow_reasons import DltRule
from mappings.followed import Episode, EventTerm
from mappings.limits import Limit
from mappings.safety.dlt_course import NO, TICK, Candidate, Ruling, Span, all_of, any_of, outlasts, reaches
from mappings.safety.vocabulary import FEBRILE_NEUTROPENIA, FEVER
from mappings.site import Occasion

#: What the treatment is meant to do, or does in everybody; and alopecia, of which no grade limits the dose.
EXPECTED: Final = frozenset(
    {"b-cell aplasia", "lymphocyte count decreased", "cd4 lymphocytes decreased", "lymphopenia", "alopecia"}
)
#: Cytopenias that the haematological rule does not name: it is about neutrophils and platelets.
OTHER_CYTOPENIAS: Final = frozenset({"anemia", "white blood cell decreased"})
INFUSION_REACTION: Final = "infusion related reaction"
GUT: Final = frozenset({"nausea", "vomiting", "diarrhea"})

Rule = Callable[[Candidate], Ruling | None]


def is_expected(term: EventTerm) -> bool:
    """B-cell aplasia, hypogammaglobulinaemia, lymphopenia and alopecia limit no dose, whatever their grade."""
    return term.interest == "hypogammaglobulinaemia" or _name(term) in EXPECTED


def is_fatal(episode: Episode) -> bool:
    """Whether the participant died of the event."""
    return 5 in (episode.worst_grade, episode.at_least) or episode.outcome == "fatal"


def death(event: Candidate) -> Ruling | None:
    """An event of which the participant died limits the dose, also where death came after the window."""
    if not is_fatal(event.episode):
        return None
    ends = [one.when.latest for one in event.points if one.low == 5]
    end = event.died or event.episode.end or event.episode.onset
    return Ruling(True, min(ends, default=end.latest))


def crs(event: Candidate) -> Ruling | None:
    """Cytokine release syndrome: grade 4; grade 3 that is not back to grade 2 within 72 h (option: any grade 3)."""
    if event.episode.term.interest != "crs":
        return None
    chosen = event.on.definitions.dlt
    return _third(event, chosen.crs.value == "any-grade-3", chosen.crs_hours)


def icans(event: Candidate) -> Ruling | None:
    """Neurotoxicity (ICANS): any grade 3 or more (option: grade 4; grade 3 that is not back to grade 2 within 72 h)."""
    if event.episode.term.interest != "icans":
        return None
    chosen = event.on.definitions.dlt
    return _third(event, chosen.icans.value == "any-grade-3", chosen.icans_hours)


def _third(event: Candidate, any_third: bool, hours: Limit) -> Ruling:
    return reaches(event, 3) if any_third else any_of(reaches(event, 4), outlasts(event, 3, _within(hours)))


def gvhd(event: Candidate) -> Ruling | None:
    """Graft versus host disease of grade II or more."""
    if event.episode.term.interest != "gvhd":
        return None
    return reaches(event, event.on.definitions.dlt.gvhd_grade.days)


def iec_hs(event: Candidate) -> Ruling | None:
    """Haemophagocytic syndrome associated with immune effector cells (IEC-HS) of grade 3 or more."""
    if event.episode.term.interest != "iec-hs":
        return None
    return reaches(event, event.on.definitions.dlt.iec_hs_grade.days)


def cytopenia(event: Candidate) -> Ruling | None:
    """Neutropenia or thrombocytopenia of grade 4, and more than at baseline, that is still there at Day 28.

    One that recovers by then is that of lymphodepletion; anaemia is not named. Febrile neutropenia is no mere count:
    it falls under the rule for every other event.
    """
    term, baseline = event.episode.term, event.episode.baseline_grade
    if term.interest != "cytopenia" or _name(term) == _name(FEBRILE_NEUTROPENIA):
        return None
    if _name(term) in OTHER_CYTOPENIAS or (baseline or 0) >= 4:
        return NO
    day = event.on.day_of(event.opens) + timedelta(days=event.on.definitions.dlt.cytopenia_days.days)
    first, last = event.on.midnight(day), event.on.midnight(day + timedelta(days=1)) - TICK
    return outlasts(event, 4, lambda _: (first, last))


def other(event: Candidate) -> Ruling | None:
    """Any other new grade 3 or more that is not back to grade 2, or to its baseline grade, within 7 days.

    Fever of grade 3 never counts. An infusion reaction must be back within less than 24 h, and nausea, vomiting and
    diarrhoea must be controlled within less than 72 h, so for them these limits stand in place of the 7 days.
    """
    chosen, name = event.on.definitions.dlt, _name(event.episode.term)
    severe = max(3, (event.episode.baseline_grade or 0) + 1)
    if name == INFUSION_REACTION:
        return outlasts(event, severe, _under(chosen.infusion_reaction_hours))
    if name in GUT:
        return outlasts(event, severe, _under(chosen.gut_hours))
    lasting = outlasts(event, severe, _days(chosen.other_days, event.on))
    return all_of(lasting, reaches(event, 4)) if name == _name(FEVER) else lasting


#: What each rule is called in results, in the order in which they are asked.
RULES: Final[tuple[tuple[DltRule, Rule], ...]] = (
    ("death", death),
    ("crs", crs),
    ("icans", icans),
    ("gvhd", gvhd),
    ("iec-hs", iec_hs),
    ("cytopenia", cytopenia),
    ("other", other),
)


def ruled(event: Candidate) -> tuple[DltRule, Ruling]:
    """Return the rule that speaks of ``event``, and what it says."""
    if is_expected(event.episode.term) and not is_fatal(event.episode):
        return "other", NO
    rulings = ((name, rule(event)) for name, rule in RULES)
    return next((name, ruling) for name, ruling in rulings if ruling)


def _name(term: EventTerm) -> str:
    return term.name.strip().casefold()


def _within(hours: Limit) -> Span:
    """Return the span of so many hours, the last instant included."""
    return lambda start: (_later(start, hours), _later(start, hours))


def _under(hours: Limit) -> Span:
    """Return the span of less than so many hours."""
    return lambda start: (_later(start, hours), _later(start, hours) - TICK)


def _later(start: datetime, hours: Limit) -> datetime:
    """Return the instant so many hours after ``start``, by elapsed time and not by the clock on the wall."""
    return start.astimezone(UTC) + timedelta(seconds=int(hours.value * 3600))


def _days(limit: Limit, on: Occasion) -> Span:
    """Return the span that ends with the calendar day so many days after the day of the start."""

    def span(start: datetime) -> tuple[datetime, datetime]:
        after = on.midnight(on.day_of(start) + timedelta(days=limit.days + 1))
        return after, after - TICK

    return span
