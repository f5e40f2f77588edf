"""Rescue treatment: what was newly begun, or increased, after the infusion, and whether its absence can be told.

Who was rescued did not respond, as composite estimands count it (REGENCY, N Engl J Med 2025, doi
10.1056/NEJMoa2410965). What a treatment was given for, only a person can say: so a rescue on record denies the
response until a person overrules it, and what may have been given for a toxicity of the cells leaves it open.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import msgspec

from mappings.criteria.glucocorticoid_courses import LOCAL_ROUTES
from mappings.criteria.washout import last_exposure
from mappings.drugs import BIOLOGIC, BORDERLINE, CELLS, CYTOTOXIC, IMMUNOGLOBULIN, OTHER_BIOLOGIC, SUPPRESSANT
from mappings.endpoints.steroids import counts
from mappings.endpoints.visits import looked_at, within
from mappings.facts import Exposure, Fact, ProcedureDone
from mappings.follow_reasons import CheckRule, Note
from mappings.followed import Check, Episode, Input, Interest, Timeline
from mappings.record import Record
from mappings.site import Occasion

#: Where it is recorded that a drug was used; only when all are complete does silence mean that none was.
MEDICATIONS: Final = ("MedicationAdministration", "MedicationStatement", "MedicationRequest")
PROCEDURES: Final = ("Procedure",)
#: Toxicities of the cells that are treated with the drugs that treat lupus as well.
TOXICITIES: Final[frozenset[Interest]] = frozenset({"crs", "icans", "iec-hs", "gvhd"})
#: What immunoglobulin replaces, and platelets do not ask for.
REPLACED: Final[frozenset[Interest]] = frozenset({"hypogammaglobulinaemia"})
#: Antibodies that are given for cytokine release first of all.
FOR_TOXICITY: Final = frozenset({"rx.biologic.tocilizumab", "rx.biologic.siltuximab", "rx.biologic.anakinra"})
ITP_DRUGS: Final = "rx.itp."
#: The product itself, which is no rescue from itself.
OWN_CELLS: Final = "rx.cart.yts109"
Procedure = Literal["dialysis", "transplant"]
_UNDONE: Final[dict[Procedure, CheckRule]] = {"dialysis": "no-dialysis", "transplant": "no-transplant"}


class Plan(NamedTuple):
    """Which drugs rescue: beginnings of concepts that do when newly begun or increased, and whenever they are given.

    Of the concepts ``unclear`` only a person can say whether they are meant.
    """

    begun: tuple[str, ...]
    given: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


RENAL: Final = Plan((SUPPRESSANT, BIOLOGIC, CELLS, *CYTOTOXIC), unclear=(OTHER_BIOLOGIC, *BORDERLINE))
PLATELETS: Final = Plan(
    (ITP_DRUGS,), ("rx.itp.ivig", "rx.itp.anti_d", "rx.biologic.rituximab", "rx.transfusion.platelets")
)


class Sign(NamedTuple):
    """Something that is a rescue, or may be one: then ``doubt`` says why nobody can tell."""

    fact: Fact
    concept: str
    doubt: Note = ""


def drugs(
    record: Record, line: Timeline, episodes: Sequence[Episode], on: Occasion, span: tuple[date, date], plan: Plan
) -> list[Sign]:
    """Return the drugs that rescue, or may, by ``plan``, of which something was taken within ``span``."""
    found: list[Sign] = []
    for one in record.exposures:
        if one.route in LOCAL_ROUTES or not counts(one, on):
            continue
        for concept in sorted(one.concepts - {OWN_CELLS}):
            answer = _answer(one, concept, record, line, on, span, plan)
            if answer is not False:
                doubt: Note = "" if answer else "partial-date" if one.when is None else "unclear"
                found.append(Sign(one, concept, _doubt(one, concept, episodes, plan, on) or doubt))
    return found


def steroid_signs(
    exposures: Iterable[Exposure], sure: Sequence[date], may: Sequence[date], episodes: Sequence[Episode], on: Occasion
) -> list[Sign]:
    """Return glucocorticoids as signs: certain by the ``sure`` days on which they were too high, else by those that ``may`` be."""
    if not sure and not may:
        return []
    is_toxicity = bool(sure) and _is_during(sure[0], TOXICITIES, episodes, on)
    doubt: Note = "needs-person" if is_toxicity else "" if sure else "unclear"
    return [
        Sign(one, min(one.concepts), doubt or ("only-prescribed" if one.kind == "request" else "")) for one in exposures
    ]


def procedures(record: Record, on: Occasion, span: tuple[date, date], *concepts: str) -> list[Sign]:
    """Return the procedures of ``concepts`` that were done within ``span``, or may have been."""
    found = [(one, within(one.when, *span, on)) for one in record.underwent(concepts)]
    return [Sign(one, min(one.concepts), _undone(one, answer)) for one, answer in found if answer is not False]


def rescue_check(signs: Sequence[Sign], record: Record, since: date, types: Iterable[str], on: Occasion) -> Check:
    """Return whether there was no rescue: on record denies it, and only a complete record says that there was none."""
    if any(not sign.doubt for sign in signs):
        return Check(rule="no-rescue", holds=False, reason="rescue")
    if signs:
        return Check(rule="no-rescue", holds=None, reason="rescue-unclear")
    doubt = record.no_absence(on, types, since)
    return Check(rule="no-rescue", holds=None if doubt else True, reason=doubt or "")


def procedure_check(signs: Sequence[Sign], done: Procedure, record: Record, since: date, on: Occasion) -> Check:
    """Return whether nothing of ``signs`` was done; ``done`` names what."""
    if any(not sign.doubt for sign in signs):
        return Check(rule=_UNDONE[done], holds=False, reason=done)
    doubt = signs[0].doubt if signs else record.no_absence(on, PROCEDURES, since)
    return Check(rule=_UNDONE[done], holds=None if doubt else True, reason=doubt or "")


def sign_inputs(signs: Iterable[Sign], line: Timeline, on: Occasion) -> list[Input]:
    """Return signs as inputs, each once; a person may overrule those that count."""
    unique = {(sign.concept, sign.fact.source.reference): sign for sign in signs}
    return [
        msgspec.structs.replace(looked_at(sign.fact, line, on, sign.doubt), name=sign.concept)
        for sign in unique.values()
    ]


def _answer(
    one: Exposure, concept: str, record: Record, line: Timeline, on: Occasion, span: tuple[date, date], plan: Plan
) -> bool | None:
    """Whether a drug is one of ``plan`` and was taken within ``span``, and, where that matters, newly begun or increased."""
    overlap = _overlaps(one, span, on)
    if concept.startswith(plan.given):
        return overlap
    if not concept.startswith(plan.begun) and concept not in plan.unclear:
        return False
    answers = (overlap, _is_new(one, concept, record, line, on))
    return False if False in answers else None if None in answers else True


def _overlaps(one: Exposure, span: tuple[date, date], on: Occasion) -> bool | None:
    """Whether something of an exposure lies within ``span``."""
    first, last = span
    ends = [on.day_of(end) for end in last_exposure(one, on)]
    if ends[1] < first or (one.when and on.day_of(one.when.earliest) > last):
        return False
    if one.when is None:
        return None
    return True if ends[0] >= first and on.day_of(one.when.latest) <= last else None


def _is_new(one: Exposure, concept: str, record: Record, line: Timeline, on: Occasion) -> bool | None:
    """Whether a drug was begun, or its dose increased, after the infusion.

    What had been taken in the weeks of baseline may only have been continued: then the doses must tell.
    """
    assert line.day0 is not None
    day0, own = line.day0, {each.reference for each in line.lymphodepletion}
    if one.when is None or on.day_of(one.when.earliest) < day0:
        return False if one.when and on.day_of(one.when.latest) < day0 else None
    since = day0 - timedelta(days=on.definitions.treatment.baseline_window.days)
    before = [
        each
        for each in record.exposed((concept,))
        if (each.when is None or on.day_of(each.when.earliest) < day0)
        and on.day_of(last_exposure(each, on)[1]) >= since
        and each.source.reference not in own
    ]
    return _is_increased(one, before, day0, on) if before else True


def _is_increased(one: Exposure, before: Sequence[Exposure], day0: date, on: Occasion) -> bool | None:
    """Whether the dose of ``one`` lies above that of ``before``; nobody can tell where doses or ends are not known."""
    held = all(on.day_of(last_exposure(each, on)[0]) >= day0 and each.kind != "request" for each in before)
    doses = [each.daily_mg for each in before]
    known = [dose for dose in doses if dose is not None]
    if one.daily_mg is None or len(known) < len(doses):
        return None
    if one.daily_mg > max(known):
        return True
    return False if held and one.daily_mg <= min(known) else None


def _doubt(one: Exposure, concept: str, episodes: Sequence[Episode], plan: Plan, on: Occasion) -> Note:
    """Return why nobody can tell whether an exposure rescues; "" where nothing speaks against it."""
    if one.kind == "request":
        return "only-prescribed"
    if one.problem:
        return one.problem
    treats = TOXICITIES | REPLACED if concept in IMMUNOGLOBULIN else TOXICITIES
    begins = on.day_of(one.when.latest) if one.when else None
    during = begins is not None and _is_during(begins, treats, episodes, on)
    return "needs-person" if during or concept in plan.unclear or concept in FOR_TOXICITY else ""


def _is_during(day: date, interests: frozenset[Interest], episodes: Iterable[Episode], on: Occasion) -> bool:
    """Whether ``day`` may lie within an adverse event of one of ``interests``."""
    return any(
        on.day_of(one.onset.earliest) <= day and (one.end is None or on.day_of(one.end.latest) >= day)
        for one in episodes
        if one.term.interest in interests and one.confirmed is not False
    )


def _undone(one: ProcedureDone, within_span: bool | None) -> Note:
    return one.problem or ("" if within_span else "partial-date")
