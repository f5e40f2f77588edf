"""Immune effector cell-associated neurotoxicity syndrome by the consensus of the ASTCT."""

import msgspec
import pytest

from mappings.codes import LOINC, SNOMED_CT, Code
from mappings.emitting.words import CONSCIOUSNESS as CONSCIOUSNESS_WORDS
from mappings.facts import CodedResult, Source
from mappings.intervals import When
from mappings.safety.icans import CONSCIOUSNESS, icans
from tests.spec.safety.sightings import seen, sightings, told
from tests.spec.tables import day, treated

ICANS = "Immune effector cell-associated neurotoxicity syndrome"


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("10", "=0 not-reached"),
        ("9", "=1 attribution"),
        ("7", "=1 attribution"),
        ("6", "=2 attribution"),
        ("3", "=2 attribution"),
        ("2", "=3 attribution"),
        ("1", "=3 attribution"),
        ("0", ">=3 consciousness"),
        ("11", ">=0 no-value"),
        ("<10", ">=1 censored"),
        ("<7", ">=2 censored"),
        ("<3", ">=3 consciousness"),
        (">6", ">=0 censored"),
        ("#good", ">=0 no-value"),
        ("none", ">=0 no-value"),
    ],
)
def test_the_ice_score_gives_the_grade(score: str, expected: str) -> None:
    """10 is none, 7 to 9 is 1, 3 to 6 is 2, 1 or 2 is 3; 0 is 3 or 4, by whether the patient can be waked."""
    assert seen(icans, f"patient | day | obs.ice_score\n1 | 5 | {score}", ICANS)[1] == f"5{expected}"


def test_a_score_of_0_is_grade_4_in_one_who_cannot_be_waked() -> None:
    """Awake it is grade 3; the level of another day says nothing."""
    table = """
        patient | day | obs.ice_score | obs.consciousness
        --------+-----+---------------+------------------
              1 | 5   | 0             | #unarousable
              2 | 5   | 0             | #alert
              3 | 5   | 0             | #voice
              4 | 5   | 0             | #pain
              5 | 4   |               | #alert
              5 | 5   | 0             |
              6 | 5   | 0             | #grumpy
    """
    assert seen(icans, table, ICANS) == {
        1: "5=4 attribution",
        2: "5=3 attribution",
        3: "5=3 attribution",
        4: "5>=3 consciousness",
        5: "5>=3 consciousness",
        6: "5>=3 consciousness",
    }


def test_the_worst_domain_is_the_grade() -> None:
    """Consciousness of the same day, seizures and oedema; without a score a depressed consciousness is a grade at least."""
    table = """
        patient | day | obs.ice_score | obs.consciousness | dx
        --------+-----+---------------+-------------------+--------------------
              1 | 5   | 8             | #voice            |
              2 | 5   | 5             | #alert            |
              3 | 5   | 8             | #tactile          |
              4 | 5   |               | #voice            |
              5 | 5   |               | #tactile          |
              6 | 5   |               | #unarousable      |
              7 | 5   |               | #alert            |
              8 | 5   |               | #confused         |
              9 | 5   | 8             |                   | dx.epilepsy_seizure
             10 | 5   |               |                   | sle_item.seizure
             11 | 5   |               |                   | ae.cerebral_edema
             12 | 5   | 10            | #drowsy           |
             13 | 5   |               | #grumpy           |
             14 | 5   | 9             | #alert            |
    """
    assert seen(icans, table, ICANS) == {
        1: "5=2 attribution",
        2: "5=2 attribution",
        3: "5=3 attribution",
        4: "5>=2 no-ice",
        5: "5>=3 no-ice",
        6: "5=4 attribution",
        7: "",
        8: "5>=1 no-ice",
        9: "5>=3 needs-person",
        10: "5>=3 needs-person",
        11: "5>=3 needs-person",
        12: "5>=1 consciousness",
        13: "5>=0 not-understood",
        14: "5=1 attribution",
    }


def test_signs_count_within_28_days_of_the_infusion_and_the_score_whenever_it_is_taken() -> None:
    """Before the infusion, and a year later, a seizure has other causes; a score of before is the baseline."""
    table = """
        patient | day       | obs.ice_score | obs.consciousness | dx
        --------+-----------+---------------+-------------------+--------------------
              1 | -2        | 9             |                   |
              2 | -2        |               | #voice            |
              3 | -2        |               |                   | dx.epilepsy_seizure
              4 | 28        |               | #voice            |
              5 | 29        |               | #voice            |
              6 | 29        |               |                   | dx.epilepsy_seizure
              7 | 60        | 8             |                   |
              8 |           |               |                   | dx.epilepsy_seizure
              9 | -300..40  |               |                   | dx.epilepsy_seizure
             10 | -0.4..0.4 |               |                   | dx.epilepsy_seizure
             11 | 29        |               |                   | ae.cerebral_edema
             12 | 60        | 8             | #voice            |
    """
    assert seen(icans, table, ICANS) == {
        1: "-2=1 attribution",
        2: "",
        3: "",
        4: "28>=2 no-ice",
        5: "",
        6: "",
        7: "60=1 attribution",
        8: "",
        9: "-300>=0 partial-date",
        10: "-0.4>=3 needs-person",
        11: "",
        12: "60=1 attribution",
    }


def test_a_seizure_is_a_moment_and_an_oedema_lasts() -> None:
    """A seizure counts on its day from then on; an oedema until it is said to be over."""
    table = """
        patient | day | obs.ice_score | dx                  | ended | certain
        --------+-----+---------------+---------------------+-------+--------
              1 | 5   |               | dx.epilepsy_seizure |       |
              1 | 4.9 | 10            |                     |       |
              1 | 5.1 | 10            |                     |       |
              1 | 6   | 10            |                     |       |
              2 | 5   |               | ae.cerebral_edema   | 8     |
              2 | 4   | 10            |                     |       |
              2 | 7   | 10            |                     |       |
              2 | 8   | 10            |                     |       |
              3 | 5   |               | ae.cerebral_edema   |       |
              3 | 40  | 10            |                     |       |
              4 | 5   | 10            | dx.epilepsy_seizure |       | F
    """
    assert seen(icans, table, ICANS) == {
        1: "4.9=0 not-reached; 5>=3 needs-person; 5.1>=3 needs-person; 6=0 not-reached",
        2: "4=0 not-reached; 5>=3 needs-person; 7>=3 needs-person; 8=0 not-reached",
        3: "5>=3 needs-person; 40>=3 needs-person",
        4: "5>=0 unconfirmed",
    }


def test_a_grade_that_a_person_gave_wins() -> None:
    """Over what data say of that day, unless that is worse and later."""
    table = """
        patient | day | obs.icans_grade | obs.ice_score | problem
        --------+-----+-----------------+---------------+------------
              1 | 5   | 2               |               |
              1 | 5.1 |                 | 8             |
              2 | 5   | 1               |               |
              2 | 5.1 |                 | 4             |
              3 | 5   | 0               |               |
              4 | 5   |                 | 4             | preliminary
    """
    assert seen(icans, table, ICANS) == {
        1: "5=2 graded",
        2: "5=1 graded; 5.1=2 attribution",
        3: "5=0 not-reached",
        4: "5>=0 preliminary",
    }


def test_a_result_of_which_the_day_is_not_known_is_not_dropped() -> None:
    """It may be of any day, so that nobody can tell."""
    table = """
        patient | day  | obs.ice_score | obs.consciousness
        --------+------+---------------+------------------
              1 | 3..9 | 4             |
              2 | 3..9 |               | #voice
    """
    assert seen(icans, table, ICANS) == {1: "3>=0 no-value", 2: "3>=0 no-value"}


def test_without_a_sure_day_0_nothing_is_proposed() -> None:
    """An infusion without a date."""
    record = treated("patient | day | infusion | obs.ice_score\n1 | | 1E+6/kg |\n1 | 3 | | 2")[1]
    assert sightings(icans, record) == []


LEVELS = [
    (LOINC, "LA9340-6", ""),
    (LOINC, "LA17108-4", "5>=2 no-ice"),
    (LOINC, "LA17107-6", "5>=3 consciousness"),
    (LOINC, "LA9343-0", "5=4 attribution"),
    (LOINC, "LA6560-2", "5>=1 no-ice"),
    (SNOMED_CT, "300202002", "5>=2 no-ice"),
    (SNOMED_CT, "450847001", "5>=3 consciousness"),
    (SNOMED_CT, "422768004", "5=4 attribution"),
    ("urn:trial", "tactile", "5>=3 no-ice"),
    ("", "嗜睡", "5>=1 consciousness"),
    ("", "昏迷", "5=4 attribution"),
    ("", "对呼唤有反应", "5>=2 no-ice"),
    ("", "神志清楚", ""),
    ("", "Awakens spontaneously", "5>=1 no-ice"),
    ("", "自发清醒", "5>=1 no-ice"),
    ("", "清醒", ""),
    ("", "不清醒", "5>=0 not-understood"),
    ("", "not alert", "5>=0 not-understood"),
    ("", "something else", "5>=0 not-understood"),
]


@pytest.mark.parametrize(("system", "code", "expected"), LEVELS)
def test_levels_of_consciousness_are_known_by_code_or_by_words(system: str, code: str, expected: str) -> None:
    """Answers of the ACVPU scale, codes that are words, and the words of a ward."""
    record = treated("patient | day | vital.sbp\n1 | 5 | 120")[1]
    codes = (Code(system, code),) if system else ()
    level = CodedResult(
        source=Source("Observation/c"),
        concepts=frozenset({CONSCIOUSNESS}),
        when=_noon(),
        codes=codes,
        raw="" if codes else code,
    )
    assert told(sightings(icans, msgspec.structs.replace(record, results={CONSCIOUSNESS: (level,)}))) == expected


#: The trial's own levels, and the grade of each without an ICE score.
OWN = {"alert": "", "voice": "5>=2 no-ice", "tactile": "5>=3 no-ice", "unarousable": "5=4 attribution"}


@pytest.mark.parametrize("level", CONSCIOUSNESS_WORDS)
def test_the_levels_of_the_trial_are_known(level: str) -> None:
    """By their code, and by either of their names."""
    names = CONSCIOUSNESS_WORDS[level]
    record = treated("patient | day | vital.sbp\n1 | 5 | 120")[1]
    for name, code in ((names.en, level), (names.zh, level), (names.en, ""), (names.zh, "")):
        result = CodedResult(
            source=Source("Observation/c"),
            concepts=frozenset({CONSCIOUSNESS}),
            when=_noon(),
            codes=(Code("urn:trial", code, name),) if code else (),
            raw=name,
        )
        assert told(sightings(icans, msgspec.structs.replace(record, results={CONSCIOUSNESS: (result,)}))) == OWN[level]


def _noon() -> When:
    when = day("-85")
    assert when
    return when
