"""Complete and partial renal response at week 12."""

from decimal import Decimal

import msgspec
import pytest

from mappings.endpoints.renal import renal_response
from mappings.findings import Amount
from mappings.followed import Timeline
from mappings.site import Occasion, Site
from mappings.timeline import timeline
from tests.spec.endpoints.responses import ask_renal, occasion, on_day, renal, told
from tests.spec.tables import treated

title = "Renal response (S1)"


def test_a_ratio_below_the_limit_is_a_complete_response() -> None:
    """Below 0.5 g/g, with kidneys that filter as before, is CRR; the limit itself is not; half of baseline below 3 is PRR."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 |  84 | 0.49
              2 |  84 | 0.50
              3 |  84 | 1.00
              4 |  84 | 1.01
              5 |  84 | 0
              6 |  84 | <0.5
              7 |  84 | <0.6
              8 |  84 | >1
              9 |  84 | 0.4..0.6
             10 |  84 | 0.6..0.9
             11 |  84 | 0.9..1.1
        """
    )
    assert told(found) == {
        1: "CRR",
        2: "PRR",
        3: "PRR",
        4: "NR upcr",
        5: "CRR",
        6: "CRR",
        7: "not-evaluable censored",
        8: "NR upcr",
        9: "not-evaluable censored",
        10: "PRR",
        11: "not-evaluable censored",
    }
    assert [one.responder for one in found.values()] == [True, *[False] * 3, True, True, *[False] * 5]


def test_a_partial_response_is_below_the_nephrotic_range() -> None:
    """A fall by half is a partial response only to below 3 g/g."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 | -7  | 8.0
              1 | 84  | 2.99
              2 | -7  | 8.0
              2 | 84  | 3.0
              3 | -7  | 5.99
              3 | 84  | 2.99
              4 | -7  | 5..7
              4 | 84  | 2.6
              5 | -40 | 8.0
              5 | 84  | 2.0
        """
    )
    assert told(found) == {
        1: "PRR",
        2: "NR upcr",
        3: "PRR",
        4: "not-evaluable censored",
        5: "not-evaluable no-baseline",
    }


def test_the_value_of_week_12_is_the_closest_to_day_84() -> None:
    """Day 77 and Day 91 belong to the window, the days beyond do not; of two as close, the later one counts."""
    found = renal(
        """
        patient | day    | lab.upcr_mass_ratio | issued
        --------+--------+---------------------+-------
              1 | 77     | 0.2                 |
              2 | 76     | 0.2                 |
              3 | 91     | 0.2                 |
              4 | 92     | 0.2                 |
              5 | 82     | 0.2                 |
              5 | 87     | 1.9                 |
              6 | 82     | 0.2                 |
              6 | 86     | 1.9                 |
              7 | 84     | 1.9                 |
              7 | 84.1   | 0.2                 |
              8 | 84     | 1.9                 | 84
              8 | 84     | 0.2                 | 85
              9 | 84     | 1.9                 |
              9 | 84     | 0.2                 |
             10 | 70..80 | 0.2                 |
             11 | 70..80 | 1.9                 |
             11 | 85     | 0.2                 |
             12 | 70..84 | 1.9                 |
             12 | 85     | 0.2                 |
             13 | 78..84 | 0.2                 |
             14 |        | 1.9                 |
             14 | 84     | 0.2                 |
             15 | 80..82 | 1.9                 |
             15 | 83..85 | 0.2                 |
             16 | 84..87 | 1.9                 |
             16 | 82     | 0.2                 |
        """
    )
    assert told(found) == {
        1: "CRR",
        2: "not-evaluable missing",
        3: "CRR",
        4: "not-evaluable missing",
        5: "CRR",
        6: "NR upcr",
        7: "CRR",
        8: "CRR",
        9: "not-evaluable conflict",
        10: "not-evaluable partial-date",
        11: "CRR",
        12: "not-evaluable conflict",
        13: "CRR",
        14: "not-evaluable conflict",
        15: "CRR",
        16: "not-evaluable conflict",
    }


def test_urine_of_24_hours_is_preferred() -> None:
    """A ratio of 24 hours counts before one of a night, and that before a void, whichever is closer to Day 84."""
    found = renal(
        """
        patient | day    | lab.upcr_24h_ratio | lab.upcr_12h_mass_ratio | lab.upcr_mass_ratio
        --------+--------+--------------------+-------------------------+--------------------
              1 | 78     | 1.9                |                         |
              1 | 84     |                    | 0.2                     | 0.2
              2 | 78     |                    | 1.9                     |
              2 | 84     |                    |                         | 0.2
              3 | 100    | 1.9                |                         |
              3 | 84     |                    |                         | 0.2
              4 | 60..80 | 1.9                |                         |
              4 | 84     |                    |                         | 0.2
        """
    )
    assert told(found) == {1: "NR upcr", 2: "NR upcr", 3: "CRR", 4: "not-evaluable conflict"}


def test_what_was_looked_at_is_told() -> None:
    """Values that do not count stand beside those that do, each with the reason."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | problem
        --------+-----+---------------------+--------
              1 | 40  | 3.0                 |
              1 | 80  | 0.3                 |
              1 | 83  | 0.2                 |
              1 | 82  | 0.1                 | unit
              1 | 85  | none                |
              1 | 86  | -1                  |
        """
    )[1]
    ratios = {(one.day, one.used, one.note) for one in found.inputs if one.name == "lab.upcr_mass_ratio"}
    assert ratios == {
        (-7, True, ""),
        (80, False, "not-closest"),
        (83, True, ""),
        (82, False, "unit"),
        (85, False, "no-value"),
        (86, False, "no-value"),
    }
    assert found.result == "CRR"
    rates = [one for one in found.inputs if one.name == "egfr"]
    assert [(one.day, one.used, one.text) for one in rates] == [(84, True, "CKD-EPI 2021"), (-7, True, "CKD-EPI 2021")]
    limits = {check.rule: check.limit for check in found.checks}
    assert limits["upcr"] == Amount(Decimal("0.5"), "g/g")
    assert limits["upcr-fall"] == Amount(Decimal("1.0"), "g/g")


@pytest.mark.parametrize(
    ("creatinine", "expected"),
    [("60", "CRR"), ("65", "CRR"), ("90", "NR filtration"), ("<65", "CRR"), ("60..90", "not-evaluable censored")],
)
def test_the_kidneys_must_filter_as_before(creatinine: str, expected: str) -> None:
    """The rate at week 12 is at least 85 % of that of baseline."""
    table = f"""
        patient | day | lab.upcr_mass_ratio | lab.creatinine_molar
        --------+-----+---------------------+---------------------
              1 | 84  | 0.2                 | {creatinine}
    """
    assert told(renal(table)) == {1: expected}


def test_without_a_rate_there_is_no_response() -> None:
    """No creatinine in the window or before treatment, one of zero, no birth date and no sex leave it open."""
    found = renal(
        """
        patient | day    | lab.upcr_mass_ratio | lab.creatinine_molar | born       | sex
        --------+--------+---------------------+----------------------+------------+-----
              1 | 84     | 0.2                 |                      |            |
              2 | 84     | 0.2                 | 60                   |            |
              3 | 84     | 0.2                 | 0                    |            |
              3 | -7     |                     | 60                   |            |
              4 | 84     | 0.2                 | 60                   | ?          |
              4 | -7     |                     | 60                   |            |
              5 | 84     | 0.2                 | 60                   |            | ?
              5 | -7     |                     | 60                   |            |
              6 | 84     | 0.2                 |                      |            |
              6 | 60..80 |                     | 60                   |            |
              6 | -7     |                     | 60                   |            |
              7 | 84     | 0.2                 | 60                   |            |
              7 | -7..3  |                     | 60                   |            |
              8 | 84     | 0.2                 | 60                   |            |
              8 | -7     |                     | 0                    |            |
              9 | 84     | 1.9                 |                      |            |
        """,
        lacks=["lab.creatinine_molar"],
    )
    assert told(found) == {
        1: "not-evaluable missing",
        2: "not-evaluable no-baseline",
        3: "not-evaluable no-rate",
        4: "not-evaluable no-rate",
        5: "not-evaluable no-rate",
        6: "not-evaluable partial-date",
        7: "not-evaluable partial-date",
        8: "not-evaluable no-rate",
        9: "NR upcr",
    }


def test_who_died_left_was_dialysed_or_transplanted_did_not_respond() -> None:
    """By the end of the window; the day after it no more; a day that is not sure leaves it open."""
    found = renal(
        """
        patient | day    | lab.upcr_mass_ratio | died   | enrolled  | left   | proc                   | problem
        --------+--------+---------------------+--------+-----------+--------+------------------------+------------
              1 | 84     | 0.2                 | 91     |           |        |                        |
              2 | 84     | 0.2                 | 92     |           |        |                        |
              3 | 84     | 0.2                 | 90..95 |           |        |                        |
              4 | 84     | 0.2                 |        |           |        |                        |
              4 | 0      |                     |        | withdrawn | 88     |                        |
              5 | 84     | 0.2                 |        |           |        | proc.dialysis          |
              6 | 84     | 0.2                 |        |           |        |                        |
              6 | 50     |                     |        |           |        | proc.kidney_transplant |
              7 | 84     | 0.2                 |        |           |        |                        |
              7 | 50     |                     |        |           |        | proc.dialysis          | preliminary
              8 | 84     | 0.2                 |        |           |        |                        |
              8 | -20    |                     |        |           |        | proc.dialysis          |
              9 | 84     | 0.2                 |        |           |        |                        |
              9 | -2..10 |                     |        |           |        | proc.dialysis          |
             10 | 60     |                     | 80     |           |        |                        |
        """
    )
    assert told(found) == {
        1: "NR died",
        2: "CRR",
        3: "not-evaluable partial-date",
        4: "NR left",
        5: "NR dialysis",
        6: "NR transplant",
        7: "not-evaluable preliminary",
        8: "CRR",
        9: "not-evaluable partial-date",
        10: "NR died",
    }


def test_before_the_window_is_over_only_what_ends_the_question_is_decided() -> None:
    """On Day 91 the value of Day 84 is no response yet; on Day 92 it is. Who died is decided at once."""
    table = """
        patient | day | lab.upcr_mass_ratio | died
        --------+-----+---------------------+-----
              1 | 84  | 0.2                 |
              2 | 84  | 0.2                 | 20
              3 | 60  | 0.2                 |
    """
    early, late = renal(table, occasion(91)), renal(table, occasion(92))
    assert told(early) == {1: "not-evaluable not-yet", 2: "NR died", 3: "not-evaluable not-yet"}
    assert told(late) == {1: "CRR", 2: "NR died", 3: "not-evaluable missing"}
    assert [one.responder for one in early.values()] == [None, False, None]
    assert [one.responder for one in late.values()] == [True, False, False]


def test_who_is_not_asked() -> None:
    """The other cohort is not asked, a cohort that nobody knows is not evaluable, and so is a Day 0 that is not sure."""
    record, on = treated("patient | day | lab.upcr_mass_ratio\n1 | 84 | 0.2")[1], occasion()
    line = timeline(record, on)
    assert line is not None
    answers = {
        "ITP": renal_response(record, msgspec.structs.replace(line, cohort="ITP"), (), on),
        "": renal_response(record, msgspec.structs.replace(line, cohort=None), (), on),
        "gap": renal_response(record, Timeline(day0=None, cohort="LN", problems=("infusion-undated",)), (), on),
    }
    assert {name: (one.result, one.reason, one.responder) for name, one in answers.items()} == {
        "ITP": ("not-applicable", "other-cohort", None),
        "": ("not-evaluable", "cohort-unknown", None),
        "gap": ("not-evaluable", "data-gap", None),
    }
    assert [(check.rule, check.reason) for check in answers["gap"].checks] == [("day-0", "infusion-undated")]


def test_absence_is_claimed_only_of_a_complete_record() -> None:
    """Without declared coverage, or with resources that nobody could read, silence about rescue or dialysis proves nothing."""
    table = """
        patient | day | lab.upcr_mass_ratio | unread
        --------+-----+---------------------+------------------
              1 | 84  | 0.2                 |
              2 | 84  | 0.2                 | MedicationRequest
              3 | 84  | 1.9                 |
    """
    on = occasion()
    bare = msgspec.structs.replace(on, full_coverage=False)
    assert told(renal(table, bare)) == {
        1: "not-evaluable not-covered",
        2: "not-evaluable not-covered",
        3: "NR upcr",
    }
    assert told(renal(table, on)) == {1: "CRR", 2: "not-evaluable not-understood", 3: "NR upcr"}
    types = ("MedicationAdministration", "MedicationStatement", "MedicationRequest", "Procedure")
    day0 = on.day_of(on_day(0).latest)
    covered = Occasion(on.at, site=Site(coverage=dict.fromkeys(types, day0)))
    assert told(renal(table, covered))[1] == "CRR"


def test_the_order_of_the_record_changes_nothing() -> None:
    """Results are the same whichever way round they come."""
    record = treated(
        """
        patient | day | lab.upcr_mass_ratio | lab.creatinine_molar
        --------+-----+---------------------+---------------------
              1 | -7  | 2.0                 | 60
              1 | 80  | 1.9                 | 90
              1 | 84  | 0.2                 | 60
        """
    )[1]
    turned = msgspec.structs.replace(record, results=dict(reversed(record.results.items())))
    assert ask_renal(record, occasion()) == ask_renal(turned, occasion())
