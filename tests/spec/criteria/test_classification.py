"""Classification as systemic lupus erythematosus."""

from decimal import Decimal

from mappings.criteria.classification import classification
from mappings.findings import Finding
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "EULAR/ACR 2019 classification (I02)"


def test_ana_is_the_gate(spec_case: SpecCase) -> None:
    """Without ANA at 1:80 or more, ever, no score counts; with it, a biopsy of class III or IV is enough."""
    spec_case(
        classification,
        """
        patient | day   | lab.ana_titer | obs.isn_rps_class
        --------+-------+---------------+------------------
              1 | -1400 | 80            |
              1 | -240  |               | IV(A)#
              2 | -1400 | 79            |
              2 | -240  |               | IV(A)#
              3 | -1400 | 320           |
              3 | -10   | <80           |
              3 | -240  |               | III(A/C)+V#
              4 | -240  |               | IV(A)#
              5 | -1400 | 0             |
              6 | -1400 | >1280         |
              6 | -240  |               | IV#
        """,
        {
            1: "met in-range",
            2: "not-met negative",
            3: "met in-range",
            4: "unknown missing",
            5: "not-met negative",
            6: "met in-range",
        },
        coverage="full",
    )


def test_ana_bars_only_where_every_result_is_there_and_can_be_used(spec_case: SpecCase) -> None:
    """A negative ANA proves "never" only in complete records without a result that nobody could read."""
    table = """
        patient | day   | lab.ana_titer | problem     | unread
        --------+-------+---------------+-------------+------------
              1 | -1400 | <80           |             |
              2 | -1400 | <80           |             | Observation
              3 | -1400 | <80           |             |
              3 | -3    | 320           | preliminary |
              4 | -3    | 320           | unit        |
              5 | -3    | -1            |             |
    """
    known = {2: "unknown not-understood", 3: "unknown preliminary", 4: "unknown unit", 5: "unknown missing"}
    spec_case(classification, table, {1: "not-met negative", **known}, coverage="full")
    spec_case(classification, table, {1: "unknown not-covered", **known, 2: "unknown not-covered"})


def test_ana_without_a_clear_titre_is_for_a_person(spec_case: SpecCase) -> None:
    """ "Positive" without a titre, a weak positive, and "<1:100" may be enough: a person says so.

    A number within its own range is negative; "negative (1:100)" names the dilution at which it was so.
    """
    spec_case(
        classification,
        """
        patient | day   | lab.ana_titer | lab.ana_presence_if | lab.ana_quant | answer        | high | obs.isn_rps_class
        --------+-------+---------------+---------------------+---------------+---------------+------+------------------
              1 | -1400 |               | positive            |               |               |      |
              1 | -240  |               |                     |               |               |      | IV(A)#
              2 | -1400 | 100           |                     |               | indeterminate |      |
              2 | -240  |               |                     |               |               |      | IV(A)#
              3 | -1400 | <100          |                     |               |               |      |
              3 | -240  |               |                     |               |               |      | IV(A)#
              4 | -1400 | 100           |                     |               | negative      |      |
              4 | -240  |               |                     |               |               |      | IV(A)#
              5 | -1400 |               |                     | 12            |               | 20   |
              6 | -1400 |               |                     | 45            |               | 20   |
              6 | -240  |               |                     |               |               |      | IV(A)#
              7 | -1400 |               | negative            |               |               |      |
              8 | -1400 |               | 320                 |               | positive      |      |
              8 | -240  |               |                     |               |               |      | IV(A)#
              9 | -1400 | 40            |                     |               | positive      |      |
             10 | -1400 |               | positive            |               |               |      |
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "not-met negative",
            6: "judgement needs-person",
            7: "not-met negative",
            8: "met in-range",
            9: "not-met negative",
            10: "unknown missing",
        },
        coverage="full",
    )


def test_ten_points_are_needed(spec_case: SpecCase) -> None:
    """Proteinuria (4) and anti-dsDNA (6) make ten; with two points of antiphospholipid antibodies they still lack one."""
    spec_case(
        classification,
        """
        patient | day   | lab.ana_titer | lab.upcr_mass_ratio | lab.anti_dsdna_presence | lab.c3 | lab.anti_b2gp1_igg | low | high
        --------+-------+---------------+---------------------+-------------------------+--------+--------------------+-----+-----
              1 | -1400 | 320           |                     |                         |        |                    |     |
              1 | -900  |               | 0.8                 |                         |        |                    |     |
              1 | -30   |               |                     | positive                |        |                    |     |
              2 | -1400 | 320           |                     |                         |        |                    |     |
              2 | -900  |               | 0.8                 |                         |        |                    |     |
              2 | -30   |               |                     |                         | 0.5    |                    | 0.9 |
              2 | -30   |               |                     |                         |        | 60                 |     | 20
        """,
        {1: "met in-range", 2: "unknown missing"},
    )


def test_at_least_one_clinical_item_is_needed(spec_case: SpecCase) -> None:
    """Anti-dsDNA (6) with C3 and C4 low (4) makes ten points of laboratory findings alone, which classify nobody."""
    spec_case(
        classification,
        """
        patient | day   | lab.ana_titer | lab.anti_dsdna_presence | lab.c3 | lab.c4 | low  | lab.wbc
        --------+-------+---------------+-------------------------+--------+--------+------+--------
              1 | -1400 | 320           |                         |        |        |      |
              1 | -30   |               | positive                |        |        |      |
              1 | -30   |               |                         | 0.5    |        | 0.9  |
              1 | -30   |               |                         |        | 0.05   | 0.10 |
              2 | -1400 | 320           |                         |        |        |      |
              2 | -30   |               | positive                |        |        |      |
              2 | -30   |               |                         | 0.5    |        | 0.9  |
              2 | -30   |               |                         |        | 0.05   | 0.10 |
              2 | -30   |               |                         |        |        |      | 3.9
        """,
        {1: "unknown missing", 2: "judgement needs-person"},
    )


def test_thrombocytopenia_does_not_classify_by_itself(spec_case: SpecCase) -> None:
    """In one domain the heaviest item counts: leukopenia adds nothing to thrombocytopenia, another domain does.

    Low counts often have another cause, so a person attests them.
    """
    spec_case(
        classification,
        """
        patient | day   | lab.ana_titer | lab.platelet | lab.wbc | lab.anti_dsdna_presence | attest
        --------+-------+---------------+--------------+---------+-------------------------+-----------------------
              1 | -1400 | 320           |              |         |                         |
              1 | -30   |               | 40           |         |                         |
              1 | -30   |               |              | 2.5     |                         |
              2 | -1400 | 320           |              |         |                         |
              2 | -30   |               | 40           |         |                         |
              2 | -30   |               |              |         | positive                |
              3 | -1400 | 320           |              |         |                         |
              3 | -30   |               | 40           |         |                         |
              3 | -30   |               |              |         | positive                |
              3 | -900  |               |              |         |                         | I02.thrombocytopenia=T
              4 | -1400 | 320           |              |         |                         |
              4 | -30   |               | 40           |         |                         |
              4 | -30   |               |              |         | positive                |
              4 | -900  |               |              |         |                         | I02.thrombocytopenia=F
        """,
        {1: "unknown missing", 2: "judgement needs-person", 3: "met in-range", 4: "unknown missing"},
    )


def test_what_a_person_refuted_never_counts(spec_case: SpecCase) -> None:
    """A finding with a more likely explanation does not count, not even one that a laboratory or a biopsy proves."""
    spec_case(
        classification,
        """
        patient | day     | lab.ana_titer | obs.isn_rps_class | attest
        --------+---------+---------------+-------------------+-----------------------------
              1 | -1400   | 320           |                   |
              1 | -240    |               | IV(A)#            |
              1 | -3      |               |                   | I02.biopsy_class_III_or_IV=F
              2 | -1400   | 320           |                   |
              2 | -240    |               |                   | I02.biopsy_class_III_or_IV=T
              3 | -1400   | 320           |                   |
              3 | -240    |               | IV(A)#            |
              3 | -30     |               |                   | I02.biopsy_class_III_or_IV=F
              3 | -3      |               |                   | I02.biopsy_class_III_or_IV=T
              4 | -1400   | 320           |                   |
              4 | -240    |               | IV(A)#            |
              4 | -3      |               |                   | I02.biopsy_class_III_or_IV=F
              4 | -3      |               |                   | I02.biopsy_class_III_or_IV=T
              5 | -1400   | 320           |                   |
              5 | -20..-1 |               |                   | I02.biopsy_class_III_or_IV=T
              5 | -3      |               |                   | I02.biopsy_class_III_or_IV=F
        """,
        {
            1: "unknown missing",
            2: "met in-range",
            3: "met in-range",
            4: "judgement needs-person",
            5: "judgement needs-person",
        },
    )


def test_a_person_may_attest_the_gate_but_not_deny_a_titre(spec_case: SpecCase) -> None:
    """A positive ANA elsewhere opens the gate; a denied one shuts it, unless a titre on record says otherwise."""
    spec_case(
        classification,
        """
        patient | day   | lab.ana_titer | obs.isn_rps_class | attest
        --------+-------+---------------+-------------------+----------
              1 | -240  |               | IV(A)#            |
              1 | -3    |               |                   | I02.ana=T
              2 | -240  |               | IV(A)#            |
              2 | -3    |               |                   | I02.ana=F
              3 | -1400 | 320           |                   |
              3 | -240  |               | IV(A)#            |
              3 | -3    |               |                   | I02.ana=F
              4 | -1400 | <80           |                   |
              4 | -240  |               | IV(A)#            |
              4 | -3    |               |                   | I02.ana=T
        """,
        {1: "met in-range", 2: "not-met negative", 3: "unknown conflict", 4: "met in-range"},
    )


def test_a_diagnosis_code_alone_never_suffices(spec_case: SpecCase) -> None:
    """The diagnosis of lupus is not its classification, with or without ANA."""
    spec_case(
        classification,
        """
        patient | day   | dx                        | lab.ana_titer
        --------+-------+---------------------------+--------------
              1 | -1400 | dx.sle                    |
              2 | -1400 | dx.sle dx.lupus_nephritis |
              2 | -1400 |                           | 320
        """,
        {1: "unknown missing", 2: "unknown missing"},
        coverage="full",
    )


def _found(*rows: str) -> Finding:
    head = (
        "patient | day | lab.ana_titer | lab.upcr_mass_ratio | lab.anti_dsdna_presence | lab.c3 | lab.c4 | low | attest"
    )
    (record,) = records("\n".join([head, *(f"1 | -90 | {row}" for row in rows)])).values()
    return classification(record, Occasion(AT))


def test_the_score_is_shown_with_its_limit_and_the_distance_from_it() -> None:
    """What is present is the value; candidates and what was refuted are not in it."""
    met = _found("320 | | | | | |", "| 0.8 | | | | |", "| | positive | | | |", "| | | | | | I02.joint_involvement=T")
    assert met.value is not None
    assert met.margin is not None
    assert (met.state, met.value.value, met.margin.value) == ("met", Decimal(16), Decimal(6))
    open_ = _found("320 | | | | | |", "| 0.8 | | | | |", "| | | | | | I02.joint_involvement=F")
    assert open_.value is not None
    assert (open_.state, open_.value.value) == ("unknown", Decimal(4))


def test_the_test_that_could_add_most_is_asked_for() -> None:
    """ANA first, then anti-dsDNA, complement and protein in the urine; what only people see is for them to attest."""
    assert _found("| | | | | |").concept == "lab.ana_titer"
    assert _found("<80 | | | | | |").concept == "lab.ana_titer"
    gate, dsdna = "320 | | | | | |", "| | negative | | | |"
    complement = ("| | | 1.0 | | 0.9 |", "| | | | 0.2 | 0.1 |")
    assert _found(gate).concept == "lab.anti_dsdna_quant"
    assert _found(gate, dsdna).concept == "lab.c3"
    assert _found(gate, dsdna, *complement).concept == "lab.upcr_mass_ratio"
    assert _found(gate, dsdna, *complement, "| 0.1 | | | | |").concept == "attestation"


def test_each_piece_of_evidence_is_shown_once() -> None:
    """Two items that rest on one result do not repeat it; the gate is always there, and what is absent never."""
    found = _found(
        "320 | | | | | |", "| | negative | | | |", "| | | 0.5 | | 0.9 |", "| | | | 0.05 | 0.1 |", "| 0.8 | | | | |"
    )
    assert sorted(one.raw for one in found.evidence) == ["0.05", "0.5", "0.8", "320"]


def test_what_classifies_becomes_too_old_only_where_the_site_says_so(spec_case: SpecCase) -> None:
    """By the published rule once is enough; a site may ask that it was within some days."""
    table = """
        patient | day  | lab.ana_titer | obs.isn_rps_class
        --------+------+---------------+------------------
              1 | -365 | 320           | IV(A)#IV
              2 | -366 | 320           | IV(A)#IV
    """
    spec_case(classification, table, {1: "met in-range", 2: "met in-range"})
    spec_case(classification, table, {1: "met in-range", 2: "unknown missing"}, limits={"classification_window": "365"})
