"""Day 0 and what hangs on it: the dose, lymphodepletion, the baseline, the cohort, and how far the record reaches.

Day 0 is the calendar day, in the site's time zone, on which the infusion of the cells began (the registered record
plans one). Where it is not sure it is not chosen: then nothing is related to it, and the problems say why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from mappings.criteria.verdicts import evidence_of
from mappings.definitions import named
from mappings.dose import agree, dose_given, told
from mappings.facts import Diagnosis, Enrolment, Exposure, Fact, Infusion, Stay
from mappings.findings import Cohort
from mappings.follow_reasons import TimelineProblem
from mappings.followed import Dose, Timeline
from mappings.intervals import When
from mappings.limits import Limit
from mappings.record import Record
from mappings.site import Occasion

#: The drugs of the lymphodepletion. Cyclophosphamide is one of them only shortly before the infusion.
LYMPHODEPLETION: Final = ("rx.lymphodepletion.fludarabine", "rx.immunosuppressant.cyclophosphamide")
#: States of a ResearchSubject in which the participant has left the study.
LEFT: Final = frozenset({"off-study", "withdrawn"})
#: Problems of an infusion that leave open whether it took place.
DOUBTFUL: Final = frozenset({"conflict", "preliminary"})
#: Beginnings of the concepts of each cohort's disease.
_DISEASES: Final[Mapping[str, Cohort]] = {"dx.lupus_nephritis": "LN", "dx.itp": "ITP"}
_TICK: Final = timedelta(microseconds=1)


def timeline(record: Record, on: Occasion) -> Timeline | None:
    """Return the timeline of a treated patient; ``None`` for one who was never infused."""
    if not record.infusions:
        return None
    infused, problems = _infused(record, on)
    cohort, facts, doubts = _cohort(record, infused, on)
    line = Timeline(
        day0=None,
        definition=named("treatment", on),
        cohort=cohort,
        seen=_seen(record, on),
        died=record.person.died,
        left=_left(record.enrolments, infused, on),
        problems=(*problems, *doubts),
        evidence=evidence_of([*record.infusions, *facts]),
    )
    return _dated(line, infused, record, on) if infused else line


def _dated(line: Timeline, infused: When, record: Record, on: Occasion) -> Timeline:
    """Return ``line`` with Day 0 and what hangs on it."""
    is_one = "two-infusions" not in line.problems
    dose, doubts = dose_given(record.infusions, infused, record, on) if is_one else (Dose(), [])
    given, depletion, undated = _depletion(record, infused, on)
    first = depletion if on.definitions.treatment.baseline.value == "before-lymphodepletion" else None
    return msgspec.structs.replace(
        line,
        day0=on.day_of(infused.earliest),
        infused=infused,
        dose=dose,
        lymphodepletion=evidence_of(given),
        depletion=depletion,
        lymphodepleted=_day_of(depletion, on),
        baseline=min(_before(when) for when in (infused, first) if when),
        baseline_rule="before-lymphodepletion" if first else "before-infusion",
        problems=(*line.problems, *doubts, *undated),
    )


def study_day(line: Timeline, instant: datetime, on: Occasion) -> int:
    """Return the study day of ``instant``, by calendar days in the site's time zone. ``line`` has a Day 0."""
    return (on.day_of(instant) - _day0(line)).days


def day_on(line: Timeline, day: int) -> date:
    """Return the calendar day of study day ``day``. ``line`` has a Day 0."""
    return _day0(line) + timedelta(days=day)


def around(line: Timeline, on: Occasion, visit: Limit, window: Limit) -> tuple[datetime, datetime]:
    """Return the first instant of a visit's window and the first after it: ``window`` days on either side of its day."""
    opens = day_on(line, visit.days - window.days)
    return on.midnight(opens), on.midnight(opens + timedelta(days=2 * window.days + 1))


def is_after(line: Timeline, when: When | None) -> bool | None:
    """Whether something began after the infusion began; ``None`` where the times do not tell, or one is not known."""
    if line.infused is None or when is None:
        return None
    if when.earliest > line.infused.latest:
        return True
    return False if when.latest <= line.infused.earliest else None


def _day0(line: Timeline) -> date:
    if line.day0 is None:
        raise ValueError("nothing is related to a Day 0 that is not sure")
    return line.day0


def _infused(record: Record, on: Occasion) -> tuple[When | None, list[TimelineProblem]]:
    """Return when the infusion began, ``None`` where its day is not sure, and what is wrong with it."""
    found = record.infusions
    whens = [one.when for one in found if one.when]
    days = {_day_of(one.when, on) for one in found}
    doubtful = [one for one in found if one.problem in DOUBTFUL]
    died = record.person.died
    wrong: dict[TimelineProblem, bool] = {
        "two-infusions": len(days - {None}) > 1 or not _is_one(found, on),
        "infusion-stopped": any(one.stopped for one in found),
        "infusion-undated": None in days,
        "infusion-doubtful": bool(doubtful),
        "infusion-after-death": died is not None and any(when.earliest > died.latest for when in whens),
    }
    problems = [problem for problem, holds in wrong.items() if holds]
    if len(days) > 1 or len(doubtful) == len(found) or wrong["infusion-undated"] or wrong["infusion-after-death"]:
        return None, problems
    return min(whens, key=lambda when: (when.latest, when.latest - when.earliest)), problems


def _is_one(found: Sequence[Infusion], on: Occasion) -> bool:
    """Whether the resources may tell one infusion: at most one of each kind, and no two doses."""
    resources = {(one.kind, one.source.reference) for one in found}
    return len(resources) == len({kind for kind, _ in resources}) and agree(told(found), on)


def _day_of(when: When | None, on: Occasion) -> date | None:
    """Return the calendar day of ``when``, ``None`` where it is not known to the day."""
    first, last = (on.day_of(when.earliest), on.day_of(when.latest)) if when else (None, None)
    return first if first == last else None


def _depletion(
    record: Record, infused: When, on: Occasion
) -> tuple[Sequence[Exposure], When | None, Sequence[TimelineProblem]]:
    """Return what was given for lymphodepletion, when that began, and whether its day is in doubt.

    A dose whose day is not known may have been the first. Where nothing was administered, drugs that were ordered or
    told within the window were likely given, on a day that nobody knows.
    """
    window = on.definitions.treatment.lymphodepletion_window.days
    opens = on.midnight(on.day_of(infused.earliest) - timedelta(days=window))
    found = [one for one in record.exposed(LYMPHODEPLETION) if _may_lie(one.when, opens, infused)]
    given = [one for one in found if one.kind == "administration"]
    unsure = [one for one in given if one.problem or _day_of(one.when, on) is None]
    if not given:
        unsure = given = [one for one in found if _day_of(one.when, on)]
    if not given:
        return (), None, ()
    first = min(max(opens, one.when.earliest) if one.when else opens for one in given)
    if unsure:
        return given, When(first, infused.latest), ["lymphodepletion-undated"]
    return given, When(first, min(one.when.latest for one in given if one.when)), ()


def _may_lie(when: When | None, opens: datetime, infused: When) -> bool:
    return when is None or (when.latest >= opens and when.earliest <= infused.latest)


def _before(when: When) -> datetime:
    """Return the last instant that is surely not after ``when``: of a day, the end of the day before it."""
    return when.earliest if when.earliest == when.latest else when.earliest - _TICK


def _cohort(
    record: Record, infused: When | None, on: Occasion
) -> tuple[Cohort | None, Sequence[Fact], Sequence[TimelineProblem]]:
    """Return the cohort by the enrolments, else by the diagnoses up to Day 0, with what it rests on, or why it is not known."""
    enrolled: list[Enrolment] = [one for one in record.enrolments if one.arm and one.problem is None]
    arms = {one.arm for one in enrolled}
    if arms:
        return (arms.pop(), enrolled, ()) if len(arms) == 1 else (None, enrolled, ["cohort-contradicted"])
    ends = on.midnight(on.day_of(infused.earliest) + timedelta(days=1)) if infused else on.at
    found = [one for one in record.diagnoses if _arms([one]) and (one.when is None or one.when.earliest < ends)]
    sure = _arms(one for one in found if one.certain and one.problem is None and one.when and one.when.latest < ends)
    if len(sure) == len(_arms(found)) == 1:
        return sure.pop(), found, ()
    return None, found, ["cohort-unknown"]


def _arms(diagnoses: Iterable[Diagnosis]) -> set[Cohort]:
    """Return the cohorts that ``diagnoses`` belong to."""
    concepts = {concept for one in diagnoses for concept in one.concepts}
    return {arm for start, arm in _DISEASES.items() if any(concept.startswith(start) for concept in concepts)}


def _seen(record: Record, on: Occasion) -> date | None:
    """Return the last calendar day on which somebody surely looked at the patient; plans for later show nothing."""
    days = [on.day_of(when.earliest) for when in _moments(record) if when and when.earliest <= on.at]
    return max(days, default=None)


def _moments(record: Record) -> Iterator[When | None]:
    """Yield when the patient was examined, treated or diagnosed."""
    for results in record.results.values():
        yield from (one.when for one in results)
    given = [one for one in record.exposures if one.kind == "administration"]
    spans: tuple[Infusion | Exposure | Stay, ...] = (*record.infusions, *given, *record.stays)
    for fact in spans:
        yield from (fact.when, fact.ended)
    yield from (one.when for one in (*record.procedures, *record.reports))
    yield from (one.recorded for one in record.diagnoses)


def _left(enrolments: Iterable[Enrolment], infused: When | None, on: Occasion) -> When | None:
    """Return when the participant left after the infusion; of an undated end only bounds are known."""
    found = []
    for one in enrolments:
        if one.left or one.state in LEFT:
            start = infused or one.when
            found.append(one.left or When(start.earliest if start else on.at, on.at))
    ends = [one for one in found if one.earliest <= on.at and not (infused and one.latest < infused.earliest)]
    return min(ends, key=lambda when: (when.latest, when.earliest), default=None)
