"""Protein in the urine at week 12: the conditions on the ratio of protein to creatinine."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mappings.criteria.verdicts import amount_of
from mappings.endpoints.responses import Question, all_of, any_of, at_most_share
from mappings.endpoints.visits import hull, usable
from mappings.facts import Measurement
from mappings.findings import Amount
from mappings.follow_reasons import CheckRule, Note
from mappings.followed import Check
from mappings.intervals import Interval

#: The ratio by specimen, the preferred one first: urine of 24 hours, of a night, a single void.
SPECIMENS: Final = (
    ("lab.upcr_24h_mass_ratio", "lab.upcr_24h_ratio"),
    ("lab.upcr_12h_mass_ratio",),
    ("lab.upcr_mass_ratio", "lab.upcr_ratio_unspecified"),
)
UPCR: Final = tuple(concept for specimen in SPECIMENS for concept in specimen)


def ratios_at_visit(ask: Question) -> list[Measurement]:
    """Return the ratio of week 12 in the preferred specimen, or those that may be it."""
    return _preferred(ask.at_visit, ask.is_visit)


def ratios_at_baseline(ask: Question) -> list[Measurement]:
    """Return the ratio of baseline in the preferred specimen, or those that may be it."""
    return _preferred(ask.at_baseline, ask.is_baseline)


def _preferred(
    find: Callable[[Sequence[str]], list[Measurement]], is_sure: Callable[[list[Measurement]], bool]
) -> list[Measurement]:
    """Return what is found of the preferred specimen, and of less preferred ones until one is there for sure."""
    found: list[Measurement] = []
    for specimen in SPECIMENS:
        found += find(specimen)
        if is_sure(found):
            break
    return found


def complete(ask: Question, ratios: Sequence[Measurement]) -> list[Check]:
    """Return whether the ratio is low enough for a complete response, and confirmed where that is asked."""
    limit = amount_of(ask.on.definitions.renal_response.upcr)
    check = ask.held("upcr", ratios, _is_complete(ask, ratios) if ratios else None, limit)
    return [check, *_confirmed(ask, ratios, "confirmed-complete", _is_complete)]


def partial(ask: Question, ratios: Sequence[Measurement]) -> list[Check]:
    """Return whether the ratio is below the nephrotic range and fell by half, and confirmed where that is asked."""
    limit = amount_of(ask.on.definitions.renal_response.partial_upcr)
    below = ask.held("upcr-partial", ratios, _is_below(ask, ratios) if ratios else None, limit)
    return [below, _fall(ask, ratios), *_confirmed(ask, ratios, "confirmed-partial", _is_partial)]


def _is_complete(ask: Question, ratios: Sequence[Measurement]) -> bool | None:
    ours, value = ask.on.definitions.renal_response, hull(one.value for one in ratios)
    return value.below(ours.upcr.value) if ours.upcr_bound.value == "below" else value.at_most(ours.upcr.value)


def _is_below(ask: Question, ratios: Sequence[Measurement]) -> bool | None:
    return hull(one.value for one in ratios).below(ask.on.definitions.renal_response.partial_upcr.value)


def _is_partial(ask: Question, ratios: Sequence[Measurement]) -> bool | None:
    return all_of((_is_below(ask, ratios), _has_fallen(ask, ratios, ask.reference(ratios_at_baseline(ask)))))


def _has_fallen(ask: Question, ratios: Sequence[Measurement], reference: Interval | Note) -> bool | None:
    if isinstance(reference, str):
        return None
    return at_most_share(hull(one.value for one in ratios), reference, _left(ask))


def _left(ask: Question) -> Decimal:
    """Return the share of baseline that may be left."""
    return 1 - ask.on.definitions.renal_response.partial_fall.value / 100


def _fall(ask: Question, ratios: Sequence[Measurement]) -> Check:
    reference = ask.reference(ratios_at_baseline(ask))
    if isinstance(reference, str):
        return Check(rule="upcr-fall", holds=None, reason=reference)
    limit = None if reference.exact is None else Amount(reference.exact * _left(ask), "g/g")
    return ask.held("upcr-fall", ratios, _has_fallen(ask, ratios, reference) if ratios else None, limit)


def _confirmed(
    ask: Question,
    ratios: Sequence[Measurement],
    rule: CheckRule,
    test: Callable[[Question, Sequence[Measurement]], bool | None],
) -> list[Check]:
    """Return whether a second ratio, the next before or the next after that of the visit, says the same."""
    if ask.on.definitions.renal_response.confirmation.value == "off":
        return []
    answers = [test(ask, [one]) for one in neighbours(ask, ratios)]
    answer = any_of(answers) if answers else None
    return [Check(rule=rule, holds=answer, reason="unconfirmed" if answer is None else "")]


def neighbours(ask: Question, ratios: Sequence[Measurement]) -> list[Measurement]:
    """Return the ratios next before and next after those of the visit, after Day 0 and far enough from them, if any are asked for."""
    whens = [one.when for one in ratios if one.when]
    if ask.on.definitions.renal_response.confirmation.value == "off" or not whens:
        return []
    apart = timedelta(days=ask.on.definitions.renal_response.confirmation_days.days)
    opens = ask.on.midnight(ask.span[0])
    first, last = min(when.earliest for when in whens), max(when.latest for when in whens)
    dated = [(one, one.when) for one in usable(ask.record, UPCR) if one.when]
    earlier = [one for one, when in dated if opens <= when.earliest and when.latest <= first - apart]
    later = [one for one, when in dated if when.earliest >= last + apart]
    return [*earlier[:1], *later[-1:]]
