"""INR and prothrombin time."""

from decimal import Decimal

from mappings.criteria.coagulation import coagulation
from mappings.site import NormalRange
from tests.spec.conftest import SpecCase

title = "INR and prothrombin time (I03-7)"


def test_one_and_a_half_times_the_upper_limit_is_allowed(spec_case: SpecCase) -> None:
    """Of an upper limit of 1.15, an INR of 1.725 is within and 1.726 above; of 12.5 s, a PT of 18.75 s and 18.76 s."""
    spec_case(
        coagulation,
        """
        patient | day | lab.inr | lab.pt_seconds | high
        --------+-----+---------+----------------+-----
              1 | -10 | 1.725   |                | 1.15
              2 | -10 | 1.726   |                | 1.15
              3 | -10 |         | 18.75          | 12.5
              4 | -10 |         | 18.76          | 12.5
              5 | -10 | <1.5    |                | 1.15
              6 | -10 | >1.5    |                | 1.15
              7 |     |         |                |
        """,
        {
            1: "met in-range",
            2: "not-met above-limit",
            3: "met in-range",
            4: "not-met above-limit",
            5: "met in-range",
            6: "unknown censored",
            7: "unknown missing",
        },
    )


def test_every_test_that_was_done_must_pass(spec_case: SpecCase) -> None:
    """One beyond the limit bars whatever the other is; one that nobody can read leaves the clause open."""
    spec_case(
        coagulation,
        """
        patient | day | lab.inr | lab.pt_seconds | high | problem
        --------+-----+---------+----------------+------+------------
              1 | -10 | 1.1     |                | 1.15 |
              1 | -10 |         | 12.1           | 12.5 |
              2 | -10 | 1.1     |                | 1.15 |
              2 | -10 |         | 19.2           | 12.5 |
              3 | -10 | 1.9     |                | 1.15 |
              3 | -10 |         | 12.1           | 12.5 |
              4 | -10 | 1.1     |                | 1.15 |
              4 | -10 |         | 12.1           |      |
              5 | -10 | 1.9     |                | 1.15 |
              5 | -10 |         | 12.1           |      |
              6 | -10 | 1.1     |                | 1.15 |
              6 | -10 |         | 12.1           | 12.5 | preliminary
              7 | -10 | none    |                |      | unit
              7 | -10 |         | 12.1           | 12.5 |
        """,
        {
            1: "met in-range",
            2: "not-met above-limit",
            3: "not-met above-limit",
            4: "unknown no-range",
            5: "not-met above-limit",
            6: "unknown preliminary",
            7: "unknown unit",
        },
    )


def test_a_result_counts_for_28_days_and_a_bad_one_is_not_forgotten(spec_case: SpecCase) -> None:
    """Too old, a result that passed is passed over, and one that did not, or could not be read, asks for a new one."""
    spec_case(
        coagulation,
        """
        patient | day      | lab.inr | lab.pt_seconds | high
        --------+----------+---------+----------------+-----
              1 | -28      | 1.1     |                | 1.15
              2 | -29      | 1.1     |                | 1.15
              3 | -29      | 1.1     |                | 1.15
              3 | -29      |         | 12.1           | 12.5
              4 | -29      | 1.1     |                | 1.15
              4 | -3       |         | 12.1           | 12.5
              5 | -29      | 1.9     |                | 1.15
              5 | -3       |         | 12.1           | 12.5
              6 | -29      | 1.1     |                |
              6 | -3       |         | 12.1           | 12.5
              7 | -40..-10 | 1.1     |                | 1.15
              7 | -3       |         | 12.1           | 12.5
              8 | -29      |         | 12.1           | 12.5
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "unknown outdated",
            4: "met in-range",
            5: "unknown outdated",
            6: "unknown outdated",
            7: "unknown partial-date",
            8: "unknown outdated",
        },
    )


def test_a_clotting_time_of_nothing_is_no_result(spec_case: SpecCase) -> None:
    """Zero and negative numbers stand for "not done" here, as no plasma clots at once."""
    spec_case(
        coagulation,
        """
        patient | day | lab.inr | lab.pt_seconds | high
        --------+-----+---------+----------------+-----
              1 | -10 | 0       |                | 1.15
              2 | -10 |         | 0.0            | 12.5
              3 | -10 | -1      |                | 1.15
              4 | -10 | 0.1     |                | 1.15
        """,
        {1: "unknown no-value", 2: "unknown no-value", 3: "unknown no-value", 4: "met in-range"},
    )


def test_a_range_that_anticoagulation_aims_at_is_no_normal_range(spec_case: SpecCase) -> None:
    """Normal plasma has an INR of 1, so that a range of 2 to 3 is not that of the healthy."""
    spec_case(
        coagulation,
        """
        patient | day | lab.inr | low | high
        --------+-----+---------+-----+-----
              1 | -10 | 2.4     | 2   | 3
              2 | -10 | 1.1     | 1   | 1.2
              3 | -10 | 2.4     | 0.8 | 1.2
        """,
        {1: "unknown no-range", 2: "met in-range", 3: "not-met above-limit"},
    )


def test_the_sites_range_stands_in_for_a_missing_one(spec_case: SpecCase) -> None:
    """Where the result has none, or one that anticoagulation aims at; here the site's upper limit is 1.2."""
    spec_case(
        coagulation,
        """
        patient | day | lab.inr | low | high
        --------+-----+---------+-----+-----
              1 | -10 | 1.8     |     |
              2 | -10 | 1.81    |     |
              3 | -10 | 2.4     | 2   | 3
        """,
        {1: "met in-range", 2: "not-met above-limit", 3: "not-met above-limit"},
        site={"normal_ranges": {"lab.inr": NormalRange("1", high=Decimal("1.2"))}},
    )


def test_read_as_either_one_that_passes_is_enough(spec_case: SpecCase) -> None:
    """A site may read "INR/PT" as INR or PT."""
    spec_case(
        coagulation,
        """
        patient | day | lab.inr | lab.pt_seconds | high
        --------+-----+---------+----------------+-----
              1 | -10 | 1.9     |                | 1.15
              1 | -10 |         | 12.1           | 12.5
              2 | -10 | 1.9     |                | 1.15
              2 | -10 |         | 12.1           |
              3 | -10 | 1.9     |                | 1.15
              3 | -10 |         | 19.2           | 12.5
              4 |     |         |                |
        """,
        {1: "met in-range", 2: "unknown no-range", 3: "not-met above-limit", 4: "unknown missing"},
        readings={"coagulation": "any"},
    )
