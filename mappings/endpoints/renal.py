"""S1: complete and partial renal response at week 12, by the definition ``CRR_v1``.

The registered record asks for the complete response and defines none. Ours is that of REGENCY (N Engl J Med 2025, doi
10.1056/NEJMoa2410965) with the partial response of KDIGO 2024 (Kidney Int 105(1S)); whoever died, left, was rescued,
dialysed or transplanted before the end of week 12 did not respond.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mappings.criteria.creatinine_clearance import CREATININE
from mappings.criteria.sightings import usable
from mappings.criteria.verdicts import amount_of
from mappings.definitions import named
from mappings.endpoints.filtration import filters, rate_inputs
from mappings.endpoints.proteinuria import UPCR, complete, neighbours, partial, ratios_at_baseline, ratios_at_visit
from mappings.endpoints.rescue import (
    MEDICATIONS,
    RENAL,
    Sign,
    drugs,
    procedure_check,
    procedures,
    rescue_check,
    sign_inputs,
    steroid_signs,
)
from mappings.endpoints.responses import Question, all_of, considered, first_with, holding, not_asked
from mappings.endpoints.steroids import ceiling, days_between, pulses, rise, runs_longer
from mappings.endpoints.visits import hull, within
from mappings.facts import Measurement, Result
from mappings.follow_reasons import Note, ResponseReason
from mappings.followed import Check, Episode, RenalResult, Response, Timeline
from mappings.record import Record
from mappings.site import Occasion

RED_CELLS: Final = ("lab.urine_rbc_hpf",)
CASTS: Final = ("lab.urine_rbc_casts",)
_NONE: Final = {"negative": True, "positive": False}


def renal_response(record: Record, line: Timeline, episodes: Sequence[Episode], on: Occasion) -> Response:
    """Whether the kidneys responded at week 12: completely, partially, or not.

    No response rests on what is not there. Before the window of week 12 is over nothing is decided but what ends the
    question: death, leaving the study, dialysis, transplant, rescue.
    """
    refused = not_asked("renal_response", "LN", line, on)
    return refused or _answer(Question(record, line, episodes, on))


def _answer(ask: Question) -> Response:
    ending, signs = _ending(ask)
    ratios, creatinines, base = ratios_at_visit(ask), ask.at_visit(CREATININE), ask.at_baseline(CREATININE)
    shared = [*ending, filters(ask, creatinines, base), *_switches(ask)]
    rungs: dict[RenalResult, list[Check]] = {
        "CRR": [*shared, *complete(ask, ratios)],
        "PRR": [*shared, *partial(ask, ratios)],
    }
    result, reason = _decided(ask, ending, rungs)
    results = [one for concepts in (UPCR, CREATININE, *_sediment(ask)) for one in ask.record.series(concepts)]
    used: list[Result] = [*ratios, *ratios_at_baseline(ask), *neighbours(ask, ratios), *creatinines, *base]
    if _sediment(ask):
        used += [*ask.at_visit(RED_CELLS), *_casts_seen(ask)]
    rates = rate_inputs(ask, [*creatinines, *base])
    return Response(
        result=result,
        definition=named("renal_response", ask.on),
        reason=reason,
        responder=None if result == "not-evaluable" and not ask.is_over else result == "CRR",
        checks=ask.so_far(check for checks in rungs.values() for check in checks),
        inputs=(*considered(results, used, ask), *rates, *sign_inputs(signs, ask.line, ask.on)),
    )


def _decided(
    ask: Question, ending: Sequence[Check], rungs: dict[RenalResult, list[Check]]
) -> tuple[RenalResult, ResponseReason]:
    """Return the best result that is sure, unless a better one is possible: then nothing is decided."""
    if not ask.is_over:
        return ("NR", first_with(ending, False).reason) if holding(ending) is False else ("not-evaluable", "not-yet")
    for result, checks in rungs.items():
        answer = holding(checks)
        if answer is not False:
            return (result, "") if answer else ("not-evaluable", first_with(checks, None).reason)
    failed = first_with(rungs["CRR"], False)
    return "NR", failed.reason or failed.rule


def _ending(ask: Question) -> tuple[list[Check], list[Sign]]:
    """Return what ends the question whatever was measured, and the signs that it rests on."""
    record, on, span = ask.record, ask.on, ask.span
    dialysis = procedures(record, on, span, "proc.dialysis")
    transplant = procedures(record, on, span, "proc.kidney_transplant")
    rescue = [*drugs(record, ask.line, ask.episodes, on, span, RENAL), *_steroids(ask)]
    checks = [
        *ask.still_there(),
        procedure_check(dialysis, "dialysis", record, span[0], on),
        procedure_check(transplant, "transplant", record, span[0], on),
        rescue_check(rescue, record, span[0], MEDICATIONS, on),
    ]
    return checks, [*dialysis, *transplant, *rescue]


def _steroids(ask: Question) -> list[Sign]:
    """Return pulses, and a rise of the daily dose that lasted for too long, as signs of a rescue."""
    ours, (first, last), on = ask.on.definitions.renal_response, ask.span, ask.on
    days, least = days_between(first, min(last, on.today)), ours.steroid_days.days
    raised = rise(ask.record, ask.line, on, days, ours.steroid_rise.value)
    runs = runs_longer(raised.sure, least), runs_longer(raised.may, least)
    given, possible = pulses(ask.record, on, first, last)
    return [
        *steroid_signs(raised.exposures, *runs, ask.episodes, on),
        *steroid_signs(given, [on.day_of(one.when.latest) for one in given if one.when], [], ask.episodes, on),
        *steroid_signs(possible, [], days, ask.episodes, on),
    ]


def _switches(ask: Question) -> list[Check]:
    """Return the conditions that a site may ask for besides."""
    ours, checks = ask.on.definitions.renal_response, []
    if ours.steroid_ceiling.value == "on":
        checks.append(_ceiling(ask))
    if _sediment(ask):
        checks += [_red_cells(ask), _casts(ask)]
    return checks


def _sediment(ask: Question) -> tuple[tuple[str, ...], ...]:
    """Return the concepts of the sediment where it is asked for."""
    return (RED_CELLS, CASTS) if ask.on.definitions.renal_response.sediment.value == "on" else ()


def _ceiling(ask: Question) -> Check:
    """Return whether the daily glucocorticoid was low enough in the weeks before week 12."""
    ours, limit = ask.on.definitions.renal_response, amount_of(ask.on.definitions.renal_response.steroid_most)
    last = ask.span[0] + timedelta(days=ask.on.definitions.treatment.week_12.days)
    first = last - timedelta(days=ours.steroid_ceiling_days.days)
    answer = ceiling(ask.record, ask.line, ask.on, days_between(first, last), ours.steroid_most.value)
    doubt = ask.record.no_absence(ask.on, MEDICATIONS, first) if answer else None
    reason = doubt or ("" if answer is not None else "rescue-unclear")
    return Check(rule="steroid-ceiling", holds=None if doubt else answer, reason=reason, limit=limit)


def _red_cells(ask: Question) -> Check:
    limit, found = amount_of(ask.on.definitions.renal_response.red_cells), ask.at_visit(RED_CELLS)
    answer = hull(one.value for one in found).below(limit.value) if found else None
    return ask.held("red-cells", found, answer, limit)


def _casts(ask: Question) -> Check:
    """Return whether every result on red-cell casts in the window says that there are none."""
    found = _casts_seen(ask)
    answer = all_of(map(_is_none, found)) if found else None
    reason: Note = "" if answer is not None else "no-value" if found else "missing"
    return Check(rule="casts", holds=answer, reason=reason)


def _casts_seen(ask: Question) -> list[Result]:
    return [one for one in usable(ask.record, *CASTS) if within(one.when, *ask.window, ask.on)]


def _is_none(one: Result) -> bool | None:
    if isinstance(one, Measurement) and one.value:
        return one.value.at_most(Decimal(0))
    return _NONE.get(one.answer or "")
