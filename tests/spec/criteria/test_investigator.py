"""Another reason found by the investigator."""

from mappings.criteria.investigator import investigator
from tests.spec.conftest import SpecCase

title = "Investigator's decision (E14)"


def test_silence_is_no_reason(spec_case: SpecCase) -> None:
    """Only a person's word can make this clause bar, and nothing need be on record for it to be silent."""
    spec_case(
        investigator,
        """
        patient | dx               | day
        --------+------------------+----
              1 |                  |
              2 | dx.heart_failure | -9
        """,
        {1: "not-met absent", 2: "not-met absent"},
    )
