"""What following a participant comes to, as Observations by the adapter's Device: endpoints, toxicity window, grades.

R4 and R5 write them alike. Each names its definition as method, the Observations that it was derived from, and in words
what else it rests on or was not used. An answer that nobody can give is a reason in place of a value, never a value. All
are preliminary but for responses whose time is over.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from mappings.emitting.adverse_event import is_written
from mappings.emitting.datatypes import Resource, coding
from mappings.emitting.event_notes import stands_apart
from mappings.emitting.evidence import references
from mappings.emitting.narrative import clean
from mappings.emitting.result import absent, component, flag, measured, number, observation, since
from mappings.emitting.result_words import DLT_STATES, RESPONSES
from mappings.findings import Amount
from mappings.followed import BCells, Check, DltEvent, DltWatch, Episode, Expansion, Followed, Input, Response
from mappings.safety.bedside import ctcae
from mappings.site import Occasion
from mappings.wording import label, plain

#: Results that say why there is none -> the code for it.
ABSENT: Final = {"not-applicable": "not-applicable", "not-yet": "temp-unknown"}
#: Concepts of B cells begin so.
CD19: Final = "lab.cd19"
DAYS: Final = "d"
GRADE: Final = "{grade}"


def outcomes(followed: Followed, on: Occasion) -> list[Resource]:
    """Return every result about a participant: grades that no AdverseEvent can carry, toxicities, endpoints, kinetics."""
    return [
        *(event_grade(followed, one, on) for one in followed.events if has_grade(one)),
        _dlt_state(followed, followed.dlt, on),
        _response("renal-response", followed, followed.renal, on),
        _response("platelet-response", followed, followed.platelets, on),
        *(_kinetics(followed, one, on) for one in followed.expansions),
        _depletion(followed, followed.dynamics.b_cells, on),
    ]


def has_grade(episode: Episode) -> bool:
    """Whether an event has a grade that stands apart: of another scale than the CTCAE, or told by data of a reported one."""
    if episode.source == "reported":
        return episode.proposed_grade is not None or (episode.worst_grade is None and episode.at_least > 0)
    return is_written(episode) and stands_apart(episode)


def _scale(episode: Episode, on: Occasion) -> str:
    """Return the scale of the data's grade: that of a reported event is whatever the reporter used."""
    if episode.scale != "as reported":
        return episode.scale
    return "ASTCT 2019" if episode.term.interest in ("crs", "icans") else ctcae(on)


def event_grade(followed: Followed, episode: Episode, on: Occasion) -> Resource:
    """Return the worst grade that data show of an event; of a reported one the person's own grade stands where it is."""
    base, theirs = on.site.canonical_base, episode.source == "reported"
    grade = episode.proposed_grade if theirs else episode.worst_grade
    about = ", ".join(episode.reports) if theirs else f"AdverseEvent/{episode.id}"
    parts = [component(base, "event", {"valueString": clean(f"{episode.term.name} ({about})")})]
    parts += [component(base, "at-least", number(episode.at_least, GRADE))] if grade is None else []
    end = episode.end.latest if episode.end else followed.at
    return observation(
        number(grade, GRADE, episode.reason),
        parts,
        followed=followed,
        on=on,
        name="event-grade",
        about=(episode.id,),
        days=(on.day_of(episode.onset.earliest), on.day_of(end)),
        method=_scale(episode, on),
        behind=references(episode),
    )


def _dlt_state(followed: Followed, watch: DltWatch, on: Occasion) -> Resource:
    base = on.site.canonical_base
    state = coding(f"{base}/CodeSystem/dlt-state", watch.state, DLT_STATES[watch.state].en)
    events = [component(base, "dlt-event", {"valueString": clean(_limiting(one))}) for one in watch.events]
    return observation(
        {"valueCodeableConcept": {"coding": [state]}},
        [component(base, "evaluable", flag(watch.evaluable)), *events],
        followed=followed,
        on=on,
        name="dlt-state",
        days=watch.window,
        method=watch.definition,
        behind=references(watch),
        notes=[watch.why],
    )


def _limiting(event: DltEvent) -> str:
    """Return one event that limits the dose, or may, and what a person must still say of it."""
    grade = "not known" if event.grade is None else event.grade
    said = {True: "confirmed by a person", False: "refused by a person", None: "not confirmed"}[event.confirmed]
    asked = f"; to be said: {', '.join(event.ask)}" if event.ask else ""
    name = f" ({event.episode})" if event.episode else ""
    sure = "certain by its numbers" if event.certain else "not certain by its numbers"
    return f"{event.term}, grade {grade}, rule {event.rule}, {sure}, {said}{asked}{name}"


def _response(name: str, followed: Followed, response: Response, on: Occasion) -> Resource:
    base, treatment, day0 = on.site.canonical_base, on.definitions.treatment, followed.timeline.day0
    last = day0 + timedelta(days=treatment.week_12.days + treatment.week_12_window.days) if day0 else None
    over = last is not None and last < on.today
    words, result = RESPONSES.get(response.result), response.result
    value = (
        {"valueCodeableConcept": {"coding": [coding(f"{base}/CodeSystem/response", result, words.en)]}} if words else {}
    )
    return observation(
        value or absent(response.reason, ABSENT.get(response.reason, ABSENT.get(result, "unknown"))),
        [component(base, "responder", flag(response.responder)), *_checks(response.checks, base)],
        followed=followed,
        on=on,
        name=name,
        days=(day0, last) if day0 and last else None,
        method=response.definition,
        behind=references([one for one in response.inputs if one.used]),
        notes=[response.reason, *map(_unused, _not_used(response.inputs))],
        status="final" if over and words and not result.startswith("unconfirmed") else "preliminary",
    )


def _checks(checks: Iterable[Check], base: str) -> Iterator[Resource]:
    """Yield whether each condition of a definition holds, and the number that was held against its limit."""
    for check in checks:
        yield component(base, "check", flag(check.holds, check.reason), check.rule)
        if check.value:
            made = component(base, "check", measured(check.value), f"{check.rule}: value")
            yield made | ({"referenceRange": [{"text": f"Limit: {_said(check.limit)}"}]} if check.limit else {})


def _kinetics(followed: Followed, one: Expansion, on: Occasion) -> Resource:
    base = on.site.canonical_base
    numbers = {
        "cmax": (one.cmax, one.unit),
        "tmax": (one.tmax, DAYS),
        "clast": (one.clast, one.unit),
        "tlast": (one.tlast, DAYS),
        "auc": (one.auc, f"{one.unit}.{DAYS}"),
        "auc-to": (one.auc_to, DAYS),
        "half-life": (one.half_life, DAYS),
    }
    return observation(
        {},
        [
            component(
                base, "analyte", {"valueString": f"{label(one.analyte).en} {label(one.analyte).zh} ({one.unit})"}
            ),
            *(component(base, name, number(value, unit, one.reason)) for name, (value, unit) in numbers.items()),
        ],
        followed=followed,
        on=on,
        name="cell-kinetics",
        about=(one.analyte, one.unit),
        days=since(followed, on),
        method=one.definition,
        behind=references([sample for sample in one.samples if sample.used]),
        notes=[
            "The last sample lies before the end of the planned span." if one.truncated else "",
            one.reason,
            *map(_unused, _not_used(one.samples)),
        ],
    )


def _depletion(followed: Followed, cells: BCells, on: Occasion) -> Resource:
    base, nadir = on.site.canonical_base, cells.nadir and cells.nadir.value
    days = (("depleted", cells.depleted), ("recovered", cells.recovered), ("aplasia", cells.aplasia_days))
    lowest = measured(nadir) if nadir else absent(cells.reason)
    return observation(
        {},
        [
            *(component(base, name, number(value, DAYS, cells.reason)) for name, value in days),
            component(base, "nadir", lowest),
            component(base, "nadir-percent", number(cells.nadir_percent, "%", cells.reason)),
        ],
        followed=followed,
        on=on,
        name="b-cell-depletion",
        days=since(followed, on),
        method=followed.dynamics.definition,
        behind=references(cells, [one for one in followed.dynamics.courses if one.analyte.startswith(CD19)]),
        notes=[cells.reason],
    )


def _not_used(inputs: Iterable[Input]) -> Iterator[Input]:
    return (one for one in inputs if not one.used)


def _unused(one: Input) -> str:
    """Return a value that was there and does not count, and why."""
    day = "" if one.day is None else f", day {one.day}"
    where = f" ({one.evidence.reference})" if one.evidence else ""
    return f"Not used: {one.name}{day}{where}: {one.note or one.text}"


def _said(amount: Amount | None) -> str:
    return f"{plain(amount.value)} {amount.unit}" if amount else ""
