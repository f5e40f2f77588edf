"""Immunoglobulin deficiency."""

from mappings.criteria.immunoglobulin import immunoglobulin
from tests.spec.conftest import SpecCase

title = "Congenital immunoglobulin deficiency (E05)"


def test_a_congenital_deficiency_bars(spec_case: SpecCase) -> None:
    """It does not pass, whatever its status says; an uncertain one is for a person."""
    spec_case(
        immunoglobulin,
        """
        patient | dx                                      | day   | active | certain
        --------+-----------------------------------------+-------+--------+--------
              1 | dx.congenital_immunoglobulin_deficiency | -4000 | T      |
              2 | dx.congenital_immunoglobulin_deficiency |       | F      |
              3 | dx.congenital_immunoglobulin_deficiency | -4000 | T      | F
        """,
        {1: "met present", 2: "met present", 3: "judgement needs-person"},
    )


def test_a_deficiency_of_unclear_origin_is_for_a_person(spec_case: SpecCase) -> None:
    """Nonfamilial (D80.1) and common variable (D83) deficiencies stand in the congenital chapter and may be neither."""
    spec_case(
        immunoglobulin,
        """
        patient | dx                                                                          | day
        --------+-----------------------------------------------------------------------------+------
              1 | dx.congenital_immunoglobulin_deficiency dx.hypogammaglobulinemia_acquired   | -4000
              2 | dx.congenital_immunoglobulin_deficiency dx.common_variable_immunodeficiency | -4000
              3 | dx.hypogammaglobulinemia                                                    | -40
        """,
        dict.fromkeys((1, 2, 3), "judgement needs-person"),
        coverage="full",
    )


def test_a_low_immunoglobulin_alone_is_not_looked_at(spec_case: SpecCase) -> None:
    """Nephrotic loss and rituximab lower it; without a diagnosis, complete records clear the clause."""
    table = """
        patient | day | lab.igg | unread
        --------+-----+---------+----------
              1 | -5  | 2.1     |
              2 |     |         | Condition
        """
    spec_case(immunoglobulin, table, {1: "unknown not-covered", 2: "unknown not-covered"})
    spec_case(immunoglobulin, table, {1: "not-met absent", 2: "unknown not-understood"}, coverage="full")
