"""E12: washout of immunosuppressants and biologics, drug by drug."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.history import strangers
from mappings.criteria.months import declared
from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.drugs import (
    ANTIMALARIAL,
    AZATHIOPRINE_PARENT,
    BIOLOGIC,
    BORDERLINE,
    CELLS,
    CYTOTOXIC,
    GLUCOCORTICOID,
    GLUCOCORTICOID_EFFECT,
    HALF_LIVES,
    HYDROXYCHLOROQUINE,
    HYDROXYCHLOROQUINE_HALF_LIFE,
    OTHER_BIOLOGIC,
    SUPPRESSANT,
    HalfLife,
)
from mappings.facts import Exposure
from mappings.findings import Amount, Finding, Reason
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E12"
#: Where exposures are recorded; only when all four are complete does silence mean that nothing was taken.
MEDICATION_TYPES: Final = ("MedicationRequest", "MedicationAdministration", "MedicationStatement", "MedicationDispense")
#: Kinds of exposure that tell of a supply, not of use.
SUPPLIES: Final = frozenset({"dispense", "request"})
#: Washout of a drug whose half-life we do not hold.
LONGEST: Final = max(one.hours for one in HALF_LIVES.values())
#: The end of an exposure that will not end by itself.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Washout(msgspec.Struct, frozen=True):
    """The washout after one exposure: it is over after an instant that lies between ``earliest`` and ``latest``.

    ``is_settled`` is false for drugs of which a person must say whether, or for how long, they count.
    """

    exposure: Exposure
    concept: str
    earliest: datetime
    latest: datetime
    limit: Amount
    value: Amount
    is_settled: bool

    def state(self, at: datetime) -> Literal["within", "open", "over"]:
        """Return whether ``at`` lies within the washout; the last instant of it still does."""
        if at > self.latest:
            return "over"
        is_proven = self.is_settled and self.exposure.kind != "request" and self.exposure.problem is None
        return "within" if at <= self.earliest and is_proven else "open"


def washout(record: Record, on: Occasion) -> Finding:
    """An immunosuppressant was used within 5 half-lives or a biologic within 28 days.

    A drug whose last day is not known leaves the clause open, and so does one that was only prescribed. Drugs of
    which we hold no half-life, or of which nobody has said whether they are meant, are for a person.
    """
    all_of_them = washouts(record, on)
    running = sorted(all_of_them, key=lambda one: (one.latest, one.exposure.source.reference), reverse=True)
    open_ = [one for one in running if one.state(on.at) == "open"]
    within = [one for one in running if one.state(on.at) == "within"]
    turns = _turns(within, running, on)
    if within:
        worst = within[0]
        facts = [one.exposure for one in within]
        about, value = worst.concept, worst.value
        return met(CLAUSE, "present", facts, value=value, limit=worst.limit, turns=turns, about=about)
    if open_:
        return _open(open_, turns)
    window = timedelta(days=_days(_longest(on) * on.limits.half_lives.value))
    doubt = record.no_absence(on, MEDICATION_TYPES, on.today - window)
    if doubt:
        since = declared(MEDICATION_TYPES, on)
        covered = (since + window,) if since else ()
        found = strangers(record, MEDICATION_TYPES)
        return unknown(CLAUSE, doubt, found, concept="rx.immunosuppressant.other", turns=covered)
    return not_met(CLAUSE, "absent", [one.exposure for one in running])


def _turns(within: Sequence[Washout], running: Sequence[Washout], on: Occasion) -> tuple[date, ...]:
    """Return the days on which the clause may turn: when nothing is within its washout any more, and when all is over.

    What happens between them changes nothing, as long as another washout goes on.
    """
    ends = [max((one.earliest for one in within), default=NEVER), max((one.latest for one in running), default=NEVER)]
    days = {on.day_of(end) + timedelta(days=1) for end in ends if end < NEVER}
    return tuple(sorted(day for day in days if day > on.today))


def _open(found: list[Washout], turns: tuple[date, ...]) -> Finding:
    facts, first = [one.exposure for one in found], found[0]
    if not first.is_settled:
        return judgement(CLAUSE, "needs-person", facts, limit=first.limit, turns=turns, about=first.concept)
    about = first.concept
    return unknown(CLAUSE, _doubt(first), facts, concept=about, limit=first.limit, turns=turns, about=about)


def _doubt(one: Washout) -> Reason:
    """Return why nobody can tell whether a washout is over."""
    problem = one.exposure.problem
    if problem and problem != "preliminary":
        return problem
    if one.exposure.kind == "request":
        return "only-prescribed"
    return "no-end" if one.latest == NEVER else problem or "partial-date"


def washouts(record: Record, on: Occasion) -> Iterator[Washout]:
    """Yield the washout after every exposure that counts."""
    readings = on.site.interpretations
    for exposure in record.exposures:
        if exposure.kind == "request" and readings.prescriptions == "not-exposure":
            continue
        for concept in sorted(exposure.concepts):
            if concept.startswith((BIOLOGIC, CELLS)) or concept == OTHER_BIOLOGIC:
                yield _of_biologic(exposure, concept, on)
            elif _counts(concept, on):
                yield _of_suppressant(exposure, concept, on)


def _counts(concept: str, on: Occasion) -> bool:
    readings = on.site.interpretations
    if concept.startswith(GLUCOCORTICOID):
        return readings.glucocorticoids_in_washout == "counted"
    if concept.startswith(ANTIMALARIAL):
        return readings.hydroxychloroquine_in_washout == "counted"
    if concept in BORDERLINE:
        return readings.borderline_drugs_in_washout == "judgement"
    return concept.startswith(SUPPRESSANT) or concept in CYTOTOXIC


def _longest(on: Occasion) -> Decimal:
    """Return the longest half-life that any drug is counted by: what happened before cannot matter."""
    if on.site.interpretations.hydroxychloroquine_in_washout == "counted":
        return max(LONGEST, HYDROXYCHLOROQUINE_HALF_LIFE.hours)
    return LONGEST


def half_life(concept: str, on: Occasion) -> HalfLife | None:
    """Return the half-life that the washout of ``concept`` is counted by; ``None`` where we hold none."""
    if concept.startswith(GLUCOCORTICOID):
        return GLUCOCORTICOID_EFFECT
    if concept == HYDROXYCHLOROQUINE:
        return HYDROXYCHLOROQUINE_HALF_LIFE
    if concept.endswith(".azathioprine") and on.site.interpretations.azathioprine == "parent":
        return AZATHIOPRINE_PARENT
    return HALF_LIVES.get(concept)


def _of_suppressant(exposure: Exposure, concept: str, on: Occasion) -> Washout:
    known = half_life(concept, on)
    hours = (known.hours if known else _longest(on)) * on.limits.half_lives.value
    first, last = _ends(exposure, on)
    length = timedelta(microseconds=int(hours * 3_600_000_000))
    since = Decimal((on.at - min(last, on.at)) // timedelta(hours=1)) / 24
    value = Amount(since.quantize(Decimal("0.1"), ROUND_DOWN), "d")
    earliest, latest = (end + length if end < NEVER else NEVER for end in (first, last))
    return Washout(exposure, concept, earliest, latest, Amount(hours / 24, "d"), value, known is not None)


def _of_biologic(exposure: Exposure, concept: str, on: Occasion) -> Washout:
    days = on.limits.biologic_days.days
    first, last = _ends(exposure, on)
    earliest, latest = (_end_of_day(end, days, on) if end < NEVER else NEVER for end in (first, last))
    value = Amount(Decimal((on.today - on.day_of(min(last, on.at))).days), "d")
    limit, is_settled = Amount(Decimal(days), "d"), concept != OTHER_BIOLOGIC
    return Washout(exposure, concept, earliest, latest, limit, value, is_settled)


def _end_of_day(moment: datetime, days: int, on: Occasion) -> datetime:
    return on.midnight(on.day_of(moment) + timedelta(days=days + 1)) - timedelta(microseconds=1)


def last_exposure(exposure: Exposure, on: Occasion) -> tuple[datetime, datetime]:
    """Return the bounds of the last moment of an exposure up to now: its end, else now, else anywhere in between."""
    first, last = _ends(exposure, on)
    return min(first, on.at), min(last, on.at)


def _ends(exposure: Exposure, on: Occasion) -> tuple[datetime, datetime]:
    """Return the bounds of the end of an exposure, which may lie ahead; without one, it ends any time after its start.

    One that is said to go on past its own end may go on. The last day of a supply is counted from the hour at which
    it was fetched, and is used up in the course of that day.
    """
    if exposure.ended is not None:
        last = exposure.ended.latest
        if exposure.kind in SUPPLIES:
            last = _end_of_day(last, 0, on)
        return exposure.ended.earliest, NEVER if exposure.ongoing else last
    if exposure.ongoing:
        return NEVER, NEVER
    start = exposure.when.earliest if exposure.when else on.at - timedelta(days=36525)
    return start, NEVER


def _days(hours: Decimal) -> int:
    return int((hours / 24).to_integral_value(ROUND_CEILING))
