"""E08-3 and E08-4: HIV and syphilis."""

from collections.abc import Iterable
from typing import Final

import msgspec

from mappings.criteria.measured import expiry
from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.facts import Answer, Measurement, Result
from mappings.findings import Finding, Reason
from mappings.record import Record
from mappings.site import Occasion

HIV: Final = ("lab.hiv_ag_ab_combo", "lab.hiv_ab")
#: What is there before antibodies are.
HIV_VIRUS: Final = ("lab.hiv_p24_ag", "lab.hiv_rna")
TREPONEMAL: Final = (
    "lab.syphilis_treponemal_agglutination",
    "lab.syphilis_treponemal_hemagglutination",
    "lab.syphilis_treponemal_immunoassay",
    "lab.syphilis_fta",
)
REAGIN: Final = ("lab.syphilis_rpr", "lab.syphilis_reagin_other")


def latest_answer(record: Record, on: Occasion, concepts: Iterable[str]) -> tuple[Answer | None, list[Result]]:
    """Return the answer of the latest result of ``concepts``, and the results it rests on.

    Results that may all be the latest and differ give no single answer: then it is "indeterminate". So is a negative
    result while another of the tests is positive, however old: one test does not take back another. Results that the
    site holds to be too old give none.
    """
    tests = tuple(concepts)
    rivals = record.latest(tests)
    if any(is_outdated(one, on) for one in rivals):
        return None, rivals
    answers = {answer_of(one) for one in rivals}
    if answers == {"negative"}:
        others = [one for test in tests for one in record.latest((test,)) if answer_of(one) == "positive"]
        return ("indeterminate" if others else "negative"), [*rivals, *others]
    if len(answers) > 1:
        return "indeterminate", rivals
    return (answers.pop() if answers else None), rivals


def is_outdated(one: Result, on: Occasion) -> bool:
    """Whether a result is, or may be, older than the site lets serology be; by default none ever is."""
    return one.when is not None and not one.when.since(on.days_back(on.limits.serology_window.days))


def expiring(finding: Finding, record: Record, on: Occasion, tests: Iterable[str]) -> Finding:
    """Return ``finding`` with the days on which the latest result of ``tests`` becomes too old to count."""
    days = on.limits.serology_window.days
    turns = [day for one in record.latest(tests) for day in expiry(one, on, days)]
    return msgspec.structs.replace(finding, turns=(*finding.turns, *turns))


def answer_of(one: Result) -> Answer:
    """Return what a serological result says: its word, else its place in its own range; a preliminary one nothing."""
    if one.problem:
        return "indeterminate"
    if one.answer:
        return one.answer
    if isinstance(one, Measurement) and one.value is not None and one.high_normal is not None:
        if one.value.above(one.high_normal):
            return "positive"
        return "negative" if one.value.below(one.high_normal) else "indeterminate"
    return "indeterminate"


def hiv(record: Record, on: Occasion) -> Finding:
    """HIV antibody is positive.

    A reactive screening test counts. One that a later test did not confirm, and antigen or RNA without antibody, are
    for a person.
    """
    clause = "E08-3"
    return expiring(_hiv(clause, record, on), record, on, HIV)


def _hiv(clause: str, record: Record, on: Occasion) -> Finding:
    answer, facts = latest_answer(record, on, HIV)
    if answer == "positive":
        return met(clause, "positive", facts)
    if answer != "negative":
        return open_serology(clause, facts, HIV[0], on)
    virus = [one for one in record.latest(HIV_VIRUS) if _is_found(one)]
    return judgement(clause, "needs-person", [*virus, *facts]) if virus else not_met(clause, "negative", facts)


def _is_found(one: Result) -> bool:
    found = isinstance(one, Measurement) and one.value is not None and bool(one.value.low) and one.answer is None
    return found or answer_of(one) == "positive"


def syphilis(record: Record, on: Occasion) -> Finding:
    """A syphilis test is positive.

    By default a treponemal one. Lupus makes reagin tests positive without syphilis; and a treponemal test stays
    positive after treatment, so one beside a negative reagin test is for a person.
    """
    clause = "E08-4"
    return expiring(_syphilis(clause, record, on), record, on, (*TREPONEMAL, *REAGIN))


def _syphilis(clause: str, record: Record, on: Occasion) -> Finding:
    treponemal, found = latest_answer(record, on, TREPONEMAL)
    reagin, others = latest_answer(record, on, REAGIN)
    facts = [*found, *others]
    if on.site.interpretations.syphilis == "any-test":
        return _by_any_test(clause, {treponemal, reagin}, facts, on)
    if treponemal == "positive":
        return judgement(clause, "needs-person", facts) if reagin == "negative" else met(clause, "positive", facts)
    if treponemal == "negative":
        return not_met(clause, "negative", facts)
    return unknown(clause, why_open(found, on), facts, concept=TREPONEMAL[0])


def _by_any_test(clause: str, answers: set[Answer | None], facts: list[Result], on: Occasion) -> Finding:
    """Answer by tests of which any positive one counts: without one, all that were done must be negative."""
    if "positive" in answers:
        return met(clause, "positive", facts)
    if answers - {None} == {"negative"}:
        return not_met(clause, "negative", facts)
    return open_serology(clause, facts, TREPONEMAL[0], on)


def open_serology(clause: str, facts: list[Result], concept: str, on: Occasion) -> Finding:
    """Return the open finding where no answer was had: for want of a result, or of one that says anything."""
    return unknown(clause, why_open(facts, on), facts, concept=concept)


def why_open(facts: list[Result], on: Occasion) -> Reason:
    """Return why ``facts`` give no answer: they are not there, too old, of no use, contradict each other or say
    nothing.
    """
    problem = next((one.problem for one in facts if one.problem), None)
    if problem or any(is_outdated(one, on) for one in facts):
        return problem or "outdated"
    if {"positive", "negative"} <= {answer_of(one) for one in facts}:
        return "conflict"
    return "no-value" if facts else "missing"
