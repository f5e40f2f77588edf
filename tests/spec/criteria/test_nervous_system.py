"""Disorders of the central nervous system, by each of the three readings."""

from mappings.criteria.nervous_system import LISTED, nervous_system
from mappings.interpretations import Interpretations
from mappings.site import Occasion, Site
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Central nervous system (E03)"
TABLE = """
        patient | dx                     | day   | active | certain
        --------+------------------------+-------+--------+--------
              1 | dx.epilepsy_seizure    | -4000 | F      |
              2 | dx.stroke dx.cns_other | -100  | T      |
              3 | dx.encephalitis        | -100  | T      | F
              4 | dx.cns_other           | -4000 | F      |
              5 | dx.sle                 | -4000 | T      |
        """


def test_until_the_sponsor_has_spoken_every_disorder_is_for_a_person(spec_case: SpecCase) -> None:
    """Listed or not, past or present, certain or not: software decides nothing."""
    spec_case(
        nervous_system,
        TABLE,
        {**dict.fromkeys(range(1, 5), "judgement needs-person"), 5: "not-met absent"},
        coverage="full",
    )


def test_read_as_written_the_listed_disorders_do_not_count(spec_case: SpecCase) -> None:
    """A disorder that is listed as well as in the chapter is a listed one; others are for a person."""
    spec_case(
        nervous_system,
        TABLE,
        {
            1: "not-met absent",
            2: "not-met absent",
            3: "not-met absent",
            4: "judgement needs-person",
            5: "not-met absent",
        },
        coverage="full",
        readings={"cns_disorders": "listed-are-allowed"},
    )


def test_read_as_examples_the_listed_disorders_bar(spec_case: SpecCase) -> None:
    """An uncertain one and those that are not listed are for a person."""
    spec_case(
        nervous_system,
        TABLE,
        {
            1: "met present",
            2: "met present",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "not-met absent",
        },
        coverage="full",
        readings={"cns_disorders": "listed-are-barred"},
    )


def test_every_listed_disorder_bars_when_the_list_is_of_examples() -> None:
    """Each of the six in the registered brackets is known, and named in the answer."""
    site = Site(interpretations=Interpretations(cns_disorders="listed-are-barred"))
    for concept in LISTED:
        finding = nervous_system(records(f"patient | dx | day\n 1 | {concept} | -9")[1], Occasion(AT, site))
        assert (finding.state, finding.about) == ("met", concept)
    assert len(LISTED) == 6


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """Without declared coverage, or with a diagnosis that could not be understood, nothing is cleared."""
    table = """
        patient | dx        | day  | unread
        --------+-----------+------+----------
              1 |           |      |
              2 | dx.stroke | -100 |
              3 |           |      | Condition
        """
    spec_case(
        nervous_system,
        table,
        {1: "unknown not-covered", 2: "unknown not-covered", 3: "unknown not-covered"},
        readings={"cns_disorders": "listed-are-allowed"},
    )
    spec_case(
        nervous_system,
        table,
        {1: "not-met absent", 2: "judgement needs-person", 3: "unknown not-understood"},
        coverage="full",
    )
