"""I04-2, I04-3, E13: pregnancy and lactation."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from mappings.criteria.fertility import CANNOT_BE_PREGNANT, CANNOT_CONCEIVE, is_too_old, turning, unless_infertile
from mappings.criteria.history import ends, last_known, may_be_active
from mappings.criteria.measured import agreed, expiry, is_below_zero, stale
from mappings.criteria.verdicts import amount_of, judgement, met, not_applicable, not_met, unknown
from mappings.facts import Answer, Diagnosis, Fact, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.record import Record
from mappings.site import Occasion

#: Serum only: the registered text asks for it, and urine does not answer it.
SERUM_HCG: Final = ("lab.hcg_serum_quant", "lab.hcg_serum_qual")
URINE_HCG: Final = ("lab.hcg_urine_qual", "lab.hcg_urine_quant")
STATUS: Final = ("obs.pregnancy_status",)
INTENTION: Final = ("obs.pregnancy_intention",)
#: What speaks for a pregnancy, or for one that is planned, when it is positive.
TELLING: Final = (SERUM_HCG, URINE_HCG, STATUS, INTENTION)
PREGNANCY: Final = ("status.pregnant",)
BREASTFEEDING: Final = ("status.breastfeeding",)
#: Whatever else is coded around a pregnancy: it may go on, or just have ended.
AROUND: Final = ("status.obstetric",)


def pregnancy_test(record: Record, on: Occasion) -> Finding:
    """A fertile woman has a negative serum hCG within 7 days.

    What the laboratory says in words and what its number says against its own range (else the site's limit) must
    agree.
    """
    clause = "I04-2"
    if record.person.sex == "male":
        return not_applicable(clause, about="male")
    excused = unless_infertile(clause, record, on, CANNOT_BE_PREGNANT)
    if excused:
        return turning(excused, record, on)
    rivals = _latest(record, SERUM_HCG)
    if not rivals:
        return turning(unknown(clause, "missing", concept=SERUM_HCG[0]), record, on)
    return turning(agreed([_tested(one, clause, on) for one in rivals], rivals), record, on)


def _latest(record: Record, concepts: tuple[str, ...]) -> list[Result]:
    """Return what may be the latest result: one kind of test never hides another of the same time."""
    each = [one for concept in concepts for one in record.latest((concept,))]
    start = max((one.when.earliest for one in each if one.when), default=None)
    return [one for one in each if one.when is None or start is None or one.when.latest >= start]


def _tested(one: Result, clause: str, on: Occasion) -> Finding:
    days = on.limits.hcg_window.days
    expired = stale(one, on, clause, SERUM_HCG[0], days)
    if expired:
        return expired
    if one.problem:
        return unknown(clause, one.problem, [one], concept=SERUM_HCG[0])
    told, turns = answers_of(one, on), expiry(one, on, days)
    value, limit = _amounts(one, on)
    if told == {"negative"}:
        return met(clause, "negative", [one], value=value, limit=limit, turns=turns)
    if told == {"positive"}:
        return not_met(clause, "positive", [one], value=value, limit=limit, turns=turns)
    is_open = isinstance(one, Measurement) and one.value and not is_below_zero(one.value)
    reason: Literal["conflict", "censored", "no-value"] = (
        "conflict" if len(told) > 1 else "censored" if is_open else "no-value"
    )
    return unknown(clause, reason, [one], concept=SERUM_HCG[0], turns=turns)


def answers_of(one: Result, on: Occasion) -> set[Answer]:
    """Return what an hCG says of pregnancy: in words, by where the laboratory places it, and by its number."""
    told: set[Answer] = {one.answer} if one.answer else set()
    if not isinstance(one, Measurement):
        return told
    if one.flag == "high":
        told.add("positive")
    limit = _own_limit(one, on)
    if one.value is None or is_below_zero(one.value):
        return told
    if limit is not None:
        below = one.value.at_most(limit)
    else:
        below = one.value.below(on.limits.hcg_negative.value) if one.concepts & set(SERUM_HCG) else None
    return told if below is None else told | {"negative" if below else "positive"}


def _own_limit(one: Measurement, on: Occasion) -> Decimal | None:
    """Return the upper limit of the result's own range, unless that is none, or the range of a week of pregnancy."""
    of_pregnancy = one.low_normal is not None and one.low_normal >= on.limits.hcg_negative.value
    return one.high_normal if one.high_normal and not of_pregnancy else None


def _amounts(one: Result, on: Occasion) -> tuple[Amount | None, Amount | None]:
    if not isinstance(one, Measurement) or one.value is None or one.value.exact is None:
        return None, None
    own = _own_limit(one, on)
    limit = amount_of(on.limits.hcg_negative) if own is None else Amount(own, one.unit)
    return Amount(one.value.exact, one.unit), limit


def lactation(record: Record, on: Occasion) -> Finding:
    """The patient is not lactating.

    Breastfeeding is told from diagnoses; that there is none, or no more, from a person.
    """
    clause = "I04-3"
    told = record.diagnosed(BREASTFEEDING)
    feeding = [one for one in told if _is_current(one, on)]
    if record.person.sex == "male":
        return _of_a_man(clause, feeding)
    if feeding:
        return not_met(clause, "present", feeding, turns=_days(feeding, on))
    if record.person.born is not None and is_too_old(record, on):
        return not_applicable(clause, about="infertile")
    shown = [*told, *record.diagnosed(("status.not_breastfeeding",))]
    return turning(judgement(clause, "needs-person", shown), record, on)


def pregnancy(record: Record, on: Occasion) -> Finding:
    """The patient is pregnant, breastfeeding or plans to conceive.

    A pregnancy, breastfeeding, a positive test or a wish to conceive bars, unless it is old, uncertain or contradicted
    by a later serum hCG: then it is for a person. That no conception is planned, only the patient can say. For men the
    clause is taken not to apply: their part is the promise of I04-1.
    """
    clause = "E13"
    told = record.diagnosed((*PREGNANCY, *BREASTFEEDING, *AROUND))
    positive, doubtful = _positive_tests(record, on)
    current = [one for one in told if _is_current(one, on)]
    found: list[Fact] = [*(one for one in current if one.concepts & {*PREGNANCY, *BREASTFEEDING}), *positive]
    turns = (*_days(told, on), *(day for one in positive for day in expiry(one, on, on.limits.result_window.days)))
    doubtful += [one for one in told if _is_recent(one, on) is not False and may_be_active(one, on)]
    if record.person.sex == "male":
        return _of_a_man(clause, found or doubtful)
    if found:
        return turning(met(clause, "present", found, turns=turns), record, on)
    excused = None if doubtful else unless_infertile(clause, record, on, CANNOT_CONCEIVE)
    tests = [one for concepts in TELLING for one in _latest(record, concepts)]
    shown = [*doubtful, *(one for one in (*told, *tests) if one not in doubtful)]
    signs = "perhaps-pregnant" if any(_is_sign(one, on) for one in tests) else None
    return turning(excused or judgement(clause, "needs-person", shown, turns=turns, about=signs), record, on)


def _is_sign(one: Result, on: Occasion) -> bool:
    """Whether a test may speak for a pregnancy: it is positive or doubtful, or a number that nothing places."""
    told = answers_of(one, on)
    is_unplaced = isinstance(one, Measurement) and one.value is not None and not told
    return bool(told & {"positive", "indeterminate"}) or is_unplaced


def _of_a_man(clause: str, found: Sequence[Fact]) -> Finding:
    """Return that a clause does not concern men; what is found of a woman contradicts the sex on record."""
    if found:
        return unknown(clause, "conflict", found, concept="patient.gender")
    return not_applicable(clause, about="male")


def _is_recent(one: Diagnosis, on: Occasion) -> bool | None:
    """Whether a diagnosis is no older than a pregnancy can be; ``None`` where its date leaves that open."""
    known = last_known(one)
    return None if known is None else known.since(on.days_back(on.limits.pregnancy_window.days))


def _is_current(one: Diagnosis, on: Occasion) -> bool:
    """Whether a diagnosis surely holds now; one without any date, where the record calls it active."""
    if not one.certain or not may_be_active(one, on):
        return False
    return one.active is True if last_known(one) is None else _is_recent(one, on) is True


def _days(told: Sequence[Diagnosis], on: Occasion) -> tuple[date, ...]:
    """Return the days on which diagnoses end, or have become older than a pregnancy can be."""
    grown = timedelta(days=on.limits.pregnancy_window.days + 1)
    times = [known for known in map(last_known, told) if known]
    old = {on.day_of(bound) + grown for known in times for bound in (known.earliest, known.latest)}
    return tuple(sorted({*old, *ends(told, on)}))


def _positive_tests(record: Record, on: Occasion) -> tuple[list[Result], list[Fact]]:
    """Return the latest tests and statements that are positive, and those that are so only perhaps."""
    opens = on.days_back(on.limits.result_window.days)
    sure: list[Result] = []
    doubtful: list[Fact] = []
    for concepts in TELLING:
        rivals = _latest(record, concepts)
        positive = [one for one in rivals if "positive" in answers_of(one, on) and _since(one, opens) is not False]
        agreeing = all(answers_of(one, on) == {"positive"} and not one.problem and _since(one, opens) for one in rivals)
        if agreeing and not (concepts in (URINE_HCG, STATUS) and _refuted(positive, record, on)):
            sure += positive
        else:
            doubtful += positive
    return sure, doubtful


def _since(one: Result, opens: datetime) -> bool | None:
    return None if one.when is None else one.when.since(opens)


def _refuted(positive: Sequence[Result], record: Record, on: Occasion) -> bool:
    """Whether the latest serum hCG is negative, and was taken after ``positive``."""
    serum = [one for one in _latest(record, SERUM_HCG) if one.when]
    last = [one.when.latest for one in positive if one.when]
    later = all(one.when.earliest > moment for one in serum if one.when for moment in last)
    return bool(serum) and later and all(answers_of(one, on) == {"negative"} and not one.problem for one in serum)
