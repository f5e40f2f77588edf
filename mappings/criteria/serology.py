"""E08-3 and E08-4: HIV and syphilis."""

from collections.abc import Iterable
from typing import Final

from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.facts import Answer, Measurement, Result
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

HIV: Final = ("lab.hiv_ag_ab_combo", "lab.hiv_ab")
TREPONEMAL: Final = (
    "lab.syphilis_treponemal_agglutination",
    "lab.syphilis_treponemal_hemagglutination",
    "lab.syphilis_treponemal_immunoassay",
    "lab.syphilis_fta",
)
REAGIN: Final = ("lab.syphilis_rpr", "lab.syphilis_reagin_other")


def latest_answer(record: Record, concepts: Iterable[str]) -> tuple[Answer | None, list[Result]]:
    """Return the answer of the latest result of ``concepts``, and the results it rests on.

    Results that may all be the latest and differ give no single answer: then it is "indeterminate".
    """
    rivals = record.latest(concepts)
    answers = {answer_of(one) for one in rivals}
    if len(answers) > 1:
        return "indeterminate", rivals
    return (answers.pop() if answers else None), rivals


def answer_of(one: Result) -> Answer | None:
    """Return what a serological result says: its word, else its place in its own range; a preliminary one nothing."""
    if one.problem:
        return "indeterminate"
    if one.answer:
        return one.answer
    if isinstance(one, Measurement) and one.value is not None and one.high_normal is not None:
        above = one.value.above(one.high_normal)
        return "indeterminate" if above is None else "positive" if above else "negative"
    return "indeterminate"


def hiv(record: Record, on: Occasion) -> Finding:
    """HIV antibody is positive.

    A reactive screening test counts until a person says that it was not confirmed.
    """
    clause = "E08-3"
    answer, facts = latest_answer(record, HIV)
    if answer == "positive":
        return met(clause, "positive", facts)
    if answer == "negative":
        return not_met(clause, "negative", facts)
    return open_serology(clause, facts, HIV[0])


def syphilis(record: Record, on: Occasion) -> Finding:
    """A syphilis test is positive.

    By default a treponemal one. Lupus makes reagin tests positive without syphilis; and a treponemal test stays
    positive after treatment, so one beside a negative reagin test is for a person.
    """
    clause = "E08-4"
    treponemal, facts = latest_answer(record, TREPONEMAL)
    reagin, others = latest_answer(record, REAGIN)
    facts = [*facts, *others]
    if on.site.interpretations.syphilis == "any-test" and "positive" in (treponemal, reagin):
        return met(clause, "positive", facts)
    if treponemal == "positive":
        return judgement(clause, "needs-person", facts) if reagin == "negative" else met(clause, "positive", facts)
    if treponemal == "negative":
        return not_met(clause, "negative", facts)
    return open_serology(clause, facts, TREPONEMAL[0])


def open_serology(clause: str, facts: list[Result], concept: str) -> Finding:
    """Return the open finding where no answer was had: for want of a result, or of one that says anything."""
    problem = next((one.problem for one in facts if one.problem), "no-value" if facts else "missing")
    return unknown(clause, problem, facts, concept=concept)
