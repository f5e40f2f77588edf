"""Which codes speak of pregnancy, of fertility and of what keeps a circulation up."""

import pytest

from mappings.codes import ATC, ICD_10, ICD_10_CM, SNOMED_CT, concepts_of
from mappings.drugs import SHORT_ACTING_GCSF
from mappings.reading.words import ANSWERS

ABSENT, TUBAL, MENOPAUSE = "status.uterus_or_ovaries_absent", "status.sterilised_female", "status.postmenopausal"


@pytest.mark.parametrize(
    ("system", "code", "concept"),
    [
        (SNOMED_CT, "236886002", ABSENT),
        (SNOMED_CT, "76876009", ABSENT),
        (ICD_10_CM, "Z90.710", ABSENT),
        (ICD_10_CM, "Z90.722", ABSENT),
        (SNOMED_CT, "287664005", TUBAL),
        (ICD_10_CM, "Z98.51", TUBAL),
        (ICD_10_CM, "Z98.52", "status.sterilised_male"),
        (ICD_10, "N95.0", MENOPAUSE),
        (ICD_10, "N95.2", MENOPAUSE),
        (ICD_10_CM, "Z78.0", MENOPAUSE),
        (ICD_10, "O14.9", "status.obstetric"),
        (ICD_10_CM, "O09.20", "status.obstetric"),
        (ICD_10, "Z33.x00", "status.pregnant"),
        (ATC, "C01CA03", "rx.vasopressor"),
        (ATC, "H01BA01", "rx.vasopressor"),
        (ATC, "L03AA14", "rx.gcsf.other"),
    ],
)
def test_a_code_stands_for_its_concept(system: str, code: str, concept: str) -> None:
    """Codes that a clause rests on are placed in the set that the clause asks for."""
    assert concept in concepts_of(system, code)


@pytest.mark.parametrize(
    ("system", "code"),
    [(ICD_10, "N95.1"), (ICD_10_CM, "N95.1"), (ICD_10_CM, "Z90.712"), (ICD_10, "Z30.2"), (ICD_10_CM, "Z90.721")],
)
def test_a_code_that_leaves_fertility_open_excuses_nobody(system: str, code: str) -> None:
    """The years around menopause, a womb without its cervix, one ovary, or a visit for sterilisation prove nothing."""
    assert not concepts_of(system, code) & {ABSENT, TUBAL, MENOPAUSE, "status.sterilised_male"}


def test_a_prolonged_colony_stimulating_factor_is_taken_for_no_short_one() -> None:
    """Lipegfilgrastim (L03AA14) and efbemalenograstim alfa (L03AA18) act longer than filgrastim."""
    assert not (concepts_of(ATC, "L03AA14") | concepts_of(ATC, "L03AA18")) & set(SHORT_ACTING_GCSF)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("77386006", "positive"),
        ("LA15173-0", "positive"),
        ("60001007", "negative"),
        ("LA26683-5", "negative"),
        ("LA26438-4", "positive"),
        ("LA26440-0", "negative"),
        ("LA14072-5", "indeterminate"),
    ],
)
def test_the_answers_to_pregnancy_and_the_wish_for_it_are_understood(code: str, answer: str) -> None:
    """Pregnant or not, and whether she wants to be, in the codes of the International Patient Summary and of LOINC."""
    assert ANSWERS[code] == answer
