"""The weight that creatinine clearance is computed with."""

from decimal import Decimal

import msgspec

from mappings.criteria.creatinine_clearance import creatinine_clearance
from mappings.limits import LIMITS
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Weight for creatinine clearance (I03-6)"


def test_weight_counts_within_30_days_of_the_sample(spec_case: SpecCase) -> None:
    """The thirtieth day before or after the sample still counts; a vague day must lie within it as a whole."""
    spec_case(
        creatinine_clearance,
        """
        patient | day      | lab.creatinine_molar | vital.weight
        --------+----------+----------------------+-------------
              1 | -9       | 80                   |
              1 | -39      |                      | 60
              2 | -9       | 80                   |
              2 | -40      |                      | 60
              3 | -9       | 80                   |
              3 | -45..-38 |                      | 60
              4 | -9       | 80                   |
              4 | -60..-45 |                      | 60
              5 | -28      | 80                   |
              5 | 0        |                      | 60
              6 | -9       | 80                   |
              6 |          |                      | 60
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "unknown partial-date",
            4: "unknown outdated",
            5: "met in-range",
            6: "unknown missing",
        },
    )


def test_weight_counts_until_30_days_after_the_sample() -> None:
    """Where a site lets older results count, a weight may have been taken long after the sample."""
    table = """
    patient | day | lab.creatinine_molar | vital.weight
    --------+-----+----------------------+-------------
          1 | -30 | 80                   |
          1 | 0   |                      | 60
          2 | -31 | 80                   |
          2 | 0   |                      | 60
    """
    window = msgspec.structs.replace(LIMITS.result_window, value=Decimal(60))
    occasion = Occasion(AT, limits=msgspec.structs.replace(LIMITS, result_window=window))
    found = {number: creatinine_clearance(record, occasion) for number, record in records(table).items()}
    assert {number: one.reason for number, one in found.items()} == {1: "in-range", 2: "outdated"}


def test_the_weight_nearest_to_the_sample_counts(spec_case: SpecCase) -> None:
    """Before or after it. Where two are as near, both must give one answer; one that cannot be read is not passed over."""
    spec_case(
        creatinine_clearance,
        """
        patient | day    | lab.creatinine_molar | vital.weight | problem     | born       | sex
        --------+--------+----------------------+--------------+-------------+------------+-----
              1 | -10    | 221                  |              |             | 1975-01-01 | male
              1 | -20    |                      | 59           |             |            |
              1 | -1     |                      | 61           |             |            |
              2 | -10    | 221                  |              |             | 1975-01-01 | male
              2 | -12    |                      | 59           |             |            |
              2 | -8     |                      | 61           |             |            |
              3 | -10    | 221                  |              |             | 1975-01-01 | male
              3 | -12    |                      | 61           |             |            |
              3 | -8     |                      | 62           |             |            |
              4 | -10    | 221                  |              |             | 1975-01-01 | male
              4 | -12    |                      | 61           |             |            |
              4 | -9     |                      | none         | unit        |            |
              5 | -10    | 221                  |              |             | 1975-01-01 | male
              5 | -9     |                      | 61           | preliminary |            |
              6 | -10    | 221                  |              |             | 1975-01-01 | male
              6 | -9     |                      | none         |             |            |
              7 | -10    | 221                  |              |             | 1975-01-01 | male
              7 | -12..-8 |                     | 59           |             |            |
              7 | -9     |                      | 61           |             |            |
        """,
        {
            1: "met in-range",
            2: "unknown censored",
            3: "met in-range",
            4: "unknown unit",
            5: "unknown preliminary",
            6: "unknown no-value",
            7: "unknown censored",
        },
    )
