"""What a site may ask for besides at the renal response: sediment, glucocorticoid, a second ratio, other readings."""

import msgspec

from tests.spec.endpoints.responses import occasion, renal, told

title = "Renal response: what a site may choose"


def test_sixty_or_no_confirmed_fall() -> None:
    """By the other reading a rate of 60 is enough, and a fall counts once a second creatinine of the window shows it too."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | lab.creatinine_molar
        --------+-----+---------------------+---------------------
              1 | 84  | 0.2                 | 100
              2 | 84  | 0.2                 | 150
              3 | 84  | 0.2                 | 150
              3 | 80  |                     | 140
              4 | 84  | 0.2                 | 150
              4 | 80  |                     | 61
              5 | -7  |                     | 150
              5 | 84  | 0.2                 | 155
              6 | 84  | 0.2                 | 150
              6 | 200 |                     | 150
              7 | -7  |                     | 100..150
              7 | 84  | 0.2                 | 160
        """,
        occasion(group="renal_response", filtration="sixty-or-no-fall"),
    )
    assert told(found) == {
        1: "CRR",
        2: "not-evaluable censored",
        3: "NR filtration",
        4: "CRR",
        5: "CRR",
        6: "not-evaluable censored",
        7: "not-evaluable censored",
    }
    assert found[1].definition == "CRR_v1 (filtration=sixty-or-no-fall)"


def test_the_limit_itself_may_be_allowed() -> None:
    """A site that reads the limit as "at most" counts a ratio of 0.5."""
    table = """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 | 84  | 0.5
              2 | 84  | 0.51
    """
    assert told(renal(table, occasion(group="renal_response", upcr_bound="at-most"))) == {1: "CRR", 2: "PRR"}


def test_a_low_dose_of_glucocorticoid_may_be_asked_for() -> None:
    """With the switch on, more than 7.5 mg a day in the 28 days before week 12 is no response."""
    table = """
        patient | day | lab.upcr_mass_ratio | rx                           | kind      | daily | end | ongoing
        --------+-----+---------------------+------------------------------+-----------+-------+-----+--------
              1 | 84  | 0.2                 |                              |           |       |     |
              2 | 84  | 0.2                 |                              |           |       |     |
              2 | -50 |                     | rx.glucocorticoid.prednisone | statement | 7.5   |     | T
              3 | 84  | 0.2                 |                              |           |       |     |
              3 | -50 |                     | rx.glucocorticoid.prednisone | statement | 7.6   |     | T
              4 | 84  | 0.2                 |                              |           |       |     |
              4 | -50 |                     | rx.glucocorticoid.prednisone | statement | 10    | 55  |
              5 | 84  | 0.2                 |                              |           |       |     |
              5 | -50 |                     | rx.glucocorticoid.prednisone | request   | 10    |     | T
              6 | 84  | 0.2                 |                              |           |       |     |
              6 | 85  |                     | rx.glucocorticoid.prednisone | statement | 10    | 91  |
              7 | 84  | 0.2                 |                              |           |       |     |
              7 | 50  |                     | rx.glucocorticoid.prednisone | statement | 10    | 56  |
        """
    on = occasion(group="renal_response", steroid_ceiling="on")
    assert told(renal(table, on)) == {
        1: "CRR",
        2: "CRR",
        3: "NR steroid-ceiling",
        4: "CRR",
        5: "not-evaluable rescue-unclear",
        6: "CRR",
        7: "NR steroid-ceiling",
    }


def test_absence_of_a_ceiling_breach_needs_a_complete_record() -> None:
    """A dose is low only where every drug is on record."""
    on = msgspec.structs.replace(occasion(group="renal_response", steroid_ceiling="on"), full_coverage=False)
    found = renal("patient | day | lab.upcr_mass_ratio\n1 | 84 | 0.2", on)[1]
    assert [(check.holds, check.reason) for check in found.checks if check.rule == "steroid-ceiling"] == [
        (None, "not-covered")
    ]


def test_an_inactive_sediment_may_be_asked_for() -> None:
    """With the switch on, red cells must be below 5 a field, and a result must say that there are no red-cell casts."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | lab.urine_rbc_hpf | lab.urine_rbc_casts
        --------+-----+---------------------+-------------------+--------------------
              1 | 84  | 0.2                 | 4                 | negative
              2 | 84  | 0.2                 | 5                 | negative
              3 | 84  | 0.2                 | 4                 | positive
              4 | 84  | 0.2                 | 4                 |
              5 | 84  | 0.2                 |                   | negative
              6 | 84  | 0.2                 | 4                 | 0
              7 | 84  | 0.2                 | 4                 | 1
              8 | 84  | 0.2                 | 4                 | #sent
        """,
        occasion(group="renal_response", sediment="on"),
    )
    looked_at = [(one.name, one.used) for one in found[8].inputs if "urine" in one.name]
    assert looked_at == [("lab.urine_rbc_hpf", True), ("lab.urine_rbc_casts", True)]
    assert told(found) == {
        1: "CRR",
        2: "NR red-cells",
        3: "NR casts",
        4: "not-evaluable missing",
        5: "not-evaluable missing",
        6: "CRR",
        7: "NR casts",
        8: "not-evaluable no-value",
    }


def test_a_second_ratio_may_be_asked_for() -> None:
    """With the switch on, the ratio next before or next after, at least 7 days apart, must say the same."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 | 84  | 0.2
              2 | 84  | 0.2
              2 | 77  | 0.3
              3 | 84  | 0.2
              3 | 77.5| 0.3
              4 | 84  | 0.2
              4 | 60  | 0.3
              4 | 70  | 0.9
              5 | 84  | 0.2
              5 | 60  | 1.9
              5 | 92  | 0.3
              6 | 84  | 0.9
              6 | 92  | 0.8
              7 | 84  | 0.2
              7 | 92  | 0.4..0.6
              8 | 60  | 0.3
              9 | 84  | 0.2
              9 | 92  | 1.9
        """,
        occasion(group="renal_response", confirmation="on"),
    )
    assert told(found) == {
        1: "not-evaluable unconfirmed",
        2: "CRR",
        3: "not-evaluable unconfirmed",
        4: "PRR",
        5: "CRR",
        6: "PRR",
        7: "not-evaluable unconfirmed",
        8: "not-evaluable missing",
        9: "NR confirmed-complete",
    }
    assert [(one.day, one.used) for one in found[5].inputs if one.name == "lab.upcr_mass_ratio"] == [
        (92, True),
        (84, True),
        (60, True),
        (-7, True),
    ]


def test_a_second_ratio_confirms_no_fall_from_an_unknown_baseline() -> None:
    """Without a ratio of before, a partial response is neither there nor confirmed."""
    table = """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 | 84  | 0.9
              1 | 92  | 0.8
    """
    on = occasion(group="renal_response", confirmation="on")
    found = renal(table, on, lacks=["lab.upcr_mass_ratio"])[1]
    assert told({1: found}) == {1: "not-evaluable no-baseline"}
    assert [one.holds for one in found.checks if one.rule == "confirmed-partial"] == [None]
