"""Fever and febrile neutropenia by the CTCAE."""

from mappings.safety.clinical import clinical
from tests.spec.safety.sightings import SIX, seen, sightings
from tests.spec.tables import treated


def test_fever_is_graded_by_its_height() -> None:
    """38.0 is fever, above 39.0 is grade 2, above 40.0 grade 3; a normal temperature is grade 0."""
    table = """
        patient | day | vital.temperature
        --------+-----+------------------
              1 | 3   | 37.9
              2 | 3   | 38.0
              3 | 3   | 39.0
              4 | 3   | 39.1
              5 | 3   | 40.0
              6 | 3   | 40.1
              7 | -9  | 38.5
    """
    expected = {
        1: "3=0 not-reached",
        2: "3=1 graded",
        3: "3=1 graded",
        4: "3=2 graded",
        5: "3=2 graded",
        6: "3=3 graded",
        7: "-9=1 graded",
    }
    assert seen(clinical, table, "Fever") == expected
    assert seen(clinical, table, "Fever", SIX) == expected


def test_a_temperature_within_bounds_is_graded_as_far_as_they_decide() -> None:
    """ "<38" is no fever; ">38.5" is grade 1 at least; a result that cannot be used, or words, decide nothing."""
    table = """
        patient | day | vital.temperature | problem
        --------+-----+-------------------+------------
              1 | 3   | <38               |
              2 | 3   | <38.5             |
              3 | 3   | >38.5             |
              4 | 3   | >39.5             |
              5 | 3   | >40               |
              6 | 3   | 40.5              | preliminary
              7 | 3   | #hot              |
              8 | 3   | -1                |
              9 | 3   | none              |
             10 | 3   | 38.0..38.9        |
    """
    assert seen(clinical, table, "Fever") == {
        1: "3=0 not-reached",
        2: "3>=0 censored",
        3: "3>=1 censored",
        4: "3>=2 censored",
        5: "3=3 graded",
        6: "3>=0 preliminary",
        7: "3>=0 no-value",
        8: "3>=0 no-value",
        9: "3>=0 no-value",
        10: "3=1 graded",
    }


def test_a_high_fever_is_grade_4_once_readings_prove_more_than_a_day() -> None:
    """The span runs from reading to reading above 40.0: one that is not above ends it, one of that moment does not."""
    table = """
        patient | day | vital.temperature
        --------+-----+------------------
              1 | 3   | 40.5
              1 | 3.5 | 40.5
              1 | 4   | 40.5
              2 | 3   | 40.5
              2 | 3.5 | 40.5
              2 | 4.1 | 40.1
              3 | 3   | 40.5
              3 | 3.5 | 40.0
              3 | 4.1 | 40.5
              4 | 3   | 40.5
              4 | 3.5 | 40.5
              4 | 3.5 | 39.9
              4 | 4.1 | 40.5
    """
    assert seen(clinical, table, "Fever") == {
        1: "3=3 graded; 3.5=3 graded; 4=3 graded",
        2: "3=3 graded; 3.5=3 graded; 4.1=4 graded",
        3: "3=3 graded; 3.5=2 graded; 4.1=3 graded",
        4: "3=3 graded; 3.5=2 graded; 3.5=3 graded; 4.1=4 graded",
    }


def test_a_high_fever_may_have_lasted_where_readings_are_far_apart_or_vague() -> None:
    """More than a day between two readings, dates without a time, or "<41" in between: grade 3 at least, perhaps 4."""
    table = """
        patient | day     | vital.temperature
        --------+---------+------------------
              1 | 3       | 40.5
              1 | 4.1     | 40.5
              2 | 3..3.4  | 40.5
              2 | 4..4.4  | 40.5
              3 | 3       | 40.5
              3 | 3.5     | <41
              3 | 4.1     | 40.5
              4 | 2       | <41
              4 | 3.5     | 40.5
    """
    assert seen(clinical, table, "Fever") == {
        1: "3=3 graded; 4.1>=3 duration",
        2: "3=3 graded; 4>=3 duration",
        3: "3=3 graded; 3.5>=0 censored; 4.1>=3 duration",
        4: "2>=0 censored; 3.5>=3 duration",
    }


def test_fever_without_neutrophils_is_grade_3() -> None:
    """Fewer than 1.0 within three days before, and once above 38.3: under, at and over each limit."""
    table = """
        patient | day | lab.neutrophil_abs | vital.temperature
        --------+-----+--------------------+------------------
              1 | 5   | 0.99               |
              1 | 6   |                    | 38.4
              2 | 5   | 1.0                |
              2 | 6   |                    | 38.4
              3 | 5   | 0.4                |
              3 | 6   |                    | 38.3
              4 | 5   | 0.4                |
              4 | 8   |                    | 38.4
              5 | 5   | 0.4                |
              5 | 8.1 |                    | 38.4
              6 | 5   | 0.4                |
              6 | 5.5 | 1.8                |
              6 | 6   |                    | 38.4
              7 | 6   |                    | 38.4
              8 | 5   | <1.5               |
              8 | 6   |                    | 38.4
              9 | 5   | 0.4                |
              9 | 6   |                    | >38
             10 | 5   | 0.4                |
             10 | 5   | 1.8                |
             10 | 6   |                    | 38.4
             11 | 6   |                    | 37.0
    """
    assert seen(clinical, table, "Febrile neutropenia") == {
        1: "6=3 graded",
        2: "6=0 not-reached",
        3: "6=0 not-reached",
        4: "8=3 graded",
        5: "8.1>=0 missing",
        6: "6=0 not-reached",
        7: "6>=0 missing",
        8: "6>=0 censored",
        9: "6>=0 censored",
        10: "6=3 graded",
        11: "6=0 not-reached",
    }


def test_a_lower_fever_counts_once_it_has_lasted_for_more_than_an_hour() -> None:
    """Two readings of 38.0 or more, more than an hour apart, without a lower one between."""
    table = """
        patient | day      | lab.neutrophil_abs | vital.temperature
        --------+----------+--------------------+------------------
              1 | 5        | 0.4                |
              1 | 6        |                    | 38.0
              1 | 6.05     |                    | 38.0
              2 | 5        | 0.4                |
              2 | 6        |                    | 38.0
              2 | 6.04     |                    | 38.2
              3 | 5        | 0.4                |
              3 | 6        |                    | 38.0
              3 | 6.02     |                    | 37.9
              3 | 6.05     |                    | 38.0
              4 | 5        | 0.4                |
              4 | 6        |                    | 38.0
              4 | 7.1      |                    | 38.0
              5 | 5        | 0.4                |
              5 | 6        |                    | 38.0
              5 | 6.02     |                    | <38.5
              5 | 6.05     |                    | 38.0
    """
    assert seen(clinical, table, "Febrile neutropenia") == {
        1: "6=0 not-reached; 6.05=3 graded",
        2: "6=0 not-reached; 6.04=0 not-reached",
        3: "6=0 not-reached; 6.02=0 not-reached; 6.05=0 not-reached",
        4: "6=0 not-reached; 7.1>=0 censored",
        5: "6=0 not-reached; 6.02>=0 censored; 6.05>=0 censored",
    }


def test_neutrophils_counted_for_a_fever_are_held_against_it() -> None:
    """Blood is drawn because of the fever: a count later that day decides, one of the next day needs a fever of its own."""
    table = """
        patient | day  | lab.neutrophil_abs | vital.temperature
        --------+------+--------------------+------------------
              1 | 6    |                    | 38.9
              1 | 6.1  | 0.4                |
              2 | 6    |                    | 38.9
              2 | 7    | 0.4                |
              3 | 6    |                    | 38.9
              3 | 6.1  | 1.4                |
              4 | 6    |                    | 38.9
              4 | 5..8 | 0.4                |
              5 | 6    |                    | 38.9
              5 | 5    | 0.4                |
              5 | 5.5..8 | 1.4              |
    """
    assert seen(clinical, table, "Febrile neutropenia") == {
        1: "6>=0 missing; 6.1=3 graded",
        2: "6>=0 missing",
        3: "6>=0 missing; 6.1=0 not-reached",
        4: "6=3 graded",
        5: "6=3 graded",
    }


def test_a_reading_without_a_date_shows_nothing() -> None:
    """It can belong to no event, and readers set it aside."""
    table = """
        patient | day | vital.temperature | vital.sbp | vital.spo2
        --------+-----+-------------------+-----------+-----------
              1 |     | 39.5              | 80        | 80
    """
    assert sightings(clinical, treated(table)[1]) == []


def test_without_a_sure_day_0_nothing_is_graded() -> None:
    """An infusion without a date."""
    record = treated("patient | day | infusion | vital.temperature\n1 | | 1E+6/kg |\n1 | 6 | | 39.5")[1]
    assert sightings(clinical, record) == []
