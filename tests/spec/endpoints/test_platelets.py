"""Complete and partial response of platelets at week 12."""

from decimal import Decimal

import msgspec

from mappings.endpoints.platelets import platelet_response
from mappings.findings import Amount
from mappings.site import Site
from mappings.timeline import timeline
from tests.spec.endpoints.responses import ask_platelets, occasion, on_day, platelets, told
from tests.spec.tables import treated

title = "Platelet response (S2)"


def test_a_complete_response_is_100_or_more_on_two_occasions() -> None:
    """Both counts reach 100; the second is 7 to 28 days away, before or after."""
    found = platelets(
        """
        patient | day  | lab.platelet
        --------+------+-------------
              1 | 84   | 100
              1 | 91   | 100
              2 | 84   | 99.9
              2 | 91   | 100
              3 | 84   | 100
              3 | 91   | 99.9
              4 | 84   | 120
              4 | 77   | 120
              5 | 84   | 120
              5 | 90   | 120
              6 | 84   | 120
              6 | 112  | 120
              7 | 84   | 120
              7 | 113  | 120
              8 | 84   | 120
              8 | 56   | 120
              9 | 84   | 120
              9 | 55   | 120
             10 | 84   | 120
             11 | 84   | 120
             11 | 70   | 60
             12 | 84   | 120
             12 | 70   | 80
        """
    )
    assert told(found) == {
        1: "CR",
        2: "PR",
        3: "PR",
        4: "CR",
        5: "unconfirmed-CR unconfirmed",
        6: "CR",
        7: "unconfirmed-CR unconfirmed",
        8: "CR",
        9: "unconfirmed-CR unconfirmed",
        10: "unconfirmed-CR unconfirmed",
        11: "unconfirmed-CR unconfirmed",
        12: "PR",
    }
    assert [one.responder for one in found.values()][:4] == [True] * 4
    assert found[10].responder is False


def test_a_partial_response_is_30_and_twice_the_baseline() -> None:
    """Who entered with 31 needs 62, with 49 needs 98: at 30 everybody was before; and 30 is asked of who entered lower."""
    found = platelets(
        """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | -7  | 31
              1 | 84  | 62
              1 | 91  | 62
              2 | -7  | 31
              2 | 84  | 61.9
              2 | 91  | 90
              3 | -7  | 49
              3 | 84  | 98
              3 | 91  | 99
              4 | -7  | 49
              4 | 84  | 97
              4 | 91  | 99
              5 | -7  | 10
              5 | 84  | 29
              5 | 91  | 40
              6 | -7  | 10
              6 | 84  | 30
              6 | 91  | 30
              7 | -7  | 40
              7 | 84  | 90
              8 | -7  | 40
              8 | 84  | 90
              8 | 91  | 70
              9 | -7  | 40
              9 | 84  | 90
              9 | 91  | 70
              9 | 70  | 85
             10 | -29 | 40
             10 | 84  | 90
             10 | 91  | 90
             11 | -29 | 40
             11 | 84  | 120
             11 | 91  | 90
        """
    )
    assert told(found) == {
        1: "PR",
        2: "NR platelets-doubled",
        3: "PR",
        4: "NR platelets-doubled",
        5: "NR platelets-partial",
        6: "PR",
        7: "unconfirmed-PR unconfirmed",
        8: "NR not-confirmed",
        9: "PR",
        10: "not-evaluable no-baseline",
        11: "not-evaluable no-baseline",
    }
    limits = {check.rule: check.limit for check in found[1].checks}
    assert limits["platelets-doubled"] == Amount(Decimal(62), "10*9/L")


def test_a_count_within_bounds_decides_only_what_all_of_it_decides() -> None:
    """A count that may lie on either side of a limit leaves the answer open, and so does one that may confirm it."""
    found = platelets(
        """
        patient | day    | lab.platelet
        --------+--------+-------------
              1 | 84     | >150
              1 | 91     | >150
              2 | 84     | 90..110
              2 | 91     | 120
              3 | 84     | 90..99
              3 | 91     | 120
              4 | 84     | 120
              4 | 91     | 90..110
              5 | 84     | 90
              5 | 91     | 70..90
              6 | -7     | 30..50
              6 | 84     | 90
              6 | 91     | 90
              7 | 84     | 120
              7 | 88..93 | 120
              8 | 84     | <30
              9 | 84     | 120
              9 |        | 120
             10 | 70..80 | 120
             10 | 60     | 120
             11 | 84     | 90..110
             11 | 91     | 60
        """
    )
    assert told(found) == {
        1: "CR",
        2: "not-evaluable censored",
        3: "PR",
        4: "unconfirmed-CR censored",
        5: "unconfirmed-PR censored",
        6: "not-evaluable censored",
        7: "unconfirmed-CR censored",
        8: "NR platelets-partial",
        9: "unconfirmed-CR unconfirmed",
        10: "not-evaluable partial-date",
        11: "NR not-confirmed",
    }


def test_a_count_that_may_be_of_after_baseline_is_none() -> None:
    """Where nobody can tell whether the only count before was taken before treatment, there is nothing to double."""
    table = """
        patient | day   | lab.platelet
        --------+-------+-------------
              1 | -7..3 | 40
              1 | 84    | 90
              1 | 91    | 90
    """
    assert told(platelets(table, lacks=["lab.platelet"])) == {1: "not-evaluable partial-date"}


def test_while_a_second_count_may_come_the_answer_is_open() -> None:
    """Until 28 days after the count a response may still be confirmed; then an unconfirmed one counts as none."""
    table = """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | 84  | 120
              2 | 84  | 120
              2 | 91  | 60
    """
    during, after = platelets(table, occasion(112)), platelets(table, occasion(113))
    assert told(during) == {1: "unconfirmed-CR unconfirmed", 2: "unconfirmed-CR unconfirmed"}
    assert told(after) == {1: "unconfirmed-CR unconfirmed", 2: "NR not-confirmed"}
    assert [one.responder for one in during.values()] == [None, None]
    assert [one.responder for one in after.values()] == [False, False]


def test_before_the_window_is_over_nothing_is_decided_but_death_and_leaving() -> None:
    """On Day 91 nothing is known yet; who died or left did not respond."""
    table = """
        patient | day | lab.platelet | died | enrolled  | left
        --------+-----+--------------+------+-----------+-----
              1 | 84  | 120          |      |           |
              1 | 70  | 120          |      |           |
              2 | 60  | 120          | 70   |           |
              3 | 0   |              |      | withdrawn | 50
              4 | 60  | 120          |      |           |
    """
    early, late = platelets(table, occasion(91)), platelets(table, occasion(92))
    assert told(early) == {1: "not-evaluable not-yet", 2: "NR died", 3: "NR left", 4: "not-evaluable not-yet"}
    assert told(late) == {1: "CR", 2: "NR died", 3: "NR left", 4: "not-evaluable missing"}
    assert [one.responder for one in early.values()] == [None, False, False, None]
    assert late[4].responder is False


def test_a_second_count_may_not_be_asked_for() -> None:
    """A site that asks for no confirmation goes by one count."""
    table = """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | 84  | 100
              2 | 84  | 80
              3 | 84  | 79
    """
    on = occasion(group="platelet_response", confirmation="off")
    assert told(platelets(table, on)) == {1: "CR", 2: "PR", 3: "NR platelets-doubled"}


def test_baseline_may_be_the_mean_of_two_days() -> None:
    """The mean of the last counts of the last two days before baseline; with one day alone there is none."""
    found = platelets(
        """
        patient | day    | lab.platelet
        --------+--------+-------------
              1 | -14    | 30
              1 | -7     | 40
              1 | 84     | 70
              1 | 91     | 70
              2 | -14    | 30
              2 | -7     | 40
              2 | 84     | 69
              2 | 91     | 70
              3 | -7.1   | 30
              3 | -7     | 40
              3 | 84     | 80
              3 | 91     | 80
              4 | -14    | <30
              4 | -7     | 40
              4 | 84     | 70
              4 | 91     | 70
              5 | -14    | >30
              5 | -7     | 40
              5 | 84     | 70
              5 | 91     | 70
              6 | -50    | 30
              6 | -40    | 40
              6 | 84     | 70
              6 | 91     | 70
        """,
        occasion(group="platelet_response", baseline="mean-of-two"),
    )
    assert told(found) == {
        1: "PR",
        2: "NR platelets-doubled",
        3: "not-evaluable no-baseline",
        4: "PR",
        5: "not-evaluable censored",
        6: "not-evaluable no-baseline",
    }


def test_the_other_cohort_is_not_asked() -> None:
    """Nephritis has its own endpoint."""
    record, on = treated("patient | day | lab.platelet\n1 | 84 | 120")[1], occasion()
    line = timeline(record, on)
    assert line is not None
    answer = platelet_response(record, msgspec.structs.replace(line, cohort="LN"), (), on)
    assert (answer.result, answer.responder, answer.definition) == ("not-applicable", None, "ITP_v1")


def test_absence_is_claimed_only_of_a_complete_record() -> None:
    """Without declared coverage nobody can tell that there was no rescue; a count that is too low needs none of it."""
    table = """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | 84  | 120
              1 | 91  | 120
              2 | 84  | 20
    """
    bare = msgspec.structs.replace(occasion(), full_coverage=False)
    assert told(platelets(table, bare)) == {1: "not-evaluable not-covered", 2: "NR platelets-partial"}
    types = ("MedicationAdministration", "MedicationStatement", "MedicationRequest", "Condition", "AdverseEvent")
    since = bare.day_of(on_day(0).latest)
    for covered, expected in ((types, "not-evaluable not-covered"), ((*types, "Procedure"), "CR")):
        site = Site(coverage=dict.fromkeys(covered, since))
        assert told(platelets(table, msgspec.structs.replace(bare, site=site)))[1] == expected


def test_unusable_counts_are_told_and_not_used() -> None:
    """A count without a number, in an unknown unit, or below zero stands among the inputs with the reason."""
    found = platelets(
        """
        patient | day | lab.platelet | problem
        --------+-----+--------------+--------
              1 | 84  | 120          | unit
              1 | 85  | none         |
              1 | 86  | -1           |
              1 | 40  | 120          |
              2 |     | 120          |
        """
    )
    assert told(found) == {1: "not-evaluable missing", 2: "not-evaluable partial-date"}
    assert [(one.day, one.used, one.note) for one in found[1].inputs] == [
        (86, False, "no-value"),
        (85, False, "no-value"),
        (84, False, "unit"),
        (-7, True, ""),
    ]


def test_the_order_of_the_record_changes_nothing() -> None:
    """Exposures and results are the same whichever way round they come."""
    record = treated(
        """
        patient | day | lab.platelet | rx                    | kind           | end
        --------+-----+--------------+-----------------------+----------------+-----
              1 | -7  | 40           |                       |                |
              1 | 84  | 120          |                       |                |
              1 | 91  | 120          |                       |                |
              1 | 20  |              | rx.biologic.rituximab | administration | 20
              1 | 60  |              | rx.itp.ivig           | request        | 60
        """
    )[1]
    turned = msgspec.structs.replace(record, exposures=record.exposures[::-1])
    one, other = (ask_platelets(each, occasion()) for each in (record, turned))
    assert (one.result, one.checks) == (other.result, other.checks)
    assert {each.name: each for each in one.inputs} == {each.name: each for each in other.inputs}
