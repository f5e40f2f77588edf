"""HIV and syphilis."""

from mappings.criteria.serology import HIV, TREPONEMAL, hiv, syphilis
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "HIV and syphilis (E08-3, E08-4)"


def test_a_reactive_hiv_test_bars(spec_case: SpecCase) -> None:
    """The latest counts; one that a later test did not confirm is a contradiction, which a person settles."""
    spec_case(
        hiv,
        """
        patient | day   | lab.hiv_ag_ab_combo | lab.hiv_ab | problem
        --------+-------+---------------------+------------+------------
              1 | -9    | positive            |            |
              2 | -9    | negative            |            |
              3 | -4000 |                     | negative   |
              4 | -9    | positive            |            |
              4 | -5    |                     | negative   |
              5 | -9    | indeterminate       |            |
              6 | -9    | negative            |            | preliminary
              7 |       |                     |            |
              8 | -9    | positive            |            |
              8 | -9    | negative            |            |
              9 | -9    | negative            |            |
              9 | -5    |                     | positive   |
        """,
        {
            1: "met positive",
            2: "not-met negative",
            3: "not-met negative",
            4: "unknown conflict",
            5: "unknown no-value",
            6: "unknown preliminary",
            7: "unknown missing",
            8: "unknown conflict",
            9: "met positive",
        },
    )


def test_a_number_is_held_against_its_own_range(spec_case: SpecCase) -> None:
    """A signal above the cut-off is positive and below negative; at the cut-off, or without one, it says nothing."""
    spec_case(
        hiv,
        """
        patient | day | lab.hiv_ag_ab_combo | high
        --------+-----+---------------------+-----
              1 | -9  | 1.01                | 1
              2 | -9  | 0.99                | 1
              3 | -9  | 1                   | 1
              4 | -9  | 0.2                 |
              5 | -9  | none                | 1
        """,
        {
            1: "met positive",
            2: "not-met negative",
            3: "unknown no-value",
            4: "unknown no-value",
            5: "unknown no-value",
        },
    )


def test_virus_without_antibody_is_for_a_person(spec_case: SpecCase) -> None:
    """Antigen and RNA are there before antibodies are."""
    spec_case(
        hiv,
        """
        patient | day | lab.hiv_ab | lab.hiv_p24_ag | lab.hiv_rna
        --------+-----+------------+----------------+------------
              1 | -9  | negative   | positive       |
              2 | -9  | negative   |                | 4000
              3 | -9  | negative   |                | <20
              4 | -9  | negative   | negative       | 0
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "not-met negative",
            4: "not-met negative",
        },
    )


def test_a_treponemal_test_decides_on_syphilis(spec_case: SpecCase) -> None:
    """Reagin alone is a biological false positive of lupus; without reagin, a treponemal one may be an old scar."""
    spec_case(
        syphilis,
        """
        patient | day | lab.syphilis_treponemal_immunoassay | lab.syphilis_rpr
        --------+-----+-------------------------------------+-----------------
              1 | -9  | positive                            | positive
              2 | -9  | positive                            |
              3 | -9  | positive                            | negative
              4 | -9  | negative                            | positive
              5 | -9  | negative                            |
              6 | -9  |                                     | positive
              7 | -9  |                                     | negative
              8 | -9  | indeterminate                       | negative
              9 |     |                                     |
        """,
        {
            1: "met positive",
            2: "met positive",
            3: "judgement needs-person",
            4: "not-met negative",
            5: "not-met negative",
            6: "unknown missing",
            7: "unknown missing",
            8: "unknown no-value",
            9: "unknown missing",
        },
    )


def test_two_treponemal_tests_that_differ_settle_nothing(spec_case: SpecCase) -> None:
    """A later negative one of another kind does not take back a positive one."""
    spec_case(
        syphilis,
        """
        patient | day | lab.syphilis_treponemal_immunoassay | lab.syphilis_treponemal_agglutination
        --------+-----+-------------------------------------+--------------------------------------
              1 | -9  | positive                            |
              1 | -5  |                                     | negative
              2 | -9  | negative                            |
              2 | -5  |                                     | positive
        """,
        {1: "unknown conflict", 2: "met positive"},
    )


def test_the_investigator_may_let_any_test_count(spec_case: SpecCase) -> None:
    """Then a positive reagin test bars as well, and all that were done must be negative."""
    spec_case(
        syphilis,
        """
        patient | day | lab.syphilis_treponemal_immunoassay | lab.syphilis_rpr
        --------+-----+-------------------------------------+-----------------
              1 | -9  | negative                            | positive
              2 | -9  | positive                            | negative
              3 | -9  | negative                            | negative
              4 | -9  |                                     | negative
              5 | -9  | negative                            | indeterminate
              6 |     |                                     |
        """,
        {
            1: "met positive",
            2: "met positive",
            3: "not-met negative",
            4: "not-met negative",
            5: "unknown no-value",
            6: "unknown missing",
        },
        readings={"syphilis": "any-test"},
    )


def test_the_answer_rests_on_every_test_that_was_looked_at() -> None:
    """Positive or negative, both kinds of syphilis test and a virus without antibody are among the evidence."""
    table = """
        patient | day | lab.hiv_ab | lab.hiv_p24_ag | lab.syphilis_fta | lab.syphilis_rpr
        --------+-----+------------+----------------+------------------+-----------------
              1 | -9  | negative   | positive       | positive         | negative
              2 | -9  |            |                |                  | positive
        """
    found = {
        number: (hiv(record, Occasion(AT)), syphilis(record, Occasion(AT))) for number, record in records(table).items()
    }
    assert [one.raw for one in found[1][0].evidence] == ["positive", "negative"]
    assert [one.raw for one in found[1][1].evidence] == ["positive", "negative"]
    assert (found[2][0].concept, found[2][1].concept) == (HIV[0], TREPONEMAL[0])
    assert [one.raw for one in found[2][1].evidence] == ["positive"]


def test_a_contradiction_shows_both_of_its_sides() -> None:
    """The negative result that is the latest, and the older positive one that it does not take back."""
    record = records("patient | day | lab.hiv_ag_ab_combo | lab.hiv_ab\n 1 | -9 | positive |\n 1 | -5 | | negative")[1]
    assert sorted(one.raw for one in hiv(record, Occasion(AT)).evidence) == ["negative", "positive"]


def test_serology_becomes_too_old_only_where_the_site_says_so(spec_case: SpecCase) -> None:
    """The last day of the site's window still counts; a result that may be older leaves the clause open."""
    table = """
        patient | day        | lab.hiv_ab | lab.syphilis_fta
        --------+------------+------------+-----------------
              1 | -180       | negative   | negative
              2 | -181       | negative   | negative
              3 | -200..-100 | negative   | negative
              4 | -181       | positive   | positive
    """
    kept, old = "not-met negative", "unknown outdated"
    spec_case(hiv, table, {1: kept, 2: kept, 3: kept, 4: "met positive"})
    spec_case(hiv, table, {1: kept, 2: old, 3: old, 4: old}, limits={"serology_window": "180"})
    spec_case(syphilis, table, {1: kept, 2: old, 3: old, 4: old}, limits={"serology_window": "180"})
