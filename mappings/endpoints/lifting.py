"""What lifts platelets besides the cells: counts that do not count, and rescue before the count of week 12."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from mappings.endpoints.counts import COUNTS
from mappings.endpoints.rescue import (
    MEDICATIONS,
    PLATELETS,
    PROCEDURES,
    Plan,
    Sign,
    drugs,
    procedures,
    rescue_check,
    steroid_signs,
)
from mappings.endpoints.responses import Question
from mappings.endpoints.steroids import days_between, rise
from mappings.endpoints.visits import usable, within
from mappings.follow_reasons import Note
from mappings.followed import Check

_TRANSFUSION: Final = Plan((), ("rx.transfusion.platelets",))
_IMMUNOGLOBULIN: Final = Plan((), ("rx.itp.ivig", "rx.itp.anti_d"))
#: Receptor agonists lift counts for as long as they are taken; those that were taken before Day 0 belong to the baseline.
_AGONISTS: Final = Plan(
    tuple(f"rx.itp.{drug}" for drug in "avatrombopag eltrombopag hetrombopag rhtpo romiplostim".split())
)


def lifted(ask: Question) -> dict[int, Note]:
    """Return the counts after Day 0 that something lifted for sure, by their ``id``, and what it was."""
    ours, most = ask.on.definitions.platelet_response, ask.on.definitions.platelet_response.confirmation_most
    span = ask.span[0], min(ask.window[1] + timedelta(days=most.days), ask.on.today)
    raised = rise(ask.record, ask.line, ask.on, days_between(*span), ours.steroid_rise.value).sure
    found: dict[int, Note] = {}
    for one in usable(ask.record, COUNTS):
        if within(one.when, *span, ask.on) and one.when:
            note = _lift(ask, ask.on.day_of(one.when.earliest), ask.on.day_of(one.when.latest), raised)
            found |= {id(one): note} if note else {}
    return found


def _lift(ask: Question, first: date, last: date, raised: Iterable[date]) -> Note:
    """Return what lifted a count taken from ``first`` to ``last``; "" where nothing did for sure."""
    ours = ask.on.definitions.platelet_response
    kinds: tuple[tuple[Note, Plan, int], ...] = (
        ("after-transfusion", _TRANSFUSION, ours.transfusion.days),
        ("after-immunoglobulin", _IMMUNOGLOBULIN, ours.immunoglobulin.days),
        ("on-receptor-agonist", _AGONISTS, 0),
    )
    for note, plan, days in kinds:
        span = last - timedelta(days=days), first
        if any(not sign.doubt for sign in drugs(ask.record, ask.line, (), ask.on, span, plan)):
            return note
    since = last - timedelta(days=ours.steroid_days.days)
    return "after-glucocorticoid" if any(since <= day <= first for day in raised) else ""


def rescued(ask: Question, days: tuple[date, date]) -> tuple[Check, list[Sign]]:
    """Return whether nothing rescued the platelets in the weeks before the count; a spleen that is out stays out."""
    ours, on, record = ask.on.definitions.platelet_response, ask.on, ask.record
    span = max(ask.span[0], days[0] - timedelta(days=ours.rescue.days)), days[1]
    raised = rise(record, ask.line, on, days_between(span[0], min(span[1], on.today)), ours.steroid_rise.value)
    signs = [
        *drugs(record, ask.line, ask.episodes, on, span, PLATELETS),
        *procedures(record, on, (ask.span[0], span[1]), "proc.splenectomy"),
        *steroid_signs(raised.exposures, raised.sure, raised.may, ask.episodes, on),
    ]
    return rescue_check(signs, record, ask.span[0], (*MEDICATIONS, *PROCEDURES), on), signs
