"""Which results of a patient are graded, held against which baseline, and how."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from mappings.facts import CodedResult, Measurement, Person, Source
from mappings.record import Record
from mappings.safety.grading import Against, grade
from mappings.safety.laboratory import Graded, graded
from mappings.safety.terms import Version
from mappings.site import NormalRange, Occasion, Site
from tests.spec.safety.grades import measured, term_of
from tests.spec.tables import AT, day, records

BARE = Site()
BASELINE = day("-10").latest  # type: ignore[union-attr]
SITE = Site(normal_ranges={"lab.alt": NormalRange("U/L", Decimal(7), Decimal(40))})


def found(
    record: Record, *, baseline: datetime | None = BASELINE, version: Version = "5.0", site: Site = BARE
) -> list[str]:
    """Every grade of ``record`` as "term: grade reason", the earliest first."""
    return [_written(one) for one in graded(record, Occasion(AT, site), version, baseline)]


def _written(one: Graded) -> str:
    grade = "-" if one.grade.grade is None else one.grade.grade
    return f"{one.term.name}: {grade} {one.grade.reason}"


def grades(table: str, term: str, **settings: object) -> dict[int, list[str]]:
    """The grades under ``term`` of every patient of ``table``."""
    return {
        number: [line.partition(": ")[2] for line in found(record, **settings) if line.startswith(f"{term}:")]  # type: ignore[arg-type]
        for number, record in records(table).items()
    }


def test_a_result_up_to_the_baseline_is_graded_by_its_range_alone() -> None:
    """Held against itself, an abnormal baseline would be grade 0: it is graded as what it is, those after it are not."""
    table = """
        patient | day | lab.alt | high
        --------+-----+---------+-----
              1 | -20 | 130     | 40
              1 | -10 | 130     | 40
              1 | -5  | 130     | 40
              1 | -4  | 400     | 40
              2 | -10 | 39      | 40
              2 | -5  | 130     | 40
    """
    alt = "Alanine aminotransferase increased"
    assert grades(table, alt) == {
        1: ["2 graded", "2 graded", "0 not-reached", "2 graded"],
        2: ["0 not-reached", "2 graded"],
    }
    assert grades(table, alt, baseline=None)[1] == ["2 graded", "2 graded", "2 graded", "3 graded"]


def test_the_baseline_is_the_last_usable_value() -> None:
    """Later, preliminary, worded and impossible results are none; several of one time count as what lies between them."""
    table = """
        patient | day      | lab.alt  | high | problem
        --------+----------+----------+------+------------
              1 | -20      | 60       | 40   |
              1 | -12      | 39       | 40   | preliminary
              1 | -11      | none     | 40   |
              1 | -11.5    | -1       | 40   |
              1 | -5       | 100      | 40   |
              2 | -5       | 100      | 40   |
              3 | -20..-8  | 60       | 40   |
              3 | -5       | 100      | 40   |
              4 | -12      | 60       | 40   |
              4 | -12      | 66       | 40   |
              4 | -5       | 100      | 40   |
              4 | -4       | 95       | 40   |
              5 | -12      | 60       | 40   |
              5 | -12      | 60       | 41   |
              5 | -5       | 130      | 40   |
              6 | -12      | >60      | 40   |
              6 | -5       | 80       | 40   |
              7 | -12      | <30      | 40   |
              7 | -12      | 20       | 40   |
              7 | -5       | 80       | 40   |
              8 | -12      | 60       |      |
              8 | -5       | 130      | 40   |
              9 | -12      | 30..60   | 40   |
              9 | -5       | 100      | 40   |
              9 | -4       | 39       | 40   |
    """
    last = {
        number: lines[-2:] if number in (4, 9) else lines[-1:]
        for number, lines in grades(table, "Alanine aminotransferase increased").items()
    }
    assert last == {
        1: ["1 graded"],
        2: ["- no-baseline"],
        3: ["- no-baseline"],
        4: ["1 graded", "- censored"],
        5: ["- no-range"],
        6: ["0 not-reached"],
        7: ["1 graded"],
        8: ["- no-range"],
        9: ["1 graded", "0 not-reached"],
    }


def test_a_result_that_may_lie_on_either_side_of_the_baseline_is_graded_where_that_does_not_matter() -> None:
    """A vague date leaves the grade open only if the baseline would change it."""
    table = """
        patient | day     | lab.alt | lab.potassium | high
        --------+---------+---------+---------------+-----
              1 | -30     | 100     |               | 40
              1 | -12..-8 | 130     |               | 40
              2 | -12..-8 |         | 6.5           | 5.3
              3 |         | 130     |               | 40
    """
    assert grades(table, "Alanine aminotransferase increased") == {
        1: ["1 graded", "- partial-date"],
        2: [],
        3: ["- partial-date"],
    }
    assert grades(table, "Hyperkalemia")[2] == ["3 graded"]


def test_both_directions_of_one_analyte_are_graded() -> None:
    """Every potassium has a grade for too much and one for too little."""
    table = """
        patient | day | lab.potassium | low | high
        --------+-----+---------------+-----+-----
              1 | -5  | 2.4           | 3.5 | 5.3
    """
    (record,) = records(table).values()
    assert found(record) == ["Hyperkalemia: 0 not-reached", "Hypokalemia: 4 graded"]


def test_what_no_term_grades_is_not_there() -> None:
    """C-reactive protein and ferritin are no terms of the CTCAE; creatine kinase is none of version 6.0."""
    table = """
        patient | day | lab.crp | lab.ck | high
        --------+-----+---------+--------+-----
              1 | -5  | 90      | 9000   | 200
    """
    (record,) = records(table).values()
    assert found(record) == ["CPK increased: 4 graded"]
    assert found(record, version="6.0") == []


def test_the_site_has_the_range_that_a_result_lacks() -> None:
    """An upper limit of zero is none; without any range a multiple of it cannot be told."""
    table = """
        patient | day | lab.alt | high
        --------+-----+---------+-----
              1 | -20 | 130     |
              2 | -20 | 130     | 0
              3 | -20 | 130     | 100
    """
    alt = "Alanine aminotransferase increased"
    assert grades(table, alt) == {1: ["- no-range"], 2: ["- no-range"], 3: ["1 graded"]}
    assert grades(table, alt, site=SITE) == {1: ["2 graded"], 2: ["2 graded"], 3: ["1 graded"]}
    albumin = NormalRange("g/L", Decimal(40))
    low = Site(normal_ranges={"lab.albumin": albumin})
    table = "patient | day | lab.albumin | low\n1 | -20 | 35 | \n2 | -20 | 35 | 0"
    assert grades(table, "Hypoalbuminemia") == {1: ["- no-range"], 2: ["- no-range"]}
    assert grades(table, "Hypoalbuminemia", site=low) == {1: ["1 graded"], 2: ["1 graded"]}


def test_a_value_within_bounds_has_a_grade_only_where_all_of_them_have() -> None:
    """ "<10" platelets are grade 4 in 5.0; in 6.0 likewise, since "<10" is the limit itself; "<20" may be either there."""
    table = """
        patient | day | lab.platelet | low
        --------+-----+--------------+----
              1 | -5  | <10          | 125
              2 | -5  | <20          | 125
              3 | -5  | >100         | 125
    """
    assert grades(table, "Platelet count decreased") == {1: ["4 graded"], 2: ["4 graded"], 3: ["- censored"]}
    assert grades(table, "Thrombocytopenia", version="6.0")[2] == ["- censored"]


def test_total_calcium_is_graded_as_corrected_for_albumin() -> None:
    """0.02 mmol/L for each g/L of albumin below 40, of the same day; without one there is no grade."""
    table = """
        patient | day | lab.calcium_molar | lab.albumin | low | high | problem
        --------+-----+-------------------+-------------+-----+------+--------
              1 | -5  | 1.95              |             | 2.1 | 2.6  |
              1 | -5  |                   | 30          |     |      |
              2 | -5  | 1.95              |             | 2.1 | 2.6  |
              2 | -4  |                   | 30          |     |      |
              3 | -5  | 2.5               |             | 2.1 | 2.6  |
              3 | -5  |                   | 19          |     |      |
              4 | -5  | 1.95              |             | 2.1 | 2.6  |
              4 | -5  |                   | 30          |     |      |
              4 | -5  |                   | 40          |     |      |
              5 | -5  | 1.95              |             | 2.1 | 2.6  | unit
              5 | -5  |                   | 30          |     |      |
              6 | -5  | <1.2              |             | 2.1 | 2.6  |
              6 | -5  |                   | >45         |     |      |
              7 | -5  | >2.6              |             | 2.1 | 2.6  |
              7 | -5  |                   | <30         |     |      |
    """
    assert grades(table, "Hypocalcemia") == {
        1: ["0 not-reached"],
        2: ["- no-albumin"],
        3: ["0 not-reached"],
        4: ["- censored"],
        5: ["- unit"],
        6: ["4 graded"],
        7: ["0 not-reached"],
    }
    assert grades(table, "Hypercalcemia")[3] == ["2 graded"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2+", "2 graded"),
        ("++", "2 graded"),
        ("+2", "2 graded"),
        ("1 +", "1 graded"),
        ("阳性(++)", "2 graded"),
        ("Positive（3+）", "2 graded"),
        ("++++", "3 graded"),
        ("±", "0 not-reached"),
        ("+-", "0 not-reached"),
        ("trace", "0 not-reached"),
        ("negative", "0 not-reached"),
        ("positive", "- no-value"),
        ("5+", "- no-value"),
        ("2+ (1.0 g/L)", "- no-value"),
    ],
)
def test_a_strip_shows_pluses(said: str, expected: str) -> None:
    """ "2+", "++" and "+2" are two, traces and negative none; a bare "positive" says no grade."""
    answer = "negative" if said == "negative" else "positive"
    strip: dict[str, Any] = {
        "source": Source("Observation/strip"),
        "concepts": frozenset({"lab.urine_protein_dipstick"}),
        "when": day("-5"),
        "raw": said,
    }
    words = CodedResult(answer=answer, text=said, **strip)
    number = Measurement(unit="g/L", problem="unit", **strip)  # as the text "2+" is read
    for result in (words, number) if "+" in said and expected[0] != "-" else (words,):
        record = Record(
            person=Person(reference="Patient/1", source=Source("Patient/1")),
            results={"lab.urine_protein_dipstick": (result,)},
        )
        assert f"Proteinuria: {expected}" in found(record)


def test_a_strip_without_pluses_has_no_grade() -> None:
    """A concentration is no plus, and what is preliminary or contradicted says nothing."""
    table = """
        patient | day | lab.urine_protein_dipstick | problem
        --------+-----+----------------------------+------------
              1 | -5  | 0.3                        |
              2 | -5  | negative                   | preliminary
              3 | -5  | positive                   | conflict
    """
    assert grades(table, "Proteinuria") == {1: ["- unit"], 2: ["- preliminary"], 3: ["- conflict"]}


def test_a_result_in_words_has_no_grade() -> None:
    """A creatinine that is told in words is there, and cannot be graded."""
    table = "patient | day | lab.creatinine_molar\n1 | -5 | haemolysed"
    assert grades(table, "Creatinine increased") == {1: ["- no-value"]}


def test_the_inr_is_held_against_the_baseline_under_anticoagulation_only() -> None:
    """An anticoagulant counts where the record shows for sure that it was taken; its order does not."""
    table = """
        patient | day | lab.inr | rx                         | kind      | ongoing | end
        --------+-----+---------+----------------------------+-----------+---------+----
              1 | -12 | 1.0     |                            |           |         |
              1 | -5  | 1.1     |                            |           |         |
              2 | -12 | 1.0     |                            |           |         |
              2 | -5  | 1.1     |                            |           |         |
              2 | -30 |         | rx.anticoagulant.warfarin  | statement | T       |
              3 | -12 | 1.0     |                            |           |         |
              3 | -5  | 1.1     |                            |           |         |
              3 | -30 |         | rx.anticoagulant.warfarin  | request   | T       |
              4 | -12 | 1.0     |                            |           |         |
              4 | -5  | 1.1     |                            |           |         |
              4 | -30 |         | rx.anticoagulant.warfarin  | statement |         | -20
              4 | -3  |         | rx.anticoagulant.warfarin  | statement | T       |
              4 |     |         | rx.anticoagulant.warfarin  | statement | T       |
              4 | -30 |         | rx.glucocorticoid.prednisone | statement | T     |
              5 | -12 | 1.0     |                            |           |         |
              5 | -5  | 1.1     |                            |           |         |
              5 | -30 |         | rx.anticoagulant.warfarin  | statement |         | -2
    """
    last = {number: lines[-1] for number, lines in grades(table, "INR increased").items()}
    assert last == {1: "0 not-reached", 2: "1 graded", 3: "0 not-reached", 4: "0 not-reached", 5: "1 graded"}


def test_a_grade_that_is_open_says_what_is_reached_for_sure() -> None:
    """Creatinine above three times the upper limit is at least grade 3, whatever the baseline was."""
    term = term_of("5.0", "Creatinine increased high", "lab.creatinine_molar")
    one = grade(measured("lab.creatinine_molar", "301..700", "umol/L", "45", "100"), term, Against(Occasion(AT)))
    assert (one.grade, one.reason, one.at_least) == (None, "censored", 3)
