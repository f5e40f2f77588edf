"""I04-1, I04-2, I04-3, E13: fertility, contraception, pregnancy and lactation."""

from typing import Final, Literal

from mappings.criteria.age import completed_years
from mappings.criteria.measured import agreed, expiry, stale
from mappings.criteria.verdicts import amount_of, judgement, met, not_applicable, not_met, unknown
from mappings.facts import Answer, Fact, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.record import Record
from mappings.site import Occasion

#: Serum only: the registered text asks for it, and urine does not answer it.
SERUM_HCG: Final = ("lab.hcg_serum_quant", "lab.hcg_serum_qual")
PREGNANCY: Final = ("status.pregnant",)
PREGNANCY_RESULTS: Final = ("obs.pregnancy_status", "lab.hcg_urine_qual")
BREASTFEEDING: Final = ("status.breastfeeding",)
NOT_FERTILE_WOMAN: Final = (
    "status.postmenopausal",
    "status.sterilised_female",
    "status.sterilised",
    "status.infertile",
)
NOT_FERTILE_MAN: Final = ("status.sterilised_male", "status.sterilised", "status.infertile")

Fertile = Literal["fertile", "infertile", "too-old", "unknown"]


def contraception(record: Record, on: Occasion) -> Finding:
    """A fertile patient agrees to contraception or abstinence during and at least 12 months after treatment.

    A promise for the future can only be attested; no code for a method in use stands for it.
    """
    clause = "I04-1"
    barren = [*_infertility(record)]
    if record.person.sex == "male":
        return not_applicable(clause, barren, about="infertile") if barren else judgement(clause, "needs-person")
    return _unless_infertile(clause, record, on) or judgement(clause, "needs-person")


def pregnancy_test(record: Record, on: Occasion) -> Finding:
    """A fertile woman has a negative serum hCG within 7 days.

    A laboratory's own word comes first, then its own range, then the site's limit for a negative result.
    """
    clause = "I04-2"
    if record.person.sex == "male":
        return not_applicable(clause, about="male")
    excused = _unless_infertile(clause, record, on)
    if excused:
        return excused
    rivals = record.latest(SERUM_HCG)
    if not rivals:
        return unknown(clause, "missing", concept=SERUM_HCG[0])
    return agreed([_tested(one, clause, on) for one in rivals], rivals)


def _tested(one: Result, clause: str, on: Occasion) -> Finding:
    days = on.limits.hcg_window.days
    expired = stale(one, on, clause, SERUM_HCG[0], days)
    if expired:
        return expired
    if one.problem:
        return unknown(clause, one.problem, [one], concept=SERUM_HCG[0])
    answer, turns = hcg_answer(one, on), expiry(one, on, days)
    value, limit = _amounts(one, on)
    if answer == "negative":
        return met(clause, "negative", [one], value=value, limit=limit, turns=turns)
    if answer == "positive":
        return not_met(clause, "positive", [one], value=value, limit=limit, turns=turns)
    return unknown(clause, "censored", [one], concept=SERUM_HCG[0], turns=turns)


def hcg_answer(one: Result, on: Occasion) -> Answer | None:
    """Return what an hCG result says of pregnancy; ``None`` where it says nothing."""
    if one.answer or not isinstance(one, Measurement) or one.value is None:
        return one.answer
    limit = one.high_normal if one.high_normal is not None else on.limits.hcg_negative.value
    below = one.value.at_most(limit)
    return None if below is None else "negative" if below else "positive"


def _amounts(one: Result, on: Occasion) -> tuple[Amount | None, Amount | None]:
    if not isinstance(one, Measurement) or one.value is None or one.value.exact is None:
        return None, None
    limit = one.high_normal
    return Amount(one.value.exact, one.unit), amount_of(on.limits.hcg_negative) if limit is None else Amount(
        limit, one.unit
    )


def lactation(record: Record, on: Occasion) -> Finding:
    """The patient is not lactating.

    Breastfeeding is told from diagnoses; that there is none, from a person.
    """
    clause = "I04-3"
    if record.person.sex == "male":
        return not_applicable(clause, about="male")
    feeding = _active(record, BREASTFEEDING)
    if feeding:
        return not_met(clause, "present", feeding)
    if _fertile(record, on) == "too-old":
        return not_applicable(clause, about="infertile")
    return judgement(clause, "needs-person", record.diagnosed(("status.not_breastfeeding",)))


def pregnancy(record: Record, on: Occasion) -> Finding:
    """The patient is pregnant, breastfeeding or plans to conceive.

    A pregnancy, a positive test within its window or breastfeeding bars. That no conception is planned, only the
    patient can say. For men the clause is taken not to apply: their part is the promise of I04-1.
    """
    clause = "E13"
    if record.person.sex == "male":
        return not_applicable(clause, about="male")
    found: list[Fact] = [*_active(record, (*PREGNANCY, *BREASTFEEDING)), *_positive_tests(record, on)]
    if found:
        return met(clause, "present", found)
    return _unless_infertile(clause, record, on) or judgement(clause, "needs-person")


def _positive_tests(record: Record, on: Occasion) -> list[Result]:
    opens = on.days_back(on.limits.result_window.days)
    latest = [*record.latest(SERUM_HCG), *(one for name in PREGNANCY_RESULTS for one in record.latest((name,)))]
    return [one for one in latest if hcg_answer(one, on) == "positive" and one.when and one.when.latest >= opens]


def _active(record: Record, concepts: tuple[str, ...]) -> list[Fact]:
    return [one for one in record.diagnosed(concepts) if one.active is not False and one.certain]


def _infertility(record: Record) -> list[Fact]:
    concepts = NOT_FERTILE_MAN if record.person.sex == "male" else NOT_FERTILE_WOMAN
    return [*(one for one in record.diagnosed(concepts) if one.certain), *record.underwent(concepts)]


def _fertile(record: Record, on: Occasion) -> Fertile:
    """Return whether a woman may conceive: assumed within the site's ages, unless recorded otherwise."""
    if record.person.born is None:
        return "unknown"
    ages = [completed_years(born, on.today) for born in record.person.born]
    highest = on.limits.fertile_age_maximum.value
    if all(age > highest for age in ages):
        return "too-old"
    return "fertile" if all(age <= highest for age in ages) else "unknown"


def _unless_infertile(clause: str, record: Record, on: Occasion) -> Finding | None:
    """Return why a question about conception does not arise, or cannot be asked yet; ``None`` when it must be."""
    if record.person.sex is None:
        return unknown(clause, "missing", concept="patient.gender")
    barren = _infertility(record)
    if barren:
        return not_applicable(clause, barren, about="infertile")
    fertile = _fertile(record, on)
    if fertile == "unknown":
        return unknown(clause, "partial-date" if record.person.born else "missing", concept="patient.birthDate")
    return not_applicable(clause, about="infertile") if fertile == "too-old" else None
