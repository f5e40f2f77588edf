"""I05 after death."""

from mappings.criteria.consent import consent
from tests.spec.conftest import SpecCase

title = "Death"


def test_nobody_who_may_have_died_is_willing_to_comply(spec_case: SpecCase) -> None:
    """A death before the screening bars, and so does one that may lie before it; one to come has not happened yet."""
    spec_case(
        consent,
        """
        patient | died     | day | consent
        --------+----------+-----+--------
        1       | -1       | -9  | permits
        2       | 0        | -9  | permits
        3       | -40..10  | -9  | permits
        4       | 1        | -9  | permits
        5       | 1..10    | -9  | permits
        6       |          | -9  | permits
        7       | -1       |     |
        8       | -1       | -9  | denies
        """,
        {
            1: "not-met deceased",
            2: "not-met deceased",
            3: "not-met deceased",
            4: "met present",
            5: "met present",
            6: "met present",
            7: "not-met deceased",
            8: "not-met deceased",
        },
    )
