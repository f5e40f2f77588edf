"""I05: informed consent."""

from datetime import timedelta
from typing import Final

from mappings.criteria.verdicts import met, not_met, unknown
from mappings.facts import ConsentGiven, Person
from mappings.findings import Evidence, Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I05"
CONSENT: Final = "consent"


def consent(record: Record, on: Occasion) -> Finding:
    """Informed consent to this study is signed and the patient is willing to comply.

    The latest consent counts. One that was refused, withdrawn or has ended bars; one without a date does not show
    that it was signed before anything was done. Who has died, or may have, is willing to nothing any more.
    """
    if _may_be_dead(record.person, on):
        return Finding(clause=CLAUSE, state="not-met", reason="deceased", evidence=(_death(record.person),))
    if not record.consents:
        return unknown(CLAUSE, "missing", concept=CONSENT)
    latest = _latest(record)
    refused = [one for one in latest if not one.active or not one.permits]
    if len(refused) == len(latest):
        return not_met(CLAUSE, "withdrawn", latest)
    if refused or any(one.problem for one in latest):
        return unknown(CLAUSE, "conflict", latest, concept=CONSENT)
    given = min((_given(one, on) for one in latest), key=lambda one: ("met", "unknown", "not-met").index(one.state))
    if given.state == "met" and "Consent" in record.not_understood:
        return unknown(CLAUSE, "not-understood", latest, concept=CONSENT)
    return given


def _may_be_dead(person: Person, on: Occasion) -> bool:
    return person.died is not None and person.died.earliest <= on.at


def _death(person: Person) -> Evidence:
    text = person.died.text if person.died else ""
    return Evidence(person.reference, person.source.version, None, text)


def _latest(record: Record) -> list[ConsentGiven]:
    """Return the consents that may be the latest one: those of one day, and every one without a date."""
    start = max((one.when.earliest for one in record.consents if one.when), default=None)
    return [one for one in record.consents if one.when is None or start is None or one.when.latest >= start]


def _given(one: ConsentGiven, on: Occasion) -> Finding:
    """Return whether a consent that permits is signed and in force; its last day still counts."""
    if one.when is None:
        return unknown(CLAUSE, "partial-date", [one], concept=CONSENT)
    signed = on.day_of(one.when.latest)
    if signed > on.today:
        return unknown(CLAUSE, "partial-date", [one], concept=CONSENT, turns=(signed,))
    if one.ended is None:
        return met(CLAUSE, "present", [one])
    if one.ended.until(on.at):
        return not_met(CLAUSE, "withdrawn", [one])
    first, last = on.day_of(one.ended.earliest), on.day_of(one.ended.latest)
    turns = (first, last + timedelta(days=1))
    if first > on.today or first == last:
        return met(CLAUSE, "present", [one], turns=turns)
    return unknown(CLAUSE, "partial-date", [one], concept=CONSENT, turns=turns)
