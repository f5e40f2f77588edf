"""Hepatitis B and C."""

from mappings.criteria.hepatitis import hepatitis_b, hepatitis_c
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Hepatitis (E08-1, E08-2)"
ON = Occasion(AT)


def test_a_positive_marker_with_virus_above_the_limit_bars(spec_case: SpecCase) -> None:
    """HBsAg or HBcAb positive, and HBV DNA above the detection limit."""
    spec_case(
        hepatitis_b,
        """
        patient | day | lab.hbsag_qual | lab.hbcab_total | lab.hbv_dna_quant_iu
        --------+-----+----------------+-----------------+---------------------
              1 | -9  | positive       | positive        | 350
              2 | -9  | negative       | positive        | 350
              3 | -9  | positive       | negative        | <20
              4 | -9  | negative       | positive        | <20
              5 | -9  | negative       | negative        |
        """,
        {
            1: "met positive",
            2: "met positive",
            3: "judgement needs-person",
            4: "not-met undetected",
            5: "not-met negative",
        },
    )


def test_without_a_result_nothing_is_known(spec_case: SpecCase) -> None:
    """A positive marker without DNA, and markers that were not measured or say nothing, leave the clause open."""
    spec_case(
        hepatitis_b,
        """
        patient | day | lab.hbsag_qual | lab.hbcab_total | lab.hbv_dna_quant_iu | problem
        --------+-----+----------------+-----------------+----------------------+------------
              1 | -9  | positive       | positive        |                      |
              2 | -9  | negative       | positive        |                      |
              3 | -9  | negative       |                 |                      |
              4 | -9  |                | negative        |                      |
              5 | -9  | indeterminate  | negative        |                      |
              6 | -9  | indeterminate  | positive        | <20                  |
              7 | -9  | negative       | indeterminate   |                      |
              8 |     |                |                 |                      |
              9 | -9  | negative       | positive        |                      |
              9 | -8  |                |                 | <20                  | preliminary
             10 | -9  | negative       | positive        | none                 |
        """,
        {
            1: "unknown missing",
            2: "unknown missing",
            3: "unknown missing",
            4: "unknown missing",
            5: "unknown no-value",
            6: "unknown no-value",
            7: "unknown no-value",
            8: "unknown missing",
            9: "unknown preliminary",
            10: "unknown no-value",
        },
    )


def test_where_a_viral_load_lies_against_the_detection_limit(spec_case: SpecCase) -> None:
    """ "<20" is below; detected below the limit is for a person; the result's own range holds the limit."""
    spec_case(
        hepatitis_b,
        """
        patient | day | lab.hbcab_total | lab.hbsag_qual | lab.hbv_dna_quant_iu | answer   | high
        --------+-----+-----------------+----------------+----------------------+----------+-----
              1 | -9  | positive        | negative       | <20                  |          |
              2 | -9  | positive        | negative       | <20                  | negative |
              3 | -9  | positive        | negative       | <20                  | positive |
              4 | -9  | positive        | negative       | 0                    |          |
              5 | -9  | positive        | negative       | 15                   |          |
              6 | -9  | positive        | negative       | 15                   |          | 20
              7 | -9  | positive        | negative       | 20                   |          | 20
              8 | -9  | positive        | negative       | >100000000           |          |
              9 | -9  | positive        | negative       | 30..50               |          |
             10 | -9  | positive        | negative       | 500                  | negative |
             11 | -9  | positive        | negative       | -1                   |          |
        """,
        {
            1: "not-met undetected",
            2: "not-met undetected",
            3: "judgement needs-person",
            4: "not-met undetected",
            5: "met positive",
            6: "judgement needs-person",
            7: "met positive",
            8: "met positive",
            9: "met positive",
            10: "unknown no-value",
            11: "unknown no-value",
        },
    )


def test_a_viral_load_in_words_or_copies_counts_as_well(spec_case: SpecCase) -> None:
    """Detected is above the limit, not detected below; other words say nothing."""
    spec_case(
        hepatitis_b,
        """
        patient | day | lab.hbcab_total | lab.hbsag_qual | lab.hbv_dna_qual | lab.hbv_dna_quant_copies
        --------+-----+-----------------+----------------+------------------+-------------------------
              1 | -9  | positive        | negative       | positive         |
              2 | -9  | positive        | negative       | negative         |
              3 | -9  | positive        | negative       | haemolysed       |
              4 | -9  | positive        | negative       |                  | 1000
              5 | -9  | positive        | negative       |                  | <100
              6 | -9  | positive        | negative       | negative         | 1000
              7 | -9  | negative        | negative       | haemolysed       |
              8 | -9  | negative        | negative       | negative         | 1000
              9 | -9  | negative        | negative       | negative         |
        """,
        {
            1: "met positive",
            2: "not-met undetected",
            3: "unknown no-value",
            4: "met positive",
            5: "not-met undetected",
            6: "unknown conflict",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "not-met negative",
        },
    )


def test_an_old_viral_load_does_not_speak_for_a_marker_found_since(spec_case: SpecCase) -> None:
    """Below the limit counts when taken at most 28 days before the marker; one above the limit always bars."""
    spec_case(
        hepatitis_b,
        """
        patient | day  | lab.hbcab_total | lab.hbsag_qual | lab.hbv_dna_quant_iu
        --------+------+-----------------+----------------+---------------------
              1 | -9   | positive        | negative       |
              1 | -37  |                 |                | <20
              2 | -9   | positive        | negative       |
              2 | -38  |                 |                | <20
              3 | -9   | positive        | negative       |
              3 | -900 |                 |                | 350
              4 | -900 | positive        | negative       |
              4 | -9   |                 |                | <20
              5 | -9   | positive        | negative       |
              5 |      |                 |                | <20
        """,
        {
            1: "not-met undetected",
            2: "unknown outdated",
            3: "met positive",
            4: "not-met undetected",
            5: "unknown outdated",
        },
    )


def test_one_test_does_not_take_back_another(spec_case: SpecCase) -> None:
    """A positive core IgM is a positive core; a negative quantity after a positive HBsAg is a contradiction."""
    spec_case(
        hepatitis_b,
        """
        patient | day | lab.hbsag_qual | lab.hbsag_quant | high | lab.hbcab_total | lab.hbcab_igm
        --------+-----+----------------+-----------------+------+-----------------+--------------
              1 | -9  | negative       |                 |      | negative        | positive
              2 | -9  | negative       |                 |      | negative        | negative
              3 | -9  | negative       |                 |      |                 | negative
              4 | -9  | positive       |                 |      | negative        |
              4 | -8  |                | 0.01            | 0.05 |                 |
              5 | -9  | negative       |                 |      | negative        |
              5 | -8  |                | 0.06            | 0.05 |                 |
              6 | -9  |                | 0.05            | 0.05 | negative        |
              7 | -9  | positive       |                 |      | negative        |
              7 | -8  | negative       |                 |      |                 |
        """,
        {
            1: "unknown missing",
            2: "not-met negative",
            3: "unknown missing",
            4: "unknown conflict",
            5: "unknown missing",
            6: "unknown no-value",
            7: "not-met negative",
        },
    )


def test_virus_without_a_marker_is_for_a_person(spec_case: SpecCase) -> None:
    """Immunosuppression can hide the markers of an infection."""
    table = """
        patient | day | lab.hbsag_qual | lab.hbcab_total | lab.hbv_dna_quant_iu | lab.hcv_ab | lab.hcv_rna_quant_iu
        --------+-----+----------------+-----------------+----------------------+------------+---------------------
              1 | -9  | negative       | negative        | 350                  | negative   | 350
              2 | -9  | negative       | negative        | <20                  | negative   | <15
        """
    found = {1: "judgement needs-person", 2: "not-met negative"}
    spec_case(hepatitis_b, table, found)
    spec_case(hepatitis_c, table, found)


def test_the_sponsor_may_let_the_antigen_bar_alone(spec_case: SpecCase) -> None:
    """Then HBsAg bars whatever the DNA; HBcAb alone still asks for it."""
    spec_case(
        hepatitis_b,
        """
        patient | day | lab.hbsag_qual | lab.hbcab_total | lab.hbv_dna_quant_iu
        --------+-----+----------------+-----------------+---------------------
              1 | -9  | positive       | positive        | <20
              2 | -9  | positive       |                 |
              3 | -9  | negative       | positive        | <20
              4 | -9  | negative       | positive        |
        """,
        {1: "met positive", 2: "met positive", 3: "not-met undetected", 4: "unknown missing"},
        readings={"hepatitis_b": "antigen-alone-bars"},
    )


def test_hepatitis_c_needs_antibody_and_virus(spec_case: SpecCase) -> None:
    """Antibody positive with RNA bars; without RNA, or with none measured since, nothing is known."""
    spec_case(
        hepatitis_c,
        """
        patient | day  | lab.hcv_ab    | lab.hcv_rna_quant_iu | answer
        --------+------+---------------+----------------------+---------
              1 | -9   | positive      | 1200                 |
              2 | -9   | positive      | <15                  |
              3 | -9   | positive      | <15                  | positive
              4 | -9   | positive      |                      |
              5 | -9   | negative      |                      |
              6 | -9   | indeterminate |                      |
              7 |      |               |                      |
              8 | -9   | positive      |                      |
              8 | -900 |               | <15                  |
        """,
        {
            1: "met positive",
            2: "not-met undetected",
            3: "judgement needs-person",
            4: "unknown missing",
            5: "not-met negative",
            6: "unknown no-value",
            7: "unknown missing",
            8: "unknown outdated",
        },
    )


def test_an_open_answer_names_the_test_that_is_wanted() -> None:
    """The marker that was not measured, the viral load of the virus in question."""
    table = """
        patient | day | lab.hbsag_qual | lab.hbcab_total | lab.hcv_ab
        --------+-----+----------------+-----------------+-----------
              1 | -9  |                | negative        |
              2 | -9  | negative       |                 | positive
              3 | -9  | negative       | positive        |
        """
    found = {number: (hepatitis_b(one, ON), hepatitis_c(one, ON)) for number, one in records(table).items()}
    wanted = {number: (b.concept, c.concept) for number, (b, c) in found.items()}
    assert wanted == {
        1: ("lab.hbsag_qual", "lab.hcv_ab"),
        2: ("lab.hbcab_total", "lab.hcv_rna_quant_iu"),
        3: ("lab.hbv_dna_quant_iu", "lab.hcv_ab"),
    }


def test_the_answer_rests_on_markers_and_viral_load() -> None:
    """Whatever it is, all that was looked at is among the evidence."""
    table = """
        patient | day | lab.hbsag_qual | lab.hbcab_total | lab.hbv_dna_quant_iu
        --------+-----+----------------+-----------------+---------------------
              1 | -9  | negative       | positive        | 350
              2 | -9  | negative       | positive        | <20
              3 | -9  | positive       | negative        | <20
              4 | -9  | negative       | negative        | <20
              5 | -9  | negative       | negative        | 350
        """
    for number, record in records(table).items():
        assert len(hepatitis_b(record, ON).evidence) == 3, number


def test_markers_become_too_old_only_where_the_site_says_so(spec_case: SpecCase) -> None:
    """The last day of the site's window still counts."""
    table = """
        patient | day  | lab.hbsag_qual | lab.hbcab_total | lab.hcv_ab
        --------+------+----------------+-----------------+-----------
              1 | -180 | negative       | negative        | negative
              2 | -181 | negative       | negative        | negative
    """
    for rule in (hepatitis_b, hepatitis_c):
        spec_case(rule, table, {1: "not-met negative", 2: "not-met negative"})
        spec_case(rule, table, {1: "not-met negative", 2: "unknown outdated"}, limits={"serology_window": "180"})
