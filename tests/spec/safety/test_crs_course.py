"""The course of a cytokine release syndrome: how it begins, changes and ends, and which signs are its own."""

from mappings.followed import Sighting
from mappings.safety.clinical import clinical
from mappings.safety.crs import crs, part_of_crs
from tests.spec.safety.sightings import COVERED, seen, sightings, told
from tests.spec.tables import treated

CRS = "Cytokine release syndrome"


def test_it_begins_with_a_fever_from_the_infusion_on_within_14_days() -> None:
    """Before the infusion, later, and without a fever, nothing is proposed; the day of the infusion counts."""
    table = """
        patient | day   | vital.temperature | vital.sbp | vital.spo2
        --------+-------+-------------------+-----------+-----------
              1 | -1    | 38.5              | 120       | 97
              2 | -0.01 | 38.5              | 120       | 97
              3 | 0     | 38.5              | 120       | 97
              4 | 14    | 38.5              | 120       | 97
              5 | 14.5  | 38.5              | 120       | 97
              6 | 3     | 37.0              | 80        | 80
              7 | 3     |                   | 80        | 80
              8 | -0.4..0.4 | 38.5          | 120       | 97
    """
    assert seen(crs, table, CRS, COVERED) == {
        1: "",
        2: "",
        3: "0=1 attribution",
        4: "14=1 attribution",
        5: "",
        6: "",
        7: "",
        8: "-0.4=1 attribution",
    }


def test_every_change_is_a_step() -> None:
    """Each reading, and each start and end of a vasopressor, is graded by what holds at that moment."""
    table = """
        patient | day  | vital.temperature | vital.sbp | vital.spo2 | rx             | end
        --------+------+-------------------+-----------+------------+----------------+----
              1 | 3    | 38.5              | 120       | 97         |                |
              1 | 3.1  |                   | 85        |            |                |
              1 | 3.2  |                   |           |            | rx.vasopressor | 3.4
              1 | 3.3  |                   | 100       |            |                |
              1 | 3.45 |                   | 110       |            |                |
              1 | 3.46 | 37.0              |           |            |                |
    """
    assert seen(crs, table, CRS, COVERED)[1] == (
        "3=1 attribution; 3.1=2 attribution; 3.2=3 attribution; 3.3=3 attribution; 3.4=1 attribution; "
        "3.45=1 attribution; 3.46=0 not-reached"
    )


def test_the_end_of_a_vasopressor_is_told_although_nothing_else_is_known_then() -> None:
    """It rests on the drug that ended, and its time is told."""
    table = """
        patient | day  | vital.temperature | vital.sbp | vital.spo2 | rx             | end
        --------+------+-------------------+-----------+------------+----------------+----
              1 | 3    | 38.5              | 85        | 97         | rx.vasopressor | 4
    """
    first, last = sightings(crs, treated(table)[1], COVERED)
    assert told([first, last]) == "3=3 attribution; 4>=0 missing"
    assert [fact.concepts for fact in last.facts] == [{"rx.vasopressor"}]
    assert last.when.text == last.when.latest.isoformat()


def test_a_reading_holds_for_its_day_alone() -> None:
    """A pressure of yesterday says nothing of today; a later one of today says that there was no sign, never that there was."""
    table = """
        patient | day  | vital.temperature | vital.sbp | vital.spo2
        --------+------+-------------------+-----------+-----------
              1 | 3    | 38.5              | 120       | 97
              1 | 4    | 38.5              |           |
              2 | 3    | 38.5              |           |
              2 | 3.01 |                   | 120       | 97
              3 | 3    | 38.5              |           | 97
              3 | 3.01 |                   | 85        |
              4 | 3    | 38.5              | 120       |
              4 | 3.01 |                   |           | 80
              5 | 3    | 38.5              | 120       | 97
              5 | 4    |                   | 120       | 97
    """
    assert seen(crs, table, CRS, COVERED) == {
        1: "3=1 attribution; 4>=1 missing",
        2: "3=1 attribution; 3.01=1 attribution",
        3: "3>=1 missing; 3.01=2 attribution",
        4: "3>=1 missing; 3.01>=2 no-device",
        5: "3=1 attribution; 4>=0 missing",
    }


def test_after_a_drug_against_cytokines_or_a_steroid_fever_is_no_longer_asked_for() -> None:
    """Pressure and oxygen alone give the grade; one given before the syndrome, by the skin or only ordered does not count."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2 | rx                             | route | kind
        --------+-----+-------------------+-----------+------------+--------------------------------+-------+--------
              1 | 3   | 38.5              | 85        | 97         |                                |       |
              1 | 3.1 |                   |           |            | rx.biologic.tocilizumab        |       |
              1 | 3.2 | 37.0              | 85        | 97         |                                |       |
              2 | 3   | 38.5              | 85        | 97         |                                |       |
              2 | 3.1 |                   |           |            | rx.glucocorticoid.dexamethasone |      |
              2 | 3.2 | 37.0              | 85        | 97         |                                |       |
              3 | 3   | 38.5              | 85        | 97         |                                |       |
              3 | 3.2 | 37.0              | 85        | 97         |                                |       |
              4 | 2   |                   |           |            | rx.biologic.tocilizumab        |       |
              4 | 3   | 38.5              | 85        | 97         |                                |       |
              4 | 3.2 | 37.0              | 85        | 97         |                                |       |
              5 | 3   | 38.5              | 85        | 97         |                                |       |
              5 | 3.1 |                   |           |            | rx.glucocorticoid.dexamethasone | 外用 |
              5 | 3.2 | 37.0              | 85        | 97         |                                |       |
              6 | 3   | 38.5              | 85        | 97         |                                |       |
              6 | 3.1 |                   |           |            | rx.biologic.anakinra           |       | request
              6 | 3.2 | 37.0              | 85        | 97         |                                |       |
              7 | 3   | 38.5              | 85        | 97         |                                |       |
              7 | 3.1 |                   |           |            | rx.biologic.siltuximab         |       |
              7 | 3.2 | 37.0              | 120       | 97         |                                |       |
              8 | 3   | 38.5              | 85        | 97         |                                |       |
              8 | 3.1 |                   |           |            | rx.biologic.tocilizumab        |       |
              8 | 4   |                   | 85        | 97         |                                |       |
    """
    found = seen(crs, table, CRS, COVERED)
    assert {number: line.rpartition("; ")[2] for number, line in found.items()} == {
        1: "3.2=2 attribution",
        2: "3.2=2 attribution",
        3: "3.2>=0 no-fever",
        4: "3.2>=0 no-fever",
        5: "3.2>=0 no-fever",
        6: "3.2>=0 no-fever",
        7: "3.2=0 not-reached",
        8: "4=2 attribution",
    }
    treatment = sightings(crs, treated(table)[1], COVERED)[-1]
    assert any(fact.concepts == {"rx.biologic.tocilizumab"} for fact in treatment.facts)


def test_it_ends_when_all_its_signs_are_gone() -> None:
    """What is not known that day, or a vasopressor that still runs, leaves it open; once over, a fever is a new one."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2
        --------+-----+-------------------+-----------+-----------
              1 | 3   | 38.5              | 120       | 97
              1 | 4   | 37.0              | 120       | 97
              1 | 5   | 37.0              | 85        | 97
              1 | 6   | 38.5              | 120       | 97
              2 | 3   | 38.5              | 120       | 97
              2 | 4   | 37.0              |           | 97
              2 | 5   | 37.0              | 120       | 97
              3 | 3   | 38.5              | 120       | 97
              3 | 9   | 37.0              | 85        | 97
              3 | 10  | 37.0              | 120       | 97
              4 | 13  | 38.5              | 120       | 97
              4 | 16  | 38.5              | 120       | 97
              4 | 19  | 38.5              | 120       | 97
              4 | 22.5 | 38.5             | 120       | 97
    """
    assert seen(crs, table, CRS, COVERED) == {
        1: "3=1 attribution; 4=0 not-reached; 6=1 attribution",
        2: "3=1 attribution; 4>=0 missing; 5=0 not-reached",
        3: "3=1 attribution; 10=0 not-reached",
        4: "13=1 attribution; 16=1 attribution; 19=1 attribution",
    }


def test_a_person_s_grade_begins_and_ends_a_course() -> None:
    """A grade that was given makes what follows part of it; a 0 ends it."""
    table = """
        patient | day | obs.crs_grade | vital.temperature | vital.sbp | vital.spo2
        --------+-----+---------------+-------------------+-----------+-----------
              1 | 20  | 2             |                   |           |
              1 | 21  |               | 38.5              | 120       | 97
              1 | 22  |               | 37.0              | 120       | 97
              2 | 20  | 2             |                   |           |
              2 | 21  | 0             |                   |           |
              2 | 22  |               | 38.5              | 120       | 97
    """
    assert seen(crs, table, CRS, COVERED) == {
        1: "20=2 graded; 21=1 attribution; 22=0 not-reached",
        2: "20=2 graded; 21=0 not-reached",
    }


def test_without_a_sure_day_0_nothing_is_proposed() -> None:
    """An infusion without a date."""
    record = treated("patient | day | infusion | obs.crs_grade\n1 | | 1E+6/kg |\n1 | 3 | | 2")[1]
    assert sightings(crs, record) == []


SIGNS = """
    patient | day  | vital.temperature | vital.sbp | vital.spo2
    --------+------+-------------------+-----------+-----------
          1 | -1   | 38.5              | 85        | 97
          1 | 3    | 38.5              | 85        | 97
          1 | 4    | 38.5              | 85        | 80
          1 | 5    | 37.0              | 120       | 97
          1 | 5.2  | 38.5              | 120       | 97
          1 | 40   | 38.5              | 85        | 80
          2 | 3    | 38.5              | 120       | 97
          2 | 3.2  | 38.5              | 120       | 89
"""


def own(table: str, number: int) -> list[str]:
    """Those sightings by the CTCAE that are no signs of a syndrome, of one patient of ``table``."""
    record = treated(table)[number]
    syndrome = sightings(crs, record, COVERED)
    found = [one for one in sightings(clinical, record, COVERED) if one.grade != 0]
    return sorted(f"{one.term.name} {told([one])}" for one in found if not part_of_crs(one, syndrome, COVERED))


def test_its_signs_are_not_events_of_their_own() -> None:
    """Those of before, and those of long after it, are; so is febrile neutropenia."""
    assert [line for line in own(SIGNS, 1) if "neutropenia" not in line] == [
        "Fever -1=1 graded",
        "Fever 40=1 graded",
        "Hypotension -1>=1 needs-person",
        "Hypotension 40>=1 needs-person",
        "Hypoxia 40=3 graded",
    ]
    assert "Febrile neutropenia 3>=0 missing" in own(SIGNS, 1)


def test_a_syndrome_of_grade_1_has_no_low_pressure_and_no_low_oxygen() -> None:
    """A person who called it grade 1 says that the low pressure of that day is something else."""
    table = """
        patient | day | obs.crs_grade | vital.temperature | vital.sbp | vital.spo2
        --------+-----+---------------+-------------------+-----------+-----------
              1 | 3   |               | 38.5              | 85        | 80
              1 | 3.1 | 1             |                   |           |
    """
    signs = [line for line in own(table, 1) if "neutropenia" not in line]
    assert signs == ["Hypotension 3>=1 needs-person", "Hypoxia 3=3 graded"]


def test_a_gap_of_days_parts_two_syndromes() -> None:
    """Between two grades that lie more than days apart a fever is one of its own; days apart it is not."""
    table = """
        patient | day | obs.crs_grade | vital.temperature
        --------+-----+---------------+------------------
              1 | 20  | 1             |
              1 | 23  |               | 38.5
              1 | 30  | 1             |
              2 | 20  | 1             |
              2 | 22  |               | <39
              2 | 23  | 1             |
    """
    assert [line for line in own(table, 1) if line.startswith("Fever")] == []
    gap = table.replace("1 | 23 ", "1 | 26 ")
    assert [line for line in own(gap, 1) if line.startswith("Fever")] == ["Fever 26=1 graded"]
    assert [line for line in own(table, 2) if line.startswith("Fever")] == []


def test_a_diagnosis_that_was_never_closed_makes_no_later_fever_its_sign() -> None:
    """A state without an end reaches as far as its day; one with an end to that end."""
    table = "patient | day | obs.crs_grade | vital.temperature\n1 | 20 | 2 |\n1 | 21 | | 38.5"
    record = treated(table)[1]
    syndrome = sightings(crs, record)[0]
    fever = next(one for one in sightings(clinical, record) if one.term.name == "Fever")
    assert not part_of_crs(fever, [_lasting(syndrome, None)], COVERED)
    assert part_of_crs(fever, [_lasting(syndrome, fever)], COVERED)


def _lasting(one: Sighting, until: Sighting | None) -> Sighting:
    return Sighting(
        term=one.term,
        origin="diagnosis",
        facts=one.facts,
        when=one.when,
        until=until.when if until else None,
        lasts=True,
        grade=2,
        at_least=2,
        scale=one.scale,
    )
