"""What the record says of a history: diagnoses that hold, those that may, and whether silence proves anything."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from mappings.criteria.verdicts import judgement, not_met, unknown
from mappings.facts import Diagnosis, Fact
from mappings.findings import Finding
from mappings.intervals import When
from mappings.record import Record
from mappings.site import EVER, Occasion

CONDITION: Final = ("Condition",)
MEDICATION: Final = frozenset(
    {"MedicationRequest", "MedicationAdministration", "MedicationStatement", "MedicationDispense"}
)
TICK: Final = timedelta(microseconds=1)


def for_a_person(
    record: Record,
    on: Occasion,
    clause: str,
    found: Iterable[Fact],
    concept: str,
    types: tuple[str, ...] = CONDITION,
    since: date = EVER,
    turns: tuple[date, ...] = (),
) -> Finding:
    """Lay whatever was ``found`` before a person; with nothing found, say whether that silence proves absence."""
    facts = list(found)
    if facts:
        return judgement(clause, "needs-person", facts, turns=turns, about=about(facts))
    return silence(record, on, clause, concept, types, since, turns)


def silence(
    record: Record,
    on: Occasion,
    clause: str,
    concept: str,
    types: tuple[str, ...] = CONDITION,
    since: date = EVER,
    turns: tuple[date, ...] = (),
) -> Finding:
    """Return that nothing was found: absence where the source is complete and understood, else unknown."""
    doubt = record.no_absence(on, types, since)
    if doubt:
        return unknown(clause, doubt, strangers(record, types), concept=concept, turns=turns)
    return not_met(clause, "absent")


def strangers(record: Record, types: Iterable[str]) -> list[Fact]:
    """Return what is on record of ``types`` under no code that we can place: it may be what was looked for."""
    kinds = frozenset(types)
    found: list[Fact] = []
    if "Condition" in kinds:
        found += [one for one in record.diagnoses if not one.placed]
    if "Procedure" in kinds:
        found += [one for one in record.procedures if not one.placed]
    if not kinds.isdisjoint(MEDICATION):
        found += [one for one in record.exposures if not one.placed]
    return found


def last_known(diagnosis: Diagnosis) -> When | None:
    """Return the time of a diagnosis: its onset, else when it was recorded, which the onset cannot be later than."""
    return diagnosis.when or diagnosis.recorded


def may_be_active(diagnosis: Diagnosis, on: Occasion) -> bool:
    """Whether a diagnosis held at the instant of screening, as far as the record says: silence about its end is no end.

    One that has ended was active until then. One that is over without a word on when may have been active for as
    long as nobody knew that it was over.
    """
    over = _over_by(diagnosis)
    return diagnosis.active is not False or (over is not None and over > on.at)


def ends(diagnoses: Iterable[Diagnosis], on: Occasion) -> tuple[date, ...]:
    """Return the days from which diagnoses that are known to end are over, as turns."""
    over = (_over_by(one) for one in diagnoses if one.active is False)
    return tuple(sorted({on.day_of(end - TICK) + timedelta(days=1) for end in over if end and end > on.at}))


def _over_by(diagnosis: Diagnosis) -> datetime | None:
    """Return the instant by which a diagnosis that is over was over for sure; ``None`` when it always was."""
    return diagnosis.ended.latest if diagnosis.ended else diagnosis.source.issued


def about(facts: Iterable[Fact]) -> str | None:
    """Return the concept that names what was found best: the first of the first fact that has one."""
    return next((min(fact.concepts) for fact in facts if fact.concepts), None)
