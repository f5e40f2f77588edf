"""Grades of the cytokine release syndrome by the consensus of the ASTCT: what holds at one moment."""

from collections.abc import Mapping

import msgspec
import pytest

from mappings.codes import Code
from mappings.facts import CodedResult, Source
from mappings.record import Record
from mappings.safety.crs import crs
from tests.spec.safety.sightings import COVERED, ON, seen, sightings, told
from tests.spec.tables import treated

CRS = "Cytokine release syndrome"


def last(table: str, covered: bool = True) -> Mapping[int, str]:
    """The last sighting of every patient of ``table``."""
    found = seen(crs, table, CRS, COVERED if covered else ON)
    return {number: line.rpartition("; ")[2] for number, line in found.items()}


def test_fever_alone_is_grade_1_where_pressure_and_oxygen_are_normal() -> None:
    """38.0 and more; whether another cause explains it is for a person. What is not known of the day stays open."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2
        --------+-----+-------------------+-----------+-----------
              1 | 3   | 38.0              | 120       | 97
              2 | 3   | 37.9              | 120       | 97
              3 | 3   | 38.0              |           | 97
              4 | 3   | 38.0              | 120       |
              5 | 3   | 38.0              | 90        | 90
              6 | 3   | <38.5             | 120       | 97
              7 | 3   | <38.0             | 120       | 97
              8 | 3   | 38.0              | <95       | 97
              9 | 3   | 38.0              | 120       | <95
    """
    assert last(table, covered=False) == {
        1: "3=1 attribution",
        2: "",
        3: "3>=1 missing",
        4: "3>=1 missing",
        5: "3=1 attribution",
        6: "3>=0 censored",
        7: "",
        8: "3>=1 censored",
        9: "3>=1 censored",
    }


def test_a_low_pressure_is_graded_by_its_vasopressors() -> None:
    """None is 2, one is 3, two are 4; vasopressin is not counted among two."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2 | rx                                           | end
        --------+-----+-------------------+-----------+------------+----------------------------------------------+----
              1 | 3   | 38.5              | 89        | 97         |                                              |
              2 | 3   | 38.5              | 89        | 97         | rx.vasopressor rx.vasopressor.norepinephrine | 4
              3 | 3   | 38.5              | 89        | 97         | rx.vasopressor rx.vasopressor.norepinephrine | 4
              3 | 3   |                   |           |            | rx.vasopressor rx.vasopressor.vasopressin    | 4
              4 | 3   | 38.5              | 89        | 97         | rx.vasopressor rx.vasopressor.norepinephrine | 4
              4 | 3   |                   |           |            | rx.vasopressor rx.vasopressor.epinephrine    | 4
              5 | 3   | 38.5              | 89        | 97         | rx.vasopressor rx.vasopressor.vasopressin    | 4
              6 | 3   | 38.5              | 110       | 97         | rx.vasopressor rx.vasopressor.dopamine       | 4
              7 | 3   | 38.5              | 89        | 97         | rx.vasopressor rx.vasopressor.norepinephrine | 4
              7 | 3.1 |                   |           |            | rx.vasopressor rx.vasopressor.norepinephrine | 4
              8 | 3   | 38.5              | 89        | 97         | rx.vasopressor rx.vasopressor.norepinephrine | 4
              8 | 3   |                   |           |            | rx.vasopressor                               | 4
              9 | 3   | 38.5              | 89        | 97         | rx.vasopressor                               | 4
    """
    found = seen(crs, table, CRS, COVERED)
    assert {number: line.partition("; ")[0] for number, line in found.items()} == {
        1: "3=2 attribution",
        2: "3=3 attribution",
        3: "3=3 attribution",
        4: "3=4 attribution",
        5: "3=3 attribution",
        6: "3=3 attribution",
        7: "3=3 attribution",
        8: "3>=3 needs-person",
        9: "3=3 attribution",
    }


def test_that_no_vasopressor_was_given_is_known_only_where_all_are_on_record() -> None:
    """Without coverage, or with one that was ordered, a low pressure is grade 2 at least."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2 | rx             | kind    | unread
        --------+-----+-------------------+-----------+------------+----------------+---------+-------------------------
              1 | 3   | 38.5              | 89        | 97         |                |         |
              2 | 3   | 38.5              | 89        | 97         | rx.vasopressor | request |
              3 | 3   | 38.5              | 89        | 97         |                |         | MedicationAdministration
              4 | 3   | 38.5              | 110       | 97         | rx.vasopressor | request |
    """
    assert last(table, covered=False) == {
        1: "3>=2 not-covered",
        2: "3>=2 only-prescribed",
        3: "3>=2 not-covered",
        4: "3=1 attribution",
    }
    assert last(table) == {
        1: "3=2 attribution",
        2: "3>=2 only-prescribed",
        3: "3>=2 not-understood",
        4: "3=1 attribution",
    }


#: How oxygen is given, and the grade with a fever and a normal pressure: under, at and over 6 L/min.
OXYGEN = """
spo2 | flow | fio2 | device              | proc                         | expected
-----+------+------+---------------------+------------------------------+------------------
97   | 6    |      | #nasal cannula      |                              | =2 attribution
97   | 6.1  |      | #nasal cannula      |                              | =3 attribution
97   | 0    |      | #nasal cannula      |                              | =1 attribution
97   | 5..7 |      | #nasal cannula      |                              | >=2 censored
97   |      |      | #nasal cannula      |                              | >=2 no-flow
97   |      |      | #blow-by            |                              | =2 attribution
97   | 6    |      | #low-flow cannula   |                              | =2 attribution
97   | 6.1  |      | #low-flow cannula   |                              | >=2 conflict
97   | 4    |      | #face mask          |                              | =3 attribution
97   |      |      | #high-flow cannula  |                              | =3 attribution
97   |      |      |                     | proc.high_flow_oxygen        | =3 attribution
97   |      |      | #CPAP               |                              | =4 attribution
97   |      |      |                     | proc.ventilation_noninvasive | =4 attribution
97   |      |      |                     | proc.ventilation_invasive    | =4 attribution
97   |      |      | #oxygen             |                              | >=2 no-device
97   |      |      | #room air           |                              | =1 attribution
89   |      |      | #room air           |                              | >=2 no-device
<95  |      |      | #room air           |                              | >=1 censored
89   |      |      | #face mask          |                              | =3 attribution
97   |      |      | #tent               |                              | >=1 not-understood
97   | 6    |      |                     |                              | >=2 no-device
97   | 6.1  |      |                     |                              | >=3 no-device
97   | 5..7 |      |                     |                              | >=2 no-device
97   | 0    |      |                     |                              | =1 attribution
97   |      | 30   |                     |                              | >=2 no-device
97   |      | 21   |                     |                              | =1 attribution
97   |      | >20  |                     |                              | >=1 no-device
89   |      |      |                     |                              | >=2 no-device
90   |      |      |                     |                              | =1 attribution
     | 4    |      | #nasal cannula      |                              | =2 attribution
"""


@pytest.mark.parametrize(
    "row", OXYGEN.strip().splitlines()[2:], ids=lambda row: " ".join(row.replace("|", " ").split())
)
def test_low_oxygen_is_graded_by_how_it_is_given(row: str) -> None:
    """A cannula of low flow or blow-by is 2, high flow or a mask 3, positive pressure 4; a low saturation is 2 at least."""
    *cells, expected = (cell.strip() for cell in row.split("|"))
    head = "patient | day | vital.temperature | vital.sbp | vital.spo2 | vital.o2_flow | vital.fio2 | obs.oxygen_device | proc"
    assert last(f"{head}\n1 | 3 | 38.5 | 120 | {' | '.join(cells)}")[1] == f"3{expected}"


def test_the_worse_of_both_is_the_grade() -> None:
    """A vasopressor with a little oxygen is 3, a mask with a low pressure too; what is open decides nothing that is worse."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2 | obs.oxygen_device | vital.o2_flow | rx             | end
        --------+-----+-------------------+-----------+------------+-------------------+---------------+----------------+----
              1 | 3   | 38.5              | 85        | 97         | #nasal cannula    | 2             | rx.vasopressor | 3.1
              2 | 3   | 38.5              | 85        | 97         | #face mask        |               |                |
              3 | 3   | 38.5              |           | 97         | #CPAP             |               |                |
    """
    found = seen(crs, table, CRS, COVERED)
    firsts = {number: line.partition("; ")[0] for number, line in found.items()}
    assert firsts == {1: "3=3 attribution", 2: "3=3 attribution", 3: "3=4 attribution"}


def test_a_grade_that_a_person_gave_wins_over_what_data_say_of_that_day() -> None:
    """One that is worse and came later that day stands, and so does that of another day."""
    table = """
        patient | day | obs.crs_grade | vital.temperature | vital.sbp | vital.spo2 | problem
        --------+-----+---------------+-------------------+-----------+------------+------------
              1 | 3   | 2             |                   |           |            |
              1 | 3.1 |               | 38.5              | 120       | 97         |
              1 | 4   |               | 38.5              | 120       | 97         |
              2 | 3.1 | 0             |                   |           |            |
              2 | 3   |               | 38.5              | 120       | 97         |
              3 | 3   | 1             |                   |           |            |
              3 | 3.1 |               | 38.5              | 85        | 97         |
              4 | 3   | 2             |                   |           |            | preliminary
              4 | 3.1 |               | 38.5              | 120       | 97         |
              5 | 3   | 1..2          |                   |           |            |
              6 | 3   | 6             |                   |           |            |
              7 | 3   | 1.5           |                   |           |            |
              8 | 3   | #two          |                   |           |            |
              9 | 3   | 5             |                   |           |            |
             10 | 30  | 1             |                   |           |            |
             11 | 3..5 | 1            |                   |           |            |
             11 | 4   |               | 38.5              | 120       | 97         |
             12 | 3   | 2             |                   |           |            |
             12 | 3.1 |               | 38.5              | 85        | 97         |
    """
    assert seen(crs, table, CRS, COVERED) == {
        1: "3=2 graded; 4=1 attribution",
        2: "3.1=0 not-reached",
        3: "3=1 graded; 3.1=2 attribution",
        4: "3>=0 preliminary; 3.1=1 attribution",
        5: "3>=0 censored",
        6: "3>=0 no-value",
        7: "3>=0 no-value",
        8: "3>=0 not-understood",
        9: "3=5 graded",
        10: "30=1 graded",
        11: "4=1 attribution; 3=1 graded",
        12: "3=2 graded",
    }


def test_a_sighting_rests_on_what_shows_it() -> None:
    """Temperature, pressure, saturation and the drug that was given, each once."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2 | rx             | end
        --------+-----+-------------------+-----------+------------+----------------+----
              1 | 3   | 38.5              | 85        | 97         | rx.vasopressor | 4
    """
    found = sightings(crs, treated(table)[1])[0]
    assert sorted(fact.source.reference for fact in found.facts) == ["Observation/r1-0"] * 2 + ["rx/r1-0"]
    assert (found.origin, found.scale) == ("vital-sign", "ASTCT 2019")


def test_a_device_in_codes_is_graded_like_one_in_words() -> None:
    """A Venturi mask by its code in SNOMED CT."""
    record = treated("patient | day | vital.temperature | vital.sbp | vital.spo2\n1 | 3 | 38.5 | 120 | 97")[1]
    when = record.results["vital.spo2"][0].when
    code = Code("http://snomed.info/sct", "428285009")
    device = CodedResult(
        source=Source("Observation/d"), concepts=frozenset({"obs.oxygen_device"}), when=when, codes=(code,)
    )
    assert told(sightings(crs, _with(record, device))) == "3=3 attribution"


def _with(record: Record, device: CodedResult) -> Record:
    return msgspec.structs.replace(record, results={**record.results, "obs.oxygen_device": (device,)})
