"""Liver enzymes and bilirubin."""

from decimal import Decimal

from mappings.criteria.liver import alt, ast, bilirubin
from mappings.site import NormalRange
from tests.spec.conftest import SpecCase

title = "Liver enzymes and bilirubin (I03-3, I03-4, I03-5)"


def test_alt_at_three_times_the_upper_limit_is_allowed(spec_case: SpecCase) -> None:
    """Of its own upper limit of 40, 120 U/L is within and 120.1 above; above, a person decides why."""
    spec_case(
        alt,
        """
        patient | day | lab.alt | high
        --------+-----+---------+-----
              1 | -10 | 120     | 40
              2 | -10 | 120.1   | 40
              3 | -10 | 0       | 40
              4 | -10 | 120.1   | 50
              5 | -10 | <5      | 40
              6 | -10 | >100    | 40
              7 | -10 | >120    | 40
              8 |     |         |
        """,
        {
            1: "met in-range",
            2: "judgement above-limit",
            3: "met in-range",
            4: "met in-range",
            5: "met in-range",
            6: "unknown censored",
            7: "judgement above-limit",
            8: "unknown missing",
        },
    )


def test_the_latest_alt_within_28_days_counts(spec_case: SpecCase) -> None:
    """A later result that nobody can read is not hidden by an older one; nothing measured lies below zero."""
    spec_case(
        alt,
        """
        patient | day      | lab.alt | high | problem
        --------+----------+---------+------+------------
              1 | -28      | 31      | 40   |
              2 | -29      | 31      | 40   |
              3 | -40..-10 | 31      | 40   |
              4 | -9       | 31      | 40   |
              4 | -2       | 131     | 40   |
              5 | -9       | 31      | 40   |
              5 | -2       | 31      | 40   | preliminary
              6 | -2       | none    |      | unit
              7 | -2       | -1      | 40   |
              8 | -2       | 31      | 40   |
              8 | -2       | 131     | 40   |
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "unknown partial-date",
            4: "judgement above-limit",
            5: "unknown preliminary",
            6: "unknown unit",
            7: "unknown no-value",
            8: "unknown conflict",
        },
    )


def test_without_a_range_multiples_of_it_cannot_be_told(spec_case: SpecCase) -> None:
    """A result without an upper limit, or with one of zero, is held against no textbook."""
    spec_case(
        alt,
        """
        patient | day | lab.alt | low | high
        --------+-----+---------+-----+-----
              1 | -10 | 31      |     |
              2 | -10 | 31      | 9   |
              3 | -10 | 0       | 0   | 0
        """,
        {1: "unknown no-range", 2: "unknown no-range", 3: "unknown no-range"},
    )


def test_the_sites_range_stands_in_for_a_missing_one(spec_case: SpecCase) -> None:
    """The result's own upper limit comes first, then the site's, here 50 U/L."""
    spec_case(
        alt,
        """
        patient | day | lab.alt | high
        --------+-----+---------+-----
              1 | -10 | 150     |
              2 | -10 | 150.1   |
              3 | -10 | 150     | 40
              4 | -10 | 150     | 0
        """,
        {1: "met in-range", 2: "judgement above-limit", 3: "judgement above-limit", 4: "met in-range"},
        site={"normal_ranges": {"lab.alt": NormalRange("U/L", high=Decimal(50))}},
    )


def test_a_site_range_that_says_nothing_here_is_no_range(spec_case: SpecCase) -> None:
    """One without an upper limit, or in a unit that the result is not held in, is not used."""
    spec_case(
        alt,
        """
        patient | day | lab.alt
        --------+-----+--------
              1 | -10 | 31
        """,
        {1: "unknown no-range"},
        site={"normal_ranges": {"lab.alt": NormalRange("ukat/L", high=Decimal("0.8"))}},
    )


def test_read_strictly_an_elevated_alt_bars(spec_case: SpecCase) -> None:
    """A site may read the clause without its exception."""
    spec_case(
        alt,
        """
        patient | day | lab.alt | high
        --------+-----+---------+-----
              1 | -10 | 120     | 40
              2 | -10 | 120.1   | 40
              3 |     |         |
        """,
        {1: "met in-range", 2: "not-met above-limit", 3: "unknown missing"},
        readings={"disease_related": "strict"},
    )


def test_ast_at_three_times_the_upper_limit_is_allowed(spec_case: SpecCase) -> None:
    """Of its own upper limit of 35, 105 U/L is within and 105.1 above; above, a person decides why."""
    spec_case(
        ast,
        """
        patient | day | lab.ast | high
        --------+-----+---------+-----
              1 | -28 | 105     | 35
              2 | -28 | 105.1   | 35
              3 | -29 | 105     | 35
              4 | -28 | 0       | 35
              5 | -28 | 31      |
              6 |     |         |
        """,
        {
            1: "met in-range",
            2: "judgement above-limit",
            3: "unknown outdated",
            4: "met in-range",
            5: "unknown no-range",
            6: "unknown missing",
        },
    )


def test_read_strictly_an_elevated_ast_bars(spec_case: SpecCase) -> None:
    """A site may read the clause without its exception."""
    spec_case(
        ast,
        """
        patient | day | lab.ast | high
        --------+-----+---------+-----
              1 | -10 | 105     | 35
              2 | -10 | 105.1   | 35
              3 | -10 | >100    | 35
        """,
        {1: "met in-range", 2: "not-met above-limit", 3: "unknown censored"},
        readings={"disease_related": "strict"},
    )


def test_bilirubin_at_one_and_a_half_times_the_upper_limit_is_allowed(spec_case: SpecCase) -> None:
    """Of its own upper limit of 21, 31.5 umol/L is within and 31.6 above; above, a person decides why."""
    spec_case(
        bilirubin,
        """
        patient | day | lab.bilirubin_total_molar | lab.bilirubin_total_mass | high
        --------+-----+---------------------------+--------------------------+-----
              1 | -10 | 31.5                      |                          | 21
              2 | -10 | 31.6                      |                          | 21
              3 | -10 |                           | 31.5                     | 21
              4 | -10 | 0                         |                          | 21
              5 | -10 | 12                        |                          |
              6 | -29 | 12                        |                          | 21
              7 | -9  | 12                        |                          | 21
              7 | -2  |                           | 40                       | 21
              8 |     |                           |                          |
        """,
        {
            1: "met in-range",
            2: "judgement above-limit",
            3: "met in-range",
            4: "met in-range",
            5: "unknown no-range",
            6: "unknown outdated",
            7: "judgement above-limit",
            8: "unknown missing",
        },
    )


def test_read_strictly_an_elevated_bilirubin_bars(spec_case: SpecCase) -> None:
    """A site may read the clause without its exception."""
    spec_case(
        bilirubin,
        """
        patient | day | lab.bilirubin_total_molar | high
        --------+-----+---------------------------+-----
              1 | -10 | 31.5                      | 21
              2 | -10 | 31.6                      | 21
              3 | -10 | <40                       | 21
        """,
        {1: "met in-range", 2: "not-met above-limit", 3: "unknown censored"},
        readings={"disease_related": "strict"},
    )
