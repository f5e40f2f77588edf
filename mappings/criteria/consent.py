"""I05: informed consent."""

from typing import Final

from mappings.criteria.verdicts import met, not_met, unknown
from mappings.facts import ConsentGiven, Person
from mappings.findings import Evidence, Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I05"


def consent(record: Record, on: Occasion) -> Finding:
    """Informed consent to this study is signed and the patient is willing to comply.

    The latest consent counts. One that was refused, withdrawn or has ended bars; one without a date does not show
    that it was signed before anything was done. Who has died, or may have, is willing to nothing any more.
    """
    if _may_be_dead(record.person, on):
        return Finding(clause=CLAUSE, state="not-met", reason="deceased", evidence=(_death(record.person),))
    if not record.consents:
        return unknown(CLAUSE, "missing", concept="consent")
    latest = record.consents[0]
    if not latest.active or not latest.permits:
        return not_met(CLAUSE, "negative", [latest])
    if latest.when is None:
        return unknown(CLAUSE, "partial-date", [latest], concept="consent")
    return _in_force(latest, on)


def _may_be_dead(person: Person, on: Occasion) -> bool:
    return person.died is not None and person.died.earliest <= on.at


def _death(person: Person) -> Evidence:
    text = person.died.text if person.died else ""
    return Evidence(person.reference, person.source.version, None, text)


def _in_force(latest: ConsentGiven, on: Occasion) -> Finding:
    if latest.ended is None:
        return met(CLAUSE, "present", [latest])
    over = latest.ended.until(on.at)
    if over is None:
        return unknown(CLAUSE, "partial-date", [latest], concept="consent")
    turns = (on.day_of(latest.ended.latest),)
    return not_met(CLAUSE, "outdated", [latest]) if over else met(CLAUSE, "present", [latest], turns=turns)
