"""I04-1: contraception; and who may conceive, which I04-2, I04-3 and E13 ask too."""

from datetime import date
from typing import Final

import msgspec

from mappings.criteria.age import birthday, completed_years
from mappings.criteria.history import ends, may_be_active
from mappings.criteria.months import months_before
from mappings.criteria.verdicts import judgement, not_applicable, unknown
from mappings.facts import Diagnosis, Fact
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

MENOPAUSE: Final = ("status.postmenopausal",)
#: These rule a pregnancy out.
CANNOT_BE_PREGNANT: Final = ("status.uterus_or_ovaries_absent", *MENOPAUSE)
#: These take the place of contraception. Infertility in a woman does not: she may be treated for it, and conceive.
CANNOT_CONCEIVE: Final = (*CANNOT_BE_PREGNANT, "status.sterilised_female")
CANNOT_BEGET: Final = ("status.sterilised_male", "status.infertile")
IN_USE: Final = ("status.contraception", "status.contraception_use")


def contraception(record: Record, on: Occasion) -> Finding:
    """A fertile patient agrees to contraception or abstinence during and at least 12 months after treatment.

    A promise for the future can only be attested; no code for a method in use stands for it.
    """
    clause = "I04-1"
    if record.person.sex == "male":
        barren = infertility(record, on, CANNOT_BEGET)
        excused = not_applicable(clause, barren, about="infertile") if barren else None
    else:
        excused = unless_infertile(clause, record, on, CANNOT_CONCEIVE)
    return turning(excused or judgement(clause, "needs-person", record.diagnosed(IN_USE)), record, on)


def unless_infertile(clause: str, record: Record, on: Occasion, concepts: tuple[str, ...]) -> Finding | None:
    """Return why a question about conception does not arise, or cannot be asked yet; ``None`` when it must be."""
    if record.person.sex is None:
        return unknown(clause, "missing", concept="patient.gender")
    barren = infertility(record, on, concepts)
    if barren:
        return not_applicable(clause, barren, about="infertile")
    if record.person.born is None:
        return unknown(clause, "missing", concept="patient.birthDate")
    old = is_too_old(record, on)
    if old is None:
        return unknown(clause, "partial-date", concept="patient.birthDate")
    return not_applicable(clause, about="infertile") if old else None


def infertility(record: Record, on: Occasion, concepts: tuple[str, ...]) -> list[Fact]:
    """Return what shows that the patient cannot conceive or beget: nothing that is uncertain, over, or half done."""
    diagnoses = [one for one in record.diagnosed(concepts) if one.certain and may_be_active(one, on)]
    procedures = [one for one in record.underwent(concepts) if not one.problem]
    return [*(one for one in diagnoses if _is_old_enough(one, on)), *procedures]


def _is_old_enough(one: Diagnosis, on: Occasion) -> bool:
    """Whether a menopause is over a year old; one without an onset was called so because it is."""
    if one.concepts.isdisjoint(MENOPAUSE) or one.when is None:
        return True
    return _since_menopause(one.when.latest.astimezone(on.zone).date(), on) <= on.today


def _since_menopause(began: date, on: Occasion) -> date:
    return months_before(began, -int(on.limits.menopause_months.value))


def is_too_old(record: Record, on: Occasion) -> bool | None:
    """Whether the patient is beyond the site's fertile age; ``None`` where the date of birth leaves it open."""
    assert record.person.born is not None
    ages = [completed_years(born, on.today) for born in record.person.born]
    highest = on.limits.fertile_age_maximum.value
    return True if min(ages) > highest else False if max(ages) <= highest else None


def turning(finding: Finding, record: Record, on: Occasion) -> Finding:
    """Return ``finding`` with the days to come on which fertility ends, or what showed that it had is over."""
    years = int(on.limits.fertile_age_maximum.value) + 1
    days = {birthday(born, years) for born in record.person.born or () if born.year + years <= date.max.year}
    menopauses = [one.when for one in record.diagnosed(MENOPAUSE) if one.when]
    days |= {_since_menopause(on.day_of(when.latest), on) for when in menopauses}
    days |= {*finding.turns, *ends(record.diagnosed((*CANNOT_CONCEIVE, *CANNOT_BEGET)), on)}
    return msgspec.structs.replace(finding, turns=tuple(sorted(day for day in days if day > on.today)))
