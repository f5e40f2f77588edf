"""Infections."""

from datetime import date

from mappings.criteria.history import ends
from mappings.criteria.infection import INFECTIONS, infection
from mappings.site import EVER, Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Infection (E02)"
MEDICATIONS = ("MedicationRequest", "MedicationAdministration", "MedicationStatement", "MedicationDispense")


def test_an_infection_that_may_be_active_is_for_a_person(spec_case: SpecCase) -> None:
    """Whether it is controlled no record says; silence about its end, or doubt about it, is no end."""
    spec_case(
        infection,
        """
        patient | dx                  | day  | active | certain
        --------+---------------------+------+--------+--------
              1 | dx.infection        | -5   | T      |
              2 | dx.infection_viral  | -400 |        |
              3 | dx.infection_fungal | -5   | T      | F
              4 | dx.infection_tb     | -400 | F      |
              5 | dx.infection_tb     |      | T      |
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "not-met absent",
            5: "judgement needs-person",
        },
        coverage="full",
    )


def test_every_kind_of_infection_is_looked_at() -> None:
    """Chronic viral infections, syphilis and latent tuberculosis are infections too."""
    for concept in INFECTIONS:
        record = records(f"patient | dx | active\n 1 | {concept} | T")[1]
        assert infection(record, Occasion(AT, full_coverage=True)).state == "judgement", concept


def test_one_that_ends_later_was_active_at_screening(spec_case: SpecCase) -> None:
    """So was, perhaps, one that is known to be over only since a later day, or that ended on the day itself."""
    table = """
        patient | dx           | day | active | ended     | issued
        --------+--------------+-----+--------+-----------+-------
              1 | dx.infection | -20 | F      | -1        |
              2 | dx.infection | -20 | F      | 3         |
              3 | dx.infection | -20 | F      | -0.5..0.4 |
              4 | dx.infection | -20 | F      |           | -1
              5 | dx.infection | -20 | F      |           | 3
              6 | dx.infection | -20 | F      | 0         |
              7 | dx.infection | -20 | F      |           | 0
        """
    found = {
        1: "not-met absent",
        2: "judgement needs-person",
        3: "judgement needs-person",
        4: "not-met absent",
        5: "judgement needs-person",
        6: "not-met absent",
        7: "not-met absent",
    }
    spec_case(infection, table, found, coverage="full")
    occasion = Occasion(AT)
    ended = {number: ends(record.diagnoses, occasion) for number, record in records(table).items()}
    assert ended == {1: (), 2: (date(2025, 6, 5),), 3: (date(2025, 6, 2),), 4: (), 5: (date(2025, 6, 5),), 6: (), 7: ()}


def test_treatment_in_the_last_14_days_is_for_a_person(spec_case: SpecCase) -> None:
    """An anti-infective drug tells of an infection that nobody coded; by mouth it is mostly prophylaxis."""
    spec_case(
        infection,
        """
        patient | day | rx                | route    | end   | ongoing | kind
        --------+-----+-------------------+----------+-------+---------+--------
              1 | -20 | rx.anti_infective | 47625008 | -14   |         |
              2 | -20 | rx.anti_infective | 47625008 | -15   |         |
              3 | -20 | rx.anti_infective | 47625008 |       | T       |
              4 | -20 | rx.anti_infective |          | -3    |         |
              5 | -20 | rx.anti_infective | 口服       |       | T       |
              6 | -20 | rx.anti_infective | 47625008 |       |         | request
              7 | -20 | rx.anti_infective | 47625008 | -14.5 |         |
        """,
        {
            1: "judgement needs-person",
            2: "not-met absent",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "not-met absent",
            6: "judgement needs-person",
            7: "judgement needs-person",
        },
        coverage="full",
    )


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """Diagnoses must be complete for all time, treatments for the last 14 days, and all of them understood."""
    table = """
        patient | dx     | day  | unread
        --------+--------+------+-------------------------
              1 |        |      |
              2 | dx.sle | -400 | Condition
              3 | dx.sle | -400 | MedicationAdministration
        """
    spec_case(infection, table, dict.fromkeys((1, 2, 3), "unknown not-covered"))
    full = {1: "not-met absent", 2: "unknown not-understood", 3: "unknown not-understood"}
    spec_case(infection, table, full, coverage="full")
    enough = {"Condition": EVER, **dict.fromkeys(MEDICATIONS, date(2025, 5, 18))}
    spec_case(infection, table, full, coverage=enough)
    late = {"Condition": EVER, **dict.fromkeys(MEDICATIONS, date(2025, 5, 19))}
    spec_case(infection, table, dict.fromkeys((1, 2, 3), "unknown not-covered"), coverage=late)
    partial = {**enough, "Condition": date(2015, 1, 1)}
    spec_case(infection, table, {**dict.fromkeys((1, 2), "unknown not-covered"), 3: full[3]}, coverage=partial)
