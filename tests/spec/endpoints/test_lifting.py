"""What lifts platelets besides the cells: counts that do not count, and rescue."""

import pytest

from tests.spec.endpoints.responses import episode, platelets, told

title = "Lifted counts"


@pytest.mark.parametrize(
    ("rx", "begin", "end", "note"),
    [
        ("rx.transfusion.platelets", 85, 85, "after-transfusion"),
        ("rx.transfusion.platelets", 81, 81, "after-transfusion"),
        ("rx.transfusion.platelets", 80, 80, ""),
        ("rx.itp.ivig", 60, 60, "after-immunoglobulin"),
        ("rx.itp.ivig", 59, 59, ""),
        ("rx.itp.anti_d", 70, 70, "after-immunoglobulin"),
        ("rx.itp.eltrombopag", 50, 90, "on-receptor-agonist"),
        ("rx.itp.romiplostim", 50, 87, ""),
        ("rx.itp.hetrombopag", -50, 90, ""),
    ],
)
def test_a_count_that_something_lifted_does_not_count(rx: str, begin: int, end: int, note: str) -> None:
    """Transfusion counts for 7 days, immunoglobulin for 28, a receptor agonist begun after Day 0 while it is taken."""
    table = f"""
        patient | day     | lab.platelet | rx   | kind           | end   | daily
        --------+---------+--------------+------+----------------+-------+------
              1 | 88      | 120          |      |                |       |
              1 | {begin} |              | {rx} | administration | {end} | 50
    """
    found = platelets(table)[1]
    (count,) = (one for one in found.inputs if one.day == 88)
    assert (count.used, count.note) == (not note, note)


def test_a_count_after_a_rise_of_glucocorticoid_does_not_count() -> None:
    """More than 20 mg of prednisone a day above the dose of before, within 28 days before the count."""
    found = platelets(
        """
        patient | day | lab.platelet | rx                           | kind      | end | daily
        --------+-----+--------------+------------------------------+-----------+-----+------
              1 | 84  | 120          |                              |           |     |
              1 | 91  | 120          |                              |           |     |
              1 | 50  |              | rx.glucocorticoid.prednisone | statement | 56  | 20.1
              2 | 84  | 120          |                              |           |     |
              2 | 91  | 120          |                              |           |     |
              2 | 50  |              | rx.glucocorticoid.prednisone | statement | 56  | 20
              3 | 84  | 120          |                              |           |     |
              3 | 91  | 120          |                              |           |     |
              3 | 10  |              | rx.glucocorticoid.prednisone | statement | 27  | 60
              4 | 84  | 120          |                              |           |     |
              4 | 91  | 120          |                              |           |     |
              4 | 10  |              | rx.glucocorticoid.prednisone | statement | 28  | 60
              5 | 84  | 120          |                              |           |     |
              5 | 91  | 120          |                              |           |     |
              5 | 50  |              | rx.glucocorticoid.prednisone | request   | 56  | 60
        """
    )
    assert told(found) == {
        1: "NR rescue",
        2: "CR",
        3: "CR",
        4: "NR rescue",
        5: "not-evaluable rescue-unclear",
    }
    notes = {(one.day, one.note) for one in found[1].inputs if one.name == "lab.platelet"}
    assert notes == {(84, "after-glucocorticoid"), (91, ""), (-7, "")}


def test_no_response_rests_on_rescue() -> None:
    """Any treatment of thrombocytopenia within 56 days before the count, and a spleen taken out since Day 0."""
    found = platelets(
        """
        patient | day | lab.platelet | rx                    | kind           | end | proc             | daily | ongoing
        --------+-----+--------------+-----------------------+----------------+-----+------------------+-------+--------
              1 | 84  | 120          |                       |                |     |                  |       |
              1 | 77  | 120          |                       |                |     |                  |       |
              1 | 28  |              | rx.biologic.rituximab | administration | 28  |                  |       |
              2 | 84  | 120          |                       |                |     |                  |       |
              2 | 77  | 120          |                       |                |     |                  |       |
              2 | 27  |              | rx.biologic.rituximab | administration | 27  |                  |       |
              3 | 84  | 120          |                       |                |     |                  |       |
              3 | 77  | 120          |                       |                |     |                  |       |
              3 | 5   |              |                       |                |     | proc.splenectomy |       |
              4 | 84  | 120          |                       |                |     |                  |       |
              4 | 77  | 120          |                       |                |     |                  |       |
              4 | 40  |              | rx.itp.ivig           | request        |     |                  |       |
              5 | 84  | 120          |                       |                |     |                  |       |
              5 | 77  | 120          |                       |                |     |                  |       |
              5 | -90 |              | rx.itp.eltrombopag    | statement      |     |                  | 50    | T
              6 | 84  | 120          |                       |                |     |                  |       |
              6 | 77  | 120          |                       |                |     |                  |       |
              6 | 86  |              | rx.itp.ivig           | administration | 86  |                  |       |
              7 | 84  | 120          |                       |                |     |                  |       |
              7 | 77  | 120          |                       |                |     |                  |       |
              8 | 84..88 | 120       |                       |                |     |                  |       |
              8 | 72  | 120          |                       |                |     |                  |       |
              8 | 30  |              | rx.biologic.rituximab | administration | 30  |                  |       |
              7 | 40  |              | rx.itp.fostamatinib   | statement      | 50  |                  |       |
        """
    )
    assert told(found) == {
        1: "NR rescue",
        2: "CR",
        3: "NR rescue",
        4: "not-evaluable rescue-unclear",
        5: "CR",
        6: "CR",
        7: "NR rescue",
        8: "NR rescue",
    }


def test_immunoglobulin_may_replace_what_the_cells_took_away() -> None:
    """Begun while immunoglobulins are low, it is no rescue for sure: a person says what it was given for."""
    table = """
        patient | day | lab.platelet | rx          | kind           | end
        --------+-----+--------------+-------------+----------------+----
              1 | 84  | 120          |             |                |
              1 | 77  | 120          |             |                |
              1 | 40  |              | rx.itp.ivig | administration | 40
    """
    low = episode("hypogammaglobulinaemia", 20)
    assert told(platelets(table)) == {1: "NR rescue"}
    assert told(platelets(table, episodes=[low])) == {1: "not-evaluable rescue-unclear"}


def test_a_count_of_a_day_unknown_is_lifted_only_for_sure() -> None:
    """What was given 4 days before the first day it may be of need not have been given within 7 days of it."""
    found = platelets(
        """
        patient | day    | lab.platelet | rx                       | kind           | end
        --------+--------+--------------+--------------------------+----------------+----
              1 | 84..88 | 120          |                          |                |
              1 | 80     |              | rx.transfusion.platelets | administration | 80
              2 | 84..88 | 120          |                          |                |
              2 | 81     |              | rx.transfusion.platelets | administration | 81
        """
    )
    notes = {number: [one.note for one in each.inputs if one.day is None] for number, each in found.items()}
    assert notes == {1: [""], 2: ["after-transfusion"]}
