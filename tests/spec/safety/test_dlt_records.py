"""The watch over events as they are derived from whole records."""

from mappings.followed import DltWatch
from mappings.record import Record
from mappings.safety.dlt import watch
from mappings.safety.episodes import episodes
from tests.spec.safety.courses import counted, lined, occasion, written
from tests.spec.tables import treated

title = "Dose-limiting toxicities: records"

COUNTS = """
    patient | day | lab.neutrophil_abs | lab.platelet | lab.alt | high | low
    --------+-----+---------+--------------+---------+------+----
          1 | -6  | 3.0     | 200          | 30      | 40   | 1.8
          1 | 6   | 0.3     | 200          | 250     | 40   | 1.8
          1 | 13  | 0.3     | 200          | 250     | 40   | 1.8
          1 | 20  | 0.6     | 200          | 50      | 40   | 1.8
          1 | 28  | 1.2     | 200          | 50      | 40   | 1.8
          2 | -6  | 3.0     | 200          | 30      | 40   | 1.8
          2 | 6   | 0.3     | 200          | 250     | 40   | 1.8
          2 | 14  | 0.3     | 200          | 250     | 40   | 1.8
          2 | 21  | 0.6     | 200          | 50      | 40   | 1.8
          2 | 28  | 1.2     | 200          | 50      | 40   | 1.8
          3 | -6  | 3.0     | 200          | 30      | 40   | 1.8
          3 | 7   | 0.3     | 200          | 30      | 40   | 1.8
          3 | 14  | 0.3     | 200          | 30      | 40   | 1.8
          3 | 21  | 0.3     | 200          | 30      | 40   | 1.8
          3 | 28  | 0.3     | 200          | 30      | 40   | 1.8
          4 | -6  | 3.0     | 20           | 30      | 40   | 1.8
          4 | 7   | 3.0     | 15           | 30      | 40   | 1.8
          4 | 14  | 3.0     | 15           | 30      | 40   | 1.8
          4 | 21  | 3.0     | 15           | 30      | 40   | 1.8
          4 | 28  | 3.0     | 15           | 30      | 40   | 1.8
          5 | -6  | 3.0     | 40           | 30      | 40   | 1.8
          5 | 7   | 3.0     | 15           | 30      | 40   | 1.8
          5 | 14  | 3.0     | 15           | 30      | 40   | 1.8
          5 | 21  | 3.0     | 15           | 30      | 40   | 1.8
          5 | 28  | 3.0     | 15           | 30      | 40   | 1.8
          6 | -6  | 3.0     | 200          | 30      | 40   | 1.8
          6 | 7   | 3.0     | 200          | 30      | 40   | 1.8
          6 | 14  | 3.0     | 200          | 30      |      | 1.8
          6 | 21  | 3.0     | 200          | 30      | 40   | 1.8
          6 | 28  | 3.0     | 200          | 30      | 40   | 1.8
"""


def found(record: Record) -> DltWatch:
    """The watch over the events of ``record`` on Day 90."""
    on = occasion(90)
    line = lined(record, on)
    return watch(episodes(record, line, on), record, line, on)


def test_blood_counts_and_chemistry() -> None:
    """Seven days of grade 3 transaminases are in time and eight are not; G4 counts must be back by Day 28, unless of before."""
    assert {number: written(found(record)) for number, record in treated(COUNTS).items()} == {
        1: "data-gap 13 other~ ?attribution,duration",
        2: "dlt 14 other ?attribution",
        3: "dlt 28 cytopenia ?attribution",
        4: "none",
        5: "dlt 28 cytopenia ?attribution",
        6: "none",
    }


REPORTS = """
    patient | day | vital.sbp | obs.crs_grade | report   | end | grade | related     | died
    --------+-----+-----------+---------------+----------+-----+-------+-------------+--------
          1 | 2   | 120       |               | Headache | 4   | 3     |             |
          2 | 2   | 120       |               | Headache | 12  | 3     |             |
          3 | 2   | 120       |               | CRS      |     | 4     |             |
          4 | 2   | 120       | 3             |          |     |       |             |
          4 | 5   | 120       | 3             |          |     |       |             |
          5 | 2   | 120       | 3             |          |     |       |             |
          5 | 4   | 120       | 2             |          |     |       |             |
          6 | 2   | 120       |               |          |     |       |             | 10
          7 | 2   | 120       |               | Sepsis   | 10  | 5     | not-related | 10
          8 | 2   | 120       |               |          |     |       |             | -100..80
          9 | 2   | 120       |               | CRS      |     | 4     | not-related |
"""


def test_reports_and_grades() -> None:
    """What persons reported and graded limits the dose by their grades and dates; so does a death."""
    table = REPORTS.replace("CRS     ", "Cytokine release syndrome").rstrip()
    seen = [f"{number} | {day} | 120 | | | | | |" for number in (1, 2, 3, 4, 5, 8, 9) for day in (9, 16, 23, 30)]
    patients = treated("\n".join([table, *seen]))
    results = {number: written(found(counted(record))) for number, record in patients.items()}
    assert results == {
        1: "none",
        2: "data-gap 9 other~ ?attribution,duration",
        3: "dlt 2 crs ?attribution",
        4: "dlt 5 crs ?attribution",
        5: "none",
        6: "dlt 10 death ?attribution",
        7: "data-gap 3",
        8: "none",
        9: "none",
    }
