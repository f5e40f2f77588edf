"""Infections by the way in which they are treated."""

import msgspec
import pytest

from mappings.codes import ICD_10, ICD_10_CM, SNOMED_CT, Code
from mappings.facts import Diagnosis
from mappings.safety.clinical import clinical
from mappings.safety.infections import is_infection
from tests.spec.safety.sightings import seen, sightings, told
from tests.spec.tables import treated

OTHER = "Infections and infestations - Other, specify"


def test_the_route_of_the_treatment_gives_the_grade() -> None:
    """By mouth 2, into a vein 3; on the skin none; what is not known leaves the grade open."""
    table = """
        patient | day | dx                     | rx                     | route    | kind
        --------+-----+------------------------+------------------------+----------+---------------
              1 | 10  | dx.infection           |                        |          |
              1 | 11  |                        | rx.anti_infective      | 26643006 |
              2 | 10  | dx.infection_viral     |                        |          |
              2 | 11  |                        | rx.antiviral.entecavir | 口服     | statement
              3 | 10  | dx.infection           |                        |          |
              3 | 11  |                        | rx.anti_infective      | 47625008 |
              4 | 10  | dx.infection           |                        |          |
              4 | 11  |                        | rx.anti_infective      | 口服     |
              4 | 12  |                        | rx.anti_infective      | 静脉滴注 |
              5 | 10  | dx.infection_fungal    |                        |          |
              5 | 11  |                        | rx.anti_infective      | 外用     |
              6 | 10  | dx.infection           |                        |          |
              6 | 11  |                        | rx.anti_infective      |          |
              7 | 10  | dx.infection           |                        |          |
              7 | 11  |                        | rx.anti_infective      | IV       | request
              8 | 10  | dx.infection           |                        |          |
              8 | 11  |                        | rx.vasopressor         | IV       |
              9 | 10  | dx.infection           |                        |          |
              9 |     |                        | rx.anti_infective      | IV       |
    """
    assert seen(clinical, table, OTHER) == {
        1: "10=2 graded",
        2: "10=2 graded",
        3: "10=3 graded",
        4: "10=3 graded",
        5: "10>=1 no-treatment",
        6: "10>=2 no-route",
        7: "10>=1 only-prescribed",
        8: "10>=1 no-treatment",
        9: "10>=1 no-treatment",
    }


def test_a_treatment_belongs_to_an_infection_within_days_of_it() -> None:
    """Three days before the onset and after the end; what was given just so before is a prophylaxis."""
    table = """
        patient | day  | dx           | ended | rx                | route | problem
        --------+------+--------------+-------+-------------------+-------+------------
              1 | 10   | dx.infection | 15    |                   |       |
              1 | 7    |              |       | rx.anti_infective | IV    |
              2 | 10   | dx.infection | 15    |                   |       |
              2 | 6.9  |              |       | rx.anti_infective | IV    |
              3 | 10   | dx.infection | 15    |                   |       |
              3 | 18   |              |       | rx.anti_infective | IV    |
              4 | 10   | dx.infection | 15    |                   |       |
              4 | 18.1 |              |       | rx.anti_infective | IV    |
              5 | 10   | dx.infection |       |                   |       |
              5 | 60   |              |       | rx.anti_infective | IV    |
              6 | 10   | dx.infection | 15    |                   |       |
              6 | 2    |              |       | rx.anti_infective | po    |
              6 | 11   |              |       | rx.anti_infective | po    |
              7 | 10   | dx.infection | 15    |                   |       |
              7 | 2    |              |       | rx.anti_infective | po    |
              7 | 11   |              |       | rx.anti_infective | IV    |
              8 | 10   | dx.infection | 15    |                   |       |
              8 | 11   |              |       | rx.anti_infective | IV    | preliminary
    """
    assert seen(clinical, table, OTHER) == {
        1: "10=3 graded",
        2: "10>=1 no-treatment",
        3: "10=3 graded",
        4: "10>=1 no-treatment",
        5: "10=3 graded",
        6: "10>=1 needs-person",
        7: "10=3 graded",
        8: "10>=1 preliminary",
    }


def test_a_person_s_word_on_how_severe_it_is_is_kept() -> None:
    """Severe is grade 3 at least, however it is treated; one that nobody has confirmed reaches nothing for sure."""
    table = """
        patient | day | dx           | severity | certain | rx                | route
        --------+-----+--------------+----------+---------+-------------------+------
              1 | 10  | dx.infection | severe   |         |                   |
              1 | 11  |              |          |         | rx.anti_infective | po
              2 | 10  | dx.infection | moderate |         |                   |
              3 | 10  | dx.infection | mild     |         |                   |
              3 | 11  |              |          |         | rx.anti_infective | po
              4 | 10  | dx.infection |          | F       |                   |
              4 | 11  |              |          |         | rx.anti_infective | po
    """
    assert seen(clinical, table, OTHER) == {
        1: "10=3 graded",
        2: "10>=2 no-treatment",
        3: "10=2 graded",
        4: "10>=0 unconfirmed",
    }


def test_an_infection_lasts_until_somebody_says_that_it_is_over() -> None:
    """An end on record ends it, unless it is said to be active; without any it lasts, and a closed one is a moment."""
    table = """
        patient | day | dx           | ended | active | recorded
        --------+-----+--------------+-------+--------+---------
              1 | 10  | dx.infection | 15    |        |
              2 | 10  | dx.infection |       |        |
              3 | 10  | dx.infection |       | F      |
              4 | 10  | dx.infection | 15    | T      |
              5 |     | dx.infection |       |        | 12
              6 | 10  | dx.infection | 95    |        |
    """
    found = {number: sightings(clinical, record)[-1] for number, record in treated(table).items()}
    assert {number: (one.lasts, one.until is not None) for number, one in found.items()} == {
        1: (True, True),
        2: (True, False),
        3: (False, False),
        4: (True, False),
        5: (True, False),
        6: (True, False),
    }
    assert found[5].when.latest == treated(table)[5].diagnoses[0].recorded.latest  # type: ignore[union-attr]


TERMS = [
    (ICD_10, "A41.9", "Sepsis"),
    (ICD_10, "A40", "Sepsis"),
    (SNOMED_CT, "91302008", "Sepsis"),
    (ICD_10, "J15.9", "Lung infection"),
    (ICD_10_CM, "B59", "Lung infection"),
    (ICD_10, "N39.000", "Urinary tract infection"),
    (ICD_10, "J06.900x003", "Upper respiratory infection"),
    (ICD_10, "B25.9", "Cytomegalovirus infection reactivation"),
    (ICD_10, "A09", OTHER),
    ("urn:local", "J15", OTHER),
]


@pytest.mark.parametrize(("system", "code", "term"), TERMS)
def test_codes_name_the_term(system: str, code: str, term: str) -> None:
    """ICD-10 by the beginning of its codes, with or without national digits; another system names nothing."""
    record = treated("patient | day | dx\n1 | 10 | dx.infection_bacterial")[1]
    infection = msgspec.structs.replace(record.diagnoses[0], codes=(Code(system, code),))
    (found,) = sightings(clinical, msgspec.structs.replace(record, diagnoses=(infection,)))
    assert found.term.name == term
    assert told([found]) == f"10>={3 if term == 'Sepsis' else 1} no-treatment"


@pytest.mark.parametrize(("code", "expected"), [("A41.9", "10=3 graded"), ("R57.2", "10>=3 needs-person")])
def test_sepsis_is_grade_3_at_least(code: str, expected: str) -> None:
    """By mouth or not; a septic shock may be grade 4."""
    table = """
        patient | day | dx           | rx                | route
        --------+-----+--------------+-------------------+------
              1 | 10  | dx.infection |                   |
              1 | 11  |              | rx.anti_infective | po
    """
    record = treated(table)[1]
    sepsis = msgspec.structs.replace(record.diagnoses[0], codes=(Code(ICD_10, code),))
    assert told(sightings(clinical, msgspec.structs.replace(record, diagnoses=(sepsis,)))) == expected


def test_viral_hepatitis_is_none_of_these_infections() -> None:
    """It has terms of its own, although chapters of codes hold it too."""
    concepts = {"dx.infection": True, "dx.infection_tb": True, "dx.infection dx.hbv": False, "dx.hcv": False}
    record = treated("patient | day | dx\n1 | 10 | dx.infection")[1]
    one: Diagnosis = record.diagnoses[0]
    for names, is_one in concepts.items():
        assert is_infection(msgspec.structs.replace(one, concepts=frozenset(names.split()))) is is_one
