"""Condition -> diagnosis."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from mappings.codes import Code
from mappings.facts import Diagnosis, Fact
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context
from mappings.reading.dates import LAST_DAY, ending, first_of, when
from mappings.reading.statuses import VERIFICATION, active, combined
from mappings.reading.views import Condition


def read(view: Condition, context: Context) -> list[Fact] | SetAsideReason:
    """Return the diagnosis in ``view``, or why it is of no use. Raises ValueError for dates.

    A diagnosis under no code that we can place stays a fact: it may be anything, so nothing can be ruled out. One that no
    clause speaks of is of use only where treatment is followed: it may be an adverse event.
    """
    use = combined(view, view.verification_status, VERIFICATION)
    if use != "use" and use != "preliminary":
        return use
    meaning = context.meaning(view.code)
    if meaning.contradicted:
        return "display-contradicts"
    if meaning.placed and not meaning.concepts and not context.follows:
        return "not-relevant"
    began, recorded = _onset(view, context.zone)
    ended = _abatement(view, began, context.zone)
    said = active(view.clinical_status)
    return [
        Diagnosis(
            source=context.source(view, "Condition"),
            concepts=meaning.concepts,
            when=began,
            raw=meaning.text,
            active=False if said is None and ended else said,
            certain=use == "use",
            placed=meaning.placed,
            ended=ended,
            recorded=recorded,
            text=meaning.text or (_first(meaning.codes) if context.follows else ""),
            codes=meaning.codes,
        )
    ]


def _first(codes: tuple[Code, ...]) -> str:
    """Return the first of ``codes``: what a diagnosis is called that came without a word."""
    return codes[0].code if codes else ""


def _onset(view: Condition, zone: ZoneInfo) -> tuple[When | None, When | None]:
    """Return the onset, and the time it cannot be later than.

    An onset given as an age or in words leaves it open. One within a period that has no end may lie anywhere between
    its start and the day it was recorded, one within a period that has no start anywhere before its end.
    """
    recorded = first_of(zone, view.recorded_date)
    period = view.onset_period
    if view.onset_date_time or period is None:
        return first_of(zone, view.onset_date_time), recorded
    last = ending(period.end, zone)
    if period.start and last is None:
        start = when(period.start, zone)
        latest = recorded.latest if recorded else datetime.combine(LAST_DAY, time(), zone)
        return When(start.earliest, max(latest, start.latest), f"{period.start}/"), recorded
    if period.start:
        return first_of(zone, period), recorded
    return None, min((one for one in (recorded, last) if one), key=lambda one: one.latest, default=None)


def _abatement(view: Condition, began: When | None, zone: ZoneInfo) -> When | None:
    """Return when it ended, where a date says so; an end before the onset contradicts it and is none.

    Ages, ranges and words ("continuing" among them) say nothing that can be held against an instant, and a period
    without an end does not say that it is over.
    """
    period = view.abatement_period
    ended = ending(view.abatement_date_time, zone)
    if ended is None and period and ending(period.end, zone):
        ended = first_of(zone, period)
    return None if ended and began and ended.latest < began.earliest else ended
