"""Creatinine clearance."""

from decimal import Decimal

from mappings.criteria.creatinine_clearance import creatinine_clearance
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Creatinine clearance (I03-6)"


def test_the_limit_itself_is_enough(spec_case: SpecCase) -> None:
    """A man of 50 years and 60 kg clears exactly 30 mL/min at 221 umol/L, a woman at 187.85; a tenth more bars."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | vital.weight | born       | sex
        --------+-----+----------------------+--------------+------------+-------
              1 | -10 | 221                  |              | 1975-01-01 | male
              1 | -10 |                      | 60           |            |
              2 | -10 | 221.1                |              | 1975-01-01 | male
              2 | -10 |                      | 60           |            |
              3 | -10 | 187.85               |              | 1975-01-01 | female
              3 | -10 |                      | 60           |            |
              4 | -10 | 187.95               |              | 1975-01-01 | female
              4 | -10 |                      | 60           |            |
              5 |     |                      | 60           |            |
        """,
        {
            1: "met in-range",
            2: "not-met below-limit",
            3: "met in-range",
            4: "not-met below-limit",
            5: "unknown missing",
        },
    )


def test_age_counts_on_the_day_of_the_sample(spec_case: SpecCase) -> None:
    """Fifty-one on the day after the sample is fifty; a year of birth that leaves the age open may leave the answer so."""
    spec_case(
        creatinine_clearance,
        """
        patient | day     | lab.creatinine_molar | vital.weight | born                   | sex
        --------+---------+----------------------+--------------+------------------------+------
              1 | -10     | 221                  |              | 1974-05-23             | male
              1 | -10     |                      | 60           |                        |
              2 | -10     | 221                  |              | 1974-05-22             | male
              2 | -10     |                      | 60           |                        |
              3 | -10     | 221                  |              | 1974-01-01..1974-12-31 | male
              3 | -10     |                      | 60           |                        |
              4 | -10     | 210                  |              | 1974-01-01..1974-12-31 | male
              4 | -10     |                      | 60           |                        |
              5 | -10     | 230                  |              | 1974-01-01..1974-12-31 | male
              5 | -10     |                      | 60           |                        |
              6 | -10..-9 | 221                  |              | 1974-05-23             | male
              6 | -10     |                      | 60           |                        |
        """,
        {
            1: "met in-range",
            2: "not-met below-limit",
            3: "unknown censored",
            4: "met in-range",
            5: "not-met below-limit",
            6: "unknown censored",
        },
    )


def test_without_birth_date_sex_or_weight_nothing_can_be_computed(spec_case: SpecCase) -> None:
    """The formula asks for all of them, and for a sex that it knows."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | vital.weight | born | sex
        --------+-----+----------------------+--------------+------+-----
              1 | -10 | 80                   |              | ?    |
              1 | -10 |                      | 60           |      |
              2 | -10 | 80                   |              |      | ?
              2 | -10 |                      | 60           |      |
              3 | -10 | 80                   |              |      |
        """,
        {1: "unknown missing", 2: "unknown missing", 3: "unknown missing"},
    )


def test_what_is_only_known_within_bounds_makes_the_clearance_an_interval(spec_case: SpecCase) -> None:
    """At 60 kg and 50 years, a man's creatinine of less than 221 umol/L is enough, and of more than 221 not."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | vital.weight | born       | sex
        --------+-----+----------------------+--------------+------------+-----
              1 | -10 | <221                 |              | 1975-01-01 | male
              1 | -10 |                      | 60           |            |
              2 | -10 | >221                 |              | 1975-01-01 | male
              2 | -10 |                      | 60           |            |
              3 | -10 | <300                 |              | 1975-01-01 | male
              3 | -10 |                      | 60           |            |
              4 | -10 | >200                 |              | 1975-01-01 | male
              4 | -10 |                      | 60           |            |
              5 | -10 | 221                  |              | 1975-01-01 | male
              5 | -10 |                      | >60          |            |
              6 | -10 | 221                  |              | 1975-01-01 | male
              6 | -10 |                      | >50          |            |
              7 | -10 | 221                  |              | 1975-01-01 | male
              7 | -10 |                      | 55..59       |            |
        """,
        {
            1: "met in-range",
            2: "not-met below-limit",
            3: "unknown censored",
            4: "unknown censored",
            5: "met in-range",
            6: "unknown censored",
            7: "not-met below-limit",
        },
    )


def test_nobody_weighs_nothing_or_has_no_creatinine(spec_case: SpecCase) -> None:
    """Zero and negative numbers stand for "not measured" here: nothing can be computed from them."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | vital.weight
        --------+-----+----------------------+-------------
              1 | -10 | 0                    |
              1 | -10 |                      | 60
              2 | -10 | -1                   |
              2 | -10 |                      | 60
              3 | -10 | 80                   |
              3 | -10 |                      | 0
              4 | -10 | 80                   |
              4 | -10 |                      | -60
              5 | -10 | 80                   |
              5 | -10 |                      | <60
        """,
        dict.fromkeys(range(1, 6), "unknown no-value"),
    )


def test_the_latest_creatinine_within_28_days_counts(spec_case: SpecCase) -> None:
    """By mass or by moles, whichever is later; one that cannot be read leaves the clause open."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | lab.creatinine_mass | vital.weight | problem
        --------+-----+----------------------+---------------------+--------------+------------
              1 | -28 | 80                   |                     |              |
              1 | -28 |                      |                     | 60           |
              2 | -29 | 80                   |                     |              |
              2 | -28 |                      |                     | 60           |
              3 | -20 | 80                   |                     |              |
              3 | -2  |                      | 400                 |              |
              3 | -28 |                      |                     | 60           |
              4 | -20 | 80                   |                     |              |
              4 | -2  |                      | none                |              | unit
              4 | -28 |                      |                     | 60           |
              5 | -2  | 80                   |                     |              | preliminary
              5 | -28 |                      |                     | 60           |
              6 | -2  | 80                   |                     |              |
              6 | -2  |                      | 400                 |              |
              6 | -28 |                      |                     | 60           |
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "not-met below-limit",
            4: "unknown unit",
            5: "unknown preliminary",
            6: "unknown conflict",
        },
    )


def test_a_reported_clearance_is_not_used(spec_case: SpecCase) -> None:
    """Nobody can tell what it was computed from, and one that is normalised to body surface is another quantity."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.crcl_cockcroft_gault | lab.crcl_cg_bsa_normalised
        --------+-----+--------------------------+---------------------------
              1 | -10 | 90                       |
              2 | -10 |                          | 90
        """,
        {1: "unknown missing", 2: "unknown missing"},
    )


def test_the_worked_examples_come_out_as_published() -> None:
    """The number shown is cut to two decimals, of an interval it is the bound that decides, and the limit is not rounded."""
    table = """
    patient | day | lab.creatinine_molar | vital.weight | born       | sex
    --------+-----+----------------------+--------------+------------+-------
          1 | -10 | 106.08               |              | 1985-01-01 | female
          1 | -10 |                      | 60           |            |
          2 | -10 | 221                  |              | 1960-01-01 | male
          2 | -10 |                      | 70           |            |
          3 | -10 | 150                  |              | 1995-01-01 | female
          3 | -10 |                      | 50           |            |
          4 | -10 | 221.00001            |              | 1975-01-01 | male
          4 | -10 |                      | 60           |            |
          5 | -10 | <221                 |              | 1975-01-01 | male
          5 | -10 |                      | 66           |            |
          6 | -10 | >221                 |              | 1975-01-01 | male
          6 | -10 |                      | 54           |            |
          7 | -10 | <300                 |              | 1975-01-01 | male
          7 | -10 |                      | 60           |            |
    """
    found = {number: creatinine_clearance(record, Occasion(AT)) for number, record in records(table).items()}
    shown = {number: one.value and one.value.value for number, one in found.items()}
    assert shown == {
        1: Decimal("59.02"),
        2: Decimal("29.16"),
        3: Decimal("38.26"),
        4: Decimal("29.99"),
        5: Decimal("33.00"),
        6: Decimal("27.00"),
        7: None,
    }
    assert found[4].margin is not None
    assert (found[4].state, found[4].margin.value) == ("not-met", Decimal("-0.01"))


def test_the_evidence_names_everything_that_was_computed_with() -> None:
    """Creatinine, weight, the patient's birth date and sex, and the signs of an acute decline."""
    table = """
    patient | day | lab.creatinine_molar | vital.weight | dx
    --------+-----+----------------------+--------------+-------
          1 | -4  | 80                   |              |
          1 | -2  | 120                  |              |
          1 | -2  |                      | 60           |
          1 | -9  |                      |              | dx.aki
    """
    found = creatinine_clearance(records(table)[1], Occasion(AT))
    assert [one.reference for one in found.evidence] == [
        "Observation/r1-1",
        "Observation/r1-2",
        "Patient/1",
        "dx/r1-3",
        "Observation/r1-0",
    ]
    assert found.about == "acute decline"
