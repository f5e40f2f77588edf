"""S2: complete and partial response of platelets at week 12, by the definition ``ITP_v1``.

The registered record asks for "CR or PR" and defines neither. Ours are CR and R of the International Working Group
(Rodeghiero F et al., Blood 2009;113:2386), PR being "R without CR": a count of 100 or more; or of 30 or more and twice
the baseline, both. As participants enter with 31 to 49, it is the doubling that carries information. Either is asked
on two occasions, without bleeding, and not resting on rescue.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from mappings.definitions import named
from mappings.endpoints import counts as of
from mappings.endpoints.bleeding import no_bleeding
from mappings.endpoints.lifting import lifted, rescued
from mappings.endpoints.rescue import sign_inputs
from mappings.endpoints.responses import Question, all_of, considered, first_with, holding, not_asked
from mappings.follow_reasons import ResponseReason
from mappings.followed import Check, Episode, PlateletResult, Response, Timeline
from mappings.record import Record
from mappings.site import Occasion

RESPONSES: Final = ("CR", "PR")


def platelet_response(record: Record, line: Timeline, episodes: Sequence[Episode], on: Occasion) -> Response:
    """Whether the platelets responded at week 12: completely, partially, or not.

    Counts that something else may have lifted do not count. A response that no second count confirms is called
    unconfirmed; before the window of week 12 is over nothing is decided but death and leaving the study.
    """
    refused = not_asked("platelet_response", "ITP", line, on)
    return refused or _answer(Question(record, line, episodes, on))


def _answer(ask: Question) -> Response:
    notes = lifted(ask)
    clean = of.without(ask, notes)
    counts, (base, reference) = clean.at_visit(of.COUNTS), of.baseline(ask)
    days, ending = of.days_of(counts, ask), ask.still_there()
    rescue, signs = rescued(ask, days)
    bled, bleedings = no_bleeding(ask, days)
    shared = [*ending, rescue, bled]
    complete = Rung([*shared, of.complete(clean, counts)], of.confirmed_complete(clean, counts))
    partial = Rung([*shared, *of.partial(clean, counts, reference)], of.confirmed_partial(clean, counts, reference))
    result, reason = _decided(ask, ending, complete, partial)
    used = [*counts, *base, *of.candidates(clean, counts)]
    return Response(
        result=result,
        definition=named("platelet_response", ask.on),
        reason=reason,
        responder=None if _is_open(ask, result, days) else result in RESPONSES,
        checks=ask.so_far(check for rung in (complete, partial) for checks in rung for check in checks),
        inputs=(
            *considered(ask.record.series(of.COUNTS), used, ask, notes),
            *sign_inputs(signs, ask.line, ask.on),
            *bleedings,
        ),
    )


class Rung(NamedTuple):
    """The conditions of one kind of response, and that on its confirmation (none where none is asked)."""

    reached: list[Check]
    confirmed: list[Check]

    @property
    def is_unconfirmed(self) -> bool:
        """Whether all that lacks is a second count."""
        return bool(holding(self.reached)) and holding(self.confirmed) is None

    @property
    def is_alone(self) -> bool:
        """Whether no second count is there that may confirm it."""
        return any(check.reason == of.UNCONFIRMED for check in self.confirmed)

    @property
    def answer(self) -> bool | None:
        """Whether the response is there and confirmed."""
        return all_of((holding(self.reached), holding(self.confirmed)))

    def first(self, holds: bool | None) -> ResponseReason:
        """Return the reason of the first condition that has this answer."""
        check = first_with([*self.reached, *self.confirmed], holds)
        return check.reason or check.rule


def _decided(
    ask: Question, ending: Sequence[Check], complete: Rung, partial: Rung
) -> tuple[PlateletResult, ResponseReason]:
    """Return the result and its reason.

    A complete response that no second count confirms is a partial one where that is confirmed.
    """
    if not ask.is_over:
        return ("NR", first_with(ending, False).reason) if holding(ending) is False else ("not-evaluable", "not-yet")
    if complete.answer:
        return "CR", ""
    is_partial = complete.answer is False or (complete.is_unconfirmed and complete.is_alone)
    if is_partial and partial.answer:
        return "PR", ""
    if complete.is_unconfirmed:
        return "unconfirmed-CR", complete.first(None)
    if complete.answer is None:
        return "not-evaluable", complete.first(None)
    if partial.is_unconfirmed:
        return "unconfirmed-PR", partial.first(None)
    return ("NR", partial.first(False)) if partial.answer is False else ("not-evaluable", partial.first(None))


def _is_open(ask: Question, result: PlateletResult, days: tuple[date, date]) -> bool:
    """Whether the answer may still change as time goes by: the window is not over, or that of the second count."""
    if not ask.is_over:
        return result == "not-evaluable"
    most = ask.on.definitions.platelet_response.confirmation_most.days
    return result.startswith("unconfirmed") and ask.on.today <= days[1] + timedelta(days=most)
