"""Severe allergies."""

from mappings.criteria.allergy import allergy
from tests.spec.conftest import SpecCase

title = "Severe allergy (E01)"


def test_a_confirmed_life_threatening_reaction_to_a_drug_bars(spec_case: SpecCase) -> None:
    """Anaphylaxis and severe skin reactions to a drug bar; a severe reaction of another kind is for a person."""
    spec_case(
        allergy,
        """
        patient | allergy                                   | drug | severe | active
        --------+-------------------------------------------+------+--------+-------
              1 | allergy.anaphylaxis                       | T    | T      | T
              2 | allergy.severe_cutaneous rx.other.dapsone | T    | T      |
              3 | allergy.angioedema                        | T    | T      | T
              4 | rx.other.dapsone                          | T    | T      | T
        """,
        {1: "met present", 2: "met present", 3: "judgement needs-person", 4: "judgement needs-person"},
        coverage="full",
    )


def test_a_severe_one_is_never_passed_over(spec_case: SpecCase) -> None:
    """Uncertain, said to be over, or to something that is no drug: a person decides."""
    spec_case(
        allergy,
        """
        patient | allergy             | drug | severe | active | certain
        --------+---------------------+------+--------+--------+--------
              1 | allergy.anaphylaxis | T    | T      | T      | F
              2 | allergy.anaphylaxis | T    | T      | F      | T
              3 | allergy.anaphylaxis | F    | T      | T      | T
              4 | allergy.anaphylaxis | ?    | T      | T      | T
        """,
        dict.fromkeys(range(1, 5), "judgement needs-person"),
        coverage="full",
    )


def test_without_a_word_on_severity_a_drug_allergy_is_for_a_person(spec_case: SpecCase) -> None:
    """Mild ones do not count; nor do those to food or pollen of which nobody says that they are severe."""
    spec_case(
        allergy,
        """
        patient | allergy          | drug | severe | active
        --------+------------------+------+--------+-------
              1 | rx.other.dapsone | T    | ?      | T
              2 | rx.other.dapsone | T    | ?      | F
              3 | ?                | ?    | ?      | T
              4 | rx.other.dapsone | T    | F      | T
              5 | ?                | F    | ?      | T
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "not-met absent",
            5: "not-met absent",
        },
        coverage="full",
    )


def test_a_diagnosis_says_as_much_as_an_allergy_record(spec_case: SpecCase) -> None:
    """Anaphylaxis, severe skin reactions and drug allergies among the diagnoses are for a person, past ones too."""
    spec_case(
        allergy,
        """
        patient | dx                       | day   | active
        --------+--------------------------+-------+-------
              1 | allergy.anaphylaxis      | -2000 | F
              2 | allergy.severe_cutaneous | -2000 |
              3 | allergy.angioedema       | -2000 |
              4 | allergy.drug             |       | T
              5 | allergy.drug_history     |       | T
              6 | allergy.drug_reaction    | -2000 |
              7 | allergy.hypersensitivity | -2000 |
              8 | allergy.reaction_other   | -2000 |
              9 | dx.sle                   | -2000 | T
        """,
        {**dict.fromkeys(range(1, 9), "judgement needs-person"), 9: "not-met absent"},
        coverage="full",
    )


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """A mild allergy on record does not show that there is no severe one elsewhere."""
    table = """
        patient | allergy          | drug | severe | unread
        --------+------------------+------+--------+-------------------
              1 |                  |      |        |
              2 | rx.other.dapsone | T    | F      |
              3 |                  |      |        | AllergyIntolerance
              4 |                  |      |        | Condition
        """
    spec_case(allergy, table, dict.fromkeys(range(1, 5), "unknown not-covered"))
    spec_case(
        allergy,
        table,
        {1: "not-met absent", 2: "not-met absent", 3: "unknown not-understood", 4: "unknown not-understood"},
        coverage="full",
    )
